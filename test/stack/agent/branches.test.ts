import { Action } from '../../../lib/agent/decide/action';
import { REDIS, until } from '../../agent/support/cluster';
import { Stage } from '../../agent/support/stage';
import { describeWith } from '../../support/binaries';

jest.setTimeout(60_000);

/** The branches of a decision against real servers and Sentinels, and what comes of what is done. */
describeWith(REDIS)('the agent of server 0', () => {
  const stage = new Stage();
  const { cluster } = stage;

  beforeAll(async () => stage.start());
  beforeEach(async () => stage.clear());
  afterAll(async () => stage.stop());

  const claimAll = async (): Promise<void> => {
    for (const i of [0, 1, 2]) await stage.claim(i);
  };

  test('waits while its server does not answer', async () => {
    await stage.name(1);
    await cluster.kill('redis-0');
    expect(await stage.decideAfter(0)).toEqual({ kind: 'wait', why: 'the server does not answer' });
  });

  test('waits while its server loads', async () => {
    await stage.name(1);
    await stage.master(0);
    await cluster.fill(0, 5_000);
    await cluster.ask(0, 'SAVE');
    await cluster.kill('redis-0');
    cluster.startServer(0, { config: 'appendonly no\nkey-load-delay 2000\nloading-process-events-interval-bytes 1024' });
    await until('it loads', async () => String(await cluster.ask(0, 'PING').catch((error: unknown) => error)).includes('LOADING'));
    expect(await stage.decideAfter(0)).toEqual({ kind: 'wait', why: 'the server is loading its data' });
  });

  test('waits while the Sentinels name an address that is not configured', async () => {
    for (const j of [0, 1]) await stage.monitor(j, '127.0.0.9');
    expect(await stage.decideAfter(0)).toMatchObject({ kind: 'wait', why: expect.stringContaining('none of the servers') });
  });

  describe('when another server is named', () => {
    test('attaches a standby, makes it electable once it is in sync, and rests', async () => {
      await stage.master(1);
      await stage.name(1);
      const attach = await stage.decideAfter(0);
      expect(attach).toMatchObject({ kind: 'attach', to: 1 });

      await stage.act(attach);
      await until('it is in sync', async () => (await cluster.info(0)).master_link_status === 'up');
      const electable = await stage.decideAfter(0);
      expect(electable.kind).toBe('make-electable');

      await stage.act(electable);
      expect(await cluster.info(0)).toMatchObject({ slave_priority: '100' });
      expect((await stage.decideAfter(0)).kind).toBe('steady');
    });

    test('does not attach a standby that is about to stop', async () => {
      await stage.master(1);
      await stage.name(1);
      expect(await stage.decideAfter(0, true)).toEqual({ kind: 'wait', why: 'about to stop' });
    });

    test('moves a replica that nobody moves from a third one', async () => {
      await stage.master(1, 2);
      await stage.name(1);
      await stage.replica(0, 2);
      expect((await stage.decideAfter(1_900)).kind).toBe('wait');
      expect(await stage.decideAfter(2_000)).toMatchObject({ kind: 'attach', to: 1 });
    });

    test('attaches a second master that Sentinel does not know', async () => {
      await stage.master(0, 1);
      await stage.name(1);
      expect((await stage.decideAfter(29_000)).kind).toBe('wait');
      const attach = await stage.decideAfter(30_000);
      expect(attach).toMatchObject({ kind: 'attach', to: 1 });

      await stage.act(attach);
      await until('it is a replica in sync', async () => (await cluster.info(0)).master_link_status === 'up');
    });

    test('makes a second master a standby when the named one waits for that', async () => {
      await stage.master(0);
      await cluster.ask(0, 'CONFIG', 'SET', 'replica-priority', '100');
      await stage.name(1);
      expect((await stage.decideAfter(29_000)).kind).toBe('wait');
      const down = await stage.decideAfter(30_000);
      expect(down.kind).toBe('step-down');

      await stage.act(down);
      expect(await cluster.info(0)).toMatchObject({ role: 'slave', master_host: '127.0.0.1', slave_priority: '0' });
    });

    test('offers the best data of those left when that one does not return', async () => {
      await stage.master(1);
      for (const i of [0, 2]) await stage.replica(i, 1, { priority: 0 });
      await stage.name(1, [0, 1, 2], { 'down-after-milliseconds': 300, 'failover-timeout': 500 });
      await until('the Sentinels know all', async () => stage.sentinelsKnowAll());
      await claimAll();
      await cluster.kill('redis-1');
      await until('a majority finds the master down', async () =>
        (await Promise.all([0, 1].map(async (j) => cluster.sentinelMaster(j)))).every((view) => view.flags.includes('s_down')));
      expect((await stage.decideAfter(59_000)).kind).toBe('wait');
      const electable = await stage.decideAfter(60_000);
      expect(electable.kind).toBe('make-electable');

      await stage.act(electable);
      await until('the Sentinels elect it', async () => (await cluster.info(0)).role === 'master');
    });
  });

  test('makes Sentinels less strict that were away while the master died and elect nobody', async () => {
    await stage.master(1);
    for (const i of [0, 2]) await stage.replica(i, 1);
    await stage.name(1, [0, 1, 2], { 'failover-timeout': 500 });
    await until('the Sentinels know all', async () => stage.sentinelsKnowAll());
    await claimAll();
    for (const j of [0, 1, 2]) {
      await cluster.kill(`sentinel-${j}`);
      // Only now: while the master lives, a busy machine is enough to make it look down.
      cluster.editSentinelConfig(j, /(down-after-milliseconds \S+) \d+/, '$1 100');
    }
    await cluster.kill('redis-1');
    await until('the link is down for too long', async () => Number((await cluster.info(0)).master_link_down_since_seconds) > 2);
    for (const j of [0, 1, 2]) cluster.startSentinel(j);
    let relax = await stage.decideAfter(0);
    await until('it is due', async () => (relax = await stage.decideAfter(22_000)).kind === 'relax-election');

    await stage.act(relax);
    await until('the Sentinels elect one', async () => (await cluster.masters()).length === 1);
  });

  describe('when its server is named', () => {
    test('resumes when nobody kept more', async () => {
      await stage.name(0);
      await claimAll();
      const resume = await stage.decideAfter(0);
      expect(resume.kind).toBe('resume');

      await stage.act(resume);
      expect(await cluster.masters()).toEqual([0]);
    });

    test('does not resume beside another master', async () => {
      await stage.name(0);
      await claimAll();
      const resume = await stage.decideAfter(0);
      await stage.master(2);
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'wait', why: 'named by the Sentinels, but server 2 is master' });

      // Nor when that one came after the decision.
      await stage.act(resume);
      expect(await cluster.masters()).toEqual([2]);
    });

    test('looks for a missing server first', async () => {
      await stage.name(0);
      for (const i of [0, 1]) await stage.claim(i);
      await cluster.kill('redis-2');
      expect((await stage.decideAfter(2_000)).kind).toBe('wait');
      expect((await stage.decideAfter(3_000)).kind).toBe('resume');
    });

    test('leaves it to Sentinel while its server replicates another, then resumes', async () => {
      await stage.name(0);
      await claimAll();
      await stage.replica(0, 1, { linked: false });
      expect((await stage.decideAfter(9_000)).kind).toBe('wait');
      expect((await stage.decideAfter(10_000)).kind).toBe('resume');
    });

    test('waits until the data is judged', async () => {
      await stage.name(0);
      await stage.claim(0, { term: 0 });
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'wait', why: 'named by the Sentinels without data: waits for the other servers' });
    });

    test('leaves the role to a replica that kept the data, and takes over when that is refused for too long', async () => {
      await stage.name(0);
      await stage.claim(0, { master: true });
      await stage.claim(1, { live: true });
      await stage.replica(1, 0, { linked: false });
      await stage.claim(2);
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'fail-over' });
      expect((await stage.decideAfter(15_000)).kind).toBe('resume');
    });

    test('withdraws without data while another has some, and waits for a Sentinel that is away', async () => {
      await stage.name(0);
      await stage.claim(0, { term: 0 });
      for (const i of [1, 2]) await stage.claim(i);
      const withdraw = await stage.decideAfter(0);
      expect(withdraw).toMatchObject({ kind: 'withdraw', sentinels: [0, 1, 2] });

      await cluster.kill('sentinel-2');
      expect((await stage.decideAfter(59_000)).kind).toBe('wait');
      expect((await stage.decideAfter(60_000)).kind).toBe('withdraw');
      cluster.startSentinel(2);
      await until('Sentinel 2 answers', async () => await cluster.named(2) === 0);

      await stage.act(withdraw);
      expect(await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).toEqual([undefined, undefined, undefined]);
    });

    test('aborts a failover whose replica was restarted, and resumes', async () => {
      await stage.converged({ 'failover-timeout': 60_000 });
      // As when all die together: the failover is asked for, and the replica that is told to become master never does.
      for (const i of [1, 2]) cluster.signal(`redis-${i}`, 'SIGSTOP');
      const before = cluster.sentinelLog(1).length;
      await cluster.askSentinel(1, 'SENTINEL', 'FAILOVER', stage.config.masterName);
      await until('a replica was told', () => cluster.sentinelLog(1).slice(before).includes('+failover-state-wait-promotion'));
      for (const i of [0, 1, 2]) {
        await cluster.kill(`redis-${i}`);
        cluster.startServer(i, { empty: true });
      }
      await stage.answering();
      await claimAll();
      expect((await stage.decideAfter(400)).kind).toBe('wait');
      const abort = await stage.decideAfter(500);
      expect(abort).toMatchObject({ kind: 'abort-failover', sentinels: [1] });

      await stage.act(abort);
      expect(await cluster.named(1)).toBe(0);
      expect((await stage.decideAfter(0)).kind).toBe('resume');
    });

    test('withdraws with older data than another restarted server', async () => {
      await stage.name(0);
      await stage.claim(0, { master: true });
      await stage.claim(1, { epoch: 1 });
      await stage.claim(2);
      const withdraw = await stage.decideAfter(0);
      expect(withdraw).toMatchObject({ kind: 'withdraw', sentinels: [0, 1, 2] });

      await stage.act(withdraw);
      expect(await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).toEqual([undefined, undefined, undefined]);
    });

    test('resumes without data when nobody has any', async () => {
      await stage.name(0);
      for (const i of [0, 1, 2]) await stage.claim(i, { term: 0 });
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'resume', why: 'named by the Sentinels, and nobody has data' });
    });
  });

  describe('when its server is the named master', () => {
    beforeEach(async () => {
      await stage.master(0);
      for (const i of [1, 2]) await stage.replica(i, 0);
    });

    test('tells a Sentinel that forgot, and one with other settings', async () => {
      await stage.name(0, [0]);
      await stage.name(0, [1], { 'failover-timeout': 180_000 });
      const reconcile = await stage.decideAfter(0);
      expect(reconcile).toEqual({ kind: 'reconcile-sentinels', register: [2], replace: [], adjust: [1] });

      await stage.act(reconcile);
      expect(await cluster.named(2)).toBe(0);
      expect((await cluster.sentinelMaster(1))['failover-timeout']).toBe('6000');
    });

    test('puts one right that goes on naming another', async () => {
      await stage.name(0, [0, 1]);
      await stage.name(1, [2]);
      expect((await stage.decideAfter(9_000)).kind).not.toBe('reconcile-sentinels');
      const reconcile = await stage.decideAfter(10_000);
      expect(reconcile).toMatchObject({ kind: 'reconcile-sentinels', replace: [2] });

      await stage.act(reconcile);
      expect(await cluster.named(2)).toBe(0);
    });

    test('makes a Sentinel forget a server that is no more', async () => {
      await stage.name(0, [0, 1, 2], { 'down-after-milliseconds': 1_500 });
      await until('the Sentinels know all', async () => stage.sentinelsKnowAll());
      expect((await stage.decideAfter(30_000)).kind).toBe('reconcile-sentinels');

      // A replica that announces an address where nobody is.
      const unlisted = cluster.servers[0].replace(/\d+$/, '77');
      await cluster.ask(2, 'CONFIG', 'SET', 'replica-announce-ip', unlisted);
      await cluster.ask(2, 'REPLICAOF', '127.0.0.1', '1');
      await stage.replica(2, 0);
      await until('they know that address too', async () =>
        (await Promise.all([0, 1, 2].map(async (j) => cluster.sentinelMaster(j)))).every((view) => view['num-slaves'] === '3'));
      await cluster.ask(2, 'CONFIG', 'SET', 'replica-announce-ip', cluster.servers[2]);
      await cluster.ask(2, 'REPLICAOF', '127.0.0.1', '1');
      await stage.replica(2, 0);
      await stage.set([0, 1, 2]);
      let reset = await stage.decideAfter(0);
      await until('they find it down', async () => (reset = await stage.decideAfter(30_000)).kind === 'reset-sentinel');
      expect((await stage.decideAfter(29_000)).kind).toBe('steady');

      await stage.act(reset);
      const { sentinel } = reset as Extract<Action, { kind: 'reset-sentinel' }>;
      await until('it knows two again', async () => (await cluster.sentinelMaster(sentinel))['num-slaves'] === '2');
    });
  });

  describe('when nobody is named and its server is the master', () => {
    beforeEach(async () => stage.master(0));

    test('tells Sentinels that forgot', async () => {
      await stage.claim(0, { master: true, live: true });
      for (const i of [1, 2]) await stage.claim(i, { live: true });
      const reconcile = await stage.decideAfter(0);
      expect(reconcile).toMatchObject({ kind: 'reconcile-sentinels', register: [0, 1, 2] });

      await stage.act(reconcile);
      expect(await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).toEqual([0, 0, 0]);
    });

    test('looks for newer data while a server is missing', async () => {
      await stage.claim(0, { master: true, live: true });
      await stage.claim(1, { live: true });
      expect((await stage.decideAfter(59_000)).kind).toBe('wait');
      expect((await stage.decideAfter(60_000)).kind).toBe('reconcile-sentinels');
    });

    test('makes it a standby when another has newer data, and waits for the vote', async () => {
      await stage.claim(0, { master: true, live: true });
      await stage.claim(1, { term: 2, master: true });
      await stage.claim(2);
      expect((await stage.decideAfter(9_000)).kind).toBe('wait');
      const down = await stage.decideAfter(10_000);
      expect(down.kind).toBe('step-down');

      await stage.act(down);
      expect(await cluster.masters()).toEqual([]);
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'wait', why: 'server 1 has better data and asks for the votes' });
    });

    test.each([
      ['a Sentinel names another', async () => stage.name(1, [2])],
      ['another one is master too', async () => stage.master(1)],
    ])('makes it a standby when %s', async (_, change) => {
      await stage.claim(0, { master: true, live: true });
      for (const i of [1, 2]) await stage.claim(i, { live: true });
      await change();
      expect((await stage.decideAfter(10_000)).kind).toBe('step-down');
    });

    test('makes it a standby when it was never named', async () => {
      await claimAll();
      expect((await stage.decideAfter(10_000)).kind).toBe('step-down');
    });

    test('lets it be while no majority of the Sentinels can vote', async () => {
      await claimAll();
      for (const j of [0, 1]) await cluster.kill(`sentinel-${j}`);
      expect((await stage.decideAfter(600_000)).kind).toBe('wait');
    });
  });

  describe('when nobody is named and nobody is master', () => {
    test('stands with the best data, wins, and is master', async () => {
      await claimAll();
      const startVote = await stage.decideAfter(0);
      expect(startVote).toMatchObject({ kind: 'start-vote', clear: [] });

      await stage.act(startVote);
      expect(await cluster.masters()).toEqual([0]);
      expect((await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).filter((each) => each === 0)).toHaveLength(2);
    });

    test('wins against a Sentinel that remembers an older master, and makes it forget that', async () => {
      await stage.master(1);
      await stage.replica(0, 1, { priority: 0 });
      await stage.replica(2, 1);
      await stage.name(1, [2]);
      await until('Sentinel 2 fails over', async () => await cluster.askSentinel(2, 'SENTINEL', 'FAILOVER', stage.config.masterName) === 'OK');
      // While it moves replicas, it cuts their clients too.
      await until('the failover is over', async () => await cluster.named(2) === 2 && (await cluster.sentinelMaster(2)).flags === 'master');
      for (const i of [0, 1, 2]) await cluster.ask(i, 'REPLICAOF', '127.0.0.1', '1');
      await stage.claim(0, { term: 2 });
      for (const i of [1, 2]) await stage.claim(i);
      const startVote = await stage.decideAfter(0);
      expect(startVote).toMatchObject({ kind: 'start-vote', clear: [2] });

      await stage.act(startVote);
      expect(await cluster.masters()).toEqual([0]);
      expect(await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).toEqual([0, 0, 0]);
    });

    test('loses a vote that another one has won, and takes its own back', async () => {
      await claimAll();
      const startVote = await stage.decideAfter(0);
      await stage.name(1, [1, 2]);

      await stage.act(startVote);
      expect(await cluster.masters()).toEqual([]);
      expect(await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)))).toEqual([undefined, 1, 1]);
    });

    test('takes a vote back that was left over', async () => {
      await stage.claim(0);
      await stage.claim(1, { term: 2 });
      await stage.claim(2);
      await stage.name(0, [1]);
      const withdraw = await stage.decideAfter(0);
      expect(withdraw).toMatchObject({ kind: 'withdraw', sentinels: [1] });

      await stage.act(withdraw);
      expect(await cluster.named(1)).toBeUndefined();
    });

    test('waits for a missing server, and for an agent that does not speak', async () => {
      for (const i of [0, 1]) await stage.claim(i);
      expect((await stage.decideAfter(600_000)).kind).toBe('wait');
      await cluster.kill('redis-2');
      expect((await stage.decideAfter(59_000)).kind).toBe('wait');
      expect((await stage.decideAfter(60_000)).kind).toBe('start-vote');
    });

    test('waits while a replica has a master that it does not see', async () => {
      await claimAll();
      await stage.master(1);
      await stage.replica(2, 1);
      cluster.signal('redis-1', 'SIGSTOP');
      expect(await stage.decideAfter(60_000)).toEqual({ kind: 'wait', why: 'a replica still has a master' });

      await cluster.kill('redis-1');
      await until('the link is down', async () => (await cluster.info(2)).master_link_status === 'down');
      expect((await stage.decideAfter(60_000)).kind).toBe('start-vote');
    });

    test('waits while the Sentinels name different servers', async () => {
      await claimAll();
      await stage.name(1, [1]);
      await stage.name(2, [2]);
      expect(await stage.decideAfter(600_000)).toEqual({ kind: 'wait', why: 'the Sentinels name different servers' });
    });

    test('takes its name back when they go on naming different servers and another has better data', async () => {
      for (const i of [0, 1]) await stage.claim(i);
      await stage.claim(2, { term: 2 });
      await stage.name(0, [0, 2]);
      await until('Sentinel 0 knows another', async () => (await cluster.sentinelMaster(0))['num-other-sentinels'] === '1');
      await cluster.kill('sentinel-2');
      cluster.startSentinel(2, { blank: true });
      await stage.name(1, [1]);
      await stage.answering();
      expect((await stage.decideAfter(14_000)).kind).toBe('wait');
      const withdraw = await stage.decideAfter(15_000);
      expect(withdraw).toMatchObject({ kind: 'withdraw', sentinels: [0] });

      await stage.act(withdraw);
      expect(await Promise.all([0, 1].map(async (j) => cluster.named(j)))).toEqual([undefined, 1]);
    });

    test('waits without a majority of the Sentinels', async () => {
      await claimAll();
      for (const j of [0, 1]) await cluster.kill(`sentinel-${j}`);
      expect(await stage.decideAfter(600_000)).toEqual({ kind: 'wait', why: 'too few Sentinels answer' });
    });
  });

  describe('when nobody is named and another server is master', () => {
    test('attaches to it', async () => {
      await stage.master(1);
      await stage.claim(0);
      await stage.claim(1, { master: true, live: true });
      expect(await stage.decideAfter(0)).toMatchObject({ kind: 'attach', to: 1 });
    });

    test.each([
      ['its data is older', { epoch: 1 }, { master: true, live: true }],
      ['it was never named', {}, { live: true }],
    ])('does not when %s', async (_, ours, theirs) => {
      await stage.master(1);
      await stage.claim(0, ours);
      await stage.claim(1, theirs);
      expect((await stage.decideAfter(600_000)).kind).toBe('wait');
    });

    test('does not when there are two', async () => {
      await stage.master(1, 2);
      await claimAll();
      expect(await stage.decideAfter(600_000)).toMatchObject({ kind: 'wait', why: expect.stringContaining('several servers are master') });
    });
  });
});
