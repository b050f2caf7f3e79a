import { k8s } from 'cdk8s-plus-27';
import { DisruptionBudget, PodOptions, Spread } from './pod-options';
import { IpStack } from './props';
import { Consensus, ProxyServiceOptions } from '../proxy/proxy-options';
import { Engine } from '../server/engine';
import { DurabilityMode } from '../server/persistence';
import { KubeTemplateImage } from '../template-sidecar/kube-template-image';

/** A probe's numbers, settled, in whole seconds. */
export interface ProbeSettings {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The probes of one container, settled. */
export interface ProbesSettings {
  readonly readiness: ProbeSettings;
  readonly liveness: ProbeSettings;
  readonly startup: ProbeSettings;
}

/** Pods of one kind, settled. */
export interface PodSettings extends PodOptions {
  readonly spread: Spread;
  readonly gracePeriodSeconds: number;
}

/** The servers, settled. */
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
  readonly disruptionBudget: DisruptionBudget;
}

/** The agent, settled. */
export interface AgentSettings {
  readonly image: string;
  readonly resources: k8s.ResourceRequirements;
  readonly bootTimeoutMs: number;
  readonly handOverBudgetSeconds: number;
}

/** The Sentinels, settled. */
export interface SentinelSettings {
  /** Whether each lives in a server's pod. */
  readonly sidecar: boolean;
  readonly count: number;
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  readonly masterRebootDownAfterMs: number;
  readonly port: number;
  readonly directives: readonly string[];
  readonly resources: k8s.ResourceRequirements;
  readonly pod: PodSettings;
  readonly disruptionBudget: DisruptionBudget;
}

/** kube-template, settled. */
export interface KubeTemplateSettings {
  readonly image: KubeTemplateImage;
  readonly resources: k8s.ResourceRequirements;
}

/** HAProxy, settled. */
export interface ProxySettings {
  /** kube-template beside HAProxy; undefined where HAProxy goes through Services. */
  readonly kubeTemplate?: KubeTemplateSettings;
  readonly replicas: number;
  readonly image: string;
  readonly port: number;
  readonly readPort: number;
  readonly readFromMasterAsFallback: boolean;
  readonly statsPort: number;
  readonly maxconn: number;
  readonly consensus: Consensus;
  readonly sentinelIntervalMs: number;
  readonly roleIntervalMs: number;
  readonly consensusIntervalMs: number;
  readonly checkTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly service: ProxyServiceOptions;
  readonly customSections: string;
  readonly drainSeconds: number;
  /** Time that open sessions get after the drain. */
  readonly hardStopSeconds: number;
  readonly resources: k8s.ResourceRequirements;
  readonly probes: ProbesSettings;
  readonly pod: PodSettings;
  readonly disruptionBudget: DisruptionBudget;
}

/** Where data lives, settled. */
export interface PersistenceSettings {
  readonly kind: 'volume' | 'emptyDir' | 'existingClaim';
  readonly mode: DurabilityMode;
  readonly sizeBytes?: number;
  readonly storageClass?: string;
  readonly annotations?: { readonly [name: string]: string };
  readonly deleteWithCluster: boolean;
  readonly inMemory: boolean;
  readonly claim?: string;
}

/** The password, settled. */
export interface AuthSettings {
  readonly secretName: string;
  readonly secretKey: string;
}

/**
 * An installation with every default filled in and every rule checked. Parts read this and the topology, never props.
 */
export interface Settings {
  readonly name: string;
  readonly masterName: string;
  readonly engine: Engine;
  readonly replicas: number;
  readonly labels: { readonly [name: string]: string };
  readonly imagePullSecrets: readonly string[];
  readonly ipStack?: IpStack;
  readonly nativeSidecars: boolean;
  readonly networkPolicies: boolean;
  readonly server: ServerSettings;
  readonly agent: AgentSettings;
  readonly sentinel: SentinelSettings;
  /** Undefined when clients ask the Sentinels themselves. */
  readonly proxy?: ProxySettings;
  readonly persistence: PersistenceSettings;
  /** Undefined without a password. */
  readonly auth?: AuthSettings;
}

