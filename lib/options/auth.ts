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
   * The password can be changed while everything runs: in one step, after which the former one stays good for 15 minutes, or in three:
   * servers and Sentinels accept, beside this key, also the password in the key with `-alternate` at its end, like `password-alternate`.
   * docs/how-to/operations.md has the commands.
   */
  public static secret(name: string, options?: SecretAuthOptions): Auth {
    return new Auth(['Auth.secret', ...arguments], name, options?.key ?? 'password', undefined, options?.users, options?.componentUsers);
  }

  /**
   * The same, from a Secret of any cdk8s-plus, made here or imported, or an L1 object. It must be in the installation's namespace.
   *
   * A Secret that is made here must have the key; one without any data is taken as filled by somebody else, like a controller.
   */
  public static fromSecret(secret: IConstruct, options?: SecretAuthOptions): Auth {
    const { name } = (secret ?? {}) as { readonly name?: string };
    return new Auth(['Auth.fromSecret', ...arguments], name, options?.key ?? 'password', secret, options?.users, options?.componentUsers);
  }

  /**
   * No password: everybody that the NetworkPolicies let in may do everything.
   */
  public static none(): Auth {
    return new Auth(['Auth.none', ...arguments]);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** Name of the Secret; undefined without a password. */
    public readonly secretName?: string,
    /** Key of the Secret that holds the password; undefined without a password. */
    public readonly secretKey?: string,
    /** @internal The Secret itself, if it was handed in. */
    public readonly _secret?: IConstruct,
    /** @internal */
    public readonly _users: readonly AclUser[] = [],
    /** @internal */
    public readonly _componentUsers: boolean = false,
  ) {}
}
