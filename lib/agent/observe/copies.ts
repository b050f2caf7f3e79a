import { Observation } from './observation';
import { Peers } from '../redis/peers';
import { Endpoint, Reply, ReplyError } from '../redis/resp';

/** A server whose data would be lost: another one overwrites it, by a full resynchronization. */
export interface AtStake {
  readonly of: number;
  readonly by: number;
}

/** What would be lost: nothing, as the other one has the same (`copy`), or data; `open` while they were not compared. */
export interface Stake extends AtStake {
  readonly is: 'copy' | 'different' | 'open';
}

/** Keys that are looked for: of a copy that lacks some minutes nearly all are there, of other data hardly any. */
const PICKED = 100;

/** By type: what of a value is compared, in constant time. A list or hash of a few elements is small enough to be compared as a whole. */
const LOOKS: Record<string, (key: string) => string[]> = {
  string: (key) => ['GETRANGE', key, '0', '255'],
  list: (key) => ['LLEN', key],
  set: (key) => ['SCARD', key],
  hash: (key) => ['HLEN', key],
  zset: (key) => ['ZCARD', key],
  stream: (key) => ['XLEN', key],
};
const SMALL = ['listpack', 'ziplist', 'intset'];

/**
 * Compares data that no agent has recorded. Neither files nor INFO tell whether it is the same: an append-only log names no replication stream, and a
 * failover, such as before the end of a former installation, begins a new one. So servers are asked for keys of each other.
 */
export class Copies {
  /** By the processes of both. */
  private readonly compared = new Map<string, boolean>();

  constructor(private readonly peers: Peers, private readonly self: number) {}

  public async look(atStake: readonly AtStake[], { servers }: Observation): Promise<Stake[]> {
    return Promise.all(atStake.map(async (each) => {
      const [theirs, ours] = [servers[each.of], servers[each.by]];
      if (!theirs || !ours || theirs.loading || ours.loading) return { ...each, is: 'open' as const };
      if (theirs.streamId === ours.streamId) return { ...each, is: 'copy' as const };
      const processes = `${theirs.runId} ${ours.runId}`;
      const same = this.compared.get(processes) ?? await hasMostOf(this.endpoint(each.by), this.endpoint(each.of)).catch(() => undefined);
      if (same === undefined) return { ...each, is: 'open' as const };
      this.compared.set(processes, same);
      return { ...each, is: same ? 'copy' as const : 'different' as const };
    }));
  }

  private endpoint(ordinal: number): Endpoint {
    return ordinal === this.self ? this.peers.local : this.peers.servers[ordinal];
  }
}

/** Whether one server has most of what another one has, by keys that are picked at random. */
async function hasMostOf(one: Endpoint, other: Endpoint): Promise<boolean> {
  const databases = [...String(await other.call('INFO', 'keyspace')).matchAll(/^db(\d+):keys=(\d+)/gm)]
    .map(([, database, count]) => ({ database, count: Number(count) })).sort((a, b) => b.count - a.count).slice(0, PICKED);
  const all = databases.reduce((sum, { count }) => sum + count, 0);
  let picked = 0;
  let found = 0;
  for (const { database, count } of databases) {
    // by its share: a few keys that all installations have in another database say nothing of the others
    const each = Math.ceil(PICKED * count / all);
    const keys = (await ask(other, database, Array.from({ length: each }, () => ['RANDOMKEY']))).filter((key): key is string => typeof key === 'string');
    const kinds = await ask(other, database, keys.flatMap((key) => [['TYPE', key], ['OBJECT', 'ENCODING', key]]));
    const looks = keys.flatMap((key, index) => {
      const [type, encoding] = kinds.slice(2 * index).map(String);
      // it has expired, and a standby does not delete it
      if (type === 'none') return [];
      return [SMALL.includes(encoding) ? ['DUMP', key] : LOOKS[type]?.(key) ?? ['TYPE', key]];
    });
    const [theirs, ours] = await Promise.all([other, one].map(async (server) => ask(server, database, looks)));
    picked += looks.length;
    found += theirs.filter((reply, index) => String(reply) === String(ours[index])).length;
  }
  return found * 2 >= picked;
}

/** Asks in a database of that number: the connection is that of all other commands. @throws ReplyError if the server does not answer as it should */
async function ask(server: Endpoint, database: string, commands: string[][]): Promise<Reply[]> {
  // names of keys may be any bytes
  const replies = await server.batch([['SELECT', database], ...commands, ['SELECT', '0']], 'latin1');
  const failed = replies.find((reply): reply is ReplyError => reply instanceof ReplyError && !reply.message.startsWith('WRONGTYPE'));
  if (failed) throw failed;
  return replies.slice(1, -1);
}
