import { createHash } from 'node:crypto';
import { Log, messageOf } from '../base/log';
import { Config } from '../config/config';
import { PasswordReader } from '../config/password-file';
import { Peers } from '../redis/peers';
import { pairs } from '../redis/replies';
import { Endpoint, ReplyError } from '../redis/resp';

/** Between checks. */
const KEEP_MS = 1_000;

/**
 * Makes the local server, and as the agent of the master all Sentinels, accept the passwords of the Secret as they change, and use the first.
 * Open connections stay authenticated. What is accepted is asked, not remembered: a process may have started with older files.
 */
export class PasswordKeeper {
  private lookedAt = -Infinity;
  private looking = false;

  constructor(
    private readonly peers: Peers, private readonly config: Config, private readonly passwords: PasswordReader, private readonly log: Log,
  ) {}

  public async keep(whose: { readonly server: boolean; readonly sentinels: boolean }): Promise<void> {
    const { peers, config } = this;
    const now = peers.clock.now();
    if (this.looking || now < this.lookedAt + KEEP_MS) return;
    this.lookedAt = now;
    const passwords = this.readable();
    if (passwords === undefined) return;
    const [current] = passwords;
    const sentinelCommands = [['SENTINEL', 'SET', config.masterName, 'auth-pass', current], ['SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', current]];
    this.looking = true;
    await Promise.all([
      ...whose.server ? [this.keepAt(peers.local, 'the server', passwords, [['CONFIG', 'SET', 'masterauth', current]])] : [],
      ...whose.sentinels ? peers.sentinels.map(async (sentinel, index) => this.keepAt(sentinel, `Sentinel ${index}`, passwords, sentinelCommands)) : [],
    ]);
    this.looking = false;
  }

  /** Undefined also while a file is missing or empty: nobody is locked out by that. */
  private readable(): readonly string[] | undefined {
    try {
      const passwords = this.passwords();
      return passwords?.includes('') ? undefined : passwords;
    } catch {
      return undefined;
    }
  }

  private async keepAt(endpoint: Endpoint, who: string, passwords: readonly string[], useCurrent: readonly string[][]): Promise<void> {
    const hashes = passwords.map((each) => createHash('sha256').update(each).digest('hex'));
    try {
      // The order tells which one is in use.
      const accepted = pairs(await endpoint.call('ACL', 'GETUSER', 'default')).get('passwords');
      if (accepted === undefined || accepted === hashes.join(',')) return;
      // Last, as this is what the next check looks at: when a command failed, all are sent again.
      for (const command of useCurrent) await endpoint.call(...command);
      await endpoint.call('ACL', 'SETUSER', 'default', 'resetpass', ...hashes.map((hash) => `#${hash}`));
      this.log.info('password', `${who} accepts ${hashes.length === 1 ? 'the new one alone' : 'two'}`);
    } catch (error) {
      // The round logs what does not answer, and a process that starts reads the files as they are then.
      if (error instanceof ReplyError) this.log.warn('password', `${who} cannot be set: ${messageOf(error)}`);
    }
  }
}
