// Draws the dashboards for docs/images: a Prometheus watches installations that run as processes of this machine while the master changes, and each panel shows what its queries answer.
//   npm run pictures:dashboards     takes ten minutes; needs redis-server, haproxy, redis_exporter and prometheus, or HAPROXY, REDIS_EXPORTER and PROMETHEUS
import * as fs from 'node:fs';
import * as path from 'node:path';
import { page } from './page';
import { Prometheus, Target, Window } from './prometheus';
import { Metrics, RedisHaProps, Routing } from '../../lib';
import { Stack, StackOptions, until } from '../../playground/stack';
import { fleet } from '../dashboards/fleet';
import { installation } from '../dashboards/installation';
import { FormerMaster } from '../former-master';

const IMAGES = path.resolve(__dirname, '..', '..', 'docs', 'images');
const PROGRAMS = { haproxy: process.env.HAPROXY ?? 'haproxy', redis_exporter: process.env.REDIS_EXPORTER ?? 'redis_exporter' };
const PROPS: RedisHaProps = { metrics: Metrics.exporter(), routing: Routing.podIp(), proxy: { replicas: 2 } };
const NAMESPACE = 'shop';
/** Until an installation is as it should be. In milliseconds. */
const START_MS = 180_000;
/** Before, between and after what is done. In milliseconds. */
const REST_MS = 75_000;

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where metrics of an installation are, labelled as its PodMonitors do it. */
function targetsOf({ pods, redis }: Stack): Target[] {
  return redis.metricsEndpoints.flatMap(({ component, portName, port, podSelector }) => pods
    .filter(({ labels }) => Object.entries(podSelector).every(([name, value]) => labels[name] === value))
    .map(({ name, inside }) => ({ address: `${inside}:${port}`, labels: { namespace: NAMESPACE, installation: redis.name, component, endpoint: portName, instance: name } })));
}

/** A client that writes and reads a little, also while it is refused. */
function use(stack: Stack): () => void {
  const [writer, reader] = [stack.client(), stack.client({ read: true })];
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    writer.call('SET', `cart:${n % 5_000}`, 'x'.repeat(500)).catch(() => undefined);
    reader.call('GET', `cart:${(n * 7) % 6_000}`).catch(() => undefined);
  }, 40);
  return () => clearInterval(timer);
}

/** What happens to an installation while it is watched: a hand-over, the death of the master's server, and a pause of failovers. */
async function hurt(stack: Stack): Promise<void> {
  const order = async (server: number, ...words: string[]) => stack.servers[server].exec(['sh', '/etc/redis-ha/order.sh', ...words], 100_000);
  await sleep(REST_MS);
  await order(await stack.converged(START_MS), 'failover');
  await sleep(REST_MS);
  await stack.servers[await stack.converged(START_MS)].kill();
  await sleep(REST_MS);
  await stack.converged(START_MS);
  await Promise.all(stack.servers.map(async (_, server) => order(server, 'pause', '60')));
  await sleep(REST_MS);
}

async function main(): Promise<void> {
  const stacks: Stack[] = [];
  const up = async (options: StackOptions) => {
    const stack = await Stack.up({ programs: PROGRAMS, restartMs: 3_000, ...options });
    stacks.push(stack);
    return stack;
  };
  let prometheus: Prometheus | undefined;
  const former = new FormerMaster();
  const ends: (() => void)[] = [() => former.stop()];
  try {
    const carts = await up({ props: { ...PROPS, name: 'carts' } });
    const sessions = await up(former.followedBy({ ...PROPS, name: 'sessions' }));
    await carts.converged(START_MS);
    await until('it follows', async () => (await sessions.look()).servers.every(({ role }) => role === 'replica'), START_MS);
    prometheus = await Prometheus.start(process.env.PROMETHEUS ?? 'prometheus', stacks.flatMap(targetsOf));
    ends.push(use(carts));
    const window: Window = { start: Date.now() / 1_000, end: 0 };
    await hurt(carts);
    const shown = { ...window, end: Date.now() / 1_000 };
    for (const [file, dashboard] of Object.entries({ 'dashboard-installation.svg': installation(), 'dashboard-fleet.svg': fleet() })) {
      const drawn = await page(JSON.parse(JSON.stringify(dashboard)), prometheus, shown, { namespace: NAMESPACE, installation: carts.redis.name });
      fs.writeFileSync(path.join(IMAGES, file), drawn);
    }
  } finally {
    for (const end of ends) end();
    await prometheus?.stop();
    for (const stack of stacks) await stack.stop();
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  console.error(error);
  process.exit(1);
});
