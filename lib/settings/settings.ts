import { k8s } from 'cdk8s-plus-27';
import { AuthSettings, TlsSettings } from './auth-settings';
import { PodSettings, ProbesSettings } from './pod-settings';
import { DirectSettings, FrontDoorSettings, ProxySettings } from './proxy-settings';
import { BackupTargetSettings } from './resolve-backup-target';
import { Engine } from '../options/engine';
import { LogFormat } from '../options/log-format';
import { Peer } from '../options/peer';
import { DurabilityMode, Fsync } from '../options/persistence';
import { DisruptionBudget } from '../options/pod-options';
import { IpStack } from '../options/redis-ha-props';
import { MemberServiceOptions } from '../options/service-options';

/** The servers. */
export interface ServerSettings {
  readonly image: string;
  readonly port: number;
  readonly maxmemoryBytes?: number;
  readonly maxmemoryPolicy: string;
  readonly minReplicasToWrite: number;
  readonly minReplicasMaxLagSeconds: number;
  readonly replBacklogBytes: number;
  readonly allowFlush: boolean;
  readonly directives: readonly string[];
  readonly resources: k8s.ResourceRequirements;
  readonly probes: ProbesSettings;
  readonly pod: PodSettings;
  /** As a StatefulSet has it. */
  readonly updateStrategy: { readonly type: 'RollingUpdate' | 'OnDelete'; readonly partition: number };
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit?: number;
  /** Services beside those that are announced; undefined without. */
  readonly memberServices?: MemberServiceOptions;
  readonly disruptionBudget?: DisruptionBudget;
}

/** The agent. */
export interface AgentSettings {
  readonly image: string;
  readonly resources: k8s.ResourceRequirements;
  readonly bootTimeoutMs: number;
  readonly handOverBudgetSeconds: number;
}

/** The Sentinels. */
export interface SentinelSettings {
  /** Whether each lives in a server's pod. */
  readonly sidecar: boolean;
  readonly count: number;
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  readonly unreachableAfterMs: number;
  readonly masterRebootDownAfterMs: number;
  readonly port: number;
  readonly directives: readonly string[];
  readonly resources: k8s.ResourceRequirements;
  readonly probes: Omit<ProbesSettings, 'startup'>;
  readonly pod: PodSettings;
  /** Zones that they are kept to, in order and again from the start; none: anywhere. */
  readonly zones: readonly string[];
  readonly revisionHistoryLimit?: number;
  readonly disruptionBudget?: DisruptionBudget;
}

/** redis_exporter. */
export interface ExporterSettings {
  readonly image: string;
  readonly resources: k8s.ResourceRequirements;
  /** Lua scripts, by the name of their file. */
  readonly scripts: { readonly [file: string]: string };
  readonly keys: readonly string[];
  readonly keyPatterns: readonly string[];
  readonly countedPatterns: readonly string[];
}

/** What the agents show at the Kubernetes API. */
export interface KubernetesSettings {
  readonly events: boolean;
  readonly roleLabel: boolean;
}

/** Where data lives. */
export interface PersistenceSettings {
  readonly kind: 'volume' | 'emptyDir' | 'existingClaim' | 'hostPath';
  readonly mode: DurabilityMode;
  /** When an append-only file is flushed. */
  readonly fsync: Fsync;
  readonly sizeBytes?: number;
  readonly storageClass?: string;
  readonly annotations?: { readonly [name: string]: string };
  /** Merged over the spec of the claims. */
  readonly specOverrides: { readonly [field: string]: any };
  readonly deleteWithCluster: boolean;
  readonly deleteWhenScaled: boolean;
  readonly labels: { readonly [name: string]: string };
  readonly accessMode: string;
  /** Of the volumes that claims may be bound to. */
  readonly selector?: { readonly [name: string]: string };
  /** What claims begin with. */
  readonly dataSource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  readonly subPath?: string;
  /** Directory of the nodes. */
  readonly path?: string;
  readonly inMemory: boolean;
  readonly claim?: string;
}

/** What is restored, and the pod that does it. */
export interface RestoreSettings {
  readonly from:
  | { readonly kind: 'backup'; readonly target: BackupTargetSettings; readonly snapshot: string; readonly installation?: string; readonly namespace?: string; readonly image: string }
  | { readonly kind: 'volume'; readonly claimName: string; readonly path: string; readonly untilSeconds?: number };
  /** Of the throw-away server. */
  readonly resources: k8s.ResourceRequirements;
  readonly pod: PodSettings;
}

/** A master outside, which the installation follows until it has data of its own. */
export interface FollowSettings {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  /** Undefined where it asks for none. */
  readonly password?: { readonly secretName: string; readonly key: string };
  readonly tls: boolean;
  readonly cutOver: boolean;
}

/** Where pods may connect to. */
export interface EgressSettings {
  readonly dns: EgressRuleSettings;
  readonly apiServer: EgressRuleSettings;
  readonly more: readonly EgressRuleSettings[];
}

/** Whom pods may reach, and at which ports; without one of them: anybody, or all. */
export interface EgressRuleSettings {
  /** Path of the option that it is from, for errors. */
  readonly prop: string;
  readonly to?: Peer;
  readonly ports?: readonly number[];
}

/** Something that a user should know about the props. */
export interface Warning {
  /** For whoever filters warnings. */
  readonly code: string;
  readonly message: string;
}

/**
 * An installation with every default filled in and every rule checked. Parts read this and the topology, never props.
 */
export interface Settings {
  /** What works, but not as its user expects: `RedisHa` tells it. */
  readonly warnings: readonly Warning[];
  readonly name: string;
  readonly masterName: string;
  readonly engine: Engine;
  readonly replicas: number;
  readonly labels: { readonly [name: string]: string };
  /** Of all objects. */
  readonly annotations: { readonly [name: string]: string };
  /** Of the default images. */
  readonly imageRegistry: string;
  readonly imagePullSecrets: readonly string[];
  readonly ipStack?: IpStack;
  readonly logFormat: LogFormat;
  /** Whether pods name the user and group that they run as. */
  readonly fixedIds: boolean;
  readonly nativeSidecars: boolean;
  readonly networkPolicies: boolean;
  /** Undefined where pods may connect to anywhere. */
  readonly egress?: EgressSettings;
  /** Of the ports of Services; undefined without. */
  readonly appProtocol?: string;
  /** Whether there are no pods for now. */
  readonly hibernate: boolean;
  readonly server: ServerSettings;
  readonly agent: AgentSettings;
  readonly sentinel: SentinelSettings;
  /** Undefined when clients ask the Sentinels themselves. */
  readonly proxy?: ProxySettings;
  /** Undefined with a proxy, and when clients ask the Sentinels themselves. */
  readonly direct?: DirectSettings;
  /** What clients connect to; undefined when they ask the Sentinels themselves. */
  readonly frontDoor?: FrontDoorSettings;
  readonly persistence: PersistenceSettings;
  /** Undefined where the installation begins empty. */
  readonly restore?: RestoreSettings;
  /** Undefined where it begins by itself. */
  readonly follow?: FollowSettings;
  /** Undefined where they show nothing. */
  readonly kubernetes?: KubernetesSettings;
  /** Undefined without exporters. */
  readonly exporter?: ExporterSettings;
  /** Undefined without a password. */
  readonly auth?: AuthSettings;
  /** Undefined without TLS. */
  readonly tls?: TlsSettings;
}
