import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ImportedRedisHa } from './imported-redis-ha';
import { RedisHaBase } from './redis-ha-base';
import { NetworkPolicies } from '../access/network-policies';
import { Certificates } from '../certificates/certificates';
import { Direct } from '../direct/direct';
import { importValues } from '../helm-values/import-values';
import { install, trialOf } from '../helm-values/install';
import { agentsAskApi } from '../manifests/api-access';
import { isProgram } from '../manifests/program';
import { rewrite } from '../manifests/rewrite';
import { claimNames } from '../manifests/unique-names';
import { HelmValuesOptions } from '../options/helm-values';
import { IRedisHa } from '../options/i-redis-ha';
import { RedisHaAttributes } from '../options/redis-ha-attributes';
import { RedisHaProps } from '../options/redis-ha-props';
import { Proxy } from '../proxy/proxy';
import { RestoreJob } from '../restore/restore-job';
import { SentinelDeployments } from '../sentinel/sentinel-deployments';
import { sentinelService } from '../sentinel/sentinel-service';
import { AgentRights } from '../server/agent-rights';
import { Server } from '../server/server';
import { defaultName } from '../settings/default-name';
import { Description, InvalidPropError } from '../settings/invalid-prop';
import { argument, checked, required } from '../settings/kinds';
import { resolveSettings } from '../settings/resolve';
import { helmValues, helmValuesOptions } from '../settings/shapes';
import { warn } from '../settings/warn';

/**
 * A highly available Redis or Valkey: servers, Sentinels that watch them, and HAProxy that routes writes to the true master only.
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
export class RedisHa extends RedisHaBase {
  /**
   * An installation that another chart or repository makes, to connect clients of this one to it.
   *
   * Its NetworkPolicies are not changed: one more is written for each kind of pods that a client is admitted to, in its namespace.
   *
   * @param attributes what it is made of there; `name`, and `namespace` if it is another one, are enough for one with the default props
   *
   * @example
   *
   * RedisHa.fromAttributes(chart, 'redis', { name: 'cache-redis', namespace: 'cache' }).connectFrom(web);
   */
  public static fromAttributes(scope: Construct, id: string, attributes: RedisHaAttributes): IRedisHa {
    return new ImportedRedisHa(scope, id, attributes);
  }

  /**
   * An installation from values of a Helm chart: redis-ha, or Bitnami's redis or valkey. They may be what a values file holds, also below the name of the chart, or what installs the
   * chart with Flux, Argo CD, kustomize, K3s, Crossplane, Fleet or helmfile.
   *
   * What can't be taken over is told, key by key, and left out. `npx cdk8s-redis-ha import values.yaml` writes a program of typed props from the same values.
   *
   * @param values as they are in the values file
   * @throws an error that names the keys, with `strict`, when some can't be taken over
   *
   * @example
   *
   * RedisHa.fromHelmValues(chart, 'redis', { replicas: 3, persistentVolume: { size: '20Gi' } });
   */
  public static fromHelmValues(scope: Construct, id: string, values: { [key: string]: any }, options: HelmValuesOptions = {}): RedisHa {
    const { chart, strict } = checked(helmValuesOptions, options);
    argument(required(helmValues), values, 'values');
    const create = (where: Construct, name: string, props: RedisHaProps): RedisHa => new RedisHa(where, name, props);
    const place = { name: nameOf(scope, id), namespace: Chart.of(scope).namespace };
    const imported = importValues(values, { name: place.name, chart, trial: trialOf(create, place) });
    const refused = imported.lines.filter(({ fate }) => fate === 'refused').map(({ key, text }) => `${key}: ${text}`);
    if (strict && refused.length > 0) {
      throw new InvalidPropError('values', new Description(`of the chart ${imported.chart}`), `can't be taken over as they are:\n${refused.map((line) => `  ${line}\n`).join('')}`.trimEnd());
    }
    const redis = install(scope, id, imported.model, create);
    warn(refused.map((line) => ({ code: 'HELM_VALUE_REFUSED', message: `${redis.node.path}: ${line}` })));
    return redis;
  }

  /** The servers, with Sentinels as sidecars if they are. */
  public readonly serverStatefulSet: k8s.KubeStatefulSet;

  /** The headless Service of the servers. */
  public readonly serverService: k8s.KubeService;

  /** The Service of each server's announced address, in order. */
  public readonly announceServices: k8s.KubeService[];

  /** The Service of each server for outside, in order; none without `server.memberServices`. */
  public readonly memberServices: k8s.KubeService[];

  /** redis.conf, the scripts and what the agent is told. */
  public readonly serverConfig: kplus.ConfigMap;

  /** Deployments of the Sentinels, in order; none when they are sidecars. */
  public readonly sentinelDeployments: k8s.KubeDeployment[];

  /** The Service of each Sentinel's announced address, in order; none when they are sidecars. */
  public readonly sentinelAnnounceServices: k8s.KubeService[];

  /** The Service that finds any Sentinel: where Sentinel-aware clients start. */
  public readonly sentinelService: k8s.KubeService;

  /** HAProxy; undefined with `Routing.none()` and `Routing.direct()`. */
  public readonly proxyDeployment?: k8s.KubeDeployment;

  /** The Service that clients connect to; undefined with `Routing.none()`. */
  public readonly proxyService?: k8s.KubeService;

  /** haproxy.cfg and the scripts; undefined with `Routing.none()` and `Routing.direct()`. */
  public readonly proxyConfig?: kplus.ConfigMap;

  /** The Job that offers the data which the installation begins with; undefined without `restore`. */
  public readonly restoreJob?: k8s.KubeJob;

  /** PodDisruptionBudgets of all kinds of pods. */
  public readonly disruptionBudgets: k8s.KubePodDisruptionBudget[];

  /**
   * NetworkPolicies of all kinds of pods: of the servers, of Sentinels with pods of their own, and of the proxy; none if switched off. `Overrides.merge` adds
   * what has no option.
   *
   * @example
   *
   * for (const policy of redis.networkPolicies) Overrides.merge(policy, { spec: { policyTypes: ['Ingress', 'Egress'], egress: [{}] } });
   */
  public readonly networkPolicies: k8s.KubeNetworkPolicy[];

  /** @internal */
  protected readonly _access: NetworkPolicies;

  constructor(scope: Construct, id: string, props: RedisHaProps = {}) {
    super(scope, id, (self) => {
      const { namespace } = Chart.of(self);
      const settings = resolveSettings(props, { defaultName: defaultName(self), namespace });
      return { namespace, settings, keeps: settings.persistence };
    }, false);
    const part = this._part;
    const { settings } = part;
    warn(settings.warnings);

    const { tls } = settings;
    // before the pods: they wait for the Secret
    if (tls?.certManager) new Certificates(this, 'Certificates', { ...part, tls, certManager: tls.certManager, namespace: this.namespace });

    const server = new Server(this, 'Server', part);
    this.serverStatefulSet = server.statefulSet;
    this.serverService = server.headlessService;
    this.announceServices = server.announceServices;
    this.memberServices = server.memberServices;
    this.serverConfig = server.config;

    const sentinels = settings.sentinel.sidecar ? undefined : new SentinelDeployments(this, 'Sentinel', part);
    this.sentinelDeployments = sentinels?.deployments ?? [];
    this.sentinelAnnounceServices = sentinels?.services ?? [];
    this.sentinelService = sentinelService(this, part);

    const proxy = settings.proxy && new Proxy(this, 'Proxy', { ...part, proxy: settings.proxy });
    const direct = settings.direct && new Direct(this, 'Direct', { ...part, direct: settings.direct });
    if (agentsAskApi(settings)) new AgentRights(this, 'AgentRights', part);
    this.proxyDeployment = proxy?.deployment;
    this.proxyService = (proxy ?? direct)?.service;
    this.proxyConfig = proxy?.config;

    this.disruptionBudgets = [server, sentinels, proxy].flatMap((one) => one?.disruptionBudget ?? []);
    this._access = new NetworkPolicies(this, 'Access', { ...part, namespace: this.namespace, foreign: false });
    const restore = settings.restore === undefined || settings.hibernate ? undefined : new RestoreJob(this, 'Restore', { ...part, restore: settings.restore });
    this.restoreJob = restore?.job;
    if (restore) this._access.grantSentinel(restore.job);
    this.networkPolicies = [...this._access.policies, ...restore?.networkPolicy ? [restore.networkPolicy] : []];
    this.nameProtocol(settings.appProtocol);
    this.annotate(settings.annotations);
    claimNames(this, settings);
  }

  /** What Services say of their ports, if it is given. */
  private nameProtocol(appProtocol: string | undefined): void {
    if (appProtocol === undefined) return;
    for (const object of this.node.findAll()) {
      if (!ApiObject.isApiObject(object) || object.kind !== 'Service') continue;
      rewrite(object, 'own', (manifest) => {
        for (const port of manifest.spec.ports) port.appProtocol = appProtocol;
        return manifest;
      });
    }
  }

  /** Annotations of the user on every object; one that an object has by an option of its own stays. */
  private annotate(annotations: { readonly [name: string]: string }): void {
    for (const object of this.node.findAll()) {
      if (!ApiObject.isApiObject(object) || isProgram(object)) continue;
      for (const [name, value] of Object.entries(annotations)) {
        if (object.metadata.toJson()?.annotations?.[name] === undefined) object.metadata.addAnnotation(name, value);
      }
    }
  }
}

/** Name of an installation that will stand there, if it is given none. */
function nameOf(scope: Construct, id: string): string {
  const standIn = new Construct(scope, id);
  const name = defaultName(standIn);
  scope.node.tryRemoveChild(id);
  return name;
}
