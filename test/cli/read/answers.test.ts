import * as fs from 'node:fs';
import * as path from 'node:path';
import { Addresses } from '../../../lib/cli/read/addresses';
import { recordsOf } from '../../../lib/cli/read/answer';
import { proxyAnswer } from '../../../lib/cli/read/proxy-answer';
import { sentinelAnswer } from '../../../lib/cli/read/sentinel-answer';
import { serverAnswer } from '../../../lib/cli/read/server-answer';

/** What real programs said: Redis 7.0.15 and HAProxy 2.6.12, server 0 is the master. */
const fixture = (name: string) => fs.readFileSync(path.join(__dirname, '../fixtures', name), 'utf8');
const ADDRESSES = new Addresses([['127.244.47.180', 'fd00::1'], ['127.244.47.181'], ['127.244.47.182']]);

describe('a server', () => {
  const text = fixture('server-master.txt');

  test('that is the master', () => {
    expect(serverAnswer(text, ADDRESSES)).toMatchObject({
      engine: 'redis',
      version: '7.0.15',
      role: 'master',
      follows: 'nobody',
      goodReplicas: 2,
      minReplicasToWrite: 1,
      minReplicasMaxLagSeconds: 2,
      backlogBytes: 16_777_216,
      maxMemoryBytes: 402_653_184,
      maxClients: 10_000,
      evicts: false,
      persistenceFailures: [],
      writesPaused: undefined,
      agent: { phase: 'steady', why: '' },
    });
  });

  test('and its replicas, by who they are', () => {
    const replicas = (line: string) => (serverAnswer(text.replace(/^slave\d:[^\n]*\n/gm, '').replace(/^master_repl_offset:\d+/m, `${line}\nmaster_repl_offset:1000`), ADDRESSES) as any).replicas;
    expect(replicas('slave0:ip=127.244.47.182,port=6379,state=online,offset=900,lag=1')).toEqual([{ server: 2, online: true, lagBytes: 100, lagSeconds: 1 }]);
    // one that was asked later than the stream's end was read
    expect(replicas('slave0:ip=10.9.9.9,port=6379,state=wait_bgsave,offset=1100,lag=0')).toEqual([{ server: 'unknown', online: false, lagBytes: 0, lagSeconds: 0 }]);
  });

  test('that has just started follows nobody', () => {
    const standby = text.replace(/^role:master/m, 'role:slave\nmaster_host:127.0.0.1\nmaster_port:1\nmaster_link_status:down\nmaster_link_down_since_seconds:-1');
    expect(serverAnswer(standby, ADDRESSES)).toMatchObject({ role: 'standby', follows: 'nobody', linkUp: false, linkDownSeconds: 0 });
  });

  test.each([
    ['valkey_version:9.1.2', { engine: 'valkey', version: '9.1.2' }],
    ['paused_actions:write', { writesPaused: true }],
    ['paused_actions:none', { writesPaused: false }],
    ['maxmemory_policy:allkeys-lru', { evicts: true }],
    ['maxmemory_policy:volatile-lru\ndb0:keys=9,expires=0,avg_ttl=0', { evicts: false }],
    ['maxmemory_policy:volatile-lru\ndb0:keys=9,expires=0,avg_ttl=0\ndb3:keys=9,expires=1,avg_ttl=0', { evicts: true }],
    ['aof_last_write_status:err', { persistenceFailures: ['append-only log'] }],
    ['rdb_last_bgsave_status:err', { persistenceFailures: ['snapshot'] }],
    ['master_sync_in_progress:1', { loading: true }],
  ])('%s', (line, expected) => {
    expect(serverAnswer(text.replace('--- config', `${line}\n\n--- config`), ADDRESSES)).toMatchObject(expected);
  });

  test.each([
    ['stop-writes-on-bgsave-error\nyes\nsave\n3600 1 300 100', true],
    ['stop-writes-on-bgsave-error\nno\nsave\n3600 1', false],
    ['stop-writes-on-bgsave-error\nyes\nsave\n', false],
  ])('whose configuration says %j', (lines, needsSnapshots) => {
    expect(serverAnswer(text.replace('--- config\n', `--- config\n${lines}\n`), ADDRESSES)).toMatchObject({ needsSnapshots, minReplicasToWrite: 1 });
  });

  test('whose agent has not told anything, whose volume is not known', () => {
    const bare = text.replace(/^--- agent\n[^]*?(?=^---)/m, '--- agent\n\n').replace(/^--- disk\n[^]*?(?=^---)/m, '--- disk\n\n');
    expect(serverAnswer(bare, ADDRESSES)).toMatchObject({ agent: undefined, diskUsed: undefined });
  });

  test('that answers nothing', () => {
    expect(serverAnswer('\n--- info\nLOADING Redis is loading the dataset in memory\n\n--- config\n', ADDRESSES)).toBe('LOADING Redis is loading the dataset in memory');
    expect(serverAnswer('\n--- info\n\n--- config\n', ADDRESSES)).toBe('no answer within 3 s');
  });
});

describe('a Sentinel', () => {
  const text = fixture('sentinel.txt');

  test('that names the master', () => {
    expect(sentinelAnswer(text, ADDRESSES)).toEqual({
      version: '7.0.15',
      names: 0,
      epoch: 0,
      quorum: 2,
      namesSinceSeconds: 4,
      findsMasterDown: false,
      failoverInProgress: false,
      tilt: false,
      findsDown: [],
      otherSentinels: 2,
      otherSentinelsDown: 0,
      replicas: 2,
    });
  });

  test('that finds master, a replica and a Sentinel down', () => {
    const down = ['master,s_down,o_down,failover_in_progress', 'slave,s_down', 'sentinel,s_down']
      .reduce((told, flags) => told.replace(`\nflags\n${flags.split(',')[0]}\n`, `\nflags\n${flags}\n`), text);
    const expected = { findsMasterDown: true, failoverInProgress: true, findsDown: [0, 2], otherSentinelsDown: 1 };
    expect(sentinelAnswer(down, ADDRESSES)).toMatchObject(expected);
  });

  test('that fails over names the new master before it is done', () => {
    expect(sentinelAnswer(text.replace('--- address\n127.244.47.180', '--- address\n127.244.47.182'), ADDRESSES)).toMatchObject({ names: 2 });
  });

  test('that names an address of nobody, or is in TILT', () => {
    expect(sentinelAnswer(text.replaceAll('127.244.47.180', '10.1.1.1').replace('sentinel_tilt:0', 'sentinel_tilt:1'), ADDRESSES)).toMatchObject({ names: 'unknown', tilt: true });
  });

  test('records are told apart where values are empty, or are called name', () => {
    expect(recordsOf('name\na\nrunid\n\nflags\nslave\nname\nname\nrunid\nx').map((record) => [...record])).toEqual([
      [['name', 'a'], ['runid', ''], ['flags', 'slave']], [['name', 'name'], ['runid', 'x']],
    ]);
  });
});

describe('a HAProxy', () => {
  const csv = fixture('haproxy-stats.csv');

  test('routes writes to the master and reads to its replicas', () => {
    expect(proxyAnswer(csv)).toEqual({ writes: [0], reads: [1, 2], clients: 0 });
  });

  test('that routes nowhere', () => {
    expect(proxyAnswer(csv.replace(/,UP,/g, ',DOWN,'))).toMatchObject({ writes: [], reads: [] });
  });

  test('counts the clients of all ports', () => {
    const withSessions = (text: string, front: string, count: number) => (
      text.replace(new RegExp(`^${front},FRONTEND,,,\\d+`, 'm'), `${front},FRONTEND,,,${count}`));
    const withClients = ['write', 'read', 'stats'].reduce((text, front, index) => withSessions(text, front, index + 5), csv);
    expect(proxyAnswer(withClients).clients).toBe(5 + 6);
  });
});
