import { Size } from 'cdk8s';

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

  /** Nothing is written: a cache. All is lost if all servers die at once. */
  NONE = 'none',
}

/**
 * Options of `Persistence.volume`.
 */
export interface VolumePersistenceOptions {
  /**
   * StorageClass of the claims.
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
   * Annotations of the claims.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Merged over the claim's spec at the end, for anything that has no option, like `{ volumeAttributesClassName: 'fast' }`: objects are merged,
   * null removes. Claims of a StatefulSet can't be changed later.
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
}

/**
 * Options of `Persistence.emptyDir`.
 */
export interface EmptyDirPersistenceOptions {
  /**
   * Most that the directory may hold; the pod is evicted above it.
   *
   * @default - no limit but the node's
   */
  readonly sizeLimit?: Size;

  /**
   * Keep the directory in memory. It counts against the container's memory limit.
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
   * A directory that lives as long as the pod.
   */
  public static emptyDir(options?: EmptyDirPersistenceOptions): Persistence {
    return new Persistence(['Persistence.emptyDir', ...arguments], 'emptyDir', options?.mode ?? DurabilityMode.NONE, { ...options, size: options?.sizeLimit });
  }

  /**
   * A claim that exists. Each server uses a folder of its own in it, named after its pod; with more than
   * one server its access mode must let several nodes write.
   */
  public static existingClaim(name: string, options?: ExistingClaimOptions): Persistence {
    return new Persistence(['Persistence.existingClaim', ...arguments], 'existingClaim', options?.mode ?? DurabilityMode.APPEND_ONLY, { claim: name });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _kind: 'volume' | 'emptyDir' | 'existingClaim',
    /** How data is written. */
    public readonly mode: DurabilityMode,
    /** @internal */
    public readonly _options: {
      readonly size?: Size;
      readonly storageClass?: string;
      readonly annotations?: { readonly [name: string]: string };
      readonly specOverrides?: { readonly [field: string]: any };
      readonly deleteWithCluster?: boolean;
      readonly inMemory?: boolean;
      readonly claim?: string;
    },
  ) {}
}
