/**
 * Options of `ExternalMaster.at`.
 */
export interface ExternalMasterOptions {
  /**
   * Name of the Secret with the password there, in the namespace of the installation. All pods of the servers mount it: giving or removing it rolls them.
   *
   * @default - it asks for no password
   */
  readonly passwordSecret?: string;

  /**
   * Key of that Secret.
   *
   * @default 'password'
   */
  readonly passwordKey?: string;

  /**
   * User there. It needs the commands `PSYNC`, `REPLCONF`, `PING` and `INFO`, and for the cut-over `CLIENT PAUSE`, `CLIENT UNPAUSE`, `CONFIG GET` and `CONFIG SET`.
   *
   * @default 'default'
   */
  readonly user?: string;

  /**
   * Whether it speaks TLS. Only with `tls: Tls.everywhere(…)`, whose Secret must have the CA of the master outside too: its `ca.crt` may hold several. Names in certificates
   * are not checked, as servers that replicate don't.
   *
   * @default false
   */
  readonly tls?: boolean;

  /**
   * Cut over: writes stop there, one server of this installation takes what is left, and becomes the master. It happens once, and as soon as all is in place for
   * it. If it fails, writes go on there, and it is tried again later. The change of this option restarts nothing.
   *
   * @default false: the installation follows
   */
  readonly cutOver?: boolean;
}

/**
 * A master outside of the installation: Redis or Valkey of another chart, operator or provider.
 *
 * @example
 *
 * ExternalMaster.at('old-redis-haproxy.shop', 6379, { passwordSecret: 'old-redis' });
 */
export class ExternalMaster {
  /**
   * A master, by where it is reached.
   *
   * @param host name or IP address under which the master itself is reached, whichever server has the role: that of a proxy that always leads to it will do,
   * that of a Service which balances over all servers won't
   * @param port on which it listens. Default: 6379
   */
  public static at(host: string, port?: number, options?: ExternalMasterOptions): ExternalMaster {
    return new ExternalMaster(['ExternalMaster.at', ...arguments], host, port ?? 6379, options ?? {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _host: string,
    /** @internal */
    public readonly _port: number,
    /** @internal */
    public readonly _options: ExternalMasterOptions,
  ) {}
}
