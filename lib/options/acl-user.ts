/**
 * Options of `AclUser.application` and `AclUser.reader`.
 */
export interface ApplicationUserOptions {
  /**
   * Patterns of the keys that it may use, like `shop:*`.
   *
   * @default ['*']
   */
  readonly keys?: string[];

  /**
   * Patterns of the channels that it may use, like `shop:*`. A client that subscribes to a pattern needs that very pattern here.
   *
   * None may match `__sentinel__:hello`: whoever writes there tells Sentinels which server is the master.
   *
   * @default - none
   */
  readonly channels?: string[];

  /**
   * Further commands that it may use, like `keys` or `client|list`, or categories of them, like `@keyspace`, but for what is administrative or dangerous there.
   *
   * @default - none
   */
  readonly allow?: string[];

  /**
   * Commands and categories that it must not use, like `eval` or `@scripting`.
   *
   * @default - none
   */
  readonly deny?: string[];

  /**
   * Whether it may use FLUSHALL and FLUSHDB, which empty the database whatever its keys are.
   *
   * @default false
   */
  readonly allowFlush?: boolean;

  /**
   * Key of the Secret of `auth` that holds its password. The key with `-alternate` at its end holds a second one, while the password changes.
   *
   * @default - `USER-password`
   */
  readonly passwordKey?: string;
}

/**
 * Options of `AclUser.custom` and `AclUser.backup`.
 */
export interface CustomUserOptions {
  /**
   * Key of the Secret of `auth` that holds its password. The key with `-alternate` at its end holds a second one, while the password changes.
   *
   * @default - `USER-password`
   */
  readonly passwordKey?: string;
}

/**
 * A user of clients, with a password of its own, in the Secret of `auth`. Added, changed and removed while everything runs.
 *
 * None of them may do what could move or stop the master: that is left to `default`, whose password no client needs then.
 */
export class AclUser {
  /**
   * A user of an application: all commands on its keys, but administrative and dangerous ones (CONFIG, KEYS, MONITOR, REPLICAOF, FLUSHALL and the like).
   *
   * @param name letters, digits, `-` and `_`
   */
  public static application(name: string, options?: ApplicationUserOptions): AclUser {
    return new AclUser(['AclUser.application', ...arguments], name, { kind: 'application', ...options });
  }

  /**
   * A user that only reads its keys.
   *
   * @param name letters, digits, `-` and `_`
   */
  public static reader(name: string, options?: ApplicationUserOptions): AclUser {
    return new AclUser(['AclUser.reader', ...arguments], name, { kind: 'reader', ...options });
  }

  /**
   * A user with rules of its own, as ACL SETUSER takes them, like `['~cache:*', '+@read', '+@write', '-@dangerous']`. It begins with no right at all.
   * Rules that let it move the master, read passwords or stop servers are refused: `default` can do that.
   *
   * @param name letters, digits, `-` and `_`
   */
  public static custom(name: string, rules: string[], options?: CustomUserOptions): AclUser {
    return new AclUser(['AclUser.custom', ...arguments], name, { kind: 'custom', rules, ...options });
  }

  /**
   * The user of `RedisBackup`: it may take a copy of all data, as a replica does, and nothing else; guard its password like that of `default`.
   *
   * @param name letters, digits, `-` and `_`. Default: `backup`
   */
  public static backup(name?: string, options?: CustomUserOptions): AclUser {
    return new AclUser(['AclUser.backup', ...arguments], name ?? 'backup', { kind: 'backup', ...options });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** Name of the user. */
    public readonly name: string,
    /** @internal */
    public readonly _options: ApplicationUserOptions & { readonly kind: 'application' | 'reader' | 'custom' | 'backup'; readonly rules?: readonly string[] },
  ) {}
}
