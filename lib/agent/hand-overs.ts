import { Actor } from './act/actor';
import { handOver, HandOverOrder } from './act/hand-over';
import { endLeftPause, restoreMinReplicas } from './act/left-over';
import { Log, messageOf } from '../log/log';

interface UnderWay {
  readonly stops: boolean;
  readonly line: Promise<string>;
}

/** Hand-overs of the local server, one at a time. */
export class HandOvers {
  private current?: UnderWay;
  /** What a former one left behind is put back. */
  private mending?: Promise<void>;

  /**
   * @param actor at each moment: members change
   * @param cutOver over when no cut-over is under way: the server may become the master by it
   */
  constructor(private readonly actor: () => Actor, private readonly log: Log, private readonly cutOver: () => Promise<unknown>) {}

  /** What comes of the one that is under way, if there is one. */
  public get underWay(): Promise<string> | undefined {
    return this.current?.line;
  }

  /**
   * Hands over, or waits for the one that is under way. A server that is about to stop tries for itself after one that was ordered: that may have been
   * given up, or meant for another server, and this one must not be elected any more.
   *
   * @returns what came of it, for the log
   */
  public async once(order: HandOverOrder): Promise<string> {
    if (this.current === undefined || (order.stops && !this.current.stops)) {
      const underWay: UnderWay = { stops: order.stops, line: this.after(this.current, order) };
      this.current = underWay;
      void underWay.line.then(() => {
        if (this.current === underWay) this.current = undefined;
      });
    }
    return this.current.line;
  }

  private async after(former: UnderWay | undefined, order: HandOverOrder): Promise<string> {
    await Promise.all([former?.line, this.mending, this.cutOver().catch(() => undefined)]);
    const line = await handOver(this.actor(), order).catch((error: unknown) => `failed: ${messageOf(error)}`);
    this.log.info('hand-over', line);
    await restoreMinReplicas(this.actor()).catch(this.warn);
    return line;
  }

  /** Puts back what a hand-over left behind. Nothing while one is under way, which waits for it: its own pause must not be ended. */
  public async serverAnswers(): Promise<void> {
    if (this.current === undefined) this.mending = this.mend().catch(this.warn);
    await this.mending;
  }

  private async mend(): Promise<void> {
    if (await restoreMinReplicas(this.actor())) await endLeftPause(this.actor(), () => this.current !== undefined);
  }

  private readonly warn = (error: unknown): void => this.log.warn('hand-over', messageOf(error));
}
