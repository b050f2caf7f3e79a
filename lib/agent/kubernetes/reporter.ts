import { Happening, Outbox } from './outbox';
import { HandOverOutcome, Happenings } from '../act/witness';
import { namedMaster, Observation } from '../observe/observation';
import { roleOf } from '../observe/role';

/** For so long a new master waits to hear that it was a hand-over or an election: whoever hands over tells it for 5 s. */
const EXPLAINED_MS = 6_000;

/** Makes Events and the label of what this agent sees of its own server. Each happening has one Event: the agent of the new master writes it, or that of the server that it is about. */
export class Reporter implements Happenings {
  /** Whom the Sentinels named last. */
  private named?: number;
  /** Which master this server replaced, until it is known how. */
  private replaced?: { readonly server: number; readonly at: number };
  private explainedAt = -Infinity;
  private unusable?: string;

  /** @param self ordinal of the local server @param now in milliseconds since 1970 */
  constructor(private readonly self: number, private readonly outbox: Pick<Outbox, 'show' | 'tell'>, private readonly now: () => number = Date.now) {}

  /**
   * Takes over what a round saw.
   *
   * @param unusable why the server does not start without its data; undefined if it does
   */
  public observe({ servers, sentinels }: Observation, unusable: string | undefined): void {
    const role = roleOf(servers[this.self]);
    this.outbox.show(role);
    if (unusable !== undefined && unusable !== this.unusable) this.tell('StartRefused', 'Warning', `server ${this.self} does not start: ${unusable}`);
    this.unusable = role === 'unknown' ? unusable ?? this.unusable : undefined;
    const named = namedMaster(sentinels);
    if (typeof named === 'number' && (named !== this.self || role === 'master')) this.namedIs(named);
    if (this.replaced && this.now() - this.replaced.at >= EXPLAINED_MS) this.failedOver();
  }

  public handedOver(outcome: HandOverOutcome, ms: number): void {
    // of one that is done, the agent of the successor tells
    if (outcome === 'done') return;
    const end = outcome === 'given-up' ? 'writes go on here' : 'writes stay paused, as the failover may still happen';
    this.tell('HandOverFailed', 'Warning', `server ${this.self} gave up to hand over after ${Math.round(ms)} ms: ${end}`);
  }

  public tookOver(from: number, ms: number): void {
    this.explained();
    this.tell('HandOver', 'Normal', `server ${from} handed over to server ${this.self}, agreed after ${ms} ms`);
  }

  public voted(won: boolean): void {
    if (!won) return;
    this.explained();
    this.tell('MasterElected', 'Normal', `server ${this.self} is the master: there was none, and it has the best data`);
  }

  private namedIs(named: number): void {
    const { named: before, self } = this;
    this.named = named;
    // an agent that has just started knows of no one before
    if (before === undefined || before === named) return;
    this.failedOver();
    const at = this.now();
    if (named === self && at - this.explainedAt >= EXPLAINED_MS) this.replaced = { server: before, at };
  }

  private failedOver(): void {
    if (!this.replaced) return;
    this.tell('FailoverDone', 'Warning', `server ${this.self} is the master in place of server ${this.replaced.server}`, this.replaced.at);
    this.replaced = undefined;
  }

  private explained(): void {
    this.explainedAt = this.now();
    this.replaced = undefined;
  }

  private tell(reason: string, type: Happening['type'], note: string, at = this.now()): void {
    this.outbox.tell({ reason, type, note, at });
  }
}
