import { Size } from 'cdk8s';
import { ClaimSource } from './claim-source';

/**
 * How an engine writes its data to the volume.
 */
export enum DurabilityMode {
  /** Each write goes to the append-only file, flushed every second: at most a second is lost if all servers die at once. */
  APPEND_ONLY = 'append-only',

  /**
   * A snapshot from time to time: smaller and quicker to load; what came after the last one is lost if all servers die at once. When
   * is the engine's default, or what the directive `save` in `server.directives` says.
   */
  SNAPSHOT = 'snapshot',

  /** Nothing is kept: a cache. All is lost if all servers die at once. A snapshot that lies there at the start is loaded, and removed once the data is another one. */
  NONE = 'none',
}

/**
 * When an append-only file is flushed to the disk. `DurabilityMode.APPEND_ONLY` only.
 */
export enum Fsync {
  /** Before a write is acknowledged: each waits for the disk. */
  ALWAYS = 'always',

  /** Once a second, beside the writes. */
  EVERY_SECOND = 'everysec',

  /** When the kernel does, after half a minute or so: a node that loses its power loses that much. */
  NEVER = 'no',
}

/**
 * Who may mount a claim.
 */
export enum AccessMode {
  /** The pods of one node. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** One pod: never two servers on the same data, not even while a node is lost. Needs a CSI driver. */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
  /** The pods of all nodes, for storage that knows nothing else. */
  READ_WRITE_MANY = 'ReadWriteMany',
}

/**
 * Options of `Persistence.volume`.
 */
export interface VolumePersistenceOptions {
  /**
   * StorageClass of the claims. An empty string says none: claims wait for volumes that are made by hand and have no class.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /**
   * How data is written.
   *
   * @default DurabilityMode.APPEND_ONLY
   */
  readonly mode?: DurabilityMode;

  /**
   * When the append-only file is flushed.
   *
   * @default Fsync.EVERY_SECOND, and ALWAYS with `Workload.STORE`
   */
  readonly fsync?: Fsync;

  /**
   * Annotations of the claims.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Labels of the claims, beside those by which the installation finds them.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * Who may mount a claim.
   *
   * @default AccessMode.READ_WRITE_ONCE
   */
  readonly accessMode?: AccessMode;

  /**
   * Labels of the volumes that claims may be bound to, where volumes are made by hand.
   *
   * @default - any volume of the class
   */
  readonly selector?: { [name: string]: string };

  /**
   * What new claims begin with.
   *
   * @default - nothing
   */
  readonly dataSource?: ClaimSource;

  /**
   * Folder of the volume that the data is in, a relative path. A server that is given another one begins empty, and copies from the master.
   *
   * @default - the volume's root
   */
  readonly subPath?: string;

  /**
   * Merged over the claim's spec at the end, for anything that has no option, like `{ volumeAttributesClassName: 'fast' }`: objects are merged,
   * null removes. Claims of a StatefulSet can't be changed later. A `volumeMode` Block can't hold the data: Redis writes files.
   *
   * @default - nothing
   */
  readonly specOverrides?: { [field: string]: any };

  /**
   * Delete the claims together with the StatefulSet. Needs Kubernetes ≥ 1.27.
   *
   * @default false: claims stay until somebody deletes them
   */
  readonly deleteWithCluster?: boolean;

  /**
   * Delete the claims of servers that `replicas` leaves out from now on. Who comes back later copies everything from the master. Needs Kubernetes ≥ 1.27.
   *
   * @default false: they stay, and a server that comes back copies what it missed
   */
  readonly deleteWhenScaled?: boolean;
}

/**
 * Options of `Persistence.emptyDir`.
 */
export interface EmptyDirPersistenceOptions {
  /**
   * Most that the directory may hold; the pod is evicted above it, as are mostly all others at the same time. Less than a file as large as `server.maxmemory` is refused, or two
   * with DurabilityMode.SNAPSHOT, three with APPEND_ONLY. So is a limit of `ephemeralStorage` in `server.resources`.
   *
   * @default - no limit but the node's
   */
  readonly sizeLimit?: Size;

  /**
   * Keep the directory in memory. Its files count against the memory limit of the server, also those by which a replica copies from the master, each about
   * as large as the data. So `server.maxmemory` is 3/8 of the limit, 1/4 with DurabilityMode.SNAPSHOT and 3/16 with APPEND_ONLY, whose log grows to
   * twice the data and is rewritten beside the old one; one that leaves no room for a file of the data is refused.
   *
   * @default false
   */
  readonly inMemory?: boolean;

  /**
   * How data is written. It survives a crash of the server, not the loss of the pod.
   *
   * @default DurabilityMode.NONE
   */
  readonly mode?: DurabilityMode;
}

/**
 * Options of `Persistence.existingClaim`.
 */
export interface ExistingClaimOptions {
  /**
   * How data is written.
   *
   * @default DurabilityMode.APPEND_ONLY
   */
  readonly mode?: DurabilityMode;

  /**
   * When the append-only file is flushed.
   *
   * @default Fsync.EVERY_SECOND, and ALWAYS with `Workload.STORE`
   */
  readonly fsync?: Fsync;

  /**
   * Folder of the claim that holds the folders of the servers, a relative path.
   *
   * @default - the root
   */
  readonly subPath?: string;
}

/**
 * Options of `Persistence.hostPath`.
 */
export interface HostPathOptions {
  /**
   * How data is written.
   *
   * @default DurabilityMode.APPEND_ONLY
   */
  readonly mode?: DurabilityMode;

  /**
   * When the append-only file is flushed.
   *
   * @default Fsync.EVERY_SECOND, and ALWAYS with `Workload.STORE`
   */
  readonly fsync?: Fsync;
}

/**
 * Where each server keeps its data.
 *
 * @example
 *
 * Persistence.volume(Size.gibibytes(10));
 */
export class Persistence {
  /**
   * A claim for each server, made by the StatefulSet.
   */
  public static volume(size: Size, options?: VolumePersistenceOptions): Persistence {
    return new Persistence(['Persistence.volume', ...arguments], 'volume', options?.mode ?? DurabilityMode.APPEND_ONLY, { ...options, size });
  }

  /**
   * A directory that lives as long as the pod. The cluster autoscaler may evict its pod, also that of a single server, which has the only copy:
   * `cluster-autoscaler.kubernetes.io/safe-to-evict: "false"` in `server.pod.annotations` keeps its node.
   */
  public static emptyDir(options?: EmptyDirPersistenceOptions): Persistence {
    return new Persistence(['Persistence.emptyDir', ...arguments], 'emptyDir', options?.mode ?? DurabilityMode.NONE, { ...options, size: options?.sizeLimit });
  }

  /**
   * A claim that exists. Each server uses a folder of its own in it, named after its pod; with more than
   * one server its access mode must let several nodes write.
   */
  public static existingClaim(name: string, options?: ExistingClaimOptions): Persistence {
    return new Persistence(['Persistence.existingClaim', ...arguments], 'existingClaim', options?.mode ?? DurabilityMode.APPEND_ONLY, { ...options, claim: name });
  }

  /**
   * A directory of each node, like `/mnt/redis`: it exists, and its group 999 may write and passes itself on (`install -d -g 999 -m 2775 /mnt/redis`). Each
   * server uses a folder of its own in it, named after its pod. A server that moves to another node begins empty there, and copies from the master.
   * Namespaces with Pod Security `baseline` or `restricted` refuse such pods.
   */
  public static hostPath(path: string, options?: HostPathOptions): Persistence {
    return new Persistence(['Persistence.hostPath', ...arguments], 'hostPath', options?.mode ?? DurabilityMode.APPEND_ONLY, { ...options, path });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _kind: 'volume' | 'emptyDir' | 'existingClaim' | 'hostPath',
    /** How data is written. */
    public readonly mode: DurabilityMode,
    /** @internal */
    public readonly _options: {
      readonly size?: Size;
      readonly storageClass?: string;
      readonly annotations?: { readonly [name: string]: string };
      readonly specOverrides?: { readonly [field: string]: any };
      readonly deleteWithCluster?: boolean;
      readonly deleteWhenScaled?: boolean;
      readonly labels?: { readonly [name: string]: string };
      readonly accessMode?: AccessMode;
      readonly selector?: { readonly [name: string]: string };
      readonly dataSource?: ClaimSource;
      readonly subPath?: string;
      readonly path?: string;
      readonly inMemory?: boolean;
      readonly claim?: string;
      readonly fsync?: Fsync;
    },
  ) {}
}
