import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { ServerConnections } from './connections';
import { PlainPort } from './ports';
import { BackupTargetSettings } from './resolve-backup-target';
import { Engine } from '../options/engine';
import { LogFormat } from '../options/log-format';
import { Peer } from '../options/peer';
import { DurabilityMode, Fsync } from '../options/persistence';
import { DisruptionBudget, PodOptions, Spread } from '../options/pod-options';
import { HaproxyLines, ReadBalance } from '../options/proxy-behaviour';
import { Consensus } from '../options/proxy-options';
import { ProxyPort, TcpRouteOptions } from '../options/proxy-workload';
import { IpStack } from '../options/redis-ha-props';
import { MemberServiceOptions, ProxyServiceOptions } from '../options/service-options';
import { TlsFront, TlsVersion } from '../options/tls';

/** A probe's numbers, in whole seconds. */
export interface ProbeSettings {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The probes of one container. */
export interface ProbesSettings {
  readonly readiness: ProbeSettings;
  readonly liveness: ProbeSettings;
  readonly startup: ProbeSettings;
}

/** Pods of one kind. */
export interface PodSettings extends PodOptions {
  /** Path of the options that these are from, for errors. */
  readonly prop: string;
  readonly spread: Spread;
  readonly gracePeriodSeconds: number;
}

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
  readonly disruptionBudget: DisruptionBudget;
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
  readonly disruptionBudget: DisruptionBudget;
}

/** Where a program of ours comes from. */
export interface ProgramImageSettings {
  readonly image: string;
  /** Whether the program is mounted from a ConfigMap. */
  readonly mounted: boolean;
}

/** kube-template. */
export interface KubeTemplateSettings {
  readonly image: ProgramImageSettings;
  readonly resources: k8s.ResourceRequirements;
}

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
  readonly disruptionBudget: DisruptionBudget;
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

/** A user of clients. */
export interface UserSettings {
  readonly name: string;
  /** Key of the Secret that holds its password. */
  readonly passwordKey: string;
  /** What it may do, as ACL SETUSER takes it after `reset`. */
  readonly rules: string;
}

/** The password, and users that have one of their own. */
export interface AuthSettings {
  readonly secretName: string;
  readonly secretKey: string;
  /** The Secret itself, if it was handed in. */
  readonly secret?: IConstruct;
  /** Users of clients. */
  readonly users: readonly UserSettings[];
  /** Whether HAProxy's checks and metrics have users of their own. */
  readonly componentUsers: boolean;
}

/** Where the CAs are that certificates are checked against. */
export interface TrustedCasSettings {
  readonly kind: 'secret' | 'configMap';
  readonly name: string;
  readonly key: string;
}

/** A certificate that cert-manager makes. */
export interface CertManagerSettings {
  /** Undefined for a CA of the installation's own. */
  readonly issuer?: { readonly kind: string; readonly name: string; readonly group: string };
  readonly durationSeconds: number;
  readonly renewBeforeSeconds: number;
  readonly extraNames: readonly string[];
  readonly clusterDomain?: string;
}

/** Who speaks TLS, and with what. */
export interface TlsSettings {
  /** Whether servers, Sentinels and all who speak with them do; otherwise only HAProxy's front does. */
  readonly everywhere: boolean;
  /** What HAProxy does with the clients' TLS; `terminate` where only its front speaks it. */
  readonly front: TlsFront | 'terminate';
  /** Whether clients have to show a certificate. */
  readonly clientCertificates: boolean;
  readonly minVersion: TlsVersion;
  /** Name that is looked for in certificates. */
  readonly serverName: string;
  /** Ports of HAProxy that speak without TLS to clients, with the name that each has in Service and pod. */
  readonly plainPorts: readonly { readonly name: PlainPort; readonly port: number }[];
  readonly secretName: string;
  /** Undefined: `ca.crt` of the same Secret. */
  readonly ca?: TrustedCasSettings;
  /** Undefined for a Secret that exists. */
  readonly certManager?: CertManagerSettings;
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

