import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { certificateVolume } from '../access/certificate-files';
import { Client, clientOf } from '../access/client';
import { environment } from '../access/environment';
import { metricsEndpoints } from '../access/metrics-endpoints';
import { hostOf, isElsewhere } from '../access/namespaces';
import { clientPorts, NetworkPolicies } from '../access/network-policies';
import { giveVariables } from '../access/variables';
import { PartProps } from '../manifests/part-props';
import { requirePasswords } from '../manifests/secret-key';
import { isMade } from '../manifests/unique-names';
import { titleOf, workloadsOf } from '../manifests/workloads';
import { ConnectionVolume, ConnectOptions, EnvironmentOptions, MetricsOptions } from '../options/connect-options';
import { IRedisHa } from '../options/i-redis-ha';
import { MetricsEndpoint } from '../options/metrics-endpoint';
import { dataClaims } from '../server/data-volume';
import { InvalidPropError } from '../settings/invalid-prop';
import { argument, checked, required } from '../settings/kinds';
import { PersistenceSettings, Settings } from '../settings/settings';
import { connectOptions, metricsOptions, workload as workloadKind } from '../settings/shapes';
import { client as clientKind } from '../settings/shapes-common';
import { COMPONENT, Topology } from '../topology/topology';

/** What an installation is like. */
interface Resolved {
  readonly settings: Settings;
  readonly namespace?: string;
  /** Where its data is, if that is known. */
  readonly keeps?: PersistenceSettings;
}

/**
 * What an installation of this app and one that is made elsewhere have in common: everything that clients need.
 *
 * @internal
 */
export abstract class RedisHaBase extends Construct implements IRedisHa {
  public readonly name: string;
  public readonly namespace?: string;
  public readonly masterName: string;
  public readonly engineName: string;
  public readonly serverImage: string;
  public readonly imageRegistry: string;
  public readonly imagePullSecrets: string[];
  public readonly fixedIds: boolean;
  public readonly serverTls: boolean;
  public readonly clientCertificates: boolean;
  public readonly hibernates: boolean;
  public readonly host?: string;
  public readonly port?: number;
  public readonly readPort?: number;
  public readonly serverHosts: string[];
  public readonly serverPort: number;
  public readonly dataClaims?: string[];
  public readonly sentinelHosts: string[];
  public readonly secretName?: string;
  public readonly secretKey?: string;
  public readonly tlsSecretName?: string;
  public readonly tlsServerName?: string;
  public readonly serverSelector: { [name: string]: string };
  public readonly sentinelSelector: { [name: string]: string };
  public readonly proxySelector?: { [name: string]: string };
  public readonly metricsEndpoints: MetricsEndpoint[];

  /** @internal */
  protected readonly _part: PartProps;
  /** @internal */
  protected abstract readonly _access: NetworkPolicies;

  /**
   * @param foreign it is made elsewhere
   * @internal
   */
  constructor(scope: Construct, id: string, resolve: (self: Construct) => Resolved, foreign: boolean) {
    super(scope, id);
    const { settings, namespace, keeps } = resolve(this);
    const topology = new Topology({ ...settings, engineVersion: settings.engine.version });
    this._part = { settings, topology };
    const { proxy, frontDoor, server, sentinel } = settings;

    this.name = settings.name;
    this.namespace = namespace;
    this.masterName = settings.masterName;
    this.engineName = settings.engine.name;
    this.serverImage = server.image;
    this.imageRegistry = settings.imageRegistry;
    this.imagePullSecrets = [...settings.imagePullSecrets];
    this.fixedIds = settings.fixedIds;
    this.serverTls = settings.tls?.everywhere === true;
    this.clientCertificates = settings.tls?.clientCertificates === true;
    this.hibernates = settings.hibernate;
    const seen = (service: string) => hostOf(service, namespace, Chart.of(this).namespace);
    this.host = frontDoor && seen(topology.frontDoor);
    this.port = frontDoor?.port;
    this.readPort = frontDoor?.readPort;
    this.serverHosts = topology.servers.map(({ service }) => seen(service));
    this.serverPort = server.port;
    this.dataClaims = keeps && dataClaims(keeps, topology);
    this.sentinelHosts = topology.sentinels.map(({ service }) => `${seen(service)}:${sentinel.port}`);
    this.secretName = settings.auth?.secretName;
    this.secretKey = settings.auth?.secretKey;
    this.tlsSecretName = settings.tls?.secretName;
    this.tlsServerName = settings.tls?.serverName;
    this.serverSelector = topology.selector('server');
    this.sentinelSelector = topology.selector(sentinel.sidecar ? 'server' : 'sentinel');
    this.proxySelector = proxy && topology.selector('proxy');
    this.metricsEndpoints = metricsEndpoints(this._part, foreign);
    if (settings.auth) requirePasswords(settings.auth);
    // where every cdk8s-plus looks for the ports of a peer: it allows those, and all if it finds none
    Object.defineProperty(this, 'containers', { value: [{ ports: clientPorts(settings).map((number) => ({ number })) }] });
  }

  public connectFrom(workload: IConstruct, given: ConnectOptions = {}): void {
    const options = checked(connectOptions, given);
    argument(required(workloadKind), workload, 'workload');
    const clients = workloadsOf('workload', workload);
    if (clients.some((one) => isMade(one))) throw new InvalidPropError('workload', workload.node.path, "must not be the library's own");
    for (const one of clients) {
      const { namespace } = one.metadata;
      isElsewhere({ prop: 'workload', title: titleOf(one), namespace }, { path: this.node.path, namespace: this.namespace });
      const client = this.client({ ...options, namespace });
      giveVariables(one, { variables: environment(this._part, this.namespace, client), volume: certificateVolume(client) }, this.node.path);
    }
    this.allowFrom(workload);
    if (options.sentinel === true) this.allowSentinelFrom(workload);
  }

  public allowFrom(client: IConstruct): void {
    argument(required(clientKind), client, 'client');
    this._access.grant(client);
  }

  public allowSentinelFrom(client: IConstruct): void {
    argument(required(clientKind), client, 'client');
    this._access.grantSentinel(client);
  }

  public allowMetricsFrom(reader: IConstruct, given: MetricsOptions = {}): void {
    const options = checked(metricsOptions, given);
    argument(required(clientKind), reader, 'reader');
    this._access.grantMetrics(reader, options);
  }

  public connectionEnvironment(options: EnvironmentOptions = {}): k8s.EnvVar[] {
    return environment(this._part, this.namespace, this.client(options));
  }

  public connectionVolume(options: EnvironmentOptions = {}): ConnectionVolume | undefined {
    return certificateVolume(this.client(options));
  }

  public connectionEnvValues(options: EnvironmentOptions = {}): { [name: string]: kplus.EnvValue } {
    return Object.fromEntries(this.connectionEnvironment(options).map(({ name, value, valueFrom }) => {
      const ref = valueFrom?.secretKeyRef;
      return [name, ref ? kplus.EnvValue.fromSecretValue({ secret: this.secret(ref.name!), key: ref.key }) : kplus.EnvValue.fromValue(value!)];
    }));
  }

  /** What cdk8s-plus asks of a peer, so that `web.connections.allowTo(redis)` works: the pods that clients connect to, and their ports. */
  public toNetworkPolicyPeerConfig(): any {
    return { podSelector: this.clientFacing().toPodSelectorConfig() };
  }

  /** The pods that clients connect to: those behind the front door, or where there is none, servers and Sentinels. The type differs between versions of cdk8s-plus. */
  public toPodSelector(): any {
    if (!this._part.settings.networkPolicies) {
      throw new InvalidPropError('networkPolicies', false, 'leaves everybody in, and a policy of a peer would shut all others out: allowTo(redis, { isolation: PodConnectionsIsolation.POD }) writes that of the client alone');
    }
    return this.clientFacing();
  }

  private client(options: EnvironmentOptions): Client {
    return clientOf(this._part, { namespace: this.namespace, home: Chart.of(this).namespace }, options);
  }

  /** The pods that clients connect to, as cdk8s-plus selects them. Unlike {@link toPodSelector}, also where this installation has no policies. */
  private clientFacing(): any {
    const existing = this.node.tryFindChild('ClientFacing');
    if (existing) return existing;
    const { topology, settings } = this._part;
    return kplus.Pods.select(this, 'ClientFacing', {
      ...settings.frontDoor
        ? { labels: topology.selector(settings.frontDoor.component) }
        : { labels: topology.installation(), expressions: [kplus.LabelExpression.in(COMPONENT, ['server', 'sentinel'])] },
      namespaces: this.namespace === undefined ? undefined : kplus.Namespaces.select(this, 'OwnNamespace', { names: [this.namespace] }),
    });
  }

  private secret(name: string): kplus.ISecret {
    const id = `Secret-${name}`;
    return (this.node.tryFindChild(id) as kplus.ISecret | undefined) ?? kplus.Secret.fromSecretName(this, id, name);
  }
}
