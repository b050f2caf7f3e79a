import { Log, messageOf } from '../../log/log';
import { majorityOf, Observation, SentinelView } from '../observe/observation';
import { Peers } from '../redis/peers';
import { ConnectionError } from '../redis/resp';

/** Between two restarts, so that every HAProxy sees the first one back. In milliseconds. */
const APART_MS = 10_000;

/** Ends Sentinels, one at a time and never while that could cost their majority; kubelet starts them again with what they knew. */
export class SentinelRestarts {
  private restartedAt = -Infinity;

  constructor(private readonly peers: Pick<Peers, 'sentinels' | 'clock'>, private readonly self: number, private readonly log: Log) {}

  /**
   * Whether one may be ended: all of them answer, and agree on the local server as the master.
   *
   * @param withoutMinority a majority that answers is enough
   * @param judged those whose word counts. Default: all
   */
  public allowed({ sentinels }: Observation, withoutMinority: boolean, judged: (view: SentinelView) => boolean = () => true): boolean {
    const answering = sentinels.flatMap((view) => view ?? []);
    if (answering.length < (withoutMinority ? majorityOf(sentinels.length) : sentinels.length)) return false;
    return this.dueAgain && answering.filter(judged).every(({ names, masterDown, failoverInProgress }) => (
      names === this.self && !masterDown && !failoverInProgress));
  }

  /** @returns whether it was ended; not while another one may still be starting */
  public async restart(sentinel: number, area: string, message: string): Promise<boolean> {
    if (!this.dueAgain) return false;
    this.restartedAt = this.peers.clock.now();
    this.log.info(area, message);
    try {
      await this.peers.sentinels[sentinel].call('SHUTDOWN');
    } catch (error) {
      // it answers by closing the connection
      if (!(error instanceof ConnectionError)) this.log.warn(area, `Sentinel ${sentinel} does not stop: ${messageOf(error)}`);
    }
    return true;
  }

  private get dueAgain(): boolean {
    return this.peers.clock.now() >= this.restartedAt + APART_MS;
  }
}
