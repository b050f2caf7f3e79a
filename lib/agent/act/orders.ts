import { createHash, randomBytes } from 'node:crypto';
import { Peers } from '../redis/peers';
import { runIdIn } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** What all channels of orders begin with. */
const PREFIX = 'redis-ha:order:';
/** `TIME-RANDOM:WORD:ARGUMENT:SEAL`; the time is that of who asks, in seconds since 1970. */
const ORDER = /^((\d+)-[0-9a-f]+:([a-z-]+):([\d,]*)):([0-9a-f]{64})$/;
/** How old an order may be, or how far ahead the clock of who asks. In milliseconds. */
const VALID_MS = 120_000;

/** What somebody asks the agent of one server for. */
export interface Order {
  readonly channel: string;
  readonly word: string;
  /** Digits, or several of them with commas between; empty without one. */
  readonly argument: string;
}

/** How an order ended: it was carried out; conditions do not allow it and nothing was changed; or it was begun and did not end well. */
export type Outcome = 'done' | 'refused' | 'failed';

/**
 * Orders that reach the agent through its server: whoever asks subscribes to a channel whose name is the order, and hears the answer there. So it works from
 * within the pod as from another one, and ends when nobody waits for it any more.
 *
 * Users of clients may subscribe to channels too, so an order bears a seal that only who knows the password of `default` can make: the hash of the order between two
 * passwords, with the process of the server that it is for. It is good once, and for two minutes.
 */
export class Orders {
  /** Orders that were taken, and until when they must not be taken again. */
  private readonly taken = new Map<string, number>();

  constructor(private readonly passwords: () => readonly string[], private readonly now: () => number = Date.now) {}

  /** Those that were not taken yet; undefined if the server does not answer. */
  public async take({ local }: Pick<Peers, 'local'>): Promise<Order[] | undefined> {
    const reply = await local.call('PUBSUB', 'CHANNELS', `${PREFIX}*`).catch(() => undefined);
    for (const [channel, until] of this.taken) if (this.now() > until) this.taken.delete(channel);
    if (!Array.isArray(reply) || reply.length === 0) return Array.isArray(reply) ? [] : undefined;
    const server = await processOf(local);
    return server === undefined ? undefined : reply.map(String).flatMap((channel) => this.judge(channel, server) ?? []);
  }

  /** Tells who waits. */
  public async answer({ local }: Pick<Peers, 'local'>, { channel }: Order, outcome: Outcome | 'begun', line: string): Promise<void> {
    await local.call('PUBLISH', channel, `${outcome} ${line}`).catch(() => undefined);
  }

  private judge(channel: string, server: string): Order | undefined {
    const [, text, time, word, argument, seal] = ORDER.exec(channel.slice(PREFIX.length)) ?? [];
    if (text === undefined || this.taken.has(channel) || Math.abs(this.now() - 1000 * Number(time)) > VALID_MS) return undefined;
    if (!this.passwords().some((password) => sealOf(`${server}:${text}`, password) === seal)) return undefined;
    this.taken.set(channel, this.now() + 3 * VALID_MS);
    return { channel, word, argument };
  }
}

/** The channel of an order to the agent of this server. */
export async function channelOf(server: Endpoint, word: string, argument: string, password: string): Promise<string> {
  const text = `${Math.floor(Date.now() / 1_000)}-${randomBytes(8).toString('hex')}:${word}:${argument}`;
  return `${PREFIX}${text}:${sealOf(`${await processOf(server)}:${text}`, password)}`;
}

async function processOf(server: Endpoint): Promise<string | undefined> {
  return runIdIn(await server.call('INFO', 'server').catch(() => ''));
}

/** What only those can make who know the password; empty without one. */
export function sealOf(order: string, password: string): string {
  return createHash('sha256').update(`${password}:${order}:${password}`).digest('hex');
}
