import { k8s } from 'cdk8s-plus-27';
import { TrustedCasSettings } from './auth-settings';
import { ServerConnections } from './connections';
import { KubeTemplateSettings, PodSettings, ProbesSettings } from './pod-settings';
import { DisruptionBudget } from '../options/pod-options';
import { HaproxyLines, ReadBalance } from '../options/proxy-behaviour';
import { Consensus } from '../options/proxy-options';
import { ProxyPort, TcpRouteOptions } from '../options/proxy-workload';
import { ProxyServiceOptions } from '../options/service-options';

/** The Service whose EndpointSlices the agents write. */
export interface DirectSettings {
  readonly port: number;
  readonly readPort: number;
}

/** The Service that clients connect to, whatever is behind it. */
export interface FrontDoorSettings {
  readonly port: number;
  readonly readPort: number;
  /** Whose pods are behind it, and at which of their ports clients arrive. */
  readonly component: 'proxy' | 'server';
  readonly podPorts: readonly number[];
}

/** Consul, and consul-template beside HAProxy. */
export interface ConsulSettings {
  /** URL, which may name the variable HOST_IP as Kubernetes does. */
  readonly address: string;
  readonly service: string;
  readonly token?: { readonly secretName: string; readonly key: string };
  readonly ca?: TrustedCasSettings;
  readonly image: string;
  readonly resources: k8s.ResourceRequirements;
}

/** How reads are shared. */
export interface ReadSettings {
  readonly balance: ReadBalance;
  /** 0: any lag will do. */
  readonly maxLagBytes: number;
  /** In percent of the weight of one in HAProxy's zone; 100: zones do not matter. */
  readonly otherZoneWeight: number;
}

/** How many pods of the proxy there are, by load. */
export interface AutoscalingSettings {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** In percent of what is requested. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
}

/** How pods of the proxy are exchanged. */
export interface RolloutSettings {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit?: number;
}

/** HAProxy. */
export interface ProxySettings {
  /** kube-template beside HAProxy; undefined unless it tells HAProxy the addresses of pods. */
  readonly kubeTemplate?: KubeTemplateSettings;
  /** Undefined unless Consul knows the addresses of pods. */
  readonly consul?: ConsulSettings;
  readonly replicas: number;
  readonly image: string;
  readonly port: number;
  readonly readPort: number;
  readonly readFromMasterAsFallback: boolean;
  readonly statsPort: number;
  /** Clients of one pod. */
  readonly maxconn: number;
  readonly connections: ServerConnections;
  readonly consensus: Consensus;
  readonly sentinelIntervalMs: number;
  readonly sentinelFall: number;
  readonly sentinelRise: number;
  readonly roleIntervalMs: number;
  readonly consensusIntervalMs: number;
  readonly checkTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** 0 is never, here and of the servers. */
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly service: ProxyServiceOptions;
  readonly extraPorts: readonly ProxyPort[];
  readonly reads: ReadSettings;
  readonly lines: { readonly [section in keyof HaproxyLines]-?: readonly string[] };
  readonly customSections: string;
  /** How many of these take clients. */
  readonly customFronts: number;
  /** Undefined where there are always as many. */
  readonly autoscaling?: AutoscalingSettings;
  readonly rollout: RolloutSettings;
  readonly tcpRoute?: TcpRouteOptions;
  readonly drainSeconds: number;
  /** Time that open sessions get after the drain. */
  readonly hardStopSeconds: number;
  /** At most, where the node has as many cores. */
  readonly threads: number;
  readonly resources: k8s.ResourceRequirements;
  readonly probes: ProbesSettings;
  readonly pod: PodSettings;
  readonly disruptionBudget?: DisruptionBudget;
}
