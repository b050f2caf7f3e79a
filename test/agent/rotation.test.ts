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

  constructor(private readonly proxy: ClusterProxy, count: number) {
    this.done = Promise.all(Array.from({ length: count }, async (_, i) => this.write(i % 2 === 0)));
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async write(stays: boolean): Promise<void> {
    let client: RespClient | undefined;
    while (!this.stopped) {
      client ??= this.proxy.client();
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
      await sleep(1);
    }
    client?.close();
  }
}

const hashes = (...passwords: string[]) => passwords.map((each) => createHash('sha256').update(each).digest('hex'));

describeWith([...REDIS, HAPROXY])('a change of the password', () => {
  let cluster: TestCluster;
  let proxy: ClusterProxy;

  beforeEach(async () => {
    cluster = new TestCluster();
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
    await until('clients go on', () => clients.written > before + 500);
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
