import * as fs from 'node:fs';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { handOver } from '../../../lib/agent/act/hand-over';
import { ConnectionError, Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { REDIS, TestCluster, until, Writer } from '../../agent/support/cluster';
import { Stage } from '../../agent/support/stage';
import { describeWith } from '../../support/binaries';

jest.setTimeout(60_000);

function requestStop(cluster: TestCluster, i: number): void {
  fs.writeFileSync(path.join(cluster.runDir(i), 'stop-requested'), '');
}

async function answer(cluster: TestCluster, i: number, timeoutMs?: number): Promise<string> {
  const file = path.join(cluster.runDir(i), 'stop-answered');
  await until('the agent answers the request to stop', () => fs.existsSync(file), timeoutMs);
  return fs.readFileSync(file, 'utf8');
}

/** What a hand-over leaves behind whose agent ended. */
async function takeAway(cluster: TestCluster, master: number): Promise<void> {
  fs.writeFileSync(path.join(cluster.runDir(master), 'handing-over'), '1');
  await cluster.ask(master, 'CONFIG', 'SET', 'min-replicas-to-write', '0');
}

describeWith(REDIS)('a hand-over before the master stops', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('loses no acknowledged write', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.converged();
    const writers = ['a', 'b', 'c', 'd'].map((prefix) => new Writer(cluster, old, prefix));
    await until('writes flow', () => writers.every((writer) => writer.acknowledged.length > 100));

    requestStop(cluster, old);
    const line = await answer(cluster, old);
    // Redis refuses to end while it writes its first file after a synchronization.
    expect(await cluster.info(old)).toMatchObject({ role: 'slave', master_host: '127.0.0.1' });
    await cluster.kill(`redis-${old}`, 'SIGTERM');
    const before = writers.map((writer) => writer.acknowledged.length);
    await until('writes flow again', () => writers.every((writer, i) => writer.acknowledged.length > before[i] + 100));
    const acknowledged = (await Promise.all(writers.map(async (writer) => writer.stop()))).flat();

    const [successor] = await cluster.masters();
    expect(line).toMatch(new RegExp(`^to server ${successor} at ${cluster.servers[successor]}: agreed after \\d+ ms, done after \\d+ ms\\n$`));
    const held = new Set((await Promise.all(['a', 'b', 'c', 'd'].map(async (prefix) => [...await cluster.keys(successor, prefix)]))).flat());
    expect(acknowledged.filter((key) => !held.has(key))).toEqual([]);
  });

  test('refuses no write of new connections: each is acknowledged, or ends with its connection', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.converged();
    await cluster.ask(old, 'CONFIG', 'SET', 'min-replicas-to-write', '1');
    const refusals: string[] = [];
    const write = async (): Promise<void> => {
      const client = cluster.server(old, 10_000);
      await client.call('SET', 'key', 'x').catch((error) => { if (error instanceof ReplyError) refusals.push(error.message); });
      client.close();
    };

    requestStop(cluster, old);
    // those of clients behind a proxy that has not heard of the successor yet
    const writes: Promise<void>[] = [];
    // the demotion cuts all connections, the one that asks here too
    const role = async () => cluster.info(old).then((info) => info.role, () => 'cut');
    while (await role() === 'master') {
      writes.push(write());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(writes);

    // it lingers: both others follow the successor, which does not need this one as a replica
    expect(await answer(cluster, old)).toMatch(/^to server .*, done after \d+ ms\n$/);
    expect(writes.length).toBeGreaterThan(20);
    // the last one may come when it is a replica already, which says so
    expect(refusals.filter((message) => !message.startsWith('READONLY'))).toEqual([]);
    expect(await cluster.ask(old, 'CONFIG', 'GET', 'min-replicas-to-write')).toEqual(['min-replicas-to-write', '1']);
  });

  test('needs no period of the Sentinels, and failovers do: the next agent of the master puts one right', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const master = await cluster.converged();
    await cluster.askSentinel(1, 'SENTINEL', 'DEBUG', 'INFO-PERIOD', '100');

    await cluster.kill(`agent-${master}`);
    cluster.startAgent(master);

    await until('the period is the usual one', async () => await cluster.period(1, 'INFO-PERIOD') === 700);
  });

  test('that ended with its agent leaves no master that takes writes without replicas: its next agent puts it right', async () => {
    cluster = new TestCluster({ minReplicasToWrite: 1 });
    await cluster.start();
    const master = await cluster.converged();
    await cluster.kill(`agent-${master}`);
    await takeAway(cluster, master);
    cluster.startAgent(master);

    await until('writes need a replica', async () => String(await cluster.ask(master, 'CONFIG', 'GET', 'min-replicas-to-write')) === 'min-replicas-to-write,1');
  });

  test('that ended with its agent once another server was promoted, and that no Sentinel heard of, leaves no pause of writes: its next agent ends it', async () => {
    cluster = new TestCluster({ minReplicasToWrite: 1 });
    await cluster.start();
    const master = await cluster.converged();
    await cluster.kill(`agent-${master}`);
    await takeAway(cluster, master);
    await cluster.ask(master, 'CLIENT', 'PAUSE', '60000', 'WRITE');
    await cluster.ask((master + 1) % 3, 'REPLICAOF', 'NO', 'ONE');
    const writer = new Writer(cluster, master);

    cluster.startAgent(master);

    await until('writes go on', () => writer.acknowledged.length > 10);
    await writer.stop();
    expect(await cluster.converged()).toBe(master);
  });

  test('is given up when no replica keeps up, and writes go on', async () => {
    // Sentinel must not find the replicas down before the agent has given up.
    cluster = new TestCluster({ handOverBudgetMs: 5_000, downAfterMs: 20_000 });
    await cluster.start();
    const master = await cluster.converged();
    const replicas = [0, 1, 2].filter((i) => i !== master);
    replicas.forEach((i) => cluster.signal(`redis-${i}`, 'SIGSTOP'));
    await cluster.ask(master, 'SET', 'late', 'write');

    requestStop(cluster, master);
    const line = await answer(cluster, master);

    // or, once Sentinel has waited for their answers for so long that it elects neither
    expect(line).toMatch(/^given up, writes go on: (server \d( and \d)? did not receive every write in time|no replica can be elected)\n$/);
    expect(await cluster.ask(master, 'SET', 'after', 'it')).toBe('OK');
    expect(await cluster.named(0)).toBe(master);
  });

  test('waits for replicas that stood still for a while', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.converged();
    const replicas = [0, 1, 2].filter((i) => i !== old);
    replicas.forEach((i) => cluster.signal(`redis-${i}`, 'SIGSTOP'));
    await cluster.fill(old, 100, 'late');

    requestStop(cluster, old);
    await until('the request is seen', () => cluster.log(`agent-${old}`).includes('about to stop'));
    replicas.forEach((i) => cluster.signal(`redis-${i}`, 'SIGCONT'));

    expect(await answer(cluster, old)).toMatch(/^to server /);
    expect((await cluster.keys((await cluster.masters())[0], 'late')).size).toBe(100);
  });

  test('happens on SIGTERM of the agent too, which ends with 0 once its server is gone', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const old = await cluster.converged();
    const ended = cluster.exited(`agent-${old}`);

    cluster.signal(`agent-${old}`, 'SIGTERM');
    await until('another master is named by all', async () => {
      const named = await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)));
      return named.every((each) => each === named[0] && each !== old);
    });
    await until('the old master is a replica', async () => (await cluster.info(old)).role === 'slave');
    await cluster.kill(`redis-${old}`, 'SIGTERM');

    expect(await ended).toBe(0);
  });

  test('is answered at once by a replica', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const replica = (await cluster.converged() + 1) % 3;

    requestStop(cluster, replica);

    expect(await answer(cluster, replica)).toBe('not the master: nothing to hand over\n');
  });

  test('is answered for a server that was restarted since, too', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const replica = (await cluster.converged() + 1) % 3;
    requestStop(cluster, replica);
    await answer(cluster, replica);

    await cluster.kill(`redis-${replica}`, 'SIGTERM');
    // As start-server.sh does.
    for (const name of ['stop-requested', 'stop-answered']) fs.rmSync(path.join(cluster.runDir(replica), name));
    cluster.startServer(replica);
    await cluster.converged();
    requestStop(cluster, replica);

    await answer(cluster, replica);
    expect(await cluster.info(replica)).toMatchObject({ slave_priority: '0' });
  });
});

describeWith(REDIS)('a hand-over whose end is unknown', () => {
  const stage = new Stage();
  const { cluster } = stage;

  beforeAll(async () => stage.start());
  beforeEach(async () => {
    await stage.clear();
    await stage.converged();
    await cluster.ask(0, 'CONFIG', 'SET', 'min-replicas-to-write', '1');
  });
  afterAll(async () => stage.stop());

  /** The actor of server 0, whose calls of one command end otherwise. */
  function actorWith(command: string, end: (send: () => Promise<Reply>) => Promise<Reply>, handOverBudgetMs = 20_000): Actor {
    const actor = stage.actor({ ...stage.config, handOverBudgetMs });
    const through = (endpoint: Endpoint): Endpoint => ({
      batch: async (commands) => endpoint.batch(commands),
      call: async (...words) => {
        const send = async (): Promise<Reply> => endpoint.call(...words);
        return words.slice(0, 2).join(' ') === command ? end(send) : send();
      },
    });
    return { ...actor, peers: { ...actor.peers, local: through(actor.peers.local), sentinels: actor.peers.sentinels.map(through) } };
  }

  const accepts = async (): Promise<boolean> => cluster.server(0, 500).call('SET', 'key', 'x').then((reply) => reply === 'OK', () => false);

  const minReplicas = async (): Promise<string> => (await cluster.ask(0, 'CONFIG', 'GET', 'min-replicas-to-write') as string[])[1];

  test('lets no write in while the Sentinels may still agree on another master', async () => {
    const line = await handOver(actorWith('PUBLISH __sentinel__:hello', async (send) => {
      for (const j of [1, 2]) cluster.signal(`sentinel-${j}`, 'SIGSTOP');
      return send();
    }, 6_000));
    expect(line).toBe('given up, writes stay paused as the failover may still happen: the Sentinels did not agree on another master in time');
    expect(await accepts()).toBe(false);
    expect(await minReplicas()).toBe('1');

    for (const j of [1, 2]) cluster.signal(`sentinel-${j}`, 'SIGCONT');
    await until('they do', async () => ![0, undefined].includes(await cluster.named(1)));
  });

  test('lets writes in when no Sentinel heard of another master', async () => {
    const line = await handOver(actorWith('PUBLISH __sentinel__:hello', async () => { throw new ConnectionError('no connection', 'ETIMEDOUT'); }, 6_000));
    expect(line).toBe('given up, writes go on: the Sentinels did not agree on another master in time');
    await until('the replica that was promoted is one again', async () => (await cluster.info(1)).role === 'slave');
    await until('writes have their replica', accepts);
    expect(await minReplicas()).toBe('1');
  });

  test('pauses nothing when no majority votes for another master', async () => {
    const line = await handOver(actorWith('SENTINEL IS-MASTER-DOWN-BY-ADDR', async () => { throw new ReplyError('NOAUTH Authentication required.'); }, 6_000));
    expect(line).toBe('given up, writes go on: no majority of the Sentinels voted for another master');
    expect(await accepts()).toBe(true);
    expect(await minReplicas()).toBe('1');
  });

  test('is done by a majority of the Sentinels when the others are silent, without waiting for them', async () => {
    cluster.signal('sentinel-2', 'SIGSTOP');
    const line = await handOver(stage.actor({ ...stage.config, handOverBudgetMs: 20_000 }));
    cluster.signal('sentinel-2', 'SIGCONT');
    expect(Number(/agreed after (\d+) ms/.exec(line)?.[1])).toBeLessThan(500);
    await until('the other one hears of it', async () => ![0, undefined].includes(await cluster.named(2)));
  });

  test('does not go on once the pause is over because answers came late: writes were accepted meanwhile', async () => {
    let paused = false;
    const { peers, ...actor } = actorWith('CLIENT PAUSE', async (send) => send().finally(() => { paused = true; }));
    const [asked, ...others] = peers.sentinels;
    const late: Endpoint = {
      batch: async (commands) => asked.batch(commands),
      call: async (...words) => {
        if (paused && words[1] === 'REPLICAS') await new Promise((resolve) => setTimeout(resolve, 600));
        return asked.call(...words);
      },
    };
    const line = await handOver({ ...actor, config: { ...actor.config, downAfterMs: 1_001 }, peers: { ...peers, sentinels: [late, ...others] } });
    expect(line).toBe('given up, writes go on: the pause of writes was over before it could be made longer');
    expect(await accepts()).toBe(true);
    expect((await cluster.info(1)).role).toBe('slave');
  });

  test('lets writes in when the pause began but its answer was lost', async () => {
    const line = await handOver(actorWith('CLIENT PAUSE', async (send) => {
      await send();
      throw new ConnectionError('no answer', 'ETIMEDOUT');
    }));
    expect(line).toBe('given up, writes go on: no answer');
    expect(await accepts()).toBe(true);
  });

  test('is not begun when too little time is left', async () => {
    let pauses = 0;
    const actor = actorWith('CLIENT PAUSE', async (send) => {
      pauses++;
      return send();
    });
    const line = await handOver({ ...actor, config: { ...actor.config, handOverBudgetMs: 1_000 } });
    expect(line).toBe('given up, writes go on: too little time is left');
    expect(pauses).toBe(0);
  });
});
