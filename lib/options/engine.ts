/**
 * Options of an engine.
 */
export interface EngineOptions {
  /**
   * Version that the image holds. Decides what may be configured; the default image's tag.
   *
   * @default '8.0.2' for Redis, '8.1.1' for Valkey
   */
  readonly version?: string;

  /**
   * Image to run: repository with a tag, a digest or both. It must hold the version named by `version`, and a POSIX shell.
   *
   * @default - the engine's official image at `version`
   */
  readonly image?: string;
}

/**
 * The server program: Redis or Valkey.
 *
 * @example
 *
 * Engine.valkey({ version: '8.1.1' });
 */
export class Engine {
  /**
   * Redis, 7.0 to 8.x.
   */
  public static redis(options: EngineOptions = {}): Engine {
    return new Engine('redis', options.version ?? '8.0.2', 'docker.io/library/redis', options.image);
  }

  /**
   * Valkey, 7.2 to 9.x.
   */
  public static valkey(options: EngineOptions = {}): Engine {
    return new Engine('valkey', options.version ?? '8.1.1', 'docker.io/valkey/valkey', options.image);
  }

  private constructor(
    /** `redis` or `valkey`: the start of each program's name, and the value of the label `app.kubernetes.io/name`. */
    public readonly name: string,
    /** Version that the image holds. */
    public readonly version: string,
    /** Repository of the official image. */
    public readonly repository: string,
    /** The image to run, if not the official one. */
    public readonly image?: string,
  ) {}
}
