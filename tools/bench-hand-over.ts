// How long nobody's write is acknowledged while a healthy master hands over or dies, with real processes on loopback addresses.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { record, table } from './measurements';
import { sleep, TestCluster, until } from '../test/agent/support/cluster';
import { ClusterProxy } from '../test/agent/support/proxy';

const PAIRS = Number(process.argv[2] ?? 10);
const WRITERS = 4;

/** Clients that write through HAProxy without a break and reconnect when they are cut off. */
class Load {
  public longestGap = 0;
  public readonly acknowledged = new Set<string>();
  private last = Date.now();
  private stopped = false;
  private readonly done: Promise<unknown>;

  constructor(private readonly proxy: ClusterProxy) {
    this.done = Promise.all(Array.from({ length: WRITERS }, async (_, i) => this.write(i)));
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async write(writer: number): Promise<void> {
    let client = this.proxy.client();
    for (let n = 0; !this.stopped; n++) {
      const key = `w${writer}:${n}`;
      try {
        await client.call('SET', key, 'x');
        this.acknowledged.add(key);
        this.longestGap = Math.max(this.longestGap, Date.now() - this.last);
        this.last = Date.now();
        if (n % 20 === 0) await sleep(1);
      } catch {
        client.close();
        await sleep(5);
        client = this.proxy.client();
      }
    }
    client.close();
  }
}

type Way = 'hand-over' | 'crash';

async function run(way: Way): Promise<{ gap: number; lost: number }> {
  const cluster = new TestCluster({ downAfterMs: 3_500 });
  const proxy = new ClusterProxy(cluster);
  let load: Load | undefined;
  try {
    await cluster.start();
    await proxy.start();
    const old = await cluster.converged();
    await proxy.leads();
    // Sentinel asks for INFO every 10 s by default: the event comes at any moment of that, once all know who may be elected.
    await sleep(10_000 + Math.random() * 10_000);
    load = new Load(proxy);
    const { acknowledged } = load;
    await until('writes flow', () => acknowledged.size > 500);
    if (way === 'crash') {
      await cluster.kill(`redis-${old}`);
    } else {
      fs.writeFileSync(path.join(cluster.runDir(old), 'stop-requested'), '');
      await until('the hand-over ends', () => fs.existsSync(path.join(cluster.runDir(old), 'stop-answered')));
      await cluster.kill(`redis-${old}`, 'SIGTERM');
    }
    const before = acknowledged.size;
    await until('writes flow again', () => acknowledged.size > before + 500);
    await load.stop();
    const [master] = await cluster.masters();
    const held = new Set(await cluster.ask(master, 'KEYS', 'w*') as string[]);
    return { gap: load.longestGap, lost: [...acknowledged].filter((key) => !held.has(key)).length };
  } finally {
    await load?.stop();
    await proxy.stop();
    await cluster.stop();
  }
}

async function main(): Promise<void> {
  const cases: [string, Way][] = [['hand-over', 'hand-over'], ['the master is killed', 'crash']];
  const results = cases.map(() => [] as { gap: number; lost: number }[]);
  for (let n = 0; n < PAIRS; n++) {
    for (const [index, [name, way]] of cases.entries()) {
      const result = await run(way);
      console.log(name, result);
      results[index].push(result);
    }
  }
  const rows = cases.map(([name], index) => {
    const gaps = results[index].map((each) => each.gap).sort((a, b) => a - b);
    const seconds = (ms: number) => (ms / 1000).toFixed(2);
    const median = gaps[Math.floor((gaps.length - 1) / 2)];
    return [name, gaps.length, seconds(gaps[0]), seconds(median), seconds(gaps.at(-1)!), Math.max(...results[index].map((each) => each.lost))];
  });
  const what = `${WRITERS} clients write through HAProxy; the gap is the longest time in which none of them got a reply. The events take turns, so that all had the same conditions. `
    + '3 servers, 3 Sentinels, down-after 3.5 s, default checks.';
  record('bench:hand-over', 'A change of the master', `${what}\n\n${table(['event', 'runs', 'least gap (s)', 'median (s)', 'most (s)', 'most acknowledged writes lost'], rows)}`);
}

void main();
