// How long it takes from `kubectl apply` until all pods are ready, and until a client's first write is acknowledged.
import { Engine, RedisHaProps, Routing, Sentinel } from '../lib';
import { record, table } from './measurements';
import { Installation } from '../test/e2e/support/installation';
import { Namespace } from '../test/e2e/support/namespace';

const RUNS = 3;
const CASES: { [title: string]: RedisHaProps } = {
  'Redis, Sentinel sidecars': {},
  'Redis, separate Sentinels': { sentinel: Sentinel.deployments(3) },
  'Redis, pod IPs': { routing: Routing.podIp() },
  'Valkey, Sentinel sidecars': { engine: Engine.valkey() },
};

async function measure(props: RedisHaProps) {
  const namespace = await Namespace.create('start');
  try {
    return await new Installation(namespace, props).start();
  } finally {
    await namespace.remove();
  }
}

async function main(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const [title, props] of Object.entries(CASES)) {
    for (let run = 1; run <= RUNS; run += 1) {
      const { ready, firstWrite } = await measure(props);
      rows.push([title, run, (ready / 1000).toFixed(1), (firstWrite / 1000).toFixed(1)]);
    }
  }
  const head = ['3 servers, 3 HAProxy', 'run', 'apply → all ready (s)', 'apply → first write (s)'];
  record('bench:start', 'Start', `Images are already on the nodes; first writes go through a forwarded port.\n\n${table(head, rows)}`);
}

void main();
