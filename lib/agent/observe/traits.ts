import { infoFields, pairs, repliesOf } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** What decides whether one server can take the place of another. */
export interface Traits {
  /** How many databases it has or, where it does not tell (CONFIG is forbidden), has needed for its keys until now. */
  readonly databases: number;
  /** It is a node of a Redis Cluster: others have the rest of the data. */
  readonly clustered: boolean;
  /** Its data alone, and all that counts for `maxmemory`. In bytes. */
  readonly dataset: number;
  readonly used: number;
  /** `maxmemory`; 0 is none. In bytes. */
  readonly limit: number;
  /** It evicts keys once that is full. */
  readonly evicts: boolean;
  /** What of its data it could not write to its disk: as a master it refuses writes. */
  readonly unwritten?: string;
  /** Scripts write although it refuses writes: so they do before Redis 7.0. */
  readonly scriptsWrite: boolean;
}

/** @returns undefined where it does not answer */
export async function traitsOf(server: Endpoint): Promise<Traits | undefined> {
  const settings = ['databases', 'stop-writes-on-bgsave-error', 'save'];
  const replies = await repliesOf(server, [['INFO'], ...settings.map((name) => ['CONFIG', 'GET', name])]);
  const info = replies?.[0];
  if (typeof info !== 'string') return undefined;
  const fields = infoFields(info);
  const text = (name: string): string => fields.get(name) ?? '';
  const number = (name: string): number => Number(text(name));
  const [databases, stops, save] = settings.map((name, index) => pairs(replies![index + 1]).get(name));
  const used = [...fields.keys()].flatMap((name) => (/^db\d+$/.test(name) ? Number(name.slice(2)) + 1 : []));
  const noLog = text('aof_enabled') === '1' && text('aof_last_write_status') === 'err';
  const noSnapshot = text('rdb_last_bgsave_status') === 'err' && stops === 'yes' && !!save;
  return {
    databases: Number(databases ?? Math.max(0, ...used)),
    clustered: text('cluster_enabled') === '1',
    dataset: number('used_memory_dataset'),
    used: number('used_memory') - number('mem_not_counted_for_evict'),
    limit: number('maxmemory'),
    evicts: text('maxmemory_policy') !== 'noeviction',
    unwritten: noLog ? 'its append-only log' : noSnapshot ? 'its snapshot' : undefined,
    scriptsWrite: parseInt(text('redis_version'), 10) < 7,
  };
}
