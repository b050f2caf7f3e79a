import { IRedisHa } from './i-redis-ha';
import { Restore } from './restore';

/**
 * Props of `RedisKeyRestore`.
 */
export interface RedisKeyRestoreProps {
  /**
   * The installation that the keys are copied into.
   */
  readonly redis: IRedisHa;

  /**
   * Where they come from.
   */
  readonly from: Restore;

  /**
   * Which keys, as `SCAN MATCH` takes it: `*` for any characters, `?` for one, `[ab]` for one of some.
   */
  readonly pattern: string;

  /**
   * Overwrite keys that the installation has. Each key becomes what it was, and whatever was written to it since then is lost.
   *
   * @default false: they stay as they are
   */
  readonly replace?: boolean;

  /**
   * Databases whose keys are copied, each into the database of the same number.
   *
   * @default - all
   */
  readonly databases?: number[];

  /**
   * Name of the Job and its ConfigMap.
   *
   * @default - the installation's name and the construct's id, like `cache-redis-bring-back`
   */
  readonly name?: string;

  /**
   * Image of the engine, for the throw-away server. It sends keys in its own form, which servers that are older refuse.
   *
   * @default - the image of the installation's servers
   */
  readonly engineImage?: string;

  /**
   * Names of the Secrets that the images are pulled with.
   *
   * @default - those of the installation
   */
  readonly imagePullSecrets?: string[];

  /**
   * Run the pod as user and group 999.
   *
   * @default - as the installation does
   */
  readonly fixedIds?: boolean;
}
