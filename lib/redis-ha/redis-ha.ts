import { Chart, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { NetworkPolicies } from '../access/network-policies';
import { claimNames } from '../manifests/unique-names';
import { ConnectOptions } from '../options/connect-options';
import { RedisHaProps } from '../options/redis-ha-props';
import { Proxy } from '../proxy/proxy';
import { SentinelDeployments } from '../sentinel/sentinel-deployments';
import { sentinelService } from '../sentinel/sentinel-service';
import { Server } from '../server/server';
import { InvalidPropError } from '../settings/invalid-prop';
import { resolveSettings } from '../settings/resolve';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/**
 * A highly available Redis or Valkey: servers, Sentinels that watch them, and HAProxy that leads writes to the true master only.
 *
 * The password comes from a Secret that must exist: by default `NAME-auth` with the key `password`.
 *
 * @throws an error that names the prop, its value and what is accepted, when a prop can't become a working installation
 *
 * @example
 *
 * const redis = new RedisHa(chart, 'redis', { replicas: 3 });
 * redis.connectFrom(appDeployment);
 */
export class RedisHa extends Construct {
  /** Name of the installation: the start of each object's name. */
  public readonly name: string;

  /** Name of the master's group, as Sentinel-aware clients give it. */
  public readonly masterName: string;

  /** Host that leads to the master and to replicas; undefined with `Routing.none()`. */
  public readonly host?: string;

  /** Port that leads to the master; undefined with `Routing.none()`. */
  public readonly port?: number;

  /** Port that leads to replicas; undefined with `Routing.none()`. */
  public readonly readPort?: number;

  /** Addresses of the Sentinels, as `host:port`. */
  public readonly sentinelHosts: string[];

  /** Name of the Secret that holds the password; undefined without one. */
  public readonly secretName?: string;

  /** Key of that Secret; undefined without a password. */
  public readonly secretKey?: string;

  /** The servers, with Sentinels as sidecars if they are. */
  public readonly serverStatefulSet: k8s.KubeStatefulSet;

  /** The headless Service of the servers. */
  public readonly serverService: k8s.KubeService;

  /** The Service of each server's announced address, in order. */
  public readonly announceServices: k8s.KubeService[];

  /** redis.conf, the scripts and what the agent is told. */
  public readonly serverConfig: kplus.ConfigMap;

  /** Deployments of the Sentinels, in order; none when they are sidecars. */
  public readonly sentinelDeployments: k8s.KubeDeployment[];

  /** The Service of each Sentinel's announced address, in order; none when they are sidecars. */
  public readonly sentinelAnnounceServices: k8s.KubeService[];

  /** The Service that finds any Sentinel: where Sentinel-aware clients start. */
  public readonly sentinelService: k8s.KubeService;

  /** HAProxy; undefined with `Routing.none()`. */
  public readonly proxyDeployment?: k8s.KubeDeployment;

  /** The Service that clients connect to; undefined with `Routing.none()`. */
  public readonly proxyService?: k8s.KubeService;

  /** haproxy.cfg and the scripts; undefined with `Routing.none()`. */
  public readonly proxyConfig?: kplus.ConfigMap;

  /** PodDisruptionBudgets of all kinds of pods. */
  public readonly disruptionBudgets: k8s.KubePodDisruptionBudget[];

  /** NetworkPolicies of all kinds of pods; none if switched off. */
  public readonly networkPolicies: kplus.NetworkPolicy[];

  private readonly settings: Settings;
  private readonly topology: Topology;
  private readonly access?: NetworkPolicies;

  constructor(scope: Construct, id: string, props: RedisHaProps = {}) {
    super(scope, id);
    this.settings = resolveSettings(props, {
      defaultName: Names.toDnsLabel(this, { includeHash: false }),
      namespace: Chart.of(this).namespace,
    });
    const { settings } = this;
    this.topology = new Topology({ ...settings, engineName: settings.engine.name });
    const part = { settings, topology: this.topology };

    this.name = settings.name;
    this.masterName = settings.masterName;
    this.secretName = settings.auth?.secretName;
    this.secretKey = settings.auth?.secretKey;
    this.sentinelHosts = this.topology.sentinels.map((sentinel) => `${sentinel.service}:${settings.sentinel.port}`);

    const server = new Server(this, 'Server', part);
    this.serverStatefulSet = server.statefulSet;
    this.serverService = server.headlessService;
    this.announceServices = server.announceServices;
    this.serverConfig = server.config;

    const sentinels = settings.sentinel.sidecar ? undefined : new SentinelDeployments(this, 'Sentinel', part);
    this.sentinelDeployments = sentinels?.deployments ?? [];
    this.sentinelAnnounceServices = sentinels?.services ?? [];
    this.sentinelService = sentinelService(this, part);

    const proxy = settings.proxy && new Proxy(this, 'Proxy', { ...part, proxy: settings.proxy });
    this.host = proxy && this.topology.frontDoor;
    this.port = settings.proxy?.port;
    this.readPort = settings.proxy?.readPort;
    this.proxyDeployment = proxy?.deployment;
    this.proxyService = proxy?.service;
    this.proxyConfig = proxy?.config;

    this.disruptionBudgets = [server, sentinels, proxy].flatMap((one) => one?.disruptionBudget ?? []);
    this.access = settings.networkPolicies ? new NetworkPolicies(this, 'Access', part) : undefined;
    this.networkPolicies = this.access?.policies ?? [];
    claimNames(this, settings);
  }

  /**
   * Connects a workload of the same namespace: gives all its containers the variables of `connectionEnvironment`, and lets its pods in.
   */
  public connectFrom(workload: kplus.Workload, options: ConnectOptions = {}): void {
    for (const container of workload.containers) {
      for (const { name, value, valueFrom } of this.connectionEnvironment(options)) {
        const ref = valueFrom?.secretKeyRef;
        container.env.addVariable(name, ref === undefined
          ? kplus.EnvValue.fromValue(value!)
          : kplus.EnvValue.fromSecretValue({ secret: kplus.Secret.fromSecretName(this, `${workload.node.id}-${container.name}-${name}`, ref.name!), key: ref.key }));
      }
    }
    this.allowFrom(workload);
  }

  /**
   * Lets a client in through the NetworkPolicies, and gives it nothing else: pods, namespaces or addresses.
   */
  public allowFrom(client: kplus.INetworkPolicyPeer): void {
    this.access?.grant(client);
  }

  /**
   * Lets somebody read metrics through the NetworkPolicies: those of HAProxy (`/metrics` at `proxy.statsPort`, port name `stats`), and with
   * `Routing.podIp()` those of kube-template (`/metrics` at 9099, port name `templates`). The statistics page is at the first one, too.
   *
   * @throws an error with `Routing.none()`: there is no HAProxy
   */
  public allowMetricsFrom(reader: kplus.INetworkPolicyPeer): void {
    if (this.settings.proxy === undefined) throw new InvalidPropError('routing', 'none', 'has no metrics: HAProxy has them, with Routing.service() or Routing.podIp()');
    this.access?.grantMetrics(reader);
  }

  /**
   * What a client needs to know, as variables: `REDIS_HOST`, `REDIS_PORT` and `REDIS_READ_PORT`, or with `Routing.none()`
   * `REDIS_SENTINELS` and `REDIS_MASTER_NAME`; and `REDIS_PASSWORD`, which refers to the Secret.
   */
  public connectionEnvironment(options: ConnectOptions = {}): k8s.EnvVar[] {
    const prefix = options.prefix ?? 'REDIS';
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
      throw new InvalidPropError('prefix', prefix, 'must be the start of a variable\'s name: letters, digits and "_", no digit first');
    }
    const where: k8s.EnvVar[] = this.host === undefined
      ? [{ name: `${prefix}_SENTINELS`, value: this.sentinelHosts.join(',') }, { name: `${prefix}_MASTER_NAME`, value: this.masterName }]
      : [
        { name: `${prefix}_HOST`, value: this.host },
        { name: `${prefix}_PORT`, value: String(this.port) },
        { name: `${prefix}_READ_PORT`, value: String(this.readPort) },
      ];
    const { auth } = this.settings;
    return auth === undefined
      ? where
      : [...where, { name: `${prefix}_PASSWORD`, valueFrom: { secretKeyRef: { name: auth.secretName, key: auth.secretKey } } }];
  }
}
