import { IMAGES } from './images';

/**
 * Options of an engine.
 */
export interface EngineOptions {
  /**
   * Version that the image holds. Decides what may be configured; the default image's tag.
   *
   * @default - the release that docs/reference/versions.md names
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
 * Options of Redis.
 */
export interface RedisOptions extends EngineOptions {
  /**
   * Whether the servers load the modules that the official image of Redis 8 bundles (Redis Query Engine, JSON, time series, Bloom filters), as the image's
   * own entrypoint does: every `*.so` of `/usr/local/lib/redis/modules` that can be read and executed. Servers whose image has none there say so in their log.
   *
   * Data that a module keeps is loaded by servers with that module only: turn this off again only once such keys are gone.
   *
   * @default false
   */
  readonly modules?: boolean;
}

/**
 * The server program: Redis or Valkey.
 *
 * Servers with data go to a newer version of their engine, or from Redis 7.2 and older to Valkey. A server does not start over data that it
 * can't load: its log says why, and the data stays as it is.
 *
 * @example
 *
 * Engine.redis({ modules: true });
 */
export class Engine {
  /**
   * Redis, 7.0 to 8.x.
   */
  public static redis(options?: RedisOptions): Engine {
    return new Engine(
      ['Engine.redis', ...arguments], 'redis', options?.version ?? IMAGES.redis.tag, IMAGES.redis.repository, options?.modules ?? false, options?.image);
  }

  /**
   * Valkey, 7.2 to 9.x.
   */
  public static valkey(options?: EngineOptions): Engine {
    return new Engine(['Engine.valkey', ...arguments], 'valkey', options?.version ?? IMAGES.valkey.tag, IMAGES.valkey.repository, false, options?.image);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** `redis` or `valkey`: the start of each program's name. */
    public readonly name: string,
    /** Version that the image holds. */
    public readonly version: string,
    /** Repository of the official image. */
    public readonly repository: string,
    /** Whether the modules that the image bundles are loaded. */
    public readonly modules: boolean,
    /** The image to run, if not the official one. */
    public readonly image?: string,
  ) {}
}
