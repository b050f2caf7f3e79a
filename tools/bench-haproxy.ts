// What threads, and lines that might make HAProxy cheaper, cost each request and at rest: real processes on loopback addresses. Needs redis-benchmark.
//   npm run bench:haproxy [-- --rounds N]     env: HAPROXY, another one than that on PATH
import { execFile, execFileSync } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { cpuMs } from './cpu';
import { record, table } from './measurements';
import { HaproxyLines } from '../lib';
import { sleep, TestCluster } from '../test/agent/support/cluster';
import { ClusterProxy } from '../test/agent/support/proxy';
import { HAPROXY } from '../test/support/binaries';

const REQUESTS = 30_000;
const CONNECTIONS = 100;
const REST_MS = 3_000;
const COMMANDS = ['get', 'set'] as const;
/** redis-benchmark takes passwords from its command line only: a user who needs none. */
const USER = 'benchmark';
const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });

/** So many threads, as a node of as many cores would give it. */
const threads = (count: number): HaproxyLines => ({ global: [`thread-hard-limit ${count}`, `nbthread ${count}`] });
const buffers = ['rcvbuf', 'sndbuf'].flatMap((name) => ['client', 'server'].map((side) => `tune.${name}.${side} 65536`));
const VARIANTS: readonly (readonly [string, HaproxyLines])[] = [
  ['1 thread', threads(1)],
  ['2 threads, the default', {}],
  ['4 threads', threads(4)],
  ['16 threads', threads(16)],
  ['64 threads', threads(64)],
  ['`option splice-auto`', { defaults: ['option splice-auto'] }],
  ['buffers of sockets of 64 KiB', { global: buffers }],
  ['`tune.bufsize 8192`', { global: ['tune.bufsize 8192'] }],
  ['`tune.sched.low-latency on`', { global: ['tune.sched.low-latency on'] }],
  ['`tune.fd.edge-triggered on`', { global: ['expose-experimental-directives', 'tune.fd.edge-triggered on'] }],
  ['no log', { defaults: ['no log'] }],
  ['`busy-polling`', { global: ['busy-polling'] }],
];

interface Cost {
  /** Share of a core without a request. */
  readonly rest: number;
  /** By command: CPU of HAProxy in microseconds with that at rest, and requests a second. */
  readonly micros: readonly number[];
  readonly perSecond: readonly number[];
}

/** One HAProxy, alone: one that polls all the time would take its core from the others. */
async function cost(cluster: TestCluster, lines: HaproxyLines): Promise<Cost> {
  const proxy = new ClusterProxy(cluster, { proxy: { lines } });
  try {
    await proxy.start();
    await proxy.leads();
    const resting = cpuMs(proxy.pid);
    await sleep(REST_MS);
    const rest = (cpuMs(proxy.pid) - resting) / REST_MS;
    const [micros, perSecond]: number[][] = [[], []];
    for (const command of COMMANDS) {
      const before = cpuMs(proxy.pid);
      const args = ['-h', proxy.host, '-p', String(proxy.port), '--user', USER, '-a', USER, '-c', String(CONNECTIONS), '-n', String(REQUESTS), '-t', command, '--csv'];
      const { stdout } = await promisify(execFile)('redis-benchmark', args);
      micros.push((cpuMs(proxy.pid) - before) * 1000 / REQUESTS);
      perSecond.push(Number(/^"[^"]*","([\d.]+)"/m.exec(stdout.split('\n').slice(1).join('\n'))![1]));
    }
    return { rest, micros, perSecond };
  } finally {
    await proxy.stop();
  }
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  const rounds = Number(flags.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${flags.rounds} must be a whole number of at least 1`);
  const cluster = new TestCluster({ downAfterMs: 3_500 });
  const costs = VARIANTS.map((): Cost[] => []);
  try {
    await cluster.start();
    await cluster.converged();
    for (const i of cluster.servers.keys()) await cluster.ask(i, 'ACL', 'SETUSER', USER, 'on', 'nopass', '~key:*', '+@read', '+@write');
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < VARIANTS.length; turn++) {
        const index = (turn + round) % VARIANTS.length;
        costs[index]!.push(await cost(cluster, VARIANTS[index]![1]));
      }
    }
  } finally {
    await cluster.stop();
  }
  const rows = VARIANTS.map(([words], index) => {
    const of = (figure: (one: Cost) => number) => median(costs[index]!.map(figure));
    return [
      words, (100 * of(({ rest }) => rest)).toFixed(1),
      ...COMMANDS.flatMap((_, which) => [of(({ micros }) => micros[which]!).toFixed(1), Math.round(of(({ perSecond }) => perSecond[which]!)).toLocaleString('en')]),
    ];
  });
  const version = /version (\S+)/.exec(execFileSync(HAPROXY, ['-v'], { encoding: 'utf8' }))![1];
  const what = `HAProxy ${version} with our haproxy.cfg in front of 3 servers and 3 Sentinels, ${CONNECTIONS} connections, ${REQUESTS.toLocaleString('en')} requests of each command; `
    + `medians of ${rounds} rounds, in which each has its turn alone. CPU of a request is that of HAProxy with its checks, which it makes meanwhile.`;
  record('bench:haproxy', 'What threads and other lines cost HAProxy', `${what}\n\n${table(['lines', 'at rest (% of a core)', 'GET (µs)', 'GETs a second', 'SET (µs)', 'SETs a second'], rows)}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
