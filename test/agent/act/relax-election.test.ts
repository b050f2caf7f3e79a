import { Actor } from '../../../lib/agent/act/actor';
import { relaxElection } from '../../../lib/agent/act/relax-election';
import { relaxedDownAfterMs } from '../../../lib/agent/decide/decide';
import { describeWith } from '../../support/binaries';
import { REDIS, TestCluster, until } from '../support/cluster';

jest.setTimeout(60_000);

const ALL = [0, 1, 2];

describeWith(REDIS)('when Sentinels were away for longer than ten times down-after while the master died', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('they elect a replica once they wait less strictly, and get the setting back', async () => {
    cluster = new TestCluster({ downAfterMs: 500, failoverTimeoutMs: 500 });
    await cluster.start();
    const old = await cluster.converged();
    await Promise.all(ALL.map(async (j) => cluster.kill(`sentinel-${j}`)));
    await cluster.kill(`agent-${old}`);
    await cluster.kill(`redis-${old}`);
    const replica = (old + 1) % 3;
    await until('the link is down for too long', async () => Number((await cluster.info(replica)).master_link_down_since_seconds) > 5);
    ALL.forEach((j) => cluster.startSentinel(j));
    await until('an attempt finds no replica', () => ALL.some((j) => cluster.sentinelLog(j).includes('-failover-abort-no-good-slave')));

    const linkDown = Number((await cluster.info(replica)).master_link_down_since_seconds);
    const sentinels = ALL.map((j) => cluster.sentinel(j));
    const log = { warn: () => undefined };
    await relaxElection(ALL, relaxedDownAfterMs(linkDown), 'test', { peers: { sentinels }, config: { masterName: 'cache-redis' }, log } as unknown as Actor);

    await until('a replica is elected', async () => (await cluster.masters()).length === 1);
    await until('the setting is back', async () => (await cluster.sentinelMaster(0))['down-after-milliseconds'] === '500');
  });
});
