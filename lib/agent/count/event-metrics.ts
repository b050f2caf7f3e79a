import { HandOver, HandOverRecord } from './last-hand-over';
import { reasonOf } from './reason';
import { Counter, Gauge, Summary } from '../../metrics/registry';
import { HandOverOutcome, Happenings, masterAbsent, SERVER_DIED, Witness } from '../act/witness';
import { Action } from '../decide/action';
import { LEFT_DOWN } from '../decide/decide';
import { ABSENCES } from '../observe/master-watch';
import { namedMaster, Observation } from '../observe/observation';
import { isLost } from '../observe/record';
import { DataRecord } from '../observe/record-file';

/** A failover whose end is unknown and that is not seen within this time does not happen any more. */
const FAILOVER_MS = 60_000;

/** What an agent does beside waiting, as labels. */
const ACTIONS = [
  'attach', 'restore', 'follow', 'cut-over', 'make-electable', 'step-down', 'end-script', 'resume', 'fail-over', 'abort-failover', 'withdraw', 'start-vote', 'renew-address', 'relax-election',
  'register-sentinel', 'replace-sentinel', 'adjust-sentinel', 'forget-stale-entries', 'end-spin',
] as const;
type CountedAction = typeof ACTIONS[number];

const counter = (name: string, help: string): Counter => new Counter(`redis_ha_${name}_total`, help);

/** What happened since the agent started. */
export class EventMetrics implements Witness {
  public readonly actions = counter('actions', 'What the agent did, by action.');
  public readonly rounds = counter('rounds', 'Rounds of the agent, by outcome: finished, or failed because somebody did not answer.');
  public readonly lastRound = new Gauge('redis_ha_last_round_timestamp_seconds', 'When the last round ended that did not fail; at first when the agent began.');
  public readonly masterChanges = counter('master_changes', 'Times that a majority of the Sentinels named another server than before.');
  public readonly serverStarts = counter('server_starts', 'Processes of the local server that this agent met.');
  public readonly dataLost = counter('data_lost', 'Processes of the local server that started without the data that its volume is known to have had.');
  public readonly lastDataLoss = new Gauge('redis_ha_last_data_loss_timestamp_seconds', 'When the last of them was seen; nothing while there was none.');
  public readonly votes = counter('votes', 'Votes that this agent held, by outcome.');
  public readonly failovers = counter('failovers', 'Failovers that this agent led, by cause and outcome.');
  public readonly failoverSeconds = new Summary('redis_ha_failover_duration_seconds', 'Time from its beginning until a majority named another master.');
  public readonly handOvers = counter('hand_overs', 'Hand-overs of the local server, by outcome.');
  public readonly handOverSeconds = new Summary('redis_ha_hand_over_duration_seconds', 'Time that hand-overs took, by outcome.');
  public readonly pauseSeconds = new Summary('redis_ha_hand_over_pause_seconds', 'Time for which writes were paused for hand-overs.');
  public readonly lastHandOver = new Gauge('redis_ha_last_hand_over_timestamp_seconds', 'When the last hand-over of this server ended, by outcome; of a former pod too, if its volume is kept.');
  public readonly lastHandOverSeconds = new Gauge('redis_ha_last_hand_over_duration_seconds', 'Time that it took.');

  public readonly lastTakeOver = new Gauge('redis_ha_last_take_over_timestamp_seconds', 'When this server last got the role of the master by a hand-over, and from which server: it tells where that one is gone with its metrics.');
  public readonly lastTakeOverSeconds = new Gauge('redis_ha_last_take_over_duration_seconds', 'Time from the pause of writes until the Sentinels had agreed on this server.');

  public readonly passwords = new Gauge('redis_ha_passwords', 'Passwords that the local server accepts for "default": of the Secret (secret), and replaced ones that are accepted for a while (former).');
  public readonly passwordChanges = counter('password_changes', 'Times that the password in use became another one.');
  public readonly certificateEnd = new Gauge('redis_ha_certificate_expiry_timestamp_seconds', 'When the certificate ends that the local server uses, or a CA above it.');
  public readonly certificateUsable = new Gauge('redis_ha_certificate_usable', '1 while the certificate of the Secret can be used; otherwise the local server keeps the one that it has.');
  public readonly certificateChanges = counter('certificate_changes', 'Times that the local server was given another certificate.');

  private password?: string;
  private certificate?: string;
  private named?: number;
  private runId?: string;
  private failover?: { readonly from: number; readonly cause: string; readonly since: number };

  /** @param kept where the last hand-over is kept. Default: nowhere @param also is told what people should see. Default: nobody is */
  constructor(private readonly kept?: HandOverRecord, private readonly also?: Happenings) {
    this.lastRound.set({}, Date.now() / 1_000);
    // a counter that appears with its first event shows no increase
    for (const action of ACTIONS) this.actions.set({ action }, 0);
    for (const outcome of ['finished', 'failed']) this.rounds.set({ outcome }, 0);
    for (const outcome of ['won', 'lost']) this.votes.set({ outcome }, 0);
    for (const outcome of ['done', 'given-up', 'undecided'] satisfies HandOverOutcome[]) this.handOvers.set({ outcome }, 0);
    for (const metric of [this.masterChanges, this.dataLost, this.serverStarts, this.passwordChanges, this.certificateChanges]) metric.set({}, 0);
    for (const cause of [SERVER_DIED, LEFT_DOWN, ...ABSENCES.map((absence) => masterAbsent(absence, 'N'))]) this.failovers.set({ cause, outcome: 'done' }, 0);
    this.tellLast(kept?.read());
  }

  /**
   * Takes over what a round saw.
   *
   * @param record what was known of the data before
   */
  public observe(observation: Observation, self: number, record: DataRecord | undefined): void {
    const view = observation.servers[self];
    if (view && view.runId !== this.runId && !view.loading) {
      this.runId = view.runId;
      this.serverStarts.add();
      if (isLost(record, view)) {
        this.dataLost.add();
        this.lastDataLoss.set({}, Date.now() / 1_000);
      }
    }
    const named = namedMaster(observation.sentinels);
    if (typeof named === 'number') {
      if (this.named !== undefined && named !== this.named) this.masterChanges.add();
      this.named = named;
    }
    this.watchFailover(observation.at, named);
  }

  /** A round ended. */
  public roundEnded(outcome: 'finished' | 'failed'): void {
    this.rounds.add({ outcome });
    if (outcome === 'finished') this.lastRound.set({}, Date.now() / 1_000);
  }

  /** An action was done. */
  public acted(action: Action, spinning: readonly number[]): void {
    const add = (name: CountedAction, times = 1): void => this.actions.add({ action: name }, times);
    switch (action.kind) {
      case 'wait':
      case 'steady':
      case 'following':
        break;
      case 'reconcile-sentinels':
        add('register-sentinel', action.register.length);
        add('replace-sentinel', action.replace.length);
        add('adjust-sentinel', action.adjust.length);
        break;
      case 'reset-sentinel':
        add(spinning.includes(action.sentinel) ? 'end-spin' : 'forget-stale-entries');
        break;
      default:
        add(action.kind);
    }
  }

  public handedOver(outcome: HandOverOutcome, ms: number): void {
    const handOver = { outcome, at: Date.now() / 1_000, seconds: ms / 1_000 };
    this.handOvers.add({ outcome });
    this.handOverSeconds.observe({ outcome }, handOver.seconds);
    this.tellLast(handOver);
    this.kept?.write(handOver);
    this.also?.handedOver(outcome, ms);
  }

  public tookOver(from: number, ms: number): void {
    for (const metric of [this.lastTakeOver, this.lastTakeOverSeconds]) metric.clear();
    this.lastTakeOver.set({ from: String(from) }, Date.now() / 1_000);
    this.lastTakeOverSeconds.set({ from: String(from) }, ms / 1_000);
    this.also?.tookOver(from, ms);
  }

  public writesPaused(ms: number): void {
    this.pauseSeconds.observe({}, ms / 1_000);
  }

  public failoverLed(from: number, why: string, done: boolean, since: number): void {
    const cause = reasonOf(why);
    if (done) this.failover = { from, cause, since };
    else this.failovers.add({ cause, outcome: 'refused' });
  }

  public voted(won: boolean): void {
    this.votes.add({ outcome: won ? 'won' : 'lost' });
    this.also?.voted(won);
  }

  public passwordsAccepted(current: string, own: number, former: number): void {
    if (this.password !== undefined && this.password !== current) this.passwordChanges.add();
    this.password = current;
    this.passwords.set({ kind: 'secret' }, own);
    this.passwords.set({ kind: 'former' }, former);
  }

  public certificateUsed(id: string, end: Date): void {
    if (this.certificate !== undefined && this.certificate !== id) this.certificateChanges.add();
    this.certificate = id;
    this.certificateUsable.set({}, 1);
    this.certificateEnd.set({}, end.getTime() / 1_000);
  }

  public certificateRefused(): void {
    this.certificateUsable.set({}, 0);
  }

  /** How the failover ended that this agent led. */
  private watchFailover(at: number, named: number | 'unknown' | undefined): void {
    if (!this.failover) return;
    const { from, cause, since } = this.failover;
    const replaced = typeof named === 'number' && named !== from;
    if (!replaced && at - since < FAILOVER_MS) return;
    this.failovers.add({ cause, outcome: replaced ? 'done' : 'timed out' });
    if (replaced) this.failoverSeconds.observe({ cause }, (at - since) / 1_000);
    this.failover = undefined;
  }

  private tellLast(handOver: HandOver | undefined): void {
    if (!handOver) return;
    this.lastHandOver.clear();
    this.lastHandOverSeconds.clear();
    this.lastHandOver.set({ outcome: handOver.outcome }, handOver.at);
    this.lastHandOverSeconds.set({ outcome: handOver.outcome }, handOver.seconds);
  }
}
