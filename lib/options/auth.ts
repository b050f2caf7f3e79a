import { IConstruct } from 'constructs';
import { AclUser } from './acl-user';

/**
 * Options of `Auth.secret`.
 */
export interface SecretAuthOptions {
  /**
   * Key of the Secret that holds the password.
   *
   * @default 'password'
   */
  readonly key?: string;

  /**
   * Users of clients, each with a password of its own in the same Secret. With them, `default` is left to servers, Sentinels and agents: `connectFrom` then asks for a user.
   *
   * @default - none: clients use `default`
   */
  readonly users?: AclUser[];

  /**
   * Whether HAProxy's checks and metrics have users of their own, `proxy` and `metrics`, which may only look: so the password of `default` is in no
   * other pods than those of servers and Sentinels. The Secret must have the keys `proxy-password` and `metrics-password`.
   *
   * @default false
   */
  readonly componentUsers?: boolean;
}

/**
 * How clients, servers, Sentinels and the proxy prove who they are to each other.
 */
export class Auth {
  /**
   * A password from a Secret that exists in the installation's namespace.
   *
   * Make one with `kubectl create secret generic NAME --from-literal=password="$(openssl rand -hex 24)"`.
   *
   * The password can be changed while everything runs, in three steps: servers and Sentinels accept, beside this key, also the password
   * in the key with `-alternate` at its end, like `password-alternate`. docs/operations.md has the commands.
   */
  public static secret(name: string, options?: SecretAuthOptions): Auth {
    return new Auth(['Auth.secret', name, options], name, options?.key ?? 'password', options?.users, options?.componentUsers);
  }

  /**
   * The same, from a Secret of any cdk8s-plus, made here or imported, or an L1 object. It must be in the installation's namespace.
   *
   * @throws an error for a construct that is no Secret
   */
  public static fromSecret(secret: IConstruct, options?: SecretAuthOptions): Auth {
    const { kind, name } = (secret ?? {}) as { readonly kind?: unknown; readonly name?: unknown };
    // an undefined name would mean no password
    if (kind !== 'Secret' || typeof name !== 'string') throw new Error(`'auth' ("${secret?.node?.path}") must be a Secret, or Auth.secret(name)`);
    return Auth.secret(name, options);
  }

  /**
   * No password: everybody that the NetworkPolicies let in may do everything.
   */
  public static none(): Auth {
    return new Auth(['Auth.none']);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** Name of the Secret; undefined without a password. */
    public readonly secretName?: string,
    /** Key of the Secret that holds the password; undefined without a password. */
    public readonly secretKey?: string,
    /** @internal */
    public readonly _users: readonly AclUser[] = [],
    /** @internal */
    public readonly _componentUsers: boolean = false,
  ) {}
}
