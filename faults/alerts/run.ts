import { Chart, Size, Testing } from 'cdk8s';
import { ActiveAlert, LABELS, Prometheus } from './prometheus';
import { Stage } from './stages';
import { Metrics, Peer, Persistence, RedisHa, RedisHaProps, RedisMonitoring, Routing } from '../../lib/index';
import { fleet } from '../../tools/dashboards/fleet';
import { installation as installationDashboard } from '../../tools/dashboards/installation';
import { OPTIONAL, queriesOf } from '../../tools/dashboards/queries';
import { api, sleep, until } from '../cluster';
import { Installation, Manifest } from '../installation';

/** The master has a name of its own, as the installation is made without a namespace too, which would be part of it. */
const PROPS: RedisHaProps = {
  masterName: 'fault', metrics: Metrics.exporter(), routing: Routing.podIp(), persistence: Persistence.volume(Size.mebibytes(256)), server: { maxmemory: Size.mebibytes(64) },
};
/** Kinds of the Prometheus Operator: Prometheus reads them, the API server may not know them. */
const FOREIGN = 'monitoring.coreos.com/v1';
/** How often Prometheus is asked. In milliseconds. */
const LOOK_MS = 2000;

/** What a run of the alerts is told. */
export interface AlertsRun {
  readonly stages: readonly Stage[];
  /** Told each result. */
  readonly tell: (passed: boolean, line: string) => void;
  /** Told what is to be removed in any case. */
  readonly keep: (installation: { down(): void }) => void;
}

/** Whether operators are told: a Prometheus watches an installation that is rolled and hurt, in real time. */
export async function alerts({ stages, tell, keep }: AlertsRun): Promise<void> {
  const namespace = `fault-alerts-${Date.now().toString(36).slice(-4)}`;
  const installation = new Installation(namespace, PROPS);
  const prometheus = new Prometheus(`${namespace}-prometheus`);
  keep(installation);
  keep(prometheus);
  const monitored = synthesize(namespace, prometheus.namespace);
  await installation.up((manifests) => void manifests.splice(0, Infinity, ...monitored.filter(({ apiVersion }) => apiVersion !== FOREIGN)));
  const node: string = (await api('/api/v1/nodes')).items[0].metadata.name;
  await prometheus.up(monitored, namespace, node);
  await until('all targets are up', async () => (await prometheus.targets()).every(({ up }) => up), 90_000);
  const start = Date.now();
  tell(true, `${(await prometheus.targets()).length} targets are scraped, through the NetworkPolicies`);
  for (const stage of stages) {
    try {
      tell(true, await run(stage, installation, prometheus, node));
    } catch (error) {
      tell(false, `${stage.name}: ${(error as Error).message}`);
    }
  }
  await dashboards(installation, prometheus, (Date.now() - start) / 1000, tell);
}

/** Whether the dashboards showed something in the last seconds, each query of theirs: some tell of changes only. */
async function dashboards({ redis, namespace }: Installation, prometheus: Prometheus, seconds: number, tell: AlertsRun['tell']): Promise<void> {
  const queries = [installationDashboard(), fleet()]
    .flatMap((dashboard) => queriesOf(dashboard, { namespace, installation: redis.name }))
    .filter(({ title }) => !(title in OPTIONAL));
  const empty: string[] = [];
  for (const { title, expr } of queries) if ((await prometheus.query(`last_over_time((${expr})[${Math.ceil(seconds)}s:30s])`)).length === 0) empty.push(title);
  tell(empty.length === 0, empty.length === 0 ? `each of ${queries.length} queries of the dashboards has an answer` : `panels without an answer: ${empty.join(', ')}`);
}

/** What fires now. */
const firing = async (prometheus: Prometheus) => new Set((await prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ name }) => name));

async function run(stage: Stage, installation: Installation, prometheus: Prometheus, spared: string): Promise<string> {
  const start = Date.now();
  const end = await stage.inject(installation, spared);
  const injected = Date.now();
  const fired = new Map<string, number>();
  try {
    while (Date.now() - injected < stage.withinMs && (stage.fires.length === 0 || stage.fires.some((name) => !fired.has(name)))) {
      for (const name of await firing(prometheus)) if (!fired.has(name)) fired.set(name, Date.now() - injected);
      await sleep(LOOK_MS);
    }
  } finally {
    await end();
  }
  const times = [...fired].map(([name, ms]) => `${name} after ${Math.round(ms / 1000)} s`).join(', ');
  if (stage.fires.length === 0) {
    const any = await prometheus.firedWithin((Date.now() - start) / 1000);
    if (any.length > 0) throw new Error(`${any.join(', ')} fired`);
    return `${stage.name}: nothing fired in ${Math.round((Date.now() - start) / 1000)} s`;
  }
  const missing = stage.fires.filter((name) => !fired.has(name));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} did not fire within ${stage.withinMs / 1000} s (${times || 'nothing did'})`);
  let left: readonly ActiveAlert[] = [];
  const goneMs = await until('the alerts are gone', async () => {
    left = (await prometheus.alerts()).filter(({ name, state }) => state === 'firing' && (stage.fires as string[]).includes(name));
    return left.length === 0;
  }, stage.goneMs).catch(() => {
    const which = left.map(({ name, labels, value }) => `${name} of ${labels.instance ?? 'all'} (${value})`);
    throw new Error(`${which.join(', ')} did not resolve within ${stage.goneMs / 1000} s`);
  });
  await installation.ready(120_000);
  return `${stage.name}: ${times}; gone ${Math.round(goneMs / 1000)} s after the end`;
}

function synthesize(namespace: string, scraper: string): Manifest[] {
  const chart = new Chart(Testing.app(), 'fault', { namespace });
  const redis = new RedisHa(chart, 'redis', PROPS);
  new RedisMonitoring(chart, 'monitoring', { redis, scraper: Peer.pods({ namespace: scraper, labels: LABELS }) });
  return Testing.synth(chart);
}
