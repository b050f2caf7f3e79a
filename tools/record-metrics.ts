// Records what an installation tells Prometheus while it is rolled, while its master dies and while it is a standby, for the tests of alerts and dashboards.
//   npm run record:metrics [COURSE…]   roll, failover, standby: writes test/fixtures/metrics, in 12 minutes; needs redis-server, haproxy and redis_exporter, or HAPROXY and REDIS_EXPORTER
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { FormerMaster } from './former-master';
import { Metrics, RedisHa, RedisHaProps, RedisMonitoring, Routing } from '../lib';
import { Container, Pod, Stack, StackOptions, until } from '../playground/stack';

const FOLDER = path.resolve(__dirname, '..', 'test', 'fixtures', 'metrics');
const PROPS: RedisHaProps = { metrics: Metrics.exporter(), routing: Routing.podIp(), proxy: { replicas: 2 } };
/** Between scrapes. In milliseconds. */
const STEP_MS = 5_000;
/** Until an installation is as it should be. In milliseconds. */
const START_MS = 180_000;
/** How long a pod is gone before another one starts: what scheduling, volumes and images take. In milliseconds. */
const GONE_MS = 20_000;

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The dashboards, in which metrics are looked for. */
const DASHBOARDS = ['redis-ha-installation.json', 'redis-ha-fleet.json']
  .map((file) => fs.readFileSync(path.resolve(__dirname, '..', 'lib', 'assets', 'dashboards', file), 'utf8')).join('\n');

/** The expressions of all alerts, in which metrics are looked for. */
function expressions(): string {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
  new RedisMonitoring(chart, 'monitoring', { redis: new RedisHa(chart, 'redis', { ...PROPS, name: 'cache' }) });
  const { spec } = Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule');
  return spec.groups[0].rules.map(({ expr }: any) => expr).join('\n');
}

/** Undefined if there is no answer. */
async function scrape(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(4_000) })).text();
  } catch {
    return undefined;
  }
}

/** Scrapes a stack all the time. */
class Recorder {
  /** Names of all metrics, by the port that tells them. */
  public readonly names = new Map<string, Set<string>>();
  /** What dashboards need, as it was told last. */
  public readonly last = new Map<string, string>();
  private readonly series = new Map<string, string[]>();
  private readonly wanted = expressions();
  private ticks = 0;
  private running = true;
  private readonly done: Promise<void>;

  constructor(private readonly stack: Stack) {
    this.done = this.run();
  }

  public async stop(): Promise<{ [series: string]: string }> {
    this.running = false;
    await this.done;
    return Object.fromEntries([...this.series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => [name, short(values)]));
  }

  private async run(): Promise<void> {
    const started = performance.now();
    while (this.running) {
      await Promise.all(this.stack.pods.map(async (pod) => this.scrapePod(pod)));
      this.ticks++;
      await sleep(Math.max(0, started + this.ticks * STEP_MS - performance.now()));
    }
  }

  private async scrapePod(pod: Pod): Promise<void> {
    for (const { component, portName, port, podSelector } of this.stack.redis.metricsEndpoints) {
      if (!Object.entries(podSelector).every(([name, value]) => pod.labels[name] === value)) continue;
      const target = `instance="${pod.name}",component="${component}",endpoint="${portName}"`;
      const text = await scrape(`http://${pod.inside}:${port}/metrics`);
      // a pod that is gone is no target any more
      if (this.stack.containersOf(pod).some(({ running }) => running)) this.add(`up{${target}}`, text === undefined ? '0' : '1');
      for (const known of this.last.keys()) if (known.includes(`{${target}`)) this.last.delete(known);
      for (const line of text?.split('\n') ?? []) this.take(line, portName, target);
    }
  }

  private take(line: string, portName: string, target: string): void {
    const [, name, labels, value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return;
    this.names.set(portName, (this.names.get(portName) ?? new Set()).add(name));
    if (DASHBOARDS.includes(name) && !(name === 'haproxy_server_status' && !/proxy="master_/.test(labels))) {
      this.last.set(`${name}{${[target, ...labels ? [labels] : []].join()}}`, value);
    }
    if (!this.wanted.includes(name) || (name === 'haproxy_server_status' && !/proxy="master_.*state="UP"/.test(labels))) return;
    this.add(`${name}{${[target, ...labels ? [labels] : []].join()}}`, value);
  }

  /** Values of the ticks before are missing; the first one that is says so to Prometheus. */
  private add(series: string, value: string): void {
    const values = this.series.get(series) ?? [];
    this.series.set(series, values);
    while (values.length < this.ticks) values.push(values.length === 0 || ['_', 'stale'].includes(values.at(-1)!) ? '_' : 'stale');
    values[this.ticks] = value;
  }
}

/** Values as promtool takes them, those that repeat once. */
function short(values: readonly string[]): string {
  const runs: [value: string, times: number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[0] === value && value !== 'stale') last[1]++;
    else runs.push([value, 1]);
  }
  return [...runs.map(([value, times]) => (times === 1 ? value : `${value}x${value === '_' ? times : times - 1}`)), 'stale'].join(' ');
}

async function roll(stack: Stack, pods: readonly Pod[], probed: string): Promise<void> {
  for (const pod of pods) {
    await stack.terminate(pod);
    await sleep(GONE_MS);
    const containers = stack.containersOf(pod);
    for (const container of containers) container.start();
    const ready = containers.find(({ name }) => name === probed)!;
    await until(`${pod.name} is ready`, async () => (await ready.probe('readiness')).status === 0, 120_000);
    await sleep(10_000);
  }
}

const PROGRAMS = { haproxy: process.env.HAPROXY ?? 'haproxy', redis_exporter: process.env.REDIS_EXPORTER ?? 'redis_exporter' };

/** @param ready whether an installation is as it should be, before and after the act */
async function course(
  file: string, act: (stack: Stack) => Promise<unknown>, options: StackOptions = {},
  ready: (stack: Stack) => Promise<unknown> = async (stack) => stack.converged(START_MS),
): Promise<Recorder> {
  const stack = await Stack.up({ props: PROPS, programs: PROGRAMS, ...options });
  try {
    await ready(stack);
    const recorder = new Recorder(stack);
    await sleep(30_000);
    await act(stack);
    await ready(stack);
    await sleep(30_000);
    fs.writeFileSync(path.join(FOLDER, file), `${JSON.stringify(await recorder.stop(), undefined, 1)}\n`);
    return recorder;
  } finally {
    await stack.stop();
  }
}

/** One that copies a master outside, for longer than the alerts of one without a master wait. */
async function standby(): Promise<Recorder> {
  const former = new FormerMaster();
  try {
    const inSync = async (stack: Stack) => until('it follows', async () => (await stack.look()).servers.every(({ role }) => role === 'replica'), START_MS);
    return await course('standby.json', async () => sleep(150_000), former.followedBy(PROPS), inSync);
  } finally {
    former.stop();
  }
}

/** As a StatefulSet and a Deployment do it. */
async function rollout(): Promise<Recorder> {
  const podsOf = (containers: readonly Container[]) => containers.map(({ pod }) => pod);
  return course('roll.json', async (stack) => {
    await roll(stack, podsOf(stack.servers).reverse(), 'server');
    await roll(stack, podsOf(stack.proxies), 'proxy');
  });
}

async function failover(): Promise<Recorder> {
  return course('failover.json', async (stack) => {
    const { pod } = stack.servers[await stack.converged()];
    await Promise.all(stack.containersOf(pod).map(async (container) => container.kill()));
    await sleep(GONE_MS);
    for (const container of stack.containersOf(pod)) container.start();
    const master = stack.servers[await stack.converged(START_MS)];
    await master.kill();
    await sleep(10_000);
    master.start();
    await stack.converged(START_MS);
    for (const server of stack.servers) await server.exec(['sh', '/etc/redis-ha/order.sh', 'pause', '20']);
    await sleep(25_000);
  });
}

const COURSES: { readonly [name: string]: () => Promise<Recorder> } = { roll: rollout, failover, standby };

/** @param names of courses; names of metrics are added to those on file unless all are recorded anew */
async function main(names: readonly string[]): Promise<void> {
  fs.mkdirSync(FOLDER, { recursive: true });
  const write = (file: string, content: object) => fs.writeFileSync(path.join(FOLDER, file), `${JSON.stringify(content, undefined, 1)}\n`);
  const told = new Map<string, Set<string>>();
  const add = (port: string, some: Iterable<string>) => told.set(port, new Set([...told.get(port) ?? [], ...some]));
  if (names.length > 0) for (const [port, some] of Object.entries<string[]>(JSON.parse(fs.readFileSync(path.join(FOLDER, 'names.json'), 'utf8')))) add(port, some);
  // one after the other: a machine that is too slow would have more to tell than what is done to them
  for (const name of names.length > 0 ? names : Object.keys(COURSES)) {
    const recorder = await COURSES[name]();
    for (const [port, some] of recorder.names) add(port, some);
    if (name === 'roll') write('last.json', Object.fromEntries([...recorder.last].sort(([one], [other]) => (one < other ? -1 : 1))));
    write('names.json', Object.fromEntries([...told].map(([port, some]) => [port, [...some].sort()])));
  }
}

main(process.argv.slice(2)).then(() => process.exit(0), (error: unknown) => {
  console.error(error);
  process.exit(1);
});
