/**
 * What new claims begin with. Each server gets a copy.
 */
export class ClaimSource {
  /**
   * A VolumeSnapshot of the same namespace, of a CSI driver that has them.
   */
  public static snapshot(name: string): ClaimSource {
    return new ClaimSource(['ClaimSource.snapshot', ...arguments], { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name });
  }

  /**
   * A claim of the same namespace and StorageClass, which the CSI driver clones.
   */
  public static claim(name: string): ClaimSource {
    return new ClaimSource(['ClaimSource.claim', ...arguments], { kind: 'PersistentVolumeClaim', name });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _object: { readonly apiGroup?: string; readonly kind: string; readonly name: string },
  ) {}
}
