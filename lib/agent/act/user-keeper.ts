import { AcceptedPasswords, amount, passwordRules } from './accepted-passwords';
import { Log, messageOf } from '../../log/log';
import { Clock } from '../base/clock';
import { Pace } from '../base/pace';
import { Passwords } from '../config/password-file';
import { User, UsersReader } from '../config/users-file';
import { Endpoint, ReplyError } from '../redis/resp';

/** Between checks. */
const KEEP_MS = 1_000;

/** Names of users that outlive the agent, as the server does. */
export interface KeptNames {
  read(): readonly string[];
  write(names: readonly string[]): void;
}

/** Those that a keeper sets users at. */
export interface Whose {
  /** Each with the name that log lines call it by, and what tells its present process from others. */
  readonly kept: readonly { readonly endpoint: Endpoint; readonly title: string; readonly process: string }[];
  /** Those that have keepers of their own, and are told of new passwords. */
  readonly others: readonly Endpoint[];
}

/**
 * Makes servers, or Sentinels, have the users of the file with the passwords of the Secret. Open connections stay, and get new rules at once; those of a
 * user that left are closed. Users that were made by others are let alone.
 */
export class UserKeeper {
  private readonly pace: Pace;
  private readonly passwords = new Map<string, AcceptedPasswords>();
  /** The rules that each process got, by user. */
  private readonly given = new Map<string, string>();
  private readonly said = new Map<string, string>();
  /** Users that were there and left the file. */
  private names = new Set<string>();
  private readonly gone = new Set<string>();

  /** @param file whom former agents of this pod kept: those that left the file of users since are removed too */
  constructor(private readonly users: UsersReader, private readonly clock: Clock, private readonly log: Log, private readonly file?: KeptNames) {
    this.pace = new Pace(clock, KEEP_MS);
    this.names = new Set(file?.read());
  }

  public async keep(whose: Whose): Promise<void> {
    await this.pace.run(async () => { await this.look(whose); });
  }

  /**
   * Makes a server have them that has just started: before it gets a role, and with that clients.
   *
   * @returns whether it answered to all. One that refuses a user has answered: the others must not wait for that.
   */
  public async greet(kept: Whose['kept'][number]): Promise<boolean> {
    return this.look({ kept: [kept], others: [] });
  }

  private async look({ kept, others }: Whose): Promise<boolean> {
    const users = this.users();
    if (users === undefined) return true;
    this.note(users);
    const answered = await Promise.all(users.map(async (user) => this.keepUser(user, kept, others)));
    await Promise.all([...this.gone].map(async (name) => this.remove(name, kept)));
    return answered.every(Boolean);
  }

  private note(users: readonly User[]): void {
    const names = new Set(users.map(({ name }) => name));
    for (const name of this.names) if (!names.has(name)) this.gone.add(name);
    for (const name of names) this.gone.delete(name);
    this.names = names;
    this.remember();
  }

  /** Those that are gone too, until they are removed. */
  private remember(): void {
    this.file?.write([...this.names, ...this.gone]);
  }

  private async keepUser(user: User, kept: Whose['kept'], others: readonly Endpoint[]): Promise<boolean> {
    const passwords = user.passwords();
    if (passwords === undefined) return true;
    const accepted = this.passwords.get(user.name) ?? new AcceptedPasswords(user.name, this.clock);
    this.passwords.set(user.name, accepted);
    accepted.learn(passwords);
    await accepted.tell(others);
    const answered = await Promise.all(kept.map(async (one) => this.keepAt(user, passwords, accepted, one)));
    return answered.every(Boolean);
  }

  private async keepAt(user: User, passwords: Passwords, accepted: AcceptedPasswords, { endpoint, title, process }: Whose['kept'][number]): Promise<boolean> {
    const key = `${title} ${process} ${user.name}`;
    const rules = user.rules.join(' ');
    try {
      const acceptance = await accepted.at(endpoint, passwords.alone);
      const hasRules = this.given.get(key) === rules && acceptance !== undefined;
      if (hasRules && acceptance.accepted.join() === acceptance.wanted.join()) return true;
      const wanted = acceptance?.wanted ?? accepted.own;
      // one command: a connection never sees half of the rules. "reset" alone gives all channels where "acl-pubsub-default" does
      await endpoint.call('ACL', 'SETUSER', user.name, ...hasRules
        ? passwordRules(acceptance)
        : ['reset', 'resetchannels', 'on', ...user.rules, ...wanted.map((hash) => `#${hash}`)]);
      this.given.set(key, rules);
      this.log.info('user', `${title} knows ${user.name} and accepts ${amount(passwords.count, acceptance?.others ?? 0)}`);
      return true;
    } catch (error) {
      if (!(error instanceof ReplyError)) return false;
      this.refused(key, `${title} cannot be told of ${user.name}: ${messageOf(error)}`);
      return true;
    }
  }

  /** One line for each reason. */
  private refused(key: string, reason: string): void {
    if (this.said.get(key) === reason) return;
    this.said.set(key, reason);
    this.log.warn('user', reason);
  }

  private async remove(name: string, kept: Whose['kept']): Promise<void> {
    try {
      const removed = await Promise.all(kept.map(async ({ endpoint }) => endpoint.call('ACL', 'DELUSER', name)));
      if (removed.includes(1)) this.log.info('user', `${name} is removed`);
      if (kept.length === 0) return;
      this.gone.delete(name);
      this.remember();
    } catch {
      // in the next round
    }
  }
}
