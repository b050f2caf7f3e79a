import { Auth } from './auth';
import { Engine } from './engine';
import { ExternalMaster } from './external-master';
import { KubernetesOptions } from './kubernetes-options';
import { LogFormat } from './log-format';
import { Metrics } from './metrics';
import { NetworkOptions } from './network-options';
import { Persistence } from './persistence';
import { ProxyOptions } from './proxy-options';
import { Restore } from './restore';
import { Routing } from './routing';
import { Sentinel } from './sentinel';
import { ServerOptions } from './server-options';
import { Tls } from './tls';
import { Workload } from './workload';

/**
 * Address families of Services.
 */
export enum IpStack {
  /** IPv4 only. */
  IPV4 = 'ipv4',
  /** IPv6 only. */
  IPV6 = 'ipv6',
  /** Both; IPv4 is announced: what servers, Sentinels and HAProxy speak among themselves. */
  DUAL_STACK = 'dual-stack',
  /** Both; IPv6 is announced. The first family of a Service that exists can't be changed: Services have to be made anew. */
  DUAL_STACK_IPV6 = 'dual-stack-ipv6',
}

/**
 * A highly available Redis or Valkey.
 */
export interface RedisHaProps {
  /**
   * Server program and its version.
   *
   * @default Engine.redis()
   */
  readonly engine?: Engine;

  /**
   * Number of servers: one master, the others its replicas.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Where Sentinels run.
   *
   * @default Sentinel.sidecar()
   */
  readonly sentinel?: Sentinel;

  /**
   * How clients find the master.
   *
   * @default Routing.service()
   */
  readonly routing?: Routing;

  /**
   * What the data is worth: defaults for eviction, for what is written to disk and when, for the replicas that a write needs, and for buffers. What other props
   * say counts for more. docs/explanation/durability.md has the values, and what each may lose.
   *
   * @default - none: nothing is evicted, nothing is written to disk, and a write needs a replica in sync where there are three servers or more
   */
  readonly workload?: Workload;

  /**
   * Where each server keeps its data.
   *
   * @default Persistence.emptyDir(): a cache, lost if all servers die at once. With Workload.QUEUE and Workload.STORE a volume for three times the memory limit
   */
  readonly persistence?: Persistence;

  /**
   * Data that the installation begins with, in place of none. A Job offers it, one server copies it, and the others copy that one, before there is a master;
   * until then nobody is master. It happens once: an installation that has data, or had, is never touched, so the prop may stay or be removed, and neither restarts
   * anything. Not with data that does not outlive its pods (`Persistence.emptyDir()`, `DurabilityMode.NONE`). docs/how-to/restore.md says what to do in a disaster.
   *
   * @default - it begins empty
   */
  readonly restore?: Restore;

  /**
   * A master outside that the installation replicates until it cuts over: servers copy it and take no writes, HAProxy lets clients read only, and
   * `ExternalMaster.at(…, { cutOver: true })` then makes one of them the master. An installation that has data of its own is never touched: after the cut-over the prop may
   * stay, or be removed. Neither following nor cutting over restarts anything. Not with data that does not outlive its pods, and not with `restore`.
   * docs/how-to/moving-in.md has the steps.
   *
   * @default - it begins by itself
   */
  readonly follow?: ExternalMaster;

  /**
   * How everybody proves who they are.
   *
   * @default - a password from the Secret `NAME-auth`, key `password`, which must exist
   */
  readonly auth?: Auth;

  /**
   * Encryption of connections. Turning it on or off in a running installation stops it for as long as a cold start takes, except for `Tls.edge`; docs/how-to/tls.md says how.
   *
   * @default - none
   */
  readonly tls?: Tls;

  /**
   * Exporters of the metrics of servers and Sentinels. `RedisMonitoring` has them scraped.
   *
   * @default - none: the agents and HAProxy tell what they know
   */
  readonly metrics?: Metrics;

  /**
   * What Kubernetes itself shows of failovers and roles: Events, and a label of the servers' pods. A change rolls the servers.
   *
   * @default - nothing: the servers' pods have no rights at the API server, unless `Routing.direct()` needs some
   */
  readonly kubernetes?: KubernetesOptions;

  /**
   * The servers.
   *
   * @default - see ServerOptions
   */
  readonly server?: ServerOptions;

  /**
   * HAProxy. Not with `Routing.direct()` and `Routing.none()`.
   *
   * @default - see ProxyOptions
   */
  readonly proxy?: ProxyOptions;

  /**
   * Name of the installation, and the start of the name of each of its objects: at most 40 characters. No two installations of an app may share it in one
   * namespace, in whichever charts they are: charts for several clusters belong in an app each. The programs of all installations of a chart are in ConfigMaps
   * named after the chart's id (`redis-agent` of `new Chart(app, 'redis')`): charts of several apps in one namespace need ids of their own, whatever the
   * names of their installations are.
   *
   * @default - the construct's path, like `cache-redis`; one that can't be a name (too long, with a dot, a digit first) is mended, and ends with a hash
   */
  readonly name?: string;

  /**
   * Name of the master's group, which Sentinels and Sentinel-aware clients use. Give each installation its own: Sentinels of two that
   * share a name may merge, and one overwrites the other's data. Set it to the former value when you give the chart of a running installation a
   * namespace: a Sentinel answers to one name only, so a change costs an outage.
   *
   * @default - the namespace, if the chart has one, and the installation's name, like `production-cache-redis`
   */
  readonly masterName?: string;

  /**
   * Labels of all objects and pods, and not of the claims, which could not follow a change. `app.kubernetes.io/part-of` may be given here.
   * The ConfigMaps of our programs, which all installations of a chart share, have those of all of them, and none that two of them give different values.
   *
   * @default - none but `redis-ha.cdk8s.io/*`, by which pods are selected, and `app.kubernetes.io/*`: `name`, `instance` and `component`, and on objects that are
   * no pods also `managed-by`, `part-of` (the installation's name) and `version` (that of the engine)
   */
  readonly labels?: { [name: string]: string };

  /**
   * Annotations of all objects, and not of the pods, which have `pod.annotations`, nor of the claims. ConfigMaps of our programs have them as their labels.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Registry in place of docker.io for the default images: a mirror that keeps their paths.
   *
   * @default - docker.io
   */
  readonly imageRegistry?: string;

  /**
   * Names of the Secrets that the images are pulled with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Address families of Services.
   *
   * @default - the cluster's default family, one address for each Service
   */
  readonly ipStack?: IpStack;

  /**
   * How the agents and kube-template write their logs. docs/reference/logs.md lists the lines. Redis, Sentinel and HAProxy have formats of their own.
   *
   * @default LogFormat.TEXT
   */
  readonly logFormat?: LogFormat;

  /**
   * Run all pods as user and group 999. With `false` the manifests name no user and no group: for clusters that give each namespace ids of its own and refuse
   * others, like OpenShift with the SCC `restricted-v2`. On other clusters such pods do not start, because the images' own user is root.
   *
   * @default true
   */
  readonly fixedIds?: boolean;

  /**
   * Run Sentinel sidecars and the agent as init containers that are kept running, so that Kubernetes itself stops them
   * after the server. Needs Kubernetes ≥ 1.29.
   *
   * @default false: ordinary containers that wait for the server to stop
   */
  readonly nativeSidecars?: boolean;

  /**
   * Make NetworkPolicies that let in members, the proxy and what `connectFrom` grants.
   *
   * @default true
   */
  readonly networkPolicies?: boolean;

  /**
   * What the pods may reach, and what Services say of their ports.
   *
   * @default - see NetworkOptions
   */
  readonly network?: NetworkOptions;

  /**
   * No pods, while everything else stays: claims, Services, Secrets. `false` again starts the servers with their data, as after a restart of all. Not with data that does not
   * outlive its pods, nor with `deleteWhenScaled`, which would delete the claims. `RedisBackup` suspends its backups then, and `RedisMonitoring` leaves out the alerts that miss something.
   *
   * @default false
   */
  readonly hibernate?: boolean;
}
