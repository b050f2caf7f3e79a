import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS, TestCluster, until } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(60_000);

const ALL = [0, 1, 2];

/** For where all servers return: on a busy machine the last of them may be seconds late, and must not be decided without. */
const PATIENT = { bootTimeoutMs: 20_000 };

describeWith(REDIS)('after a restart', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  async function killAll(names: string[]): Promise<void> {
    await Promise.all(names.map(async (name) => cluster.kill(name)));
  }

  async function recorded(i: number, what: (record: Record<string, unknown>) => boolean): Promise<void> {
    const file = path.join(cluster.dataDir(i), 'redis-ha-record.json');
    await until(`the record of server ${i}`, () => what(JSON.parse(fs.readFileSync(file, 'utf8'))));
  }

  test('of everything, with Sentinels that forgot, the last master wins against a stale former one', async () => {
    cluster = new TestCluster(PATIENT);
    await cluster.start();
    const stale = await cluster.converged();
    await cluster.fill(stale, 10, 'early');
    await cluster.kill(`agent-${stale}`);
    await cluster.kill(`redis-${stale}`);
    let last = -1;
    await until('another master', async () => {
      last = await cluster.named(0) ?? stale;
      return last !== stale && (await cluster.info(last)).role === 'master';
    });
    await cluster.fill(last, 100, 'late');
    await recorded(last, (record) => record.master === true && Number(record.epoch) > 0);
    await killAll(ALL.flatMap((i) => [`agent-${i}`, `redis-${i}`, `sentinel-${i}`]));

    for (const i of [stale, ...ALL.filter((each) => each !== stale)]) {
      cluster.startSentinel(i, { blank: true });
      cluster.startServer(i);
      cluster.startAgent(i);
    }

    expect(await cluster.converged()).toBe(last);
    for (const i of ALL) expect((await cluster.keys(i, 'late')).size).toBe(100);
  });

  test('of a replica, it can be elected once the master\'s agent has told which data it has, or is silent for too long', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const replica = (await cluster.converged() + 1) % 3;
    const master = await cluster.named(0) as number;
    await killAll([`agent-${master}`, `agent-${replica}`, `redis-${replica}`]);

    cluster.startServer(replica);
    cluster.startAgent(replica);

    await until('it waits', () => cluster.log(`agent-${replica}`).includes('the agent of the master has not said yet'));
    expect(await cluster.info(replica)).toMatchObject({ slave_priority: '0', master_link_status: 'up' });
    await until('it can be elected', async () => (await cluster.info(replica)).slave_priority === '100');
  });

  test('of everything, when the last master does not return, the best of the others wins after the boot timeout', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const last = await cluster.converged();
    await cluster.fill(last, 100);
    await until('all have the data', async () => (await Promise.all(ALL.map(async (i) => (await cluster.keys(i)).size))).every((size) => size === 100));
    await killAll(ALL.flatMap((i) => [`agent-${i}`, `redis-${i}`, `sentinel-${i}`]));

    const others = ALL.filter((i) => i !== last);
    for (const i of ALL) cluster.startSentinel(i, { blank: true });
    for (const i of others) {
      cluster.startServer(i);
      cluster.startAgent(i);
    }

    const master = await cluster.converged({ servers: others });
    expect((await cluster.keys(master)).size).toBe(100);
  });

  test('of everything from snapshots, with Sentinels that forgot, the fullest of them wins', async () => {
    cluster = new TestCluster(PATIENT, 3, 'appendonly no');
    await cluster.start();
    const old = await cluster.converged();
    const fullest = (old + 1) % 3;
    await cluster.fill(old, 10, 'early');
    await cluster.ask(old, 'SAVE');
    await cluster.fill(old, 100, 'late');
    await until('a replica has the data', async () => (await cluster.keys(fullest, 'late')).size === 100);
    await cluster.ask(fullest, 'SAVE');
    const offset = Number((await cluster.info(old)).master_repl_offset);
    await recorded(old, (record) => Number(record.offset) >= offset);
    await killAll(ALL.flatMap((i) => [`agent-${i}`, `redis-${i}`, `sentinel-${i}`]));

    for (const i of ALL) {
      cluster.startSentinel(i, { blank: true });
      cluster.startServer(i);
      cluster.startAgent(i);
    }

    expect(await cluster.converged()).toBe(fullest);
    for (const i of ALL) expect((await cluster.keys(i, 'late')).size).toBe(100);
  });

  test('of everything but a frozen master that was replaced, the data of the new one wins', async () => {
    cluster = new TestCluster(PATIENT);
    await cluster.start();
    const frozen = await cluster.converged();
    const others = ALL.filter((i) => i !== frozen);
    for (const name of [`agent-${frozen}`, `redis-${frozen}`]) cluster.signal(name, 'SIGSTOP');
    let last = -1;
    await until('another master', async () => {
      last = await cluster.named(0) ?? frozen;
      return last !== frozen && (await cluster.info(last)).role === 'master';
    });
    await cluster.fill(last, 100, 'late');
    for (const i of others) await recorded(i, (record) => Number(record.epoch) > 0);
    await killAll([...others.flatMap((i) => [`agent-${i}`, `redis-${i}`]), ...ALL.map((j) => `sentinel-${j}`)]);

    for (const j of ALL) cluster.startSentinel(j, { blank: true });
    for (const name of [`redis-${frozen}`, `agent-${frozen}`]) cluster.signal(name, 'SIGCONT');
    await until('the one that was frozen finds nobody', () => cluster.log(`agent-${frozen}`).includes('looks whether a server has newer data'));
    for (const i of others) {
      cluster.startServer(i);
      cluster.startAgent(i);
    }

    expect(await cluster.converged()).toBe(last);
    for (const i of ALL) expect((await cluster.keys(i, 'late')).size).toBe(100);
  });

  test('of all servers, while the Sentinels remember, the named master resumes with its data', async () => {
    cluster = new TestCluster({ ...PATIENT, downAfterMs: 20_000 });
    await cluster.start();
    const master = await cluster.converged();
    await cluster.fill(master, 100);
    await Promise.all(ALL.map(async (i) => cluster.kill(`agent-${i}`)));
    await Promise.all(ALL.map(async (i) => cluster.kill(`redis-${i}`)));

    for (const i of ALL) {
      cluster.startServer(i);
      cluster.startAgent(i);
    }

    expect(await cluster.converged()).toBe(master);
    expect((await cluster.keys(master)).size).toBe(100);
  });

  test('of the master without its data, a replica that kept it takes over', async () => {
    cluster = new TestCluster({ ...PATIENT, downAfterMs: 20_000 });
    await cluster.start();
    const old = await cluster.converged();
    await cluster.fill(old, 100);
    await until('replicas have the data', async () => (await cluster.keys((old + 1) % 3)).size === 100);
    // The agent must not see the death, or its watchdog would act.
    await cluster.kill(`agent-${old}`);
    await cluster.kill(`redis-${old}`);

    cluster.startServer(old, { empty: true });
    cluster.startAgent(old);

    await until('another master is named', async () => await cluster.named(0) !== old);
    expect(await cluster.converged()).not.toBe(old);
    for (const i of ALL) expect((await cluster.keys(i)).size).toBe(100);
  });

  test('of all servers, when the named master lost its data, the data of another one wins', async () => {
    cluster = new TestCluster({ ...PATIENT, downAfterMs: 20_000 });
    await cluster.start();
    const old = await cluster.converged();
    await cluster.fill(old, 100);
    await until('replicas have the data', async () => (await cluster.keys((old + 1) % 3)).size === 100 && (await cluster.keys((old + 2) % 3)).size === 100);
    await Promise.all(ALL.map(async (i) => cluster.kill(`agent-${i}`)));
    await Promise.all(ALL.map(async (i) => cluster.kill(`redis-${i}`)));

    for (const i of ALL) {
      cluster.startServer(i, { empty: i === old });
      cluster.startAgent(i);
    }

    expect(await cluster.converged()).not.toBe(old);
    for (const i of ALL) expect((await cluster.keys(i)).size).toBe(100);
  });
});

describeWith(REDIS)('when the master dies while its pod lives', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('the agent asks for the failover at once', async () => {
    cluster = new TestCluster({ downAfterMs: 30_000 });
    await cluster.start();
    const old = await cluster.converged();
    await cluster.fill(old, 100);

    await cluster.kill(`redis-${old}`);

    // The Sentinels alone would need half a minute.
    await until('another master', async () => (await cluster.masters()).length === 1, 20_000);
    const [master] = await cluster.masters();
    expect((await cluster.keys(master)).size).toBe(100);
    cluster.startServer(old);
    expect(await cluster.converged()).toBe(master);
  });
});

describeWith(REDIS)('Sentinels that forgot', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test.each([['one', [2]], ['all', ALL]])('are told the master again (%s)', async (_, forgetful) => {
    cluster = new TestCluster();
    await cluster.start();
    const master = await cluster.converged();

    await Promise.all(forgetful.map(async (j) => cluster.kill(`sentinel-${j}`)));
    forgetful.forEach((j) => cluster.startSentinel(j, { blank: true }));

    expect(await cluster.converged()).toBe(master);
    expect(await cluster.sentinelMaster(2)).toMatchObject({ 'down-after-milliseconds': '2000', 'quorum': '2' });
  });

  test('ask, ping and tell often, or a master that dies before they know its replicas is never replaced, and a lost one late', async () => {
    cluster = new TestCluster();
    await cluster.start();
    await cluster.converged();
    const periods = { 'INFO-PERIOD': 700, 'PING-PERIOD': 250, 'PUBLISH-PERIOD': 500, 'MIN-LINK-RECONNECT-PERIOD': 2000 };
    const isUsual = async (j: number): Promise<boolean> => (
      (await Promise.all(Object.entries(periods).map(async ([name, ms]) => await cluster.period(j, name) === ms))).every(Boolean));
    const usual = async (): Promise<boolean> => (await Promise.all(ALL.map(isUsual))).every(Boolean);
    await until('the agent of the master told all', usual);

    await cluster.kill('sentinel-1');
    cluster.startSentinel(1);

    await until('the one that restarted is told again', usual);
  });

  test('get back settings that somebody changed', async () => {
    cluster = new TestCluster();
    await cluster.start();
    await cluster.converged();

    await cluster.askSentinel(1, 'SENTINEL', 'SET', 'cache-redis', 'failover-timeout', '180000');

    await until('the setting is back', async () => (await cluster.sentinelMaster(1))['failover-timeout'] === '6000');
  });
});

describeWith(REDIS)('a pod that reaches nobody', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('waits as a standby', async () => {
    cluster = new TestCluster({ bootTimeoutMs: 500 });
    await cluster.choosePorts();
    cluster.startServer(1);
    cluster.startAgent(1);

    await until('the agent waits', () => cluster.log('agent-1').includes('too few Sentinels answer'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(await cluster.info(1)).toMatchObject({ role: 'slave', master_host: '127.0.0.1', slave_priority: '0' });
  });

  test('waits with all Sentinels but too few servers too', async () => {
    cluster = new TestCluster({ bootTimeoutMs: 500 });
    await cluster.choosePorts();
    ALL.forEach((j) => cluster.startSentinel(j));
    cluster.startServer(1);
    cluster.startAgent(1);

    await until('the agent waits', () => cluster.log('agent-1').includes('sees 1 of 3 servers'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(await cluster.info(1)).toMatchObject({ role: 'slave', master_host: '127.0.0.1', slave_priority: '0' });
  });
});
