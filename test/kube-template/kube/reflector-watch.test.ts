import { getEventListeners } from 'node:events';
import { Socket } from 'node:net';
import { Harness, expectFollowing, pod, untilAddress } from './harness';
import { until } from '../support/until';

describe('a source watches', () => {
  let harness: Harness;
  beforeEach(async () => { harness = await Harness.start(); });
  afterEach(async () => {
    jest.restoreAllMocks();
    await harness.close();
  });

  test('and sees objects added, modified and deleted', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.put('v1/pods', pod('a', '10.0.0.1'));
    await untilAddress(followed, 'a', '10.0.0.1');
    api.put('v1/pods', pod('a', '10.0.0.2'));
    await untilAddress(followed, 'a', '10.0.0.2');
    api.remove('v1/pods', 'cache', 'a');
    await until(() => followed.reflector.objects().length === 0, 'deletion');
    expect(followed.reflector.stats).toMatchObject({ events: 3, lists: 1, watches: 1 });
  });

  test('and does not signal a change when the resource version is the same', async () => {
    const { api } = harness;
    const object = api.put('v1/pods', pod('a'));
    const followed = await harness.followed();
    const before = followed.changes;
    api.send(JSON.stringify({ type: 'MODIFIED', object }) + '\n');
    await until(() => followed.reflector.stats.events === 1, 'repeated event');
    expect(followed.changes).toBe(before);
    await expectFollowing(api, followed);
    expect(followed.changes).toBe(before + 1);
  });

  test('and signals a storm of changes once for each chunk, not for each event', async () => {
    const followed = await harness.followed();
    harness.api.send(Array.from({ length: 100 }, (_, i) => {
      const { metadata, ...rest } = pod('a', `10.0.0.${i}`);
      return JSON.stringify({ type: 'MODIFIED', object: { ...rest, metadata: { ...metadata, resourceVersion: String(2000 + i) } } }) + '\n';
    }).join(''));
    await untilAddress(followed, 'a', '10.0.0.99');
    expect(followed.reflector.stats.events).toBe(100);
    expect(followed.changes).toBeLessThan(20);
  });

  test('a storm, and has its last state', async () => {
    const followed = await harness.followed();
    harness.api.storm('v1/pods', pod('a'), 300);
    await until(() => followed.reflector.get('cache', 'a')?.metadata.annotations?.round === '300', 'last round');
    expect(followed.reflector.stats.lists).toBe(1);
  });

  test.each([[0, '240'], [0.9999, '300']])('for a random time between 240 and 300 s (random %d)', async (random, seconds) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    await harness.followed();
    expect(harness.api.seen('watch')[0].query.get('timeoutSeconds')).toBe(seconds);
  });

  test('on where it was after the server ended the watch, on the same connection', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    for (let round = 0; round < 3; round++) {
      await expectFollowing(api, followed);
      const before = api.seen('watch').length;
      api.end();
      await until(() => api.seen('watch').length > before && api.watcherCount === 1, 'next watch');
      expect(api.seen('watch').at(-1)!.query.get('resourceVersion')).toBe(String(api.collections.version));
    }
    await expectFollowing(api, followed);
    expect(followed.reflector.stats).toMatchObject({ lists: 1, restarts: { ended: 3 } });
    expect(new Set(api.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
    expect(followed.statuses).toEqual([{ connected: true }]);
  });

  test('on where it was after the connection was reset', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    await expectFollowing(api, followed);
    api.reset();
    await expectFollowing(api, followed);
    expect(followed.reflector.stats).toMatchObject({ lists: 1, restarts: { network: 1 } });
    expect(followed.statuses.map(({ connected, error }) => error?.message ?? connected))
      .toEqual([true, expect.stringMatching(/connection lost|ECONNRESET/), true]);
  });

  test('on from the version of the last bookmark', async () => {
    await harness.close();
    harness = await Harness.start({ bookmarkMs: 10 });
    const { api } = harness;
    const followed = await harness.followed();
    api.put('v1/secrets', pod('other'));
    const sent = api.collections.version;
    await until(() => api.lastBookmark === sent, 'bookmark');
    api.end();
    await until(() => api.seen('watch').length === 2, 'second watch');
    expect(api.seen('watch')[1].query.get('resourceVersion')).toBe(String(sent));
    expect(followed.reflector.stats.events).toBe(0);
    expect(api.seen('watch')[0].query.get('allowWatchBookmarks')).toBe('true');
  });

  test('again when a connection that stays open gives nothing any more, not even its end', async () => {
    const { api } = harness;
    const followed = await harness.followed({ timing: { watchSeconds: [1, 1], watchGraceMs: 50 } });
    api.stall();
    await expectFollowing(api, followed);
    expect(followed.reflector.stats.restarts.stalled).toBe(1);
    expect(followed.statuses[1].error?.message).toBe('the watch did not end after the 1 s asked for');
  });

  test('with TCP keepalive probes on the socket in use, 10 s of silence apart', async () => {
    const setKeepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
    await harness.followed();
    const { clientPort } = harness.api.seen('watch')[0];
    const calls = setKeepAlive.mock.calls.filter((_, i) => (setKeepAlive.mock.contexts[i] as Socket).localPort === clientPort);
    expect(calls.at(-1)).toEqual([true, 10_000]);
  });

  test('and lists again after an in-stream 410', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.expire();
    await expectFollowing(api, followed);
    expect(followed.reflector.stats).toMatchObject({ lists: 2, relists: { expired: 1 } });
  });

  test('and lists again when its version was compacted while it was away', async () => {
    const { api } = harness;
    api.put('v1/pods', pod('gone'));
    const followed = await harness.followed();
    await api.stop();
    api.remove('v1/pods', 'cache', 'gone');
    api.compact();
    await api.restart();
    await until(() => followed.reflector.objects().length === 0, 'missed deletion');
    expect(followed.reflector.stats.relists).toEqual({ expired: 1 });
  });

  test('and lists again after status 410', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.fail({ on: 'watch', status: 410 });
    api.end();
    await until(() => followed.reflector.stats.lists === 2, 'second list');
    await expectFollowing(api, followed);
  });

  test('and lists again when the resource version goes backwards', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.collections.restore(5);
    const object = api.put('v1/pods', pod('old', '10.0.0.5'));
    api.send(JSON.stringify({ type: 'MODIFIED', object }) + '\n');
    await untilAddress(followed, 'old', '10.0.0.5');
    expect(followed.reflector.stats).toMatchObject({ events: 0, relists: { regressed: 1 } });
    await expectFollowing(api, followed);
  });

  test('and lists again after the relist time, because a restored server may be silent about a version it has not reached', async () => {
    const { api } = harness;
    const followed = await harness.followed({ timing: { watchSeconds: [1, 1], relistMs: 100 } });
    api.collections.restore(5);
    api.put('v1/pods', pod('old', '10.0.0.5'));
    await untilAddress(followed, 'old', '10.0.0.5');
    expect(followed.reflector.stats.relists.interval).toBeGreaterThan(0);
  });

  test.each([
    ['an event that is not JSON', 'p4ssword', 'watch of pods in namespace cache: not a JSON object (8 characters)'],
    ['an unknown event', '{"type":"MOVED","object":{}}', 'watch of pods in namespace cache: unexpected event of type "MOVED"'],
    ['an event without a version', '{"type":"ADDED","object":{}}', 'watch of pods in namespace cache: unexpected event of type "ADDED"'],
  ])('and after %s says so and lists again', async (_, line, message) => {
    const { api } = harness;
    const followed = await harness.followed();
    api.send(line + '\n');
    await expectFollowing(api, followed);
    expect(followed.statuses[1]).toEqual({ connected: false, error: expect.objectContaining({ failure: 'bad_data', message }) });
    expect(followed.reflector.stats.relists).toEqual({ bad_data: 1 });
  });

  test('and keeps its data while the server is away', async () => {
    const { api } = harness;
    api.put('v1/pods', pod('a'));
    const followed = await harness.followed();
    await api.stop();
    await until(() => !followed.reflector.connected, 'loss');
    expect(followed.reflector.synced).toBe(true);
    expect(followed.reflector.objects()).toHaveLength(1);
    await api.restart();
    await expectFollowing(api, followed);
    expect(followed.reflector.stats.lists).toBe(1);
  });

  test('without piling up listeners', async () => {
    const { api } = harness;
    const warning = jest.fn();
    process.on('warning', warning);
    const followed = await harness.followed();
    for (let round = 0; round < 20; round++) {
      const before = api.seen('watch').length;
      if (round % 2) api.end();
      else api.reset();
      await until(() => api.seen('watch').length > before && api.watcherCount === 1, 'next watch');
    }
    const { signal } = (followed.reflector as unknown as { abort: AbortController }).abort;
    expect(getEventListeners(signal, 'abort').length).toBeLessThan(3);
    process.off('warning', warning);
    expect(warning).not.toHaveBeenCalled();
  });

  test('until it is stopped, and then asks nothing more', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    followed.reflector.stop();
    await until(() => api.watcherCount === 0, 'closed connection');
    const before = api.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(api.requests).toHaveLength(before);
    expect(followed.statuses).toEqual([{ connected: true }]);
  });

  test('and tells the time since it last heard of the server', async () => {
    const followed = harness.follow();
    expect(followed.reflector.lastEventAgeMs).toBeUndefined();
    await until(() => followed.reflector.connected, 'connected');
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    expect(followed.reflector.lastEventAgeMs).toBeGreaterThanOrEqual(60_000);
    now.mockRestore();
    await expectFollowing(harness.api, followed);
    expect(followed.reflector.lastEventAgeMs).toBeLessThan(60_000);
  });
});
