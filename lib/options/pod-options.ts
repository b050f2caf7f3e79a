import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';

/**
 * How the pods of one kind are kept apart.
 */
export enum Spread {
  /** Wherever the scheduler likes. */
  NONE = 'none',

  /** Over nodes and zones if it can be had. */
  PREFERRED = 'preferred',

  /** Evenly over the nodes that live, over zones if it can be had. Works on one node too. */
  REQUIRED = 'required',

  /** Never two on one node: a pod without a free node stays pending. */
  ONE_PER_NODE = 'one-per-node',
}

/**
 * When images are pulled.
 */
export enum ImagePullPolicy {
  /** Where the node does not have it. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** At each start, of the layers that the node does not have: for registries that check who may use an image. */
  ALWAYS = 'Always',
  /** Never: nodes have it already. */
  NEVER = 'Never',
}

/**
 * How many pods of one kind a voluntary eviction may take away. Give one of the two.
 */
export interface DisruptionBudget {
  /**
   * Pods that must stay.
   *
   * @default - decided by maxUnavailable
   */
  readonly minAvailable?: number;

  /**
   * Pods that may be away.
   *
   * @default 1
   */
  readonly maxUnavailable?: number;
}

/**
 * Scheduling, metadata and additions of pods of one kind. What is given here is used as it is: nothing is checked
 * against the cluster, and fields that the Kubernetes 1.27 API does not know are kept.
 */
export interface PodOptions {
  /**
   * How these pods are kept apart. `affinity` and `topologySpreadConstraints` take the place of parts of it.
   *
   * @default Spread.REQUIRED for servers and Sentinels, Spread.PREFERRED for the proxy
   */
  readonly spread?: Spread;

  /**
   * Further labels of the pods.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * Annotations of the pods.
   *
   * @default - none but the checksums of their configuration
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Nodes by label.
   *
   * @default - any node
   */
  readonly nodeSelector?: { [name: string]: string };

  /**
   * Tolerations of the pods.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * Affinity. Where `spread` is given too, kinds that are not given here are as it says: `nodeAffinity` here leaves it the `podAntiAffinity`. Without
   * `spread`, this is all.
   *
   * @default - from `spread`
   */
  readonly affinity?: k8s.Affinity;

  /**
   * Spread constraints, in place of those that `spread` makes, which may leave nothing of REQUIRED; the anti-affinity of ONE_PER_NODE stays.
   *
   * @default - from `spread`
   */
  readonly topologySpreadConstraints?: k8s.TopologySpreadConstraint[];

  /**
   * PriorityClass of the pods.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * Time between the request to stop and the kill.
   *
   * @default - 60 s for servers and Sentinels, which leave in turn, 30 s for the others
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Further environment of the main container. Values of secrets belong in Secrets: use `valueFrom`.
   *
   * @default - none
   */
  readonly env?: k8s.EnvVar[];

  /**
   * Further environment of the main container, from whole ConfigMaps and Secrets. Variables that the library sets count for more.
   *
   * @default - none
   */
  readonly envFrom?: k8s.EnvFromSource[];

  /**
   * When the images of these pods are pulled, but for those of `containers` and `initContainers`.
   *
   * @default ImagePullPolicy.IF_NOT_PRESENT
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Further volumes.
   *
   * @default - none
   */
  readonly volumes?: k8s.Volume[];

  /**
   * Further mounts of the main container.
   *
   * @default - none
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * Further containers.
   *
   * @default - none
   */
  readonly containers?: k8s.Container[];

  /**
   * Further init containers; they run before ours.
   *
   * @default - none
   */
  readonly initContainers?: k8s.Container[];

  /**
   * Merged over the pod's spec at the end, for anything that has no option: objects are merged, named lists by name,
   * null removes. Fields that the Kubernetes 1.27 API does not know are kept.
   *
   * @default - nothing
   */
  readonly podSpecOverrides?: { [field: string]: any };
}

/**
 * Numbers of a probe.
 */
export interface ProbeTiming {
  /**
   * Time between two probes.
   *
   * @default - 5 s (2 s for start-up)
   */
  readonly period?: Duration;

  /**
   * Time that a probe gets.
   *
   * @default - 3 s
   */
  readonly timeout?: Duration;

  /**
   * Failures in a row that count.
   *
   * @default - 3 for readiness, 5 for liveness, as many as fill 10 minutes for start-up
   */
  readonly failureThreshold?: number;
}

/**
 * Numbers of a container's probes. What they ask is fixed.
 */
export interface ProbeOptions {
  /**
   * Readiness.
   *
   * @default - see ProbeTiming
   */
  readonly readiness?: ProbeTiming;

  /**
   * Liveness.
   *
   * @default - see ProbeTiming
   */
  readonly liveness?: ProbeTiming;

  /**
   * Start-up: the time that a server gets to load its data.
   *
   * @default - see ProbeTiming
   */
  readonly startup?: ProbeTiming;
}
