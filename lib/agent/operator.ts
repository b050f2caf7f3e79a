import { Actor } from './act/actor';
import { HandOverOrder } from './act/hand-over';
import { Order, Orders, Outcome } from './act/orders';
import { endServer, rebuildable, RefusedError } from './act/rebuild';
import { AgentState } from './agent-state';
import { Pause } from './run-dir/pause';
import { RebuildMark } from './run-dir/rebuild-mark';
import { LONGEST_PAUSE_SECONDS } from '../limits/pause';
import { Log, messageOf } from '../log/log';

/** What an order may make use of. */
interface Means {
  readonly state: AgentState;
  readonly pause: Pause;
  readonly mark: RebuildMark;
  readonly log: Log;
  /** Those that seal orders. */
  readonly passwords: () => readonly string[];
  /** The hand-over that is under way, or a new one. */
  readonly handOver: (order: HandOverOrder) => Promise<string>;
}

/** Carries out what people ask for. */
export class Operator {
  private readonly orders: Orders;

  constructor(private readonly means: Means) {
    this.orders = new Orders(means.passwords);
  }

  /** Looks for orders, and carries them out one after the other. */
  public async serve(actor: Actor): Promise<void> {
    const orders = await this.orders.take(actor.peers);
    if (orders !== undefined && this.means.mark.clear()) {
      this.means.log.warn('order', 'rebuild: failed, the server that was asked to end answers, and keeps its data');
    }
    for (const order of orders ?? []) {
      const [outcome, line] = await this.carryOut(order, actor).catch((error: unknown): [Outcome, string] => (
        [error instanceof RefusedError ? 'refused' : 'failed', messageOf(error)]));
      const { log } = this.means;
      const text = `${order.word}${order.argument && ` ${order.argument}`}: ${outcome}, ${line}`;
      if (outcome === 'done') log.info('order', text);
      else log.warn('order', text);
      await this.orders.answer(actor.peers, order, outcome, line);
    }
  }

  private async carryOut(order: Order, actor: Actor): Promise<[Outcome, string]> {
    switch (order.word) {
      case 'failover': return this.failOver(order.argument, actor);
      case 'pause': return ['done', `no failover until ${this.means.pause.begin(1000 * number(order.argument, 1, LONGEST_PAUSE_SECONDS, 'seconds')).toISOString()}`];
      case 'resume': return ['done', this.means.pause.end() ? 'failovers as usual' : 'nothing was paused'];
      case 'rebuild': return this.rebuild(order, actor);
      case 'handed-over': return this.tookOver(order.argument, actor);
      default: throw new RefusedError(`this agent knows no order "${order.word}"`);
    }
  }

  private async failOver(argument: string, { config, peers }: Actor): Promise<[Outcome, string]> {
    const to = argument === '' ? undefined : number(argument, 0, peers.servers.length - 1, 'the ordinal of a server');
    if (!this.means.state.isMaster) throw new RefusedError(`server ${config.self} is not the master`);
    if (to === config.self) return ['done', `server ${to} is the master already`];
    const line = await this.means.handOver({ stops: false, to });
    return [line.startsWith('to server ') ? 'done' : 'failed', line];
  }

  /** The server that handed over to this one tells so: its own metrics and log may be gone with its pod. */
  private tookOver(argument: string, { witness, peers }: Actor): [Outcome, string] {
    const [from, ms] = argument.split(',');
    const server = number(from, 0, peers.servers.length - 1, 'the ordinal of a server');
    witness?.tookOver(server, number(ms ?? '', 0, 3_600_000, 'milliseconds'));
    return ['done', `server ${server} has handed over to this one, agreed after ${ms} ms`];
  }

  private async rebuild(order: Order, actor: Actor): Promise<[Outcome, string]> {
    const { mark } = this.means;
    const master = await rebuildable(actor);
    const line = `the server ends, and starts over from server ${master}`;
    // who waits hears nothing more once it has ended
    await this.orders.answer(actor.peers, order, 'begun', line);
    mark.set();
    try {
      await endServer(actor);
    } catch (error) {
      mark.clear();
      throw error;
    }
    return ['done', line];
  }
}

function number(text: string, min: number, max: number, what: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new RefusedError(`"${text}" must be ${what}, from ${min} to ${max}`);
  return value;
}
