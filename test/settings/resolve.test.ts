import { Size } from 'cdk8s';
import { WRONG_PROPS } from './wrong-props';
import { Auth, DurabilityMode, Persistence, RedisHaProps, Sentinel } from '../../lib/index';
import { InvalidPropError } from '../../lib/settings/invalid-prop';
import { resolveSettings } from '../../lib/settings/resolve';
import { install } from '../support/manifests';

const place = { defaultName: 'cache-redis' };

function messageOf(props: RedisHaProps): string {
  try {
    install(props);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPropError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('wrong props fail with one error that names the prop, its value and what is accepted', () => {
  test('there are at least sixty of them, each another', () => {
    expect(new Set(WRONG_PROPS.map(([, message]) => message)).size).toBeGreaterThanOrEqual(60);
  });

  test.each(WRONG_PROPS.map(([props, message]) => [message, props] as const))('%s', (message, props) => {
    expect(messageOf(props)).toBe(message);
  });

  test('no error repeats a password', () => {
    for (const [props] of WRONG_PROPS) expect(messageOf(props)).not.toContain('hunter2');
  });

  test('a variable whose value is null, as generators write it, holds no secret', () => {
    const env: any = [{ name: 'APP_PASSWORD', value: null, valueFrom: { secretKeyRef: { name: 'app', key: 'password' } } }];
    expect(() => resolveSettings({ server: { pod: { podSpecOverrides: { containers: [{ name: 'server', env }] } } } }, place)).not.toThrow();
    expect(() => resolveSettings({ server: { pod: { podSpecOverrides: { containers: [{ name: 'server', env: [{ name: 'APP_PASSWORD', value: '' }] }] } } } }, place)).toThrow(/plain text/);
  });

  test('a name derived from the path is checked as one that is given', () => {
    expect(() => resolveSettings({}, { defaultName: 'x'.repeat(50) })).toThrow(/^'name' \("x+"\) must have at most 40 characters, it has 50$/);
  });
});

describe('defaults', () => {
  test('three servers with Sentinels beside them, a majority of them for the quorum, and a password', () => {
    const settings = resolveSettings({}, place);
    expect(settings).toMatchObject({
      name: 'cache-redis',
      masterName: 'cache-redis',
      replicas: 3,
      networkPolicies: true,
      nativeSidecars: false,
      sentinel: { sidecar: true, count: 3, quorum: 2 },
      auth: { secretName: 'cache-redis-auth', secretKey: 'password' },
      persistence: { kind: 'emptyDir', mode: 'none' },
      proxy: { replicas: 3, port: 6379, readPort: 6380 },
    });
  });

  test.each([[1, 1], [3, 2], [5, 3], [7, 4], [9, 5]])('%i Sentinels have a quorum of %i', (count, quorum) => {
    expect(resolveSettings({ replicas: count }, place).sentinel.quorum).toBe(quorum);
  });

  test("the namespace is part of the master's name: Sentinels of two installations must not merge", () => {
    expect(resolveSettings({}, { ...place, namespace: 'production' }).masterName).toBe('production-cache-redis');
  });

  test('maxmemory is three quarters of the memory limit, and none without a limit', () => {
    expect(resolveSettings({}, place).server.maxmemoryBytes).toBe(384 * 1024 * 1024);
    expect(resolveSettings({ server: { resources: {} } }, place).server.maxmemoryBytes).toBeUndefined();
  });

  test.each([
    [DurabilityMode.NONE, 384 / 2],
    [DurabilityMode.SNAPSHOT, 384 / 3],
    [DurabilityMode.APPEND_ONLY, 384 / 4],
  ])('maxmemory shares its part of the limit with files in memory: %s', (mode, mebibytes) => {
    const { maxmemoryBytes, directives } = resolveSettings({ persistence: Persistence.emptyDir({ inMemory: true, mode }) }, place).server;
    expect(maxmemoryBytes).toBe(mebibytes * 1024 * 1024);
    // of what the files leave, too
    expect(directives[0]).toBe(`client-output-buffer-limit replica ${96 * 1024 * 1024} ${48 * 1024 * 1024} 60`);
  });

  test.each([
    [Size.mebibytes(504), Persistence.emptyDir()],
    [Size.mebibytes(252), Persistence.emptyDir({ inMemory: true })],
  ])('maxmemory may be all that fits: %o', (maxmemory, persistence) => {
    expect(resolveSettings({ persistence, server: { maxmemory } }, place).server.maxmemoryBytes).toBe(maxmemory.toKibibytes() * 1024);
  });

  test.each<[string, RedisHaProps, number]>([
    ['three pods', {}, 2450], // (10000 - 100 - 10 × (3 servers + 3 Sentinels + 4)) / 4
    ['three pods without a memory limit', { proxy: { resources: {} } }, 2450],
    ['ten pods', { proxy: { replicas: 10 } }, 884],
    ['three pods that are rolled all at once', { proxy: { rollout: { maxSurge: 3 } } }, 1630],
    ['servers that take more', { server: { directives: ['maxclients 20000'] } }, 4950],
    ['servers that take hardly any', { server: { directives: ['maxclients "20"'] } }, 2],
    ['as many as fit in the memory', { server: { directives: ['MaxClients 100000'] } }, 6371],
    ['as many as fit in the memory beside those of frontends of the user', { server: { directives: ['MaxClients 100000'] }, proxy: { customSections: 'frontend one\nbackend two\n  listen three' } }, 2123],
  ])('maxconn leaves a server room for all but clients: %s', (_, props, expected) => {
    expect(resolveSettings(props, place).proxy!.maxconn).toBe(expected);
  });

  test.each([[1, 0], [2, 0], [3, 1], [5, 1]])('with %i servers a write waits for %i replicas', (replicas, expected) => {
    expect(resolveSettings({ replicas, sentinel: Sentinel.deployments() }, place).server.minReplicasToWrite).toBe(expected);
  });

  test('there is no Secret without a password', () => {
    expect(resolveSettings({ auth: Auth.none() }, place).auth).toBeUndefined();
  });
});
