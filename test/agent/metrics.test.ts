import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS, TestCluster, until } from './support/cluster';
import { describeWith, PROMTOOL } from '../support/binaries';
import { freePort } from '../support/free-port';
import { metricErrors } from '../support/promtool';

jest.setTimeout(90_000);

describeWith([...REDIS, PROMTOOL])('the metrics of real agents', () => {
  let cluster: TestCluster;
  const ports: number[] = [];

  beforeAll(async () => {
    cluster = new TestCluster({ bootTimeoutMs: 20_000 });
    await cluster.choosePorts();
    for (const i of [0, 1, 2]) {
      ports.push(await freePort());
      cluster.startSentinel(i);
      cluster.startServer(i);
      cluster.startAgent(i, { metricsPort: ports[i] });
    }
  });
  afterAll(async () => cluster.stop());

  const metrics = async (i: number): Promise<string> => (await fetch(`http://127.0.0.1:${ports[i]}/metrics`)).text();
  const told = async (i: number, sample: string): Promise<void> => until(`agent ${i} tells ${sample}`, async () => (await metrics(i)).includes(`\nredis_ha_${sample}\n`));

  test('follow what is there, a hand-over, and a failover', async () => {
    const master = await cluster.converged();
    const replica = (master + 1) % 3;
    await told(master, 'role{role="master"} 1');
    await told(master, 'votes_total{outcome="won"} 1');
    await told(master, `replica_online{server="${replica}"} 1`);
    for (const j of [0, 1, 2]) await told(replica, `sentinel_names{sentinel="${j}",server="${master}"} 1`);
    await told(replica, 'electable 1');
    await told(replica, `named_master{server="${master}"} 1`);
    await told(replica, 'phase{phase="steady"} 1');
    expect((await fetch(`http://127.0.0.1:${ports[replica]}/healthz`)).status).toBe(200);

    fs.writeFileSync(path.join(cluster.runDir(master), 'stop-requested'), '');
    await told(master, 'hand_overs_total{outcome="done"} 1');
    await told(replica, 'master_changes_total 1');
    expect(await metrics(master)).toMatch(/\nredis_ha_last_hand_over_timestamp_seconds\{outcome="done"\} \d+/);

    await cluster.kill(`redis-${master}`, 'SIGTERM');
    await told(master, 'server_up 0');
    await told(master, 'role{role="unknown"} 1');
    // as the start script does
    fs.rmSync(path.join(cluster.runDir(master), 'stop-requested'));
    cluster.startServer(master);
    const second = await cluster.converged();
    await cluster.kill(`redis-${second}`);
    await told(second, 'failovers_total{cause="the server died as the master",outcome="done"} 1');

    // no series tells of what was before
    cluster.startServer(second);
    const last = await cluster.converged();
    for (const i of [0, 1, 2]) await told(i, `role{role="${i === last ? 'master' : 'replica'}"} 1`);
    for (const i of [0, 1, 2]) await told(i, 'phase{phase="steady"} 1');
    // the master looks at its replicas once a round
    for (const i of [0, 1, 2].filter((j) => j !== last)) await told(last, `replica_online{server="${i}"} 1`);
    const labels = (text: string, name: string) => [...text.matchAll(new RegExp(`^redis_ha_${name}\\{([^}]*)\\} 1$`, 'gm'))].map(([, one]) => one).sort();
    for (const i of [0, 1, 2]) {
      const text = await metrics(i);
      expect(labels(text, 'named_master')).toEqual([`server="${last}"`]);
      expect(labels(text, 'sentinel_names')).toEqual([0, 1, 2].map((j) => `sentinel="${j}",server="${last}"`));
      expect(labels(text, 'role')).toEqual([`role="${i === last ? 'master' : 'replica'}"`]);
      expect(labels(text, 'phase')).toEqual(['phase="steady"']);
      expect(labels(text, 'replica_online')).toEqual(i === last ? [0, 1, 2].filter((j) => j !== last).map((j) => `server="${j}"`) : []);
      expect(text).toMatch(i === last ? /^redis_ha_sentinel_spinning\{/m : /^(?![^]*^redis_ha_sentinel_spinning\{)/m);
    }
  });

  test('are named as Prometheus\' rules ask for', async () => {
    for (const i of [0, 1, 2]) expect(metricErrors(await metrics(i))).toBe('');
  });
});
