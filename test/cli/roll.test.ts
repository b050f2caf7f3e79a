import { runCli } from './support/cli';
import { all, Changes, reading, standby } from './support/readings';
import { CliError, EXIT } from '../../lib/cli/base/command';
import { Kubectl } from '../../lib/cli/kubectl/kubectl';
import { Reader } from '../../lib/cli/read/reader';
import { COMPONENT, INSTALLATION } from '../../lib/topology/topology';

jest.setTimeout(60_000);
afterEach(() => jest.restoreAllMocks());

/** What differs from three servers that are not as the StatefulSet says, whose controller has seen what was applied. */
interface World {
  /** Of each server's pod. */
  readonly revisions?: readonly string[];
  readonly status?: object;
  /** How often the StatefulSet is asked for before its controller has seen what was applied; never, if not given. */
  readonly blind?: number;
  /** How often the API server is silent when it is asked for something, like `pod/cache-server-2`. */
  readonly silent?: { [what: string]: number };
}

/** A cluster, in which a pod that is deleted is another one at once, of the revision that the controller knows. @returns the pods that were deleted */
function cluster({ revisions = ['old', 'old', 'old'], status = { observedGeneration: 2, updateRevision: 'new' }, blind = -1, silent = {} }: World = {}): string[] {
  const deleted: string[] = [];
  const labels = { [INSTALLATION]: 'cache', [COMPONENT]: 'server' };
  const spec = { replicas: revisions.length, updateStrategy: { type: 'OnDelete' } };
  const set: any = { kind: 'StatefulSet', metadata: { name: 'cache-server', namespace: 'shop', labels, generation: 2 }, spec, status };
  const pod = (name: string, uid: string, revision: string) => ({ metadata: { name, uid, labels: { 'controller-revision-hash': revision } } });
  const pods = new Map(revisions.map((revision, ordinal) => [`cache-server-${ordinal}`, pod(`cache-server-${ordinal}`, 'former', revision)]));
  let asked = 0;
  jest.spyOn(Kubectl.prototype, 'list').mockResolvedValue([set]);
  jest.spyOn(Kubectl.prototype, 'get').mockImplementation(async (kind, name) => {
    const what = `${kind}/${name}`;
    if ((silent[what] ?? 0) > 0) {
      silent[what] -= 1;
      throw new CliError('kubectl: The connection to the server was refused', EXIT.unavailable);
    }
    if (kind === 'pod') return pods.get(name);
    if (asked++ === blind) set.status = { observedGeneration: 2, updateRevision: 'new' };
    return structuredClone(set);
  });
  jest.spyOn(Kubectl.prototype, 'run').mockImplementation(async (verb, kind, name) => {
    expect([verb, kind]).toEqual(['delete', 'pod']);
    deleted.push(name);
    pods.set(name, pod(name, 'another', set.status.updateRevision));
    return '';
  });
  return deleted;
}

/** What is read of the installation: the last of them again and again. */
function reads(...changes: readonly Changes[]): { readonly reads: () => number } {
  const spy = jest.spyOn(Reader.prototype, 'read').mockImplementation(async () => reading(changes[Math.min(spy.mock.calls.length, changes.length) - 1]));
  return { reads: () => spy.mock.calls.length };
}

const roll = async (...args: string[]) => runCli(['roll', 'cache', ...args]);

test('replaces replicas from the last, and the master after them', async () => {
  const deleted = cluster();
  reads({});
  const { status, out } = await roll();
  expect([status, deleted]).toEqual([0, ['cache-server-2', 'cache-server-1', 'cache-server-0']]);
  expect(out).toMatch(/server 0, the master, hands over and is replaced\nall servers are up to date\n$/);
});

test('leaves the master as it is, if that is wished', async () => {
  const deleted = cluster();
  reads({});
  expect((await roll('--replicas')).out).toMatch(/all replicas are up to date; server 0, the master, is left\n$/);
  expect(deleted).toEqual(['cache-server-2', 'cache-server-1']);
});

test.each([
  ['the change', { observedGeneration: 1, updateRevision: 'old' }],
  ['the StatefulSet at all', {}],
])('waits for the controller where that has not seen %s', async (_, status) => {
  const deleted = cluster({ status, blind: 2 });
  reads({});
  expect((await roll()).status).toBe(0);
  expect(deleted).toEqual(['cache-server-2', 'cache-server-1', 'cache-server-0']);
});

test('bears an API server that is silent for a moment while it waits', async () => {
  const deleted = cluster({ revisions: ['new', 'new', 'old'], silent: { 'pod/cache-server-1': 1, 'pod/cache-server-2': 0 } });
  reads({});
  expect(await roll()).toMatchObject({ status: 0, err: '' });
  expect(deleted).toEqual(['cache-server-2']);
});

test('does not take the master away while nobody could take its place, and says why', async () => {
  const deleted = cluster({ revisions: ['old', 'new', 'new'] });
  const lost: Changes = { sentinels: { 1: undefined, 2: undefined } };
  const { reads: count } = reads(lost, lost, {});
  const { status, out } = await roll();
  expect([status, deleted, count()]).toEqual([0, ['cache-server-0'], 4]);
  expect(out).toBe([
    'server 0, the master, has to wait, as a failover would not be possible: 1 of 3 Sentinels answer, 2 are needed',
    'server 0, the master, hands over and is replaced',
    'all servers are up to date\n',
  ].join('\n'));
});

test('replaces replicas while failovers are paused', async () => {
  const deleted = cluster();
  reads({ servers: { 0: { agent: { phase: 'steady', why: '', ageSeconds: 1, pausedUntil: '2026-11-28T13:00:00.000Z' } } } });
  expect((await roll('--replicas')).status).toBe(0);
  expect(deleted).toEqual(['cache-server-2', 'cache-server-1']);
});

test('replaces a server that is alone, whose place nobody could take', async () => {
  const deleted = cluster({ revisions: ['old'] });
  const { servers: [server], sentinels: [sentinel] } = reading({ sentinels: all({ otherSentinels: 0, quorum: 1 }) });
  reads({ reading: { servers: [server], sentinels: [sentinel] } });
  expect([(await roll()).status, deleted]).toEqual([0, ['cache-server-0']]);
});

describe('in a standby', () => {
  const IN_SYNC = standby({ linkUp: true, bytes: 14, seconds: 0 });

  test('replaces the server that copies the master outside after all others', async () => {
    const deleted = cluster();
    reads(IN_SYNC);
    const { status, out } = await roll();
    expect([status, deleted]).toEqual([0, ['cache-server-2', 'cache-server-0', 'cache-server-1']]);
    expect(out).toMatch(/server 1, which copies old:6379, is replaced\nall servers are up to date\n$/);
  });

  test('waits until that one is in sync', async () => {
    const deleted = cluster({ revisions: ['new', 'new', 'old'] });
    const behind = standby({ linkUp: false }, { servers: { ...IN_SYNC.servers, 1: { ...IN_SYNC.servers![1], linkUp: false } } });
    const { reads: count } = reads(behind, IN_SYNC);
    expect([(await roll()).status, deleted, count()]).toEqual([0, ['cache-server-2'], 3]);
  });
});
