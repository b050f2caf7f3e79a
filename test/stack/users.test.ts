import Redis from 'ioredis';
import { connection, leave } from '../../faults/probe/connection';
import { AclUser, Auth, RedisHaProps, Sentinel } from '../../lib';
import { pairs } from '../../lib/agent/redis/replies';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { Stack, until } from '../../playground/stack';
import { describeWith } from '../support/binaries';

const SHOP = AclUser.application('shop', { keys: ['shop:*'], channels: ['shop:*'] });

/** Commands of a user over connections that are kept, and over ones that are made for each, and what failed of them. */
class Commands {
  public readonly errors: string[] = [];
  public done = 0;
  private readonly clients: Redis[] = [];
  private readonly loops: Promise<unknown>;
  private running = true;

  constructor(
    private readonly stack: Stack,
    private readonly username: string,
    private readonly password: () => string,
    private readonly command: (client: Redis, n: number) => Promise<unknown>,
  ) {
    this.loops = Promise.all([false, false, false, false, true, true].map(async (fresh) => this.loop(fresh)));
  }

  /** Waits for as many more as show that nothing stands still. */
  public async more(): Promise<void> {
    const { done } = this;
    await until(`${this.username} goes on`, () => this.done > done + 300);
  }

  public async end(): Promise<void> {
    this.running = false;
    await this.loops;
    for (const client of this.clients) client.disconnect();
  }

  private async loop(fresh: boolean): Promise<void> {
    const client = connection({ password: this.password, handshakeMs: 2_000 }, 20, {
      host: this.stack.serviceAddress('redis'), port: this.stack.redis.port!, username: this.username, commandTimeout: 2_000,
    });
    this.clients.push(client);
    client.on('error', ({ message }) => this.errors.push(message));
    for (let n = 0; this.running; n++) {
      if (client.status === 'ready') {
        await this.command(client, n).then(() => this.done++, ({ message }) => this.errors.push(message));
        if (fresh) leave(client);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describeWith(['redis-server', 'redis-cli', 'haproxy'])('users of clients', () => {
  let stack: Stack | undefined;
  const clients: RespClient[] = [];
  afterEach(async () => {
    clients.splice(0).forEach((client) => client.close());
    await stack?.stop();
    stack = undefined;
  });

  const up = async (props: RedisHaProps) => {
    stack = await Stack.create({ props: { proxy: { replicas: 1 }, ...props } });
    for (const key of ['shop-password', 'report-password', 'proxy-password', 'metrics-password']) stack.writeSecret(key, `${key}-1`);
    stack.start();
    await stack.converged();
    return stack;
  };
  /** A client through HAProxy that logs in by itself. */
  const as = async (one: Stack, user: string, password: string, host = one.serviceAddress('redis'), port = one.redis.port!) => {
    const client = new RespClient({ host, port, timeoutMs: 2_000 });
    clients.push(client);
    await client.call('AUTH', user, password);
    return client;
  };
  /** Servers that HAProxy would send a writer to. */
  const writable = async (one: Stack) => {
    const text = await (await fetch(`http://${one.proxies[0].pod.inside}:8404/stats;csv`)).text();
    return text.split('\n').filter((line) => /^master_\d+,R\d+,/.test(line) && /,UP(?: \d+\/\d+)?,/.test(line));
  };
  const refused = async (answer: Promise<unknown>) => answer.then(() => 'taken', (error: Error) => error.message.split(' ')[0]);

  test.each<readonly [string, RedisHaProps]>([
    ['sidecars', {}],
    ['Sentinels of their own', { sentinel: Sentinel.deployments(3) }],
  ])('with %s: may use their keys, and not move the master', async (_, props) => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [SHOP, AclUser.reader('report', { keys: ['shop:*'] })], componentUsers: true }), ...props });
    const shop = await as(one, 'shop', 'shop-password-1');
    expect(await shop.call('SET', 'shop:1', 'a')).toBe('OK');
    expect(await refused(shop.call('SET', 'other', 'a'))).toBe('NOPERM');
    expect(await refused(shop.call('PUBLISH', '__sentinel__:hello', '127.0.2.1,26379,ID,99,redis,127.0.9.9,6379,99'))).toBe('NOPERM');
    expect(await refused(shop.call('CONFIG', 'GET', 'masterauth'))).toBe('NOPERM');
    const report = await as(one, 'report', 'report-password-1');
    expect(await report.call('GET', 'shop:1')).toBe('a');
    expect(await refused(report.call('SET', 'shop:1', 'b'))).toBe('NOPERM');
    const sentinel = await as(one, 'shop', 'shop-password-1', one.serviceAddress('redis-sentinel'), 26379);
    expect(await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', one.redis.masterName)).toHaveLength(2);
    expect(await refused(sentinel.call('SENTINEL', 'REMOVE', one.redis.masterName))).toBe('NOPERM');
    // nobody of the control plane lacked a right
    for (const member of [...one.servers, ...one.sentinels]) {
      const denied = (await one.ask(member, 'ACL', 'LOG') as string[][]).map((entry) => pairs(entry));
      // a login that came before the agent had made the user is another matter
      const lacking = denied.filter((entry) => entry.get('reason') !== 'auth' && !['shop', 'report'].includes(entry.get('username')!));
      expect(lacking.map((entry) => `${entry.get('username')} ${entry.get('object')}`)).toEqual([]);
    }
  }, 60_000);

  test('are there before a server has a role: nobody is refused at a cold start, nor after all servers have started again', async () => {
    const one = await Stack.create({ props: { proxy: { replicas: 1 }, auth: Auth.secret('redis-auth', { users: [SHOP] }) } });
    stack = one;
    one.writeSecret('shop-password', 'shop-password-1');
    one.start();
    const commands = new Commands(one, 'shop', () => 'shop-password-1', async (client, n) => client.set(`shop:${n}`, 'a'));
    await one.converged();
    await commands.more();
    expect(await writable(one)).toHaveLength(1);
    await Promise.all(one.servers.map(async (server) => server.kill()));
    // kubelet gives HAProxy the time that takes; what came before that would find another process where the master was
    await until('HAProxy lets nobody in', async () => (await writable(one)).length === 0);
    for (const server of one.servers) server.start();
    await one.converged();
    await commands.more();
    await commands.end();
    expect(commands.errors.filter((error) => /WRONGPASS|NOAUTH|NOPERM/.test(error))).toEqual([]);
  }, 90_000);

  test('a password changes while both are good; the other user keeps its own', async () => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [SHOP, AclUser.reader('report')] }) });
    const open = await as(one, 'shop', 'shop-password-1');
    one.writeSecret('shop-password-alternate', 'shop-password-2');
    await until('both are good', async () => (await as(one, 'shop', 'shop-password-2'), true));
    await as(one, 'shop', 'shop-password-1');
    one.writeSecret('shop-password', 'shop-password-2');
    one.writeSecret('shop-password-alternate', '');
    await until('only the second is good', async () => await refused(as(one, 'shop', 'shop-password-1')) === 'WRONGPASS');
    await as(one, 'shop', 'shop-password-2');
    await as(one, 'report', 'report-password-1');
    expect(await open.call('SET', 'shop:1', 'a')).toBe('OK');
  }, 60_000);

  test('a password that changes under load costs no command, whichever of the two the clients have', async () => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [SHOP, AclUser.reader('report')] }) });
    let password = 'shop-password-1';
    const shop = new Commands(one, 'shop', () => password, async (client, n) => client.set(`shop:${n % 100}`, n));
    const report = new Commands(one, 'report', () => 'report-password-1', async (client, n) => client.get(`shop:${n % 100}`));
    try {
      await shop.more();
      one.writeSecret('shop-password-alternate', 'shop-password-2');
      await until('both are good', async () => (await as(one, 'shop', 'shop-password-2'), true));
      await shop.more();
      password = 'shop-password-2';
      await shop.more();
      one.writeSecret('shop-password', 'shop-password-2');
      one.writeSecret('shop-password-alternate', '');
      await until('only the second is good', async () => await refused(as(one, 'shop', 'shop-password-1')) === 'WRONGPASS');
      await shop.more();
      await report.more();
    } finally {
      await Promise.all([shop.end(), report.end()]);
    }
    expect([shop.errors, report.errors]).toEqual([[], []]);
  }, 60_000);

  test('come, change and go without a restart, and are there after one', async () => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [SHOP] }) });
    const pids = one.containers.map(({ pid }) => pid);
    expect(await refused(as(one, 'report', 'report-password-1'))).toBe('WRONGPASS');
    one.writeConfig('users.conf', 'shop shop-password ~shop:* +@all -@admin -@dangerous -get\nreport report-password ~* +@read\n');
    await until('the new one can log in', async () => (await as(one, 'report', 'report-password-1'), true));
    await until('the other one has new rules', async () => await refused((await as(one, 'shop', 'shop-password-1')).call('GET', 'shop:1')) === 'NOPERM');
    one.writeConfig('users.conf', 'report report-password ~* +@read\n');
    await until('it is gone', async () => await refused(as(one, 'shop', 'shop-password-1')) === 'WRONGPASS');
    expect(one.containers.map(({ pid }) => pid)).toEqual(pids);
    for (const server of one.servers) {
      await server.kill();
      server.start();
    }
    await one.converged();
    // agents look each second
    await until('it can log in again', async () => (await as(one, 'report', 'report-password-1'), true));
    expect(await (await as(one, 'report', 'report-password-1')).call('GET', 'x')).toBeNull();
  }, 60_000);

  test('a rule that the server does not know is told, and keeps nobody from starting', async () => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [AclUser.application('shop', { allow: ['teleport'] })] }) });
    await until('the agents say so', () => one.agents.every((agent) => /the server cannot be told of shop: .*teleport/.test(agent.log())));
    expect(await one.client().call('SET', 'a', 'b')).toBe('OK');
  }, 60_000);

  test('one whose password is missing comes when it is there', async () => {
    const one = await up({ auth: Auth.secret('redis-auth', { users: [AclUser.application('late')] }) });
    await until('the agents say so', () => one.agents.every((agent) => agent.log().includes('late-password is missing: the Secret has no such key')));
    expect(one.sentinels[0].log()).toContain('there is no user late yet: the Secret\'s key "late-password" is missing or empty');
    one.writeSecret('late-password', 'x');
    await until('it can log in', async () => (await as(one, 'late', 'x'), true));
  }, 60_000);
});
