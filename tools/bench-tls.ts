// What TLS costs HAProxy and the server for each request, with real processes on loopback addresses. Needs redis-benchmark.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { cpuMs } from './cpu';
import { record, table } from './measurements';
import { Auth, RedisHaProps, Tls, TlsCertificate, TlsFront } from '../lib';
import { Stack, until } from '../playground/stack';
import { TestCa } from '../test/support/pki';

const ROUNDS = 3;
const REQUESTS = 20_000;
const CONNECTIONS = 50;
const CERTIFICATE = TlsCertificate.secret('redis-tls');
const FRONTS: readonly (readonly [string, RedisHaProps])[] = [
  ['without TLS', {}],
  ['passed through', { tls: Tls.everywhere(CERTIFICATE) }],
  ['`Tls.edge`', { tls: Tls.edge(CERTIFICATE) }],
  ['`TlsFront.REENCRYPT`', { tls: Tls.everywhere(CERTIFICATE, { front: TlsFront.REENCRYPT }) }],
];
const COMMANDS = ['set', 'get'] as const;

/** CPU of a request. In microseconds. */
interface Cost {
  readonly server: number;
  readonly proxy: number;
}

/** HAProxy's process for the traffic: the first one only starts it. */
function workerOf(pid: number): number {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(children.find((child) => fs.readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'haproxy'));
}

async function cost(stack: Stack, master: number, command: string): Promise<Cost> {
  const pids = [stack.servers[master].pid!, workerOf(stack.proxies[0].pid!)];
  const args = ['-h', stack.serviceAddress('redis'), '-p', String(stack.redis.port), '-n', String(REQUESTS), '-c', String(CONNECTIONS), '-t', command, '-q'];
  if (stack.tls) args.push('--tls', '--cacert', stack.secretFile('ca.crt', stack.redis.tlsSecretName), '--sni', stack.tls.servername);
  const before = pids.map((pid) => cpuMs(pid));
  await new Promise<void>((resolve, reject) => {
    execFile('redis-benchmark', args, (error) => (error ? reject(error) : resolve()));
  });
  const [server, proxy] = pids.map((pid, index) => (cpuMs(pid) - before[index]) * 1000 / REQUESTS);
  return { server, proxy };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main(): Promise<void> {
  const ca = new TestCa();
  const stacks: Stack[] = [];
  try {
    const masters: number[] = [];
    for (const [, props] of FRONTS) {
      const stack = await Stack.up({ props: { ...props, auth: Auth.none(), proxy: { replicas: 1 } }, secrets: { 'redis-tls': { ...ca.leaf() } } });
      stacks.push(stack);
      masters.push(await stack.converged());
      await until('HAProxy leads to the master', async () => stack.client().call('SET', 'a', 'b').then(() => true));
    }
    const costs = FRONTS.map(() => COMMANDS.map((): Cost[] => []));
    // in turns: a busy machine is busy for all of them
    for (let round = 0; round < ROUNDS; round++) {
      for (const [front, stack] of stacks.entries()) {
        for (const [index, command] of COMMANDS.entries()) costs[front][index].push(await cost(stack, masters[front], command));
      }
    }
    const of = (front: number, who: keyof Cost) => COMMANDS.map((_, index) => median(costs[front][index].map((one) => one[who])));
    const cells = (front: number, who: keyof Cost) => {
      const [values, plain] = [of(front, who), of(0, who)];
      return [values.map((value) => value.toFixed(1)).join(', '), values.map((value, index) => `${(value / plain[index]).toFixed(1)} ×`).join(', ')];
    };
    const head = ['', 'Redis, µs', 'to without TLS', 'HAProxy, µs', 'to without TLS'];
    record('bench:tls', 'TLS', [
      `CPU for each SET, GET of 3 bytes through one HAProxy: medians of ${ROUNDS} rounds in turns, ${REQUESTS.toLocaleString('en')} requests over ${CONNECTIONS} connections each. Checks and replication are in it.`,
      '',
      table(head, FRONTS.map(([name], front) => [name, ...cells(front, 'server'), ...cells(front, 'proxy')])),
    ].join('\n'));
  } finally {
    await Promise.all(stacks.map(async (stack) => stack.stop()));
    ca.remove();
  }
}

void main();
