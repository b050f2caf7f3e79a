import { Actor } from '../../../lib/agent/act/actor';
import { Epoch } from '../../../lib/agent/act/epoch';
import { failOver } from '../../../lib/agent/act/failover';
import { Failovers } from '../../../lib/agent/act/failovers';
import { replaceDeadMaster } from '../../../lib/agent/act/watchdog';
import { DataRecord } from '../../../lib/agent/observe/record-file';
import { sentinelViews } from '../../../lib/agent/observe/sentinel-view';
import { serverView } from '../../../lib/agent/observe/server-view';
import { ConnectionError, Endpoint } from '../../../lib/agent/redis/resp';
import { describeWith } from '../../support/binaries';
import { REDIS, until } from '../support/cluster';
import { Stage } from '../support/stage';

jest.setTimeout(60_000);

/** As many as fit into the buffers of a connection. */
const KEYS = 10_000;

describeWith(REDIS)('a failover that an agent leads', () => {
  const stage = new Stage();
  const { cluster } = stage;

  beforeAll(async () => stage.start());
  beforeEach(async () => {
    await stage.clear();
    await stage.converged();
  });
  afterAll(async () => stage.stop());

  const views = async () => sentinelViews(stage.actor().peers, stage.config);
  const epochs = async (): Promise<number[]> => (await views()).map((view) => view!.epoch);
  const named = async (): Promise<(number | undefined)[]> => Promise.all([0, 1, 2].map(async (j) => cluster.named(j)));
  const roles = async (): Promise<string[]> => Promise.all([1, 2].map(async (i) => (await cluster.info(i)).role));
  const voteFor = async (epoch: number, candidate: string, sentinels: readonly number[]): Promise<void> => {
    for (const j of sentinels) {
      await cluster.askSentinel(j, 'SENTINEL', 'IS-MASTER-DOWN-BY-ADDR', cluster.servers[0], String(cluster.serverPort), String(epoch), candidate);
    }
  };

  test('promotes a replica, has the other one follow it, and all Sentinels name it', async () => {
    await cluster.kill('redis-0');

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    await until('all name one', async () => (await named()).every((each) => each === 1));
    expect(await roles()).toEqual(['master', 'slave']);
    await until('the other one follows it', async () => (await cluster.info(2)).master_link_status === 'up' && (await cluster.info(2)).master_host === cluster.servers[1]);
    expect(new Set(await epochs())).toEqual(new Set([1]));
  });

  test('waits until replicas have read what the master sent before it was gone', async () => {
    for (const i of [1, 2]) cluster.signal(`redis-${i}`, 'SIGSTOP');
    const value = 'x'.repeat(100);
    for (let n = 0; n < KEYS; n += 100) {
      await cluster.ask(0, 'MSET', ...Array.from({ length: 100 }, (_, i) => [`late:${n + i}`, value]).flat());
    }
    await cluster.kill('redis-0');
    for (const i of [1, 2]) cluster.signal(`redis-${i}`, 'SIGCONT');

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    expect((await cluster.keys(1, 'late')).size).toBe(KEYS);
  });

  test('waits for a replica that is slow rather than take one that lost its link long before', async () => {
    await cluster.ask(2, 'CONFIG', 'SET', 'masterauth', 'wrong');
    await cluster.ask(0, 'CLIENT', 'KILL', 'TYPE', 'replica');
    await until('one lost its link', async () => Number((await cluster.info(2)).master_link_down_since_seconds) >= 6);
    await until('the other one did not', async () => (await cluster.info(1)).master_link_status === 'up');
    await cluster.ask(0, 'SET', 'late', 'write');
    await until('it has all', async () => await cluster.ask(1, 'EXISTS', 'late') === 1);
    const script = 'local s = redis.call("TIME") repeat local t = redis.call("TIME") until (t[1] - s[1]) * 1e6 + t[2] - s[2] > 6e5';
    const slow = cluster.ask(1, 'EVAL', script, '0');
    await cluster.kill('redis-0');

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    await slow;
    expect(await roles()).toEqual(['master', 'slave']);
    expect(await cluster.ask(1, 'EXISTS', 'late')).toBe(1);
  });

  describe('that somebody began who is gone, when a server was promoted and no Sentinel knew', () => {
    let record: DataRecord;

    beforeEach(async () => {
      await stage.clear();
      await stage.master(1);
      for (const i of [0, 2]) await stage.replica(i, 1);
      await stage.name(1);
      await until('the Sentinels know all', async () => stage.sentinelsKnowAll());
      await cluster.ask(1, 'SET', 'a', 'write');
      await until('all have it', async () => await cluster.ask(0, 'EXISTS', 'a') === 1 && await cluster.ask(2, 'EXISTS', 'a') === 1);
      const { streamId, runId, offset } = (await serverView(stage.actor().peers.local, stage.actor().peers, stage.config))!;
      record = { term: 1, epoch: 0, master: false, offset, hasKeys: true, runId, streamId };
    });

    const finish = async (): Promise<boolean> => failOver(1, 'test', { ...stage.actor(), record: () => record });
    test('is finished by the agent of that server', async () => {
      await cluster.ask(0, 'REPLICAOF', 'NO', 'ONE');
      await cluster.kill('redis-1');

      expect(await finish()).toBe(true);

      expect(await named()).toEqual([0, 0, 0]);
      await until('the other one follows it', async () => (await cluster.info(2)).master_link_status === 'up' && (await cluster.info(2)).master_host === cluster.servers[0]);
    });

    test('is not finished if another one has more, as the master went on', async () => {
      await cluster.ask(0, 'REPLICAOF', 'NO', 'ONE');
      await cluster.ask(1, 'SET', 'later', 'write');
      await until('the other one has it', async () => await cluster.ask(2, 'EXISTS', 'later') === 1);
      await cluster.kill('redis-1');

      expect(await finish()).toBe(false);

      expect(await named()).toEqual([1, 1, 1]);
    });
  });

  test('happens once, though a server that is back at once has two reasons', async () => {
    await cluster.kill('redis-0');
    const actor = stage.actor();

    expect(await Promise.all([failOver(0, 'the server died', actor), failOver(0, 'a replica kept the data', actor)])).toEqual([true, true]);

    expect((await roles()).sort()).toEqual(['master', 'slave']);
    expect(Math.max(...await epochs())).toBe(1);
  });

  test('has one successor, though two agents begin at the same moment, and do not reach the same servers', async () => {
    await cluster.kill('redis-0');
    const promoted = new Set<number>();
    const agent = (self: number, unreached?: number): Actor => {
      const { peers, config, ...rest } = stage.actor();
      const servers = peers.servers.map((server, ordinal): Endpoint => {
        const call: Endpoint['call'] = async (...command) => {
          if (command.join(' ') === 'REPLICAOF NO ONE') promoted.add(ordinal);
          return server.call(...command);
        };
        const batch: Endpoint['batch'] = async (commands) => {
          if (ordinal === unreached) throw new ConnectionError('no answer');
          return server.batch(commands);
        };
        return { call, batch };
      });
      return { ...rest, config: { ...config, self }, failovers: new Failovers(), peers: { ...peers, servers, local: servers[self] } };
    };

    const done = await Promise.all([failOver(0, 'test', agent(1)), failOver(0, 'test', agent(2, 1))]);

    expect([...promoted]).toHaveLength(1);
    expect(done).toContain(true);
  });

  test('does not happen once a majority names another master, whatever was decided before', async () => {
    for (const j of [1, 2]) await cluster.askSentinel(j, 'SENTINEL', 'REMOVE', 'cache-redis');
    await stage.name(1, [1, 2]);

    await stage.act({ kind: 'fail-over', of: 0, why: 'test' });

    expect(await roles()).toEqual(['slave', 'slave']);
  });

  test('does not happen without the votes of a majority', async () => {
    await cluster.kill('redis-0');
    for (const j of [0, 1]) cluster.signal(`sentinel-${j}`, 'SIGSTOP');
    expect(await failOver(0, 'test', stage.actor())).toBe(false);
    for (const j of [0, 1]) cluster.signal(`sentinel-${j}`, 'SIGCONT');
    expect(await roles()).toEqual(['slave', 'slave']);
  });

  test('takes an epoch in which nobody else has votes, however far the Sentinels are', async () => {
    await voteFor(1, 'another', [0, 1]);
    await voteFor(700, 'a third', [2]);
    await cluster.kill('redis-0');

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    await until('all name one', async () => new Set(await epochs()).size === 1);
    expect((await epochs())[0]).toBeGreaterThan(1);
  });

  test('takes one though the Sentinels that answer remember no vote, and have heard of elections without end', async () => {
    for (const j of [0, 1, 2]) {
      const other = (j + 1) % 3;
      const hello = [cluster.sentinels[other], cluster.sentinelPort, (0xabc0 + other).toString(16).padStart(40, '0'), 70_000,
        'cache-redis', cluster.servers[0], cluster.serverPort, 0];
      await cluster.askSentinel(j, 'PUBLISH', '__sentinel__:hello', hello.join(','));
    }
    await cluster.kill('redis-0');

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    expect(await named()).toEqual([1, 1, 1]);
  });

  test('waits for no silent Sentinel whose vote changes nothing', async () => {
    await voteFor(700, 'another', [0, 1]);
    const before = await views();
    cluster.signal('sentinel-2', 'SIGSTOP');
    const began = performance.now();
    const epoch = await Epoch.win(0, before, stage.actor());
    const took = performance.now() - began;
    cluster.signal('sentinel-2', 'SIGCONT');
    expect(epoch).toMatchObject({ number: 701 });
    expect(took).toBeLessThan(900);
  });

  test('asks again where the votes were split while a Sentinel is silent', async () => {
    await voteFor(1, 'another', [1]);
    // the one that voted has not been heard to have
    const before = (await views()).map((view) => view && { ...view, epoch: 0 });
    cluster.signal('sentinel-2', 'SIGSTOP');
    const epoch = await Epoch.win(0, before, stage.actor());
    cluster.signal('sentinel-2', 'SIGCONT');
    expect(epoch).toMatchObject({ number: 2 });
  });

  test('waits once for a server that is silent: who is the master is clear without it', async () => {
    const { peers, ...rest } = stage.actor();
    let waited = 0;
    const silent: Endpoint = {
      batch: async () => {
        waited++;
        await peers.clock.sleep(1_000);
        throw new ConnectionError('no answer');
      },
      call: async () => { throw new ConnectionError('no answer'); },
    };
    await cluster.kill('redis-0');
    await until('the link ended', async () => (await cluster.info(1)).master_link_status === 'down');

    await replaceDeadMaster({ ...rest, peers: { ...peers, servers: [peers.servers[0], peers.servers[1], silent] } }, () => false);

    expect((await cluster.info(1)).role).toBe('master');
    expect(waited).toBe(1);
  });

  test('reaches Sentinels that know nobody: they were reset, and the master that would introduce them is gone', async () => {
    for (const j of [0, 1, 2]) cluster.signal(`sentinel-${j}`, 'SIGSTOP');
    await cluster.kill('redis-0');
    for (const j of [0, 1, 2]) {
      cluster.signal(`sentinel-${j}`, 'SIGCONT');
      await cluster.askSentinel(j, 'SENTINEL', 'RESET', 'cache-redis');
    }
    expect((await views()).map((view) => view!.otherSentinels)).toEqual([0, 0, 0]);

    expect(await failOver(0, 'test', stage.actor())).toBe(true);

    await until('all name one', async () => (await named()).every((each) => each === 1));
    await until('they know each other', async () => (await views()).every((view) => view!.otherSentinels === 2));
    expect((await views()).map((view) => view!.otherSentinels)).toEqual([2, 2, 2]);
  });

  test('tells the Sentinels again when what it said was lost', async () => {
    await cluster.kill('redis-0');
    const actor = stage.actor();
    const lossy = actor.peers.sentinels.map((sentinel): Endpoint => {
      let lost = false;
      return {
        batch: async (commands) => sentinel.batch(commands),
        call: async (...command) => {
          if (command[0] !== 'PUBLISH' || lost) return sentinel.call(...command);
          lost = true;
          throw new ConnectionError('no answer');
        },
      };
    });

    expect(await failOver(0, 'test', { ...actor, peers: { ...actor.peers, sentinels: lossy } })).toBe(true);

    await until('all name one', async () => (await named()).every((each) => each === 1), 3_000);
  });

  test('names nobody in an epoch that it has asked votes for before', async () => {
    const before = await views();
    expect(await Epoch.win(0, before, stage.actor())).toMatchObject({ number: 1 });
    expect(await Epoch.win(0, before, stage.actor())).toMatchObject({ number: 2 });
  });

  test('needs the votes of as many as the Sentinels know of, as with Sentinel', async () => {
    await cluster.kill('sentinel-2');
    const known = (await views()).map((view) => view && { ...view, otherSentinels: 4 });
    expect(await Epoch.win(0, known, stage.actor())).toBeUndefined();
  });
});
