import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import Redis from 'ioredis';
import { AclUser, Auth } from '../../lib';
import { matchesGlob } from '../../lib/settings/glob';
import { resolveSettings } from '../../lib/settings/resolve';
import { describeWith } from '../support/binaries';

const USERS = resolveSettings({
  auth: Auth.secret('s', {
    users: [
      AclUser.application('shop', { keys: ['shop:*'], channels: ['shop:*'] }),
      AclUser.application('everything', { channels: ['[^_]*'], allow: ['keys', 'client|list'], allowFlush: true }),
      AclUser.reader('report', { keys: ['shop:*'] }),
      AclUser.custom('odd', ['~*', '&shop:*', '+@all', '-@admin', '-@dangerous', '+acl|whoami']),
    ],
  }),
}, { defaultName: 'redis' }).auth!.users;

/** What would move the master, read passwords or stop the server. */
const DANGEROUS = [
  'PUBLISH __sentinel__:hello x', 'CONFIG GET masterauth', 'CONFIG SET masterauth x', 'REPLICAOF no one', 'SLAVEOF no one', 'SHUTDOWN', 'DEBUG SLEEP 1', 'ACL SETUSER a', 'ACL LIST',
  'CLIENT KILL TYPE normal', 'CLIENT PAUSE 1000', 'MONITOR', 'PSYNC ? -1', 'SYNC', 'FAILOVER', 'MODULE LOAD x', 'BGSAVE', 'SAVE', 'BGREWRITEAOF', 'CLUSTER RESET', 'ROLE',
];

describeWith(['redis-server'])('users on a real Redis', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'users-'));
  const socket = path.join(dir, 's');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', dir, '--save', ''], { stdio: 'ignore' });
  const redis = new Redis({ path: socket, retryStrategy: () => 50, maxRetriesPerRequest: null });

  beforeAll(async () => {
    for (const { name, rules } of USERS) await redis.call('ACL', 'SETUSER', name, 'reset', 'on', '>pass', ...rules.split(' '));
  });
  afterAll(async () => {
    redis.disconnect();
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await ended;
    fs.rmSync(dir, { recursive: true });
  });
  const may = async (user: string, command: string) => String(await redis.call('ACL', 'DRYRUN', user, ...command.split(' '))) === 'OK';

  test.each(USERS.map(({ name }) => name))('%s may do nothing that moves the master', async (user) => {
    const allowed = [];
    for (const command of DANGEROUS) if (await may(user, command)) allowed.push(command);
    expect(allowed).toEqual([]);
  });

  test('no category that is allowed gives one of these, or FLUSHALL', async () => {
    const categories = (await redis.call('ACL', 'CAT') as string[]).map((name) => `@${name}`).filter((name) => !['@admin', '@dangerous', '@all'].includes(name));
    expect(categories).toEqual(expect.arrayContaining(['@slow', '@fast', '@connection', '@keyspace', '@write']));
    for (const kind of ['application', 'reader'] as const) {
      const [{ rules }] = resolveSettings({ auth: Auth.secret('s', { users: [AclUser[kind]('tried', { allow: categories })] }) }, { defaultName: 'redis' }).auth!.users;
      await redis.call('ACL', 'SETUSER', 'tried', 'reset', 'on', '>pass', ...rules.split(' '));
      const allowed = [];
      for (const command of [...DANGEROUS, 'FLUSHALL', 'FLUSHDB']) if (await may('tried', command)) allowed.push(command);
      expect(allowed).toEqual([]);
      expect(await may('tried', 'SET a x')).toBe(true);
    }
  });

  test.each([
    ['shop', 'SET shop:1 x', true], ['shop', 'SET other x', false], ['shop', 'PUBLISH shop:news x', true], ['shop', 'PSUBSCRIBE shop:*', true], ['shop', 'SUBSCRIBE other', false],
    ['shop', 'FLUSHALL', false], ['shop', 'KEYS *', false], ['shop', 'INFO', true], ['shop', 'PING', true], ['shop', 'MULTI', true], ['shop', 'SELECT 1', true],
    ['everything', 'SET a x', true], ['everything', 'KEYS *', true], ['everything', 'CLIENT LIST', true], ['everything', 'FLUSHALL', true], ['everything', 'PUBLISH news x', true],
    ['report', 'GET shop:1', true], ['report', 'SET shop:1 x', false], ['report', 'GET other', false], ['report', 'HELLO 3', true],
    ['odd', 'ACL WHOAMI', true],
  ])('%s: %s: %s', async (user, command, allowed) => {
    expect(await may(user, command)).toBe(allowed);
  });

  test('nobody makes others run code of theirs: functions are those of all users, and run with the rights of who calls them', async () => {
    const by = async (user: string, ...command: string[]): Promise<string> => {
      const client = new Redis({ path: socket, username: user, password: 'pass', lazyConnect: true });
      return client.call(command[0], ...command.slice(1)).then(String, String).finally(() => client.disconnect());
    };
    const library = (returned: string): string => `#!lua name=shop\nredis.register_function('price', function() return ${returned} end)`;
    const [{ rules }] = resolveSettings({ auth: Auth.secret('s', { users: [AclUser.application('owner', { allow: ['function|load'] })] }) }, { defaultName: 'redis' }).auth!.users;
    await redis.call('ACL', 'SETUSER', 'owner', 'reset', 'on', '>pass', ...rules.split(' '));
    expect(await by('owner', 'FUNCTION', 'LOAD', library('1'))).toBe('shop');
    const saved = await redis.callBuffer('FUNCTION', 'DUMP') as Buffer;
    await redis.set('shop:secret', 'x');
    const tried = [['LOAD', 'REPLACE', library("redis.call('GET', 'shop:secret')")], ['DELETE', 'shop'], ['FLUSH'], ['RESTORE', saved.toString('latin1'), 'FLUSH']];
    for (const user of ['everything', 'tried-reader']) {
      if (user === 'tried-reader') {
        const [reader] = resolveSettings({ auth: Auth.secret('s', { users: [AclUser.reader(user, { allow: ['@scripting', '@slow'] })] }) }, { defaultName: 'redis' }).auth!.users;
        await redis.call('ACL', 'SETUSER', user, 'reset', 'on', '>pass', ...reader.rules.split(' '));
      }
      for (const command of tried) expect(await by(user, 'FUNCTION', ...command)).toContain('NOPERM');
      expect(await by(user, 'SCRIPT', 'FLUSH')).toContain('NOPERM');
    }
    expect(await by('shop', 'FCALL', 'price', '0')).toBe('1');
    // what clients of queues and of locks do
    const sha = await by('shop', 'SCRIPT', 'LOAD', 'return redis.call("SET", KEYS[1], "x")');
    expect([await by('shop', 'EVALSHA', sha, '1', 'shop:1'), await by('shop', 'SCRIPT', 'EXISTS', sha), await by('shop', 'EVAL', 'return 1', '0')]).toEqual(['OK', '1', '1']);
  });

  // what may write where Sentinels tell each other who the master is
  const pieces = fc.constantFrom('*', '?', '[', ']', '[^', '\\', '-', '^', '_', '__sentinel__', ':', 'hello', 'l', 'o', '[a-z', '[A-z]', '[z-A]', '[^\\]]*', '[\\]_]*', '\\]');
  test('patterns match what they match in Redis', async () => {
    const drawn = fc.sample(fc.array(pieces, { minLength: 1, maxLength: 9 }), 5_000).map((list) => list.join(''));
    const patterns = ['[^\\]]*', '[\\]_]*', '__sentinel__:hello*', '[z-A]*', '[_', ...drawn];
    const asked = redis.pipeline();
    for (const pattern of patterns) {
      asked.call('ACL', 'SETUSER', 'tried', 'reset', 'on', 'nopass', '+publish', 'resetchannels', `&${pattern}`);
      asked.call('ACL', 'DRYRUN', 'tried', 'PUBLISH', '__sentinel__:hello', 'x');
    }
    const replies = (await asked.exec())!.map(([, reply]) => String(reply));
    expect(patterns.filter((pattern, i) => matchesGlob(pattern, '__sentinel__:hello') !== (replies[2 * i + 1] === 'OK'))).toEqual([]);
  });

  test('default may do it: the dry run would tell', async () => {
    expect(await may('default', 'PUBLISH __sentinel__:hello x')).toBe(true);
  });
});
