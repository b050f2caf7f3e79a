import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS, TestCluster, until, Writer } from './support/cluster';
import { describeWith } from '../support/binaries';

jest.setTimeout(60_000);

function requestStop(cluster: TestCluster, i: number): void {
  fs.writeFileSync(path.join(cluster.runDir(i), 'stop-requested'), '');
}

async function answer(cluster: TestCluster, i: number, timeoutMs?: number): Promise<string> {
  const file = path.join(cluster.runDir(i), 'stop-answered');
  await until('the agent answers the request to stop', () => fs.existsSync(file), timeoutMs);
  return fs.readFileSync(file, 'utf8');
}

describeWith(REDIS)('a hand-over before the master stops', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('loses no acknowledged write', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.settled();
    const writers = ['a', 'b', 'c', 'd'].map(prefix => new Writer(cluster, old, prefix));
    await until('writes flow', () => writers.every(writer => writer.acknowledged.length > 100));

    requestStop(cluster, old);
    const line = await answer(cluster, old);
    // Redis refuses to end while it writes its first file after a synchronization.
    expect(await cluster.info(old)).toMatchObject({ role: 'slave', master_host: '127.0.0.1' });
    await cluster.kill(`redis-${old}`, 'SIGTERM');
    const before = writers.map(writer => writer.acknowledged.length);
    await until('writes flow again', () => writers.every((writer, i) => writer.acknowledged.length > before[i] + 100));
    const acknowledged = (await Promise.all(writers.map(async writer => writer.stop()))).flat();

    const [successor] = await cluster.masters();
    expect(line).toMatch(new RegExp(`^to server ${successor} at ${cluster.servers[successor]}: agreed after \\d+ ms, done after \\d+ ms\\n$`));
    const held = new Set((await Promise.all(['a', 'b', 'c', 'd'].map(async prefix => [...await cluster.keys(successor, prefix)]))).flat());
    expect(acknowledged.filter(key => !held.has(key))).toEqual([]);
    expect(await Promise.all([0, 1, 2].map(async j => cluster.infoPeriod(j)))).toEqual([700, 700, 700]);
  });

  test('that ended with its agent leaves no Sentinel hurried: the next agent of the master puts it right', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const master = await cluster.settled();
    await cluster.askSentinel(1, 'SENTINEL', 'DEBUG', 'INFO-PERIOD', '100');

    await cluster.kill(`agent-${master}`);
    cluster.startAgent(master);

    await until('the period is the usual one', async () => await cluster.infoPeriod(1) === 700);
  });

  test('is given up when no replica keeps up, and writes go on', async () => {
    cluster = new TestCluster({ handOverBudgetMs: 4_000 });
    await cluster.start();
    const master = await cluster.settled();
    const replicas = [0, 1, 2].filter(i => i !== master);
    replicas.forEach(i => cluster.signal(`redis-${i}`, 'SIGSTOP'));
    await cluster.ask(master, 'SET', 'late', 'write');

    requestStop(cluster, master);
    const line = await answer(cluster, master);

    expect(line).toMatch(/^given up, writes go on: server \d and \d did not receive every write in time\n$/);
    expect(await cluster.ask(master, 'SET', 'after', 'it')).toBe('OK');
    expect(await cluster.named(0)).toBe(master);
  });

  test('waits for replicas that stood still for a while', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.settled();
    const replicas = [0, 1, 2].filter(i => i !== old);
    replicas.forEach(i => cluster.signal(`redis-${i}`, 'SIGSTOP'));
    await cluster.fill(old, 100, 'late');

    requestStop(cluster, old);
    await until('the request is seen', () => cluster.log(`agent-${old}`).includes('about to stop'));
    replicas.forEach(i => cluster.signal(`redis-${i}`, 'SIGCONT'));

    expect(await answer(cluster, old)).toMatch(/^to server /);
    expect((await cluster.keys((await cluster.masters())[0], 'late')).size).toBe(100);
  });

  test('happens on SIGTERM of the agent too, which ends with 0 once its server is gone', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.settled();
    const ended = cluster.exited(`agent-${old}`);

    cluster.signal(`agent-${old}`, 'SIGTERM');
    await until('another master is named by all', async () => {
      const named = await Promise.all([0, 1, 2].map(async j => cluster.named(j)));
      return named.every(each => each === named[0] && each !== old);
    });
    await until('the old master is a replica', async () => (await cluster.info(old)).role === 'slave');
    await cluster.kill(`redis-${old}`, 'SIGTERM');

    expect(await ended).toBe(0);
  });

  test('is answered at once by a replica', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const replica = (await cluster.settled() + 1) % 3;

    requestStop(cluster, replica);

    expect(await answer(cluster, replica)).toBe('not the master: nothing to hand over\n');
  });

  test('of a server that was restarted since leaves no answer behind', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const replica = (await cluster.settled() + 1) % 3;
    requestStop(cluster, replica);
    await answer(cluster, replica);

    await cluster.kill(`redis-${replica}`, 'SIGTERM');
    cluster.startServer(replica);

    await until('request and answer are gone', () =>
      ['stop-requested', 'stop-answered'].every(name => !fs.existsSync(path.join(cluster.runDir(replica), name))));
  });
});
