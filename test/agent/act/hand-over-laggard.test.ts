import * as fs from 'node:fs';
import * as path from 'node:path';
import { describeWith } from '../../support/binaries';
import { REDIS, TestCluster, until, Writer } from '../support/cluster';

jest.setTimeout(90_000);

/** Asks for a hand-over, and waits for the answer. */
async function handOver(cluster: TestCluster, i: number, meanwhile: () => Promise<void> = async () => undefined): Promise<string> {
  fs.writeFileSync(path.join(cluster.runDir(i), 'stop-requested'), '');
  await meanwhile();
  const file = path.join(cluster.runDir(i), 'stop-answered');
  await until('the agent answers the request to stop', () => fs.existsSync(file));
  return fs.readFileSync(file, 'utf8');
}

describeWith(REDIS)('a hand-over while one of two replicas is not in sync', () => {
  let cluster: TestCluster;
  let writer: Writer | undefined;

  afterEach(async () => {
    await writer?.stop();
    writer = undefined;
    await cluster.stop();
  });

  async function started(redisConfig = '', settings: Record<string, number> = {}): Promise<{ old: number; next: number; laggard: number }> {
    cluster = new TestCluster({ minReplicasToWrite: 1, ...settings }, 3, `min-replicas-to-write 1\n${redisConfig}`);
    await cluster.start();
    const old = await cluster.converged();
    writer = new Writer(cluster, old);
    await until('writes flow', () => writer!.acknowledged.length > 100);
    return { old, next: (old + 1) % 3, laggard: (old + 2) % 3 };
  }

  async function keptAll(on: number): Promise<void> {
    const acknowledged = await writer!.stop();
    const client = cluster.server(on, 20_000);
    const held = new Set(await client.call('KEYS', 'written:*') as string[]);
    expect(acknowledged.filter((key) => !held.has(key))).toEqual([]);
  }

  test('goes to the other one while this one resynchronizes, and the server stays until writes don\'t need it', async () => {
    // a key takes 1 ms to send: these take a while
    const { old, next, laggard } = await started('rdb-key-save-delay 1000');
    await cluster.fill(old, 4_000, 'filler');
    // its history is no longer that of the master
    await cluster.ask(laggard, 'REPLICAOF', 'NO', 'ONE');
    await cluster.ask(laggard, 'REPLICAOF', cluster.servers[old], String(cluster.serverPort));
    await until('it resynchronizes', async () => (await cluster.info(laggard)).master_sync_in_progress === '1');

    const line = await handOver(cluster, old);

    expect(line).toMatch(new RegExp(`^to server ${next} .*, left after \\d+ ms as its replica\\n$`));
    await until('it is a replica of the other one', async () => {
      const { master_host: host, master_link_status: link } = await cluster.info(laggard);
      return host === cluster.servers[next] && link === 'up';
    });
    expect(cluster.log(`agent-${old}`)).toContain(`goes on without server ${laggard}`);
    await cluster.kill(`redis-${old}`, 'SIGTERM');
    const before = writer!.acknowledged.length;
    await until('writes flow without it', () => writer!.acknowledged.length > before + 100);
    await until('the laggard is electable again', async () => (await cluster.info(laggard)).slave_priority === '100');
    await keptAll(next);
  });

  test('goes to the other one while this one is frozen', async () => {
    // long before the Sentinels find it down
    const { old, next, laggard } = await started('', { downAfterMs: 20_000 });
    const line = await handOver(cluster, old, async () => {
      cluster.signal(`redis-${laggard}`, 'SIGSTOP');
      await until('the role has moved', async () => (await cluster.info(next)).role === 'master');
      cluster.signal(`redis-${laggard}`, 'SIGCONT');
    });
    expect(line).toMatch(new RegExp(`^to server ${next} `));
    await keptAll(next);
  });
});
