import * as fs from 'node:fs';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { handOver } from '../../../lib/agent/act/hand-over';
import { ConnectionError, Endpoint } from '../../../lib/agent/redis/resp';
import { REDIS, TestCluster, until, Writer } from '../../agent/support/cluster';
import { Stage } from '../../agent/support/stage';
import { describeWith } from '../../support/binaries';

jest.setTimeout(90_000);

/** Asks for a hand-over, and waits for the answer. */
async function answered(cluster: TestCluster, i: number, meanwhile: () => Promise<void> = async () => undefined): Promise<string> {
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

    const line = await answered(cluster, old);

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

  // Sentinels do not reach it: it holds nobody up
  test('goes to the other one while this one is frozen', async () => {
    // long before the Sentinels find it down
    const { old, next, laggard } = await started('', { downAfterMs: 20_000 });
    const line = await answered(cluster, old, async () => {
      cluster.signal(`redis-${laggard}`, 'SIGSTOP');
      await until('the role has moved', async () => (await cluster.info(next)).role === 'master');
      cluster.signal(`redis-${laggard}`, 'SIGCONT');
    });
    expect(line).toMatch(new RegExp(`^to server ${next} `));
    await keptAll(next);
  });
});

describeWith(REDIS)('a hand-over while one replica can be reached by the Sentinels, and not by the agent of its master', () => {
  const stage = new Stage();
  const { cluster } = stage;
  const silent: Endpoint = {
    call: async () => { throw new ConnectionError('no connection', 'ETIMEDOUT'); },
    batch: async () => { throw new ConnectionError('no connection', 'ETIMEDOUT'); },
  };

  beforeAll(async () => stage.start());
  beforeEach(async () => {
    await stage.clear();
    await stage.converged();
    // Sentinel leaves it there for the failover timeout
    await cluster.ask(2, 'REPLICAOF', '127.0.0.1', '1');
    await cluster.ask(0, 'SET', 'late', 'write');
  });
  afterAll(async () => stage.stop());

  /** The actor of server 0, which does not reach server 2. */
  function actor(): Actor {
    const all = stage.actor({ ...stage.config, handOverBudgetMs: 10_000 });
    return { ...all, peers: { ...all.peers, servers: [all.peers.servers[0], all.peers.servers[1], silent] } };
  }

  test('goes to the one that is in sync', async () => {
    expect(await handOver(actor())).toMatch(/^to server 1 at /);
    expect(await cluster.ask(1, 'GET', 'late')).toBe('write');
  });

  test('is over when the successor has that one as a replica', async () => {
    await cluster.ask(0, 'CONFIG', 'SET', 'min-replicas-to-write', '1');
    const line = handOver(actor());
    // as its own agent does
    await until('the role has moved', async () => (await cluster.info(1)).role === 'master');
    await cluster.ask(2, 'REPLICAOF', cluster.servers[1], String(cluster.serverPort));
    expect(await line).toMatch(/^to server 1 at .*, left after \d+ ms as its replica$/);
  });
});
