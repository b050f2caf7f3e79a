import { createHash } from 'node:crypto';
import { Log, messageOf } from '../base/log';
import { Config } from '../config/config';
import { FORMER_MS, PasswordReader, Passwords } from '../config/password-file';
import { Peers } from '../redis/peers';
import { pairs } from '../redis/replies';
import { Endpoint, ReplyError } from '../redis/resp';

/** Between checks. */
const KEEP_MS = 1_000;

/**
 * Makes servers and Sentinels accept the passwords of the Secret as they change, and use the first.
 *
 * The agent whose node learns of a change first tells everybody, as all others log in with what the rest does not know yet. In which order
 * passwords are accepted, and which no longer, is up to the agent of the server and, for Sentinels, to that of the master. A password that
 * neither the Secret nor this agent knows is one that was replaced, or one that another agent knows already: it stays for a while. One that
 * was taken back, which stood in the key with `-alternate` until it was removed, does not.
 *
 * Open connections stay authenticated. What is accepted is asked, not remembered: a process may have started with older files.
 */
export class PasswordKeeper {
  private lookedAt = -Infinity;
  private looking = false;
  /** Hashes of passwords that stay for a while, and until when. */
  private readonly others = new Map<string, number>();
  /** Hashes of passwords that were taken back. */
  private readonly withdrawn = new Set<string>();
  private known: readonly string[] = [];
  /** What was last told to whom. */
  private readonly told = new Map<Endpoint, string>();

  constructor(
    private readonly peers: Peers, private readonly config: Config, private readonly passwords: PasswordReader, private readonly log: Log,
  ) {}

  public async keep(whose: { readonly server: boolean; readonly sentinels: boolean }): Promise<void> {
    const { peers, config } = this;
    const now = peers.clock.now();
    if (this.looking || now < this.lookedAt + KEEP_MS) return;
    this.lookedAt = now;
    const passwords = this.passwords();
    if (passwords === undefined) return;
    const { current } = passwords;
    const hashes = passwords.accepted.map(hashOf);
    this.learn(hashes);
    if (passwords.alone) for (const hash of this.others.keys()) this.withdrawn.add(hash);
    this.looking = true;
    // Nobody uses a password before all have been told of it.
    await Promise.all([...peers.servers, ...peers.sentinels].map(async (endpoint) => this.tell(endpoint, hashes)));
    const sentinelCommands = [['SENTINEL', 'SET', config.masterName, 'auth-pass', current], ['SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', current]];
    await Promise.all([
      ...whose.server ? [this.keepAt(peers.local, 'the server', passwords, [['CONFIG', 'SET', 'masterauth', current]])] : [],
      ...whose.sentinels ? peers.sentinels.map(async (sentinel, index) => this.keepAt(sentinel, `Sentinel ${index}`, passwords, sentinelCommands)) : [],
    ]);
    this.looking = false;
  }

  /** Notes what the Secret held beside the password in use, and holds no longer. */
  private learn(hashes: readonly string[]): void {
    const [inUse, ...alternates] = this.known;
    for (const hash of alternates) if (!hashes.includes(hash) && hashes.includes(inUse)) this.withdrawn.add(hash);
    for (const hash of hashes) this.withdrawn.delete(hash);
    this.known = hashes;
  }

  /** Makes somebody accept what the Secret holds, beside what it accepts. */
  private async tell(endpoint: Endpoint, hashes: readonly string[]): Promise<void> {
    if (this.told.get(endpoint) === hashes.join()) return;
    try {
      const accepted = await acceptedBy(endpoint);
      if (accepted.length > 0) {
        this.meet(accepted, hashes);
        const missing = hashes.filter((hash) => !accepted.includes(hash));
        if (missing.length > 0) await endpoint.call('ACL', 'SETUSER', 'default', ...missing.map((hash) => `#${hash}`));
      }
      this.told.set(endpoint, hashes.join());
    } catch {
      // Told in the next round, unless its own agent is sooner.
    }
  }

  /** Keeps passwords for a while that somebody accepts and the Secret does not hold. */
  private meet(accepted: readonly string[], hashes: readonly string[]): void {
    const now = this.peers.clock.now();
    for (const hash of accepted) {
      if (!hashes.includes(hash) && !this.withdrawn.has(hash) && !this.others.has(hash)) this.others.set(hash, now + FORMER_MS);
    }
    for (const hash of hashes) this.others.delete(hash);
  }

  private async keepAt(endpoint: Endpoint, who: string, passwords: Passwords, useCurrent: readonly string[][]): Promise<void> {
    const hashes = passwords.accepted.map(hashOf);
    try {
      const accepted = await acceptedBy(endpoint);
      if (accepted.length === 0) return;
      this.meet(accepted, hashes);
      const now = this.peers.clock.now();
      const others = passwords.alone ? [] : [...this.others].flatMap(([hash, until]) => now < until && !this.withdrawn.has(hash) ? [hash] : []);
      // The order tells which one is in use.
      const wanted = [...hashes, ...others];
      if (accepted.join() === wanted.join()) return;
      // Last, as this is what the next check looks at: when a command failed, all are sent again.
      for (const command of useCurrent) await endpoint.call(...command);
      // Not "resetpass", which would take away what another agent has just told.
      const rules = [...accepted.map((hash) => `!${hash}`), ...wanted.map((hash) => `#${hash}`)];
      await endpoint.call('ACL', 'SETUSER', 'default', ...rules);
      this.log.info('password', `${who} accepts ${amount(passwords.count, others.length)}`);
    } catch (error) {
      // The round logs what does not answer, and a process that starts reads the files as they are then.
      if (error instanceof ReplyError) this.log.warn('password', `${who} cannot be set: ${messageOf(error)}`);
    }
  }
}

function amount(count: number, others: number): string {
  const own = count === 1 ? 'the new one alone' : 'two';
  return others === 0 ? own : `${count === 1 ? 'the one of the Secret' : 'two'} and, for ${FORMER_MS / 60_000} minutes at most, what others use`;
}

function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** None where it has no password. */
async function acceptedBy(endpoint: Endpoint): Promise<readonly string[]> {
  const passwords = pairs(await endpoint.call('ACL', 'GETUSER', 'default')).get('passwords');
  return passwords === undefined || passwords === '' ? [] : passwords.split(',');
}
