import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ConfigError } from '../../../lib/agent/config/config';
import { ConfigFile } from '../../../lib/agent/config/config-file';
import { parseConfig } from '../../../lib/agent/config/parse-config';
import { Log } from '../../../lib/log/log';

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
      unreachableAfterMs: 1_500,
      replicaPriority: 100,
      minReplicasToWrite: 0,
      bootTimeoutMs: 60_000,
      handOverBudgetMs: 30_000,
      lingerMs: 800,
      dataDir: '/data',
      runDir: '/run/redis-ha',
      passwordFile: undefined,
      membersFile: undefined,
      ipFamily: 0,
      logFormat: 'text',
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
    ['an own address that is a name', { selfAddress: 'localhost' }, '"selfAddress" is "localhost"; it must be an IP address or the path of a socket'],
    ['what Kubernetes shows without a label', { kubernetes: { events: true, roleLabel: false } }, '"labels" is absent; it must be an object of texts'],
    ['what Kubernetes shows as a flag', { kubernetes: true }, '"kubernetes" is true; it must be an object with events and roleLabel'],
    ['a master outside without a port', { follow: { host: 'old' } }, '"port" is absent; it must be a whole number from 2 to 65535'],
    ['a master outside that is a text', { follow: 'old:6379' }, '"follow" is "old:6379"; it must be an object with a host and a port'],
    ['a master outside whose name is none', { follow: { host: 'a b', port: 6379 } }, '"host" is "a b"; it must be a host name or IP address'],
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

  test('knows a master outside', () => {
    expect(parse({ follow: { host: 'old', port: 6379 } }).follow).toEqual({ host: 'old', port: 6379, tls: false, cutOver: false });
    const all = { host: '10.0.0.9', port: 7000, user: 'me', passwordFile: '/p', tls: true, cutOver: true };
    expect(parse({ follow: all }).follow).toEqual(all);
  });

  test('takes the members from a file of their own, which holds nothing else', () => {
    const read = (members: object) => parseConfig(JSON.stringify({ masterName: 'm', membersFile: '/m' }), 'a-0', () => JSON.stringify(members));
    expect(read({ servers: ['a'], sentinels: ['x'], quorum: 1 })).toMatchObject({ servers: ['a'], sentinels: ['x'], quorum: 1 });
    expect(() => read({ servers: ['a'], sentinels: ['x'], serverPort: 1 })).toThrow('"serverPort" in /m: it holds only servers, sentinels, quorum');
  });
});

describe('the file of the configuration', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'config-'));
  const [file, membersFile] = ['agent.json', 'members.json'].map((name) => path.join(directory, name));
  const write = (servers: string[]) => fs.writeFileSync(membersFile, JSON.stringify({ servers, sentinels: ['x', 'y', 'z'] }));
  const lines: string[] = [];
  const open = () => new ConfigFile(file, 'cache-redis-server-2', new Log({ write: (line) => lines.push(line) }));

  beforeEach(() => {
    lines.length = 0;
    fs.writeFileSync(file, JSON.stringify({ masterName: 'm', membersFile }));
    write(['a', 'b', 'c']);
  });
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  test('tells a change of the members once', () => {
    const config = open();
    expect(config.changed()).toBe(false);
    write(['a', 'b', 'c', 'd', 'e']);
    expect(config.changed()).toBe(true);
    expect(config.current.servers).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(config.changed()).toBe(false);
  });

  test('keeps the replicas that a write needs where a former version, which is applied again, says nothing of them', () => {
    fs.writeFileSync(membersFile, JSON.stringify({ servers: ['a', 'b', 'c'], sentinels: ['x', 'y', 'z'], minReplicasToWrite: 1 }));
    const config = open();
    write(['a', 'b', 'c']);
    expect([config.changed(), config.current.minReplicasToWrite]).toEqual([true, 1]);
  });

  test('keeps the former members where it is not among the new ones, and says so once', () => {
    const config = open();
    write(['a', 'b']);
    expect([config.changed(), config.changed()]).toEqual([false, false]);
    expect(config.current.servers).toEqual(['a', 'b', 'c']);
    expect(lines).toEqual([expect.stringMatching(/ warn members the former ones stay: .*agent\.json: "self" is absent and the host name "cache-redis-server-2"/)]);
    write(['a', 'b', 'c', 'd']);
    expect(config.changed()).toBe(true);
  });

  test('is named when it cannot be used', () => {
    const wrong = (name: string) => () => new ConfigFile(name, 'a-0', new Log());
    expect(wrong('/does/not/exist.json')).toThrow(ConfigError);
    expect(wrong('/does/not/exist.json')).toThrow(/^\/does\/not\/exist\.json: cannot be read: /);
    fs.writeFileSync(file, '[]');
    expect(wrong(file)).toThrow(`${file}: must be a JSON object`);
  });
});
