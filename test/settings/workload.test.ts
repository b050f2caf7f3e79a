import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { DurabilityMode, Fsync, MaxmemoryPolicy, Persistence, RedisHaProps, Sentinel, Workload } from '../../lib';
import { resolveSettings } from '../../lib/settings/resolve';
import { Settings } from '../../lib/settings/settings';

const MIB = 1024 * 1024;
const resolve = (props: RedisHaProps): Settings => resolveSettings(props, { defaultName: 'redis' });
const limited = (memory: string) => ({ resources: { limits: { memory: k8s.Quantity.fromString(memory) }, requests: {} } });

/** What a workload decides, in short. */
function decided({ persistence, server }: Settings): string {
  const gib = persistence.sizeBytes && persistence.sizeBytes / 1024 / MIB;
  const clients = server.directives.find((line) => line.startsWith('maxmemory-clients'))!.split(' ')[1];
  return [
    `${persistence.kind}${gib === undefined ? '' : ` ${gib}Gi`}`, persistence.mode, persistence.fsync, server.maxmemoryPolicy, `${server.minReplicasToWrite} replicas`,
    `backlog ${server.replBacklogBytes / MIB}`, `clients ${Number(clients) / MIB}`,
  ].join(', ');
}

test.each<[string, RedisHaProps, string]>([
  ['nothing is said', {}, 'emptyDir, none, everysec, noeviction, 1 replicas, backlog 16, clients 96'],
  ['little memory', { server: { maxmemory: Size.mebibytes(16) } }, 'emptyDir, none, everysec, noeviction, 1 replicas, backlog 4, clients 4'],
  ['a cache', { workload: Workload.CACHE }, 'emptyDir, none, everysec, allkeys-lru, 0 replicas, backlog 12, clients 96'],
  ['a queue', { workload: Workload.QUEUE }, 'volume 2Gi, append-only, everysec, noeviction, 1 replicas, backlog 48, clients 48'],
  ['a store', { workload: Workload.STORE }, 'volume 2Gi, append-only, always, noeviction, 1 replicas, backlog 24, clients 48'],
  ['a large cache', { workload: Workload.CACHE, server: limited('16Gi') }, 'emptyDir, none, everysec, allkeys-lru, 0 replicas, backlog 64, clients 3072'],
  ['a large queue', { workload: Workload.QUEUE, server: limited('16Gi') }, 'volume 48Gi, append-only, everysec, noeviction, 1 replicas, backlog 1024, clients 1536'],
  ['a small store', { workload: Workload.STORE, server: limited('64Mi') }, 'volume 1Gi, append-only, always, noeviction, 1 replicas, backlog 12, clients 6'],
  ['a store of five', { workload: Workload.STORE, replicas: 5 }, 'volume 2Gi, append-only, always, noeviction, 2 replicas, backlog 24, clients 48'],
  ['a queue of five', { workload: Workload.QUEUE, replicas: 5 }, 'volume 2Gi, append-only, everysec, noeviction, 1 replicas, backlog 48, clients 48'],
  ['a store of two', { workload: Workload.STORE, replicas: 2, sentinel: Sentinel.deployments() }, 'volume 2Gi, append-only, always, noeviction, 0 replicas, backlog 24, clients 48'],
])('%s', (_, props, expected) => {
  expect(decided(resolve(props))).toBe(expected);
});

test('without a memory limit there is nothing to take a part of', () => {
  const { server } = resolve({ workload: Workload.QUEUE, persistence: Persistence.volume(Size.gibibytes(1)), server: { resources: { limits: {} } } });
  expect(server.replBacklogBytes).toBe(16 * MIB);
  expect(server.maxmemoryBytes).toBeUndefined();
});

test('all that props say counts for more', () => {
  const given = decided(resolve({
    workload: Workload.STORE,
    persistence: Persistence.volume(Size.gibibytes(7), { fsync: Fsync.EVERY_SECOND }),
    server: {
      maxmemoryPolicy: MaxmemoryPolicy.VOLATILE_TTL, minReplicasToWrite: 2, replBacklogSize: Size.mebibytes(3), directives: [`maxmemory-clients ${MIB}`],
    },
  }));
  expect(given).toBe('volume 7Gi, append-only, everysec, volatile-ttl, 2 replicas, backlog 3, clients 1');
});

test('a store that is given a snapshot has no append-only file to flush', () => {
  expect(resolve({ workload: Workload.STORE, persistence: Persistence.volume(Size.gibibytes(7), { mode: DurabilityMode.SNAPSHOT }) }).persistence.mode).toBe('snapshot');
});

describe('a volume that may fill up is told', () => {
  const told = (persistence: Persistence) => resolve({ persistence, server: { resources: { memory: { limit: Size.gibibytes(8) } } } }).warnings;

  test.each<[string, number, DurabilityMode]>([
    ['a log', 18, DurabilityMode.APPEND_ONLY], ['snapshots', 12, DurabilityMode.SNAPSHOT], ['what replicas copy', 6, DurabilityMode.NONE],
  ])('with room for %s, and no less', (_, enough, mode) => {
    expect(told(Persistence.volume(Size.gibibytes(enough), { mode }))).toEqual([]);
    expect(told(Persistence.volume(Size.gibibytes(enough - 1), { mode }))).toEqual([{
      code: 'VOLUME_MAY_FILL',
      message: expect.stringMatching(new RegExp(`^'persistence' \\(${(enough - 1) * 2 ** 30} bytes\\) has less than ${enough * 2 ** 30} bytes: .* as 'server.maxmemory' \\(6442450944 bytes\\), and writes`)),
    }]);
  });

  test('which nothing is said of where nobody says how large it is', () => {
    for (const one of [Persistence.existingClaim('mine'), Persistence.hostPath('/mnt/redis'), Persistence.emptyDir()]) expect(told(one)).toEqual([]);
  });
});

describe('what defeats a workload is told', () => {
  const codes = (props: RedisHaProps): string[] => resolve(props).warnings.map(({ message }) => message);

  test.each<[string, RedisHaProps, string[]]>([
    ['a cache may be lost', { workload: Workload.CACHE }, []],
    ['a store by default', { workload: Workload.STORE }, []],
    ['nothing is known of the workload', { persistence: Persistence.emptyDir(), server: { maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LRU } }, []],
    ['a queue in an emptyDir', { workload: Workload.QUEUE, persistence: Persistence.emptyDir({ mode: DurabilityMode.APPEND_ONLY }) },
      ["'persistence' keeps nothing of a queue ('workload') when all servers are lost at once: leave it out, or use Persistence.volume"]],
    ['a store that is not written', { workload: Workload.STORE, persistence: Persistence.volume(Size.gibibytes(1), { mode: DurabilityMode.NONE }) },
      ["'persistence' keeps nothing of a store ('workload') when all servers are lost at once: leave it out, or use Persistence.volume"]],
    ['a store that evicts', { workload: Workload.STORE, server: { maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LFU } },
      ['\'server.maxmemoryPolicy\' ("allkeys-lfu") throws keys of a store (\'workload\') away when memory is full: leave it out']],
  ])('%s', (_, props, expected) => {
    expect(codes(props)).toEqual(expected);
  });
});
