import { Harness, expectFollowing, pod } from './harness';
import { until } from '../support/until';

describe('a source lists', () => {
  let harness: Harness;
  beforeEach(async () => { harness = await Harness.start(); });
  afterEach(() => harness.close());

  test('in pages, with a limit and no resourceVersion, and watches from the version of the list', async () => {
    const { api } = harness;
    for (const name of ['c', 'a', 'e', 'b', 'd']) api.put('v1/pods', pod(name));
    const { reflector } = await harness.followed({ limit: 2 });
    expect(reflector.objects().map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const lists = api.seen('list').map(({ query }) => Object.fromEntries(query));
    expect(lists).toEqual([{ limit: '2' }, { limit: '2', continue: '2' }, { limit: '2', continue: '4' }]);
    expect(api.seen('watch')[0].query.get('resourceVersion')).toBe(String(api.collections.version));
  });

  test('everything at once when the later pages have expired', async () => {
    const { api } = harness;
    for (const name of ['a', 'b', 'c']) api.put('v1/pods', pod(name));
    api.fail({ on: 'continue', status: 410 });
    const { reflector, statuses } = await harness.followed({ limit: 2 });
    expect(reflector.objects()).toHaveLength(3);
    expect(api.seen('list').map(({ query }) => query.toString())).toEqual(['limit=2', 'limit=2&continue=2', '']);
    expect(statuses).toEqual([{ connected: true }]);
  });

  test('and gives items the kind and apiVersion that they lack in lists', async () => {
    harness.api.put('v1/pods', pod('a'));
    const { reflector } = await harness.followed();
    expect(reflector.get('cache', 'a')).toMatchObject({ kind: 'Pod', apiVersion: 'v1' });
  });

  test('and says so once, also when there is nothing', async () => {
    const synced = jest.fn();
    const followed = harness.follow();
    followed.reflector.on('synced', synced);
    await until(() => followed.reflector.connected, 'connected');
    expect(followed.reflector.synced).toBe(true);
    expect(synced).toHaveBeenCalledTimes(1);
    expect(followed.changes).toBe(1);
  });

  test('without managedFields and the last applied configuration', async () => {
    const object = pod('a');
    object.metadata.managedFields = [{ manager: 'kubelet' }];
    object.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'kept': 'yes' };
    harness.api.put('v1/pods', object);
    const { reflector } = await harness.followed();
    const { metadata } = reflector.get('cache', 'a')!;
    expect(metadata).not.toHaveProperty('managedFields');
    expect(metadata.annotations).toEqual({ kept: 'yes' });
  });

  test('again after no headers came in time', async () => {
    harness.api.fail({ hang: 'headers' });
    const followed = await harness.followed({ timing: { headerTimeoutMs: 50 } });
    expect(followed.statuses[0].error).toMatchObject({ failure: 'timeout', message: 'no answer within 50 ms' });
    await expectFollowing(harness.api, followed);
  });

  test('again after the body did not end in time', async () => {
    harness.api.fail({ hang: 'body' });
    const followed = await harness.followed({ timing: { bodyTimeoutMs: 50 } });
    expect(followed.statuses[0].error).toMatchObject({ failure: 'timeout', message: 'the answer did not end within 50 ms' });
    await expectFollowing(harness.api, followed);
  });

  test.each([
    ['text that is not JSON', 'secret {', 'list of pods in namespace cache: not a JSON object (8 characters)'],
    ['JSON that is no list', '{"items": []}', 'list of pods in namespace cache: it has no resourceVersion or no items'],
  ])('again after %s, and says so without quoting it', async (_, body, message) => {
    harness.api.fail({ body });
    const { statuses } = await harness.followed();
    await until(() => statuses.length === 2, 'recovery');
    expect(statuses).toEqual([
      { connected: false, error: expect.objectContaining({ failure: 'bad_data', message }) },
      { connected: true },
    ]);
  });
});
