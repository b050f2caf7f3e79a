import { traitsOf } from '../../../lib/agent/observe/traits';
import { Endpoint, ReplyError } from '../../../lib/agent/redis/resp';

const INFO = 'redis_version:7.2.4\r\nused_memory:1200\r\nused_memory_dataset:700\r\nmaxmemory:2000\r\nmaxmemory_policy:noeviction\r\nmem_not_counted_for_evict:200\r\n'
  + 'aof_enabled:1\r\naof_last_write_status:ok\r\nrdb_last_bgsave_status:ok\r\ncluster_enabled:0\r\n';
const SETTINGS: { readonly [name: string]: string } = { 'databases': '16', 'stop-writes-on-bgsave-error': 'yes', 'save': '3600 1' };

async function traits(info = INFO, settings: typeof SETTINGS | null = SETTINGS) {
  const batch = async (commands: readonly string[][]) => commands.map(([word, , name]) => (
    word === 'INFO' ? info : settings ? [name, settings[name]] : new ReplyError('ERR unknown command')));
  return traitsOf({ batch } as unknown as Endpoint);
}

const WELL = { databases: 16, clustered: false, dataset: 700, used: 1000, limit: 2000, evicts: false, unwritten: undefined, scriptsWrite: false };
const SNAPSHOT_FAILED = INFO.replace('bgsave_status:ok', 'bgsave_status:err');

test.each([
  ['all is well', INFO, SETTINGS, {}],
  ['it takes no orders', `${INFO}db0:keys=1\r\ndb20:keys=1\r\n`, null, { databases: 21 }],
  ['it is a node of a cluster', INFO.replace('cluster_enabled:0', 'cluster_enabled:1'), SETTINGS, { clustered: true }],
  ['it is a cache', INFO.replace('noeviction', 'allkeys-lru'), SETTINGS, { evicts: true }],
  ['its log failed', INFO.replace('write_status:ok', 'write_status:err'), SETTINGS, { unwritten: 'its append-only log' }],
  ['its snapshot failed', SNAPSHOT_FAILED, SETTINGS, { unwritten: 'its snapshot' }],
  ['its snapshot failed, and writes go on', SNAPSHOT_FAILED, { ...SETTINGS, 'stop-writes-on-bgsave-error': 'no' }, {}],
  ['its snapshot failed, which it makes by order only', SNAPSHOT_FAILED, { ...SETTINGS, save: '' }, {}],
  ['it is old', INFO.replace('7.2.4', '6.2.14'), SETTINGS, { scriptsWrite: true }],
])('what a server is: %s', async (_, info, settings, change) => {
  expect(await traits(info, settings)).toEqual({ ...WELL, ...change });
});

test('one that does not answer is nothing', async () => {
  expect(await traitsOf({ batch: async () => Promise.reject(new Error('gone')) } as unknown as Endpoint)).toBeUndefined();
});
