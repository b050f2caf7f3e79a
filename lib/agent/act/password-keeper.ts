import { AcceptedPasswords, amount, passwordRules } from './accepted-passwords';
import { Witness } from './witness';
import { Log, messageOf } from '../../log/log';
import { Pace } from '../base/pace';
import { Config } from '../config/config';
import { PasswordReader, Passwords } from '../config/password-file';
import { Peers } from '../redis/peers';
import { Endpoint, ReplyError } from '../redis/resp';

/** Between checks. */
const KEEP_MS = 1_000;

/**
 * Makes servers and Sentinels accept the passwords of the Secret as they change, and use the first.
 *
 * In which order passwords are accepted, and which no longer, is up to the agent of the server and, for Sentinels, to that of the master.
 * Open connections stay authenticated. What is accepted is asked, not remembered: a process may have started with older files.
 */
export class PasswordKeeper {
  private readonly pace: Pace;
  /** What each was last said to accept, in the log. */
  private readonly said = new Map<Endpoint, string>();

  constructor(
    private readonly peers: Peers, private readonly config: Config, private readonly passwords: PasswordReader,
    private readonly accepted: AcceptedPasswords, private readonly log: Log, private readonly witness?: Witness,
  ) {
    this.pace = new Pace(peers.clock, KEEP_MS);
  }

  public async keep(whose: { readonly server: boolean; readonly sentinels: boolean }): Promise<void> {
    await this.pace.run(async () => this.look(whose));
  }

  private async look(whose: { readonly server: boolean; readonly sentinels: boolean }): Promise<void> {
    const { peers, config, accepted } = this;
    const passwords = this.passwords();
    if (passwords === undefined) return;
    const { current } = passwords;
    accepted.learn(passwords);
    await accepted.tell([...peers.servers, ...peers.sentinels]);
    const sentinelCommands = [['SENTINEL', 'SET', config.masterName, 'auth-pass', current], ['SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', current]];
    await Promise.all([
      ...whose.server ? [this.keepAt(peers.local, 'the server', passwords, [['CONFIG', 'SET', 'masterauth', current]])] : [],
      ...whose.sentinels ? peers.sentinels.map(async (sentinel, index) => this.keepAt(sentinel, `Sentinel ${index}`, passwords, sentinelCommands)) : [],
    ]);
  }

  private async keepAt(endpoint: Endpoint, who: string, passwords: Passwords, useCurrent: readonly string[][]): Promise<void> {
    try {
      const acceptance = await this.accepted.at(endpoint, passwords.alone);
      if (acceptance === undefined) return;
      const wanted = acceptance.wanted.join();
      if (endpoint === this.peers.local) this.witness?.passwordsAccepted(acceptance.wanted[0], passwords.count, acceptance.others);
      const said = this.said.get(endpoint);
      this.said.set(endpoint, wanted);
      // The order tells which one is in use.
      if (acceptance.accepted.join() !== wanted) {
        // Last, as this is what the next check looks at: when a command failed, all are sent again.
        for (const command of useCurrent) await endpoint.call(...command);
        await endpoint.call('ACL', 'SETUSER', 'default', ...passwordRules(acceptance));
      } else if (said === undefined || said === wanted) {
        return;
      }
      // Also where another agent has told it before: who changes the password waits for this line.
      this.log.info('password', `${who} accepts ${amount(passwords.count, acceptance.others)}`);
    } catch (error) {
      // The round logs what does not answer, and a process that starts reads the files as they are then.
      if (error instanceof ReplyError) this.log.warn('password', `${who} cannot be set: ${messageOf(error)}`);
    }
  }
}
