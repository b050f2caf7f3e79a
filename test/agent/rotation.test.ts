import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS, sleep, TestCluster, until } from './support/cluster';
import { ClusterProxy } from './support/proxy';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { describeWith, HAPROXY } from '../support/binaries';

jest.setTimeout(90_000);

/** Clients that write through HAProxy: some over connections that stay, some over ever new ones. */
class Clients {
  public readonly failures: string[] = [];
  public written = 0;
  private stopped = false;
  private readonly done: Promise<unknown>;

  /** @param password Default: the cluster's, as it is when they connect */
  constructor(private readonly proxy: ClusterProxy, count: number, private readonly password?: string) {
    this.done = Promise.all(Array.from({ length: count }, async (_, i) => this.write(i % 2 === 0)));
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async write(stays: boolean): Promise<void> {
    let client: RespClient | undefined;
    while (!this.stopped) {
      client ??= this.connect();
      try {
        await client.call('SET', 'key', 'x');
        this.written++;
      } catch (error) {
        this.failures.push(String(error));
      }
      if (!stays) {
        client.close();
        client = undefined;
      }
      await sleep(5);
    }
    client?.close();
  }

  private connect(): RespClient {
    const { proxy, password } = this;
    if (password === undefined) return proxy.client();
    return new RespClient({ host: proxy.host, port: proxy.port, password: () => password, timeoutMs: 10_000 });
  }
}

const hashes = (...passwords: string[]) => passwords.map((each) => createHash('sha256').update(each).digest('hex'));

describeWith([...REDIS, HAPROXY])('a change of the password', () => {
  let cluster: TestCluster;
  let proxy: ClusterProxy;

  beforeEach(async () => {
    cluster = new TestCluster();
    // one that goes, as the first change would take it out, stays good for a while
    cluster.afterPassword = '';
    await cluster.start();
    proxy = new ClusterProxy(cluster);
    await proxy.start();
  });
  afterEach(async () => {
    await proxy.stop();
    await cluster.stop();
  });

  /** What the Secret holds, as all pods see it after a while. */
  function secret(password: string, alternate?: string): void {
    for (const file of [path.join(cluster.directory, 'password'), proxy.passwordFile]) {
      fs.writeFileSync(`${file}.new`, password);
      fs.renameSync(`${file}.new`, file);
      if (alternate === undefined) fs.rmSync(`${file}-alternate`, { force: true });
      else fs.writeFileSync(`${file}-alternate`, alternate);
    }
    cluster.password = password;
  }

  async function accepted(...passwords: string[]): Promise<void> {
    const wanted = hashes(...passwords).join();
    await until(`all accept ${passwords.length}`, async () => {
      const replies = await Promise.all([0, 1, 2].flatMap((i) => [
        cluster.ask(i, 'ACL', 'GETUSER', 'default'), cluster.askSentinel(i, 'ACL', 'GETUSER', 'default'),
      ]));
      return replies.every((reply) => String((reply as string[])[3]) === wanted);
    });
  }

  test('fails no command, and everything works with the new one alone', async () => {
    const [old, next] = [cluster.password, 'n€xt$1!'];
    const master = await cluster.converged();
    await proxy.leads();
    const clients = new Clients(proxy, 6);

    secret(old, next);
    await accepted(old, next);
    secret(next, old);
    await accepted(next, old);
    // HAProxy looks every second.
    await sleep(2_500);
    secret(next);
    await accepted(next);
    const before = clients.written;
    await until('clients go on', () => clients.written > before + 100);
    await clients.stop();

    expect(clients.failures).toEqual([]);
    const client = new RespClient({ host: cluster.servers[0], port: cluster.serverPort, password: () => old, timeoutMs: 1_000 });
    await expect(client.call('PING')).rejects.toThrow(/NOAUTH|WRONGPASS/);

    await cluster.kill(`redis-${master}`);
    await proxy.leads();
    cluster.startServer(master);
    expect(await cluster.converged()).not.toBe(master);
  });

  test('reaches a Sentinel that starts again with the old one', async () => {
    const [old, next] = [cluster.password, 'next'];
    await cluster.converged();
    secret(old, next);
    await accepted(old, next);
    cluster.password = old;
    await cluster.kill('sentinel-1');
    cluster.startSentinel(1, { blank: true });
    await accepted(old, next);
    secret(next, old);
    await accepted(next, old);
    await cluster.converged();
  });
});

describeWith([...REDIS, HAPROXY])('a password that is replaced in one step', () => {
  const next = 'n€xt$1!';
  let cluster: TestCluster;
  let proxy: ClusterProxy;
  let old: string;

  const file = (agent: number) => path.join(cluster.directory, `password-of-${agent}`);

  /** The Secret's key as one node has it. */
  function node(name: string, password: string): void {
    fs.writeFileSync(`${name}.new`, password);
    fs.renameSync(`${name}.new`, name);
  }

  const accepts = async (password: string) => {
    const endpoints = [
      ...cluster.servers.map((host) => ({ host, port: cluster.serverPort })),
      ...cluster.sentinels.map((host) => ({ host, port: cluster.sentinelPort })),
    ];
    const answers = await Promise.all(endpoints.map(async ({ host, port }) => {
      const client = new RespClient({ host, port, password: () => password, timeoutMs: 2_000 });
      return client.call('PING').then(() => true, () => false).finally(() => client.close());
    }));
    return answers.every(Boolean);
  };

  const works = async (password: string) => {
    const clients = new Clients(proxy, 2, password);
    await until('clients write', () => clients.written > 200);
    await clients.stop();
    return clients.failures;
  };

  beforeEach(async () => {
    cluster = new TestCluster();
    old = cluster.password;
    await cluster.choosePorts();
    cluster.servers.forEach((_, i) => {
      cluster.startSentinel(i);
      cluster.startServer(i);
      node(file(i), old);
      cluster.startAgent(i, { passwordFile: file(i) });
    });
    proxy = new ClusterProxy(cluster);
    await proxy.start();
  });
  afterEach(async () => {
    await proxy.stop();
    await cluster.stop();
  });

  test('fails no command of clients with the former or the new one, whichever node knows first', async () => {
    await cluster.converged();
    await proxy.leads();
    const clients = new Clients(proxy, 4, old);

    // the node of the proxy knows first, and of the others one after the other
    node(proxy.passwordFile, next);
    await sleep(3_500);
    node(file(1), next);
    await until('all accept the new one, as one agent knows it', async () => accepts(next));
    const newer = new Clients(proxy, 4, next);
    await sleep(2_000);
    node(file(0), `${next}\n`);
    await until('clients that send the newline are let in', async () => {
      const client = new RespClient({ host: cluster.servers[0], port: cluster.serverPort, password: () => `${next}\n`, timeoutMs: 2_000 });
      return await client.call('PING').finally(() => client.close()) === 'PONG';
    });
    node(file(2), next);
    await sleep(3_000);
    const before = clients.written + newer.written;
    await until('clients go on', () => clients.written + newer.written > before + 100);
    await clients.stop();
    await newer.stop();
    expect([...clients.failures, ...newer.failures]).toEqual([]);
    expect(await accepts(old)).toBe(true);
    cluster.password = next;
    await cluster.converged();

    // an empty alternate ends the former one at once
    for (const agent of [0, 1, 2]) node(`${file(agent)}-alternate`, '');
    await until('nobody accepts the former one', async () => {
      const replies = await Promise.all([0, 1, 2].flatMap((i) => [
        cluster.ask(i, 'ACL', 'GETUSER', 'default'), cluster.askSentinel(i, 'ACL', 'GETUSER', 'default'),
      ]));
      return replies.every((reply) => !String((reply as string[])[3]).includes(hashes(old)[0]));
    });
    expect(await works(next)).toEqual([]);
  });

  test('lets a failover and a pod that is made anew in between work', async () => {
    const master = await cluster.converged();
    await proxy.leads();
    const others = [0, 1, 2].filter((i) => i !== master);
    node(file(others[0]), next);
    await until('all accept both', async () => await accepts(next) && accepts(old));
    await cluster.kill(`redis-${master}`);
    await proxy.leads();
    expect(await works(old)).toEqual([]);
    expect(await works(next)).toEqual([]);

    // A new pod knows the new one alone, its server and its agent.
    await cluster.kill(`agent-${master}`);
    node(file(master), next);
    cluster.password = next;
    cluster.startServer(master);
    cluster.startAgent(master, { passwordFile: file(master) });
    expect(await cluster.converged()).not.toBe(master);
    await until('the new pod takes clients with the former one, too', async () => accepts(old));
    node(file(others[1]), next);
    node(proxy.passwordFile, next);
    await cluster.kill(`redis-${await cluster.converged()}`);
    await proxy.leads();
    expect(await works(old)).toEqual([]);
    expect(await works(next)).toEqual([]);
  });

  test('stays while the Secret cannot be read, which one line says', async () => {
    await cluster.converged();
    await proxy.leads();
    const clients = new Clients(proxy, 2, old);
    node(file(0), '\n');
    fs.rmSync(file(1));
    node(proxy.passwordFile, '');
    await until('it is said', () => /is empty: the Secret's key must hold a password: the last one stays in use/.test(cluster.log('agent-0'))
      && /is missing: the Secret has no such key: the last one stays in use/.test(cluster.log('agent-1')) && /key "password" is empty/.test(proxy.log()));
    await sleep(2_000);
    await cluster.converged();
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(cluster.log('agent-1').match(/ is missing/g)).toHaveLength(1);
  });
});
