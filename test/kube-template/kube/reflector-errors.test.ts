import * as timers from 'node:timers/promises';
import { expectFollowing, Harness, pod } from './harness';
import { FileToken, KubeConfig } from '../../../lib/kube-template/kube';
import { makeCertificate } from '../support/certificate';
import { TempDir } from '../support/temp-dir';
import { until } from '../support/until';

jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn() }));
const { setTimeout: sleep } = jest.requireActual<typeof timers>('node:timers/promises');

/** Delays between the attempts of sources from now on; the real ones are cut to 1 ms. */
function recordDelays(): number[] {
  const delays: number[] = [];
  jest.mocked(timers.setTimeout).mockImplementation((ms, value, options) => {
    delays.push(ms!);
    return sleep(1, value, options);
  });
  return delays;
}

/** Default times for what recordDelays makes quick. */
const DEFAULT_DELAYS = { backoffMinMs: 100, backoffMaxMs: 3_000, deniedRetryMs: 10_000 };

describe('a source that fails', () => {
  let harness: Harness;
  let dir: TempDir;
  beforeEach(async () => {
    jest.mocked(timers.setTimeout).mockImplementation(sleep);
    dir = new TempDir();
    harness = await Harness.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await harness.close();
    dir.remove();
  });

  const rotatingToken = (token: string) => new KubeConfig({
    server: harness.api.url,
    ca: { data: harness.api.certificate.cert },
    tokens: new FileToken(dir.write('token', token)),
  });

  test('with 401 reads the token file again at once, long before its age makes it', async () => {
    const { api } = harness;
    api.token = 'first';
    const followed = await harness.followed({}, rotatingToken('first'));
    api.token = 'second';
    dir.replace('token', 'second\n');
    api.reset();
    await expectFollowing(api, followed);
    expect(api.seen('watch').map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
    expect(followed.reflector.stats).toMatchObject({ lists: 1, restarts: { unauthorized: 1 } });
  });

  test('with 401 goes on when the token file follows later', async () => {
    const { api } = harness;
    api.token = 'second';
    const followed = harness.follow({}, rotatingToken('first'));
    await until(() => followed.reflector.stats.restarts.unauthorized === 3, 'three refusals');
    dir.replace('token', 'second');
    await until(() => followed.statuses.length === 2, 'connection');
    expect(followed.statuses.map(({ connected, error }) => [connected, error?.failure])).toEqual([[false, 'unauthorized'], [true, undefined]]);
  });

  test('with 403 names once the rule to add, and asks again every 10 s', async () => {
    const { api } = harness;
    const delays = recordDelays();
    api.fail({ status: 403, message: 'pods is forbidden: User "x" cannot list resource "pods"', times: 3 });
    const followed = await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays.slice(0, 3)).toEqual([10_000, 10_000, 10_000]);
    expect(followed.statuses.map(({ error }) => error?.message)).toEqual([
      'pods is forbidden: User "x" cannot list resource "pods"; add to a Role in namespace cache of this service account: '
      + '{"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]}',
      undefined,
    ]);
  });

  test('with 403 cluster-wide names a ClusterRole', async () => {
    harness.api.fail({ status: 403, message: 'forbidden' });
    const followed = harness.follow({}, undefined, { groupVersion: 'apps/v1', plural: 'daemonsets' } as never);
    await until(() => followed.statuses.length === 1, 'status');
    expect(followed.statuses[0].error?.message).toBe('forbidden; add to a ClusterRole of this service account: '
      + '{"apiGroups":["apps"],"resources":["daemonsets"],"verbs":["get","list","watch"]}');
  });

  test('with 404 asks again every 10 s: the resource may be defined later', async () => {
    const delays = recordDelays();
    harness.api.fail({ status: 404, message: 'the server could not find the requested resource', times: 2 });
    const followed = await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays.slice(0, 2)).toEqual([10_000, 10_000]);
    expect(followed.statuses[0].error?.message)
      .toBe('the server could not find the requested resource: there is no /api/v1/namespaces/cache/pods');
  });

  test('with 405 lists every 10 s what cannot be watched', async () => {
    const { api } = harness;
    const delays = recordDelays();
    api.fail({ on: 'watch', status: 405, message: 'the server does not allow this method on the requested resource', times: 3 });
    const followed = await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays.slice(0, 3)).toEqual([10_000, 10_000, 10_000]);
    expect(followed.reflector.stats).toMatchObject({ lists: 4, relists: { not_watchable: 3 } });
    expect(followed.statuses.map(({ error }) => error?.message)).toEqual([
      "the server does not allow this method on the requested resource: pods in namespace cache can't be watched, and are listed every 10 s",
      undefined,
    ]);
  });

  test('to watch what has no versions sees its changes in the next list', async () => {
    const { api } = harness;
    recordDelays();
    const listOf = (message: string) => JSON.stringify({
      kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items: [{ metadata: { name: 'etcd-0' }, conditions: [{ message }] }],
    });
    api.fail({ on: 'watch', status: 405, message: 'not allowed', times: 100 });
    for (const message of ['first', 'second']) api.fail({ on: 'list', body: listOf(message) });
    const seen: unknown[] = [];
    const followed = harness.follow();
    followed.reflector.on('change', () => seen.push(followed.reflector.get('', 'etcd-0')?.conditions));
    await until(() => seen.length >= 2, 'second list');
    expect(seen.slice(0, 2)).toEqual([[{ message: 'first' }], [{ message: 'second' }]]);
    expect(followed.statuses.map(({ error }) => error?.failure)).toEqual(['not_watchable']);
  });

  test.each([
    [429, { 'retry-after': '7' }, 'throttled', 7_000],
    [503, { 'retry-after': '2' }, 'server_error', 2_000],
    [503, { 'retry-after': '86400' }, 'server_error', 60_000],
    [500, undefined, 'server_error', 100],
    [422, undefined, 'rejected', 100],
  ])('with %d and headers %j waits as asked, at most a minute', async (status, headers, failure, delay) => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const delays = recordDelays();
    harness.api.fail({ status, headers });
    const followed = await harness.followed({ timing: DEFAULT_DELAYS });
    expect(followed.statuses[0].error?.failure).toBe(failure);
    expect(delays[0]).toBe(delay);
  });

  test('waits twice as long each time, up to 3 s', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const delays = recordDelays();
    harness.api.fail({ status: 500, times: 7 });
    await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays.slice(0, 7)).toEqual([100, 200, 400, 800, 1600, 3000, 3000]);
  });

  test('waits a random part of that, at least half', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const delays = recordDelays();
    harness.api.fail({ status: 500, times: 3 });
    await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays.slice(0, 3)).toEqual([50, 100, 200]);
  });

  test('starts over with short delays only after a watch brought an event', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const { api } = harness;
    const delays = recordDelays();
    // The server accepts watches but ends them at once: that is no success.
    api.fail({ on: 'watch', body: '', times: 4 });
    const followed = await harness.followed({ timing: DEFAULT_DELAYS });
    expect(delays).toEqual([100, 200, 400, 800]);
    await expectFollowing(api, followed);
    api.reset();
    await until(() => delays.length === 5, 'fifth delay');
    expect(delays[4]).toBe(100);
  });

  test('starts over with short delays only after a watch lived long enough', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const { api } = harness;
    const delays = recordDelays();
    api.fail({ status: 500, times: 4 });
    const followed = await harness.followed({ timing: { ...DEFAULT_DELAYS, stableMs: 400 } });
    api.reset();
    await until(() => delays.length === 5 && followed.reflector.connected && api.watcherCount === 1, 'fifth delay');
    expect(delays[4]).toBe(1600);
    await until(() => followed.statuses.at(-1)?.connected === true, 'a watch that lasts');
    api.end();
    await until(() => delays.length === 6, 'sixth delay');
    expect(delays[5]).toBe(50);
  });

  test('says the same failure once, and the recovery', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    await api.stop();
    await until(() => followed.reflector.stats.restarts.network! >= 4, 'refused connections');
    await api.restart();
    await expectFollowing(api, followed);
    const refused = followed.statuses.filter(({ error }) => error?.message.includes('ECONNREFUSED'));
    expect(refused).toHaveLength(1);
    expect(followed.statuses.at(-1)).toEqual({ connected: true });
  });

  test.each([
    ['an error in the stream', { body: '{"type":"ERROR","object":{"code":500,"message":"no"}}\n' }, 'server_error', 1],
    ['400', { status: 400, message: 'invalid resource version' }, 'rejected', 1],
    ['504 twice', { status: 504, message: 'Too large resource version' }, 'server_error', 2],
  ])('to watch from its version, with %s, lists anew', async (_, fault, failure, watches) => {
    const { api } = harness;
    const followed = await harness.followed();
    // Until there is a new list.
    api.fail({ on: 'watch', ...fault, times: watches });
    api.reset();
    await until(() => followed.reflector.stats.lists === 2, 'the list');
    expect(followed.reflector.stats).toMatchObject({ relists: { [failure]: 1 } });
    await expectFollowing(api, followed);
  });

  test('to watch because the server has too many does not list anew', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.fail({ on: 'watch', body: '{"type":"ERROR","object":{"code":429,"message":"later"}}\n' });
    api.fail({ on: 'watch', status: 429, times: 3 });
    api.fail({ on: 'watch', status: 503 });
    api.reset();
    await expectFollowing(api, followed);
    expect(followed.reflector.stats).toMatchObject({ lists: 1, relists: {} });
  });

  test('again and again while its watches open says so once', async () => {
    const { api } = harness;
    const followed = await harness.followed();
    api.fail({ on: 'watch', body: '{"type":"ERROR","object":{"code":500,"message":"no"}}\n', times: 5 });
    api.end();
    await until(() => followed.reflector.stats.restarts.server_error === 5, 'failures');
    expect(followed.statuses.map(({ connected }) => connected)).toEqual([true, false]);
    await until(() => followed.statuses.length === 3, 'recovery');
    expect(followed.statuses.at(-1)).toEqual({ connected: true });
  });

  test('to verify a new server certificate goes on when the CA file is replaced', async () => {
    const { api } = harness;
    const first = api.certificate;
    const second = makeCertificate();
    const config = new KubeConfig({ server: api.url, ca: { file: dir.write('ca.crt', first.cert) } });
    const followed = await harness.followed({}, config);
    await api.stop();
    await api.restart(second);
    await until(() => /self-signed certificate/.test(followed.statuses.at(-1)?.error?.message ?? ''), 'refused certificate');
    dir.replace('ca.crt', second.cert);
    await expectFollowing(api, followed);
    api.certificate = first;
  });

  test('to read its CA file goes on when the file is back', async () => {
    const { api } = harness;
    const config = new KubeConfig({ server: api.url, ca: { file: `${dir.path}/ca.crt` } });
    const followed = harness.follow({}, config);
    await until(() => followed.statuses.length > 0, 'status');
    expect(followed.statuses[0].error?.message).toContain('ca.crt');
    dir.write('ca.crt', api.certificate.cert);
    await expectFollowing(api, followed);
  });

  test('keeps all objects that a failed list would have replaced', async () => {
    const { api } = harness;
    api.put('v1/pods', pod('a'));
    const followed = await harness.followed();
    api.fail({ on: 'list', status: 500, times: 3 });
    api.expire();
    await until(() => followed.reflector.stats.restarts.server_error === 2, 'failed lists');
    expect(followed.reflector.objects()).toHaveLength(1);
    await expectFollowing(api, followed);
  });
});
