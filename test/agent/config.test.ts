import { ConfigError, parseConfig, readConfig } from '../../lib/agent/config';

const MINIMAL = { masterName: 'cache-redis', servers: ['a', 'b', 'c'], sentinels: ['x', 'y', 'z'] };

function parse(change: Record<string, unknown>, hostname = 'cache-redis-server-2'): ReturnType<typeof parseConfig> {
  return parseConfig(JSON.stringify({ ...MINIMAL, ...change }), hostname);
}

describe('the configuration', () => {
  test('has defaults, and takes the ordinal from the host name', () => {
    expect(parse({})).toEqual({
      ...MINIMAL,
      serverPort: 6379,
      sentinelPort: 26379,
      self: 2,
      selfAddress: '127.0.0.1',
      sentinelSidecar: false,
      quorum: 2,
      downAfterMs: 3_500,
      failoverTimeoutMs: 6_000,
      parallelSyncs: 1,
      masterRebootDownAfterMs: 5_000,
      replicaPriority: 100,
      bootTimeoutMs: 60_000,
      handOverBudgetMs: 30_000,
      lingerMs: 800,
      dataDir: '/data',
      runDir: '/run/redis-ha',
      passwordFile: undefined,
      ipFamily: 0,
    });
  });

  test('keeps what is given', () => {
    expect(parse({ self: 1, quorum: 3, passwordFile: '/p', ipFamily: 6, sentinelSidecar: true }))
      .toMatchObject({ self: 1, quorum: 3, passwordFile: '/p', ipFamily: 6, sentinelSidecar: true });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown setting', { downAfter: 5 }, 'unknown setting "downAfter"; known are bootTimeoutMs'],
    ['no servers', { servers: [] }, '"servers" is []; it must be a list of host names or IP addresses, each once'],
    ['a server twice', { servers: ['a', 'a'] }, '"servers" is ["a","a"]; it must be'],
    ['a host that is none', { sentinels: ['a b'] }, '"sentinels" is ["a b"]; it must be'],
    ['an ordinal beyond the servers', { self: 3 }, '"self" is 3; it must be a whole number from 0 to 2'],
    ['a time as text', { downAfterMs: '5s' }, '"downAfterMs" is "5s"; it must be a whole number from 500 to 3600000'],
    ['a name with spaces', { masterName: 'my master' }, '"masterName" is "my master"; it must be letters'],
    ['a flag as number', { sentinelSidecar: 1 }, '"sentinelSidecar" is 1; it must be true or false'],
    ['an own address that is a name', { selfAddress: 'localhost' }, '"selfAddress" is "localhost"; it must be an IP address'],
    ['an empty path', { dataDir: '' }, '"dataDir" is ""; it must be a text that is not empty'],
  ])('rejects %s', (_, change, message) => {
    expect(() => parse(change)).toThrow(message);
  });

  test('rejects a host name without an ordinal of a server', () => {
    expect(() => parse({}, 'cache-redis-server-3')).toThrow('"self" is absent and the host name "cache-redis-server-3" does not end in -0 to -2');
    expect(() => parse({}, 'laptop')).toThrow('"self" is absent');
  });

  test('rejects text that is no JSON object', () => {
    expect(() => parseConfig('{', 'a-0')).toThrow(/^is not JSON: /);
    expect(() => parseConfig('[]', 'a-0')).toThrow('must be a JSON object');
  });

  test('names the file that cannot be used', () => {
    expect(() => readConfig('/does/not/exist.json', 'a-0')).toThrow(ConfigError);
    expect(() => readConfig('/does/not/exist.json', 'a-0')).toThrow(/^\/does\/not\/exist\.json: cannot be read: /);
  });
});
