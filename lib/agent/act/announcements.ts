import { Log, messageOf } from '../../log/log';
import { Config } from '../config/config';
import { ServerView } from '../observe/observation';
import { Peers } from '../redis/peers';
import { pairs } from '../redis/replies';
import { ReplyError } from '../redis/resp';

/** Between looks. */
const KEEP_MS = 2_000;
const SERVER = 'replica-announce-ip';
const SENTINEL = 'announce-ip';

/**
 * Makes the local server, and as the agent of the master all Sentinels, announce the addresses that their Services have now. Each resolves its own at
 * its start only, and an announce Service that is made anew gets another ClusterIP.
 */
export class Announcements {
  private lookedAt = -Infinity;

  constructor(private readonly peers: Peers, private readonly config: Config, private readonly log: Log) {}

  public async keep(whose: { readonly server: ServerView | undefined; readonly sentinels: boolean }): Promise<void> {
    const { peers, config, log } = this;
    const now = peers.clock.now();
    if (now < this.lookedAt + KEEP_MS) return;
    this.lookedAt = now;
    const quietly = (who: string) => (error: unknown): void => {
      // The round logs what does not answer.
      if (error instanceof ReplyError) log.warn('address', `${who} can't be told: ${messageOf(error)}`);
    };
    await Promise.all([
      ...whose.server ? [this.keepServer(whose.server, peers.addresses[config.self]).catch(quietly('the server'))] : [],
      ...whose.sentinels ? peers.sentinels.map(async (_, index) => this.keepSentinel(index).catch(quietly(`Sentinel ${index}`))) : [],
    ]);
  }

  private async keepServer(view: ServerView, address: string): Promise<void> {
    // It would not find its master again. First that is known by its new address.
    if (view.followsFormer) return;
    const { local } = this.peers;
    const announced = pairs(await local.call('CONFIG', 'GET', SERVER)).get(SERVER);
    // One that announces nothing is known by where it connects from.
    if (announced === undefined || announced === '' || announced === address) return;
    await local.call('CONFIG', 'SET', SERVER, address);
    // A replica tells its address when it connects.
    if (view.role === 'slave') await local.call('CLIENT', 'KILL', 'TYPE', 'master');
    this.log.info('address', `the server announces ${address} instead of ${announced}`);
  }

  private async keepSentinel(index: number): Promise<void> {
    const { sentinels, sentinelAddresses } = this.peers;
    const announced = pairs(await sentinels[index].call('SENTINEL', 'CONFIG', 'GET', SENTINEL)).get(SENTINEL);
    if (announced === undefined || announced === '' || announced === sentinelAddresses[index]) return;
    await sentinels[index].call('SENTINEL', 'CONFIG', 'SET', SENTINEL, sentinelAddresses[index]);
    this.log.info('address', `Sentinel ${index} announces ${sentinelAddresses[index]} instead of ${announced}`);
  }
}
