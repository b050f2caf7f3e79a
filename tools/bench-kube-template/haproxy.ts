import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { Bench } from './bench';
import { repeat } from './statistics';
import { ask } from '../../lib/kube-template/haproxy/socket';
import { TemplateDaemon } from '../../test/e2e/support/template-daemon';
import { until } from '../../test/e2e/support/until';
import { HAPROXY } from '../../test/support/binaries';

const TIMEOUT_MILLIS = 30_000;
const LOG_CHARACTERS = 2000;
/** The addresses between which the first pod moves. */
const ADDRESSES = ['127.91.0.1', '127.91.0.2'] as const;

/**
 * A pod moves between two addresses of this host, and a client connects to it through HAProxy all the time.
 *
 * @returns from the API server's answer to a move until a connection reached the new address, in ms
 * @throws when HAProxy did not stay the same process
 */
export async function haproxyRun(bench: Bench, moves: number, serverOptions: string): Promise<number[]> {
  const pod = bench.pods.names[0]!;
  const folder = fs.mkdtempSync(bench.file('haproxy-'));
  const [config, master, stats] = [`${folder}/haproxy.cfg`, `${folder}/master.sock`, `${folder}/stats.sock`];
  const first = await answering(ADDRESSES[0], 0);
  const { port } = first.address() as net.AddressInfo;
  const second = await answering(ADDRESSES[1], port);
  await bench.pods.move(pod, ADDRESSES[0]);
  const template = bench.template('haproxy', configuration(folder, stats, `:${port} ${serverOptions}`));
  const daemon = new TemplateDaemon([
    ...bench.flags(template, config), '--haproxy-master', master, '--haproxy-stats', stats, '--haproxy-state', `${folder}/state`,
  ]);
  let stopHaproxy = async () => undefined as unknown;
  try {
    // as in a pod: HAProxy starts when kube-template is ready
    await until('kube-template', TIMEOUT_MILLIS, async () => daemon.log.includes('every destination is up to date'));
    const haproxy = spawn(HAPROXY, ['-W', '-db', '-S', `${master},mode,600`, '-f', config], { stdio: 'ignore' });
    stopHaproxy = async () => haproxy.kill() && once(haproxy, 'exit');
    const worker = await until('HAProxy', TIMEOUT_MILLIS, () => workerOf(stats));
    const front = `${folder}/${pod}.sock`;
    await reach(front, ADDRESSES[0]);
    const latencies = await repeat(moves, async (turn) => {
      const address = ADDRESSES[(turn + 1) % 2]!;
      const reached = reach(front, address);
      await bench.pods.move(pod, address);
      const answered = performance.now();
      return Math.max(0, await reached - answered);
    });
    if (await workerOf(stats) !== worker) throw new Error('HAProxy was reloaded');
    return latencies;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${daemon.log.slice(-LOG_CHARACTERS)}`);
  } finally {
    await daemon.stop();
    await stopHaproxy();
    for (const server of [first, second]) server.close();
  }
}

function configuration(folder: string, stats: string, portAndOptions: string): string {
  return `global
    stats socket ${stats} mode 600 level admin
    server-state-file ${folder}/state
defaults
    mode tcp
    load-server-state-from-file global
    timeout connect 1s
    timeout client 1m
    timeout server 1m
{{- range pods "" "app=redis" }}
listen {{ .Name }}
    bind unix@${folder}/{{ .Name }}.sock
    server {{ .Name }} {{ .Status.PodIP }}${portAndOptions}
{{- end }}
`;
}

/** A server that answers each connection with its address; port 0 is any. */
async function answering(address: string, port: number): Promise<net.Server> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).end(address));
  await once(server.listen(port, address), 'listening');
  return server;
}

async function workerOf(stats: string): Promise<string | undefined> {
  return /^Pid: (\d+)$/m.exec(await ask(stats, 'show info'))?.[1];
}

/** Resolves, with the time of performance.now(), when a new connection was answered by this address. */
async function reach(front: string, address: string): Promise<number> {
  const end = performance.now() + TIMEOUT_MILLIS;
  while (await answerOf(front) !== address) {
    if (performance.now() > end) throw new Error(`no connection reached ${address}`);
  }
  return performance.now();
}

function answerOf(front: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    net.connect(front).setEncoding('utf8').on('data', (text) => { answer += text; })
      .on('error', () => undefined).on('close', () => resolve(answer));
  });
}
