import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { Config } from './config';
import { Log, messageOf } from './log';
import { pairs } from './observe';
import { Ports } from './ports';
import { Endpoint, ReplyError } from './resp';

/** The passwords that servers and Sentinels accept at this moment: first the one to use. Undefined without authentication. */
export type PasswordReader = () => readonly string[] | undefined;

/** Between looks at who accepts what. */
const KEEP_MS = 1_000;

/**
 * The password of this file and, while it is being changed, the next or previous one in the file of the same name with `-alternate`.
 * The files follow the Secret.
 */
export function passwordsOf(file: string | undefined): PasswordReader {
  if (file === undefined) return () => undefined;
  return () => [...new Set([file, `${file}-alternate`].flatMap((each, index) => index === 0 || fs.existsSync(each) ? [read(each)] : []))];
}

/** As the scripts read it: newlines at the end do not belong to it. */
function read(file: string): string {
  return fs.readFileSync(file, 'utf8').replace(/\n+$/, '');
}

/**
 * Makes the own server, and as the agent of the master all Sentinels, accept the passwords of the Secret as they change, and use the first.
 * Open connections stay as they are. Who accepts what is asked instead of remembered: a process may have started with older files.
 */
export class PasswordKeeper {
  private lookedAt = -Infinity;
  private looking = false;

  constructor(
    private readonly ports: Ports, private readonly config: Config, private readonly passwords: PasswordReader, private readonly log: Log,
  ) {}

  async keep(whose: { readonly server: boolean; readonly sentinels: boolean }): Promise<void> {
    const { ports, config } = this;
    const now = ports.clock.now();
    if (this.looking || now < this.lookedAt + KEEP_MS) return;
    this.lookedAt = now;
    const passwords = this.readable();
    if (passwords === undefined) return;
    const [current] = passwords;
    const sentinelCommands = [['SENTINEL', 'SET', config.masterName, 'auth-pass', current], ['SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', current]];
    this.looking = true;
    await Promise.all([
      ...whose.server ? [this.keepAt(ports.own, 'the server', passwords, [['CONFIG', 'SET', 'masterauth', current]])] : [],
      ...whose.sentinels ? ports.sentinels.map(async (sentinel, index) => this.keepAt(sentinel, `Sentinel ${index}`, passwords, sentinelCommands)) : [],
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
    const hashes = passwords.map(each => createHash('sha256').update(each).digest('hex'));
    try {
      // The order tells which one is in use.
      const accepted = pairs(await endpoint.call('ACL', 'GETUSER', 'default')).get('passwords');
      if (accepted === undefined || accepted === hashes.join(',')) return;
      // What is accepted comes last: as long as any of it failed, all is done again.
      for (const command of useCurrent) await endpoint.call(...command);
      await endpoint.call('ACL', 'SETUSER', 'default', 'resetpass', ...hashes.map(hash => `#${hash}`));
      this.log.info('password', `${who} accepts ${hashes.length === 1 ? 'the new one alone' : 'two'}`);
    } catch (error) {
      // One that does not answer is nothing new here, and comes with the files as they are then.
      if (error instanceof ReplyError) this.log.warn('password', `${who} cannot be told: ${messageOf(error)}`);
    }
  }
}
