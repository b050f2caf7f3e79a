/**
 * Where kube-template comes from.
 */
export class KubeTemplateImage {
  /**
   * A stock Node.js image, 20 or newer. The program itself comes from a ConfigMap: there is no image to publish.
   *
   * @param image default: the release of Node.js that docs/reference/versions.md names
   */
  public static node(image?: string): KubeTemplateImage {
    return new KubeTemplateImage(['KubeTemplateImage.node', ...arguments], true, image);
  }

  /**
   * An image made from `docker/kube-template/Dockerfile`, whose entry point is the program.
   */
  public static of(image: string): KubeTemplateImage {
    return new KubeTemplateImage(['KubeTemplateImage.of', ...arguments], false, image);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** Whether the program is mounted from a ConfigMap. */
    public readonly mounted: boolean,
    /** The image; undefined for the default one. */
    public readonly image?: string,
  ) {}
}
