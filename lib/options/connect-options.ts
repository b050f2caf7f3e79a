/**
 * Options of `RedisHa.connectFrom`.
 */
export interface ConnectOptions {
  /**
   * What the names of the variables start with.
   *
   * @default 'REDIS'
   */
  readonly prefix?: string;
}
