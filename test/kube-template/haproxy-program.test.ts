import { ChildProcess, spawn } from 'node:child_process';
import * as net from 'node:net';
import * as path from 'node:path';
import { bundle, ChildProgram, kubeconfigFor } from './support/child-program';
import { FakeApi } from './support/fake-api';
import { fileIn, temporaryFolder, textOf } from './support/files';
import { describeWith, HAPROXY } from '../support/binaries';

jest.setTimeout(30_000);

describeWith([HAPROXY])('the whole program with HAProxy', () => {
  let script: string;
  let api: FakeApi;
  let folder: string;
  let config: string;
  let haproxy: ChildProcess | undefined;
  let haproxyLog: string;
  beforeAll(() => { script = bundle(); });
  beforeEach(async () => {
    api = await FakeApi.start();
    folder = temporaryFolder();
    config = path.join(folder, 'haproxy.cfg');
    putPod('redis-0', '127.0.0.11');
    putPod('redis-1', '127.0.0.12');
    writeTemplate(100);
  });
  afterEach(async () => {
    const ended = haproxy && haproxy.exitCode === null ? new Promise((resolve) => haproxy!.once('exit', resolve)) : undefined;
    haproxy?.kill('SIGTERM');
    await ended;
    haproxy = undefined;
    await api.stop();
  });

  function putPod(name: string, podIP: string): void {
    api.put('v1/pods', { metadata: { name, namespace: 'cache' }, status: { podIP } });
  }

  function writeTemplate(maxconn: number): void {
    fileIn(folder, 'haproxy.tmpl', `global
    stats socket ${folder}/stats.sock mode 600 level admin
    server-state-file ${folder}/state
    hard-stop-after 1s
defaults
    mode tcp
    load-server-state-from-file global
    timeout connect 1s
    timeout client 1s
    timeout server 1s
    maxconn ${maxconn}
listen redis
    bind unix@${folder}/redis.sock
{{- range pods "cache" }}
    server {{ .Name }} {{ .Status.PodIP }}:6379 check inter 60s
{{- end }}
`);
  }

  function startProgram(): ChildProgram {
    return new ChildProgram(script, [
      '-k', kubeconfigFor(api), '-t', `haproxy.tmpl:${config}`,
      '--haproxy-master', path.join(folder, 'master.sock'), '--haproxy-stats', path.join(folder, 'stats.sock'), '--haproxy-state', path.join(folder, 'state'),
    ], { cwd: folder });
  }

  /** Starts HAProxy and waits until it answers. */
  async function startHaproxy(): Promise<void> {
    haproxyLog = '';
    haproxy = spawn(HAPROXY, ['-W', '-db', '-S', path.join(folder, 'master.sock'), '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    haproxy.stderr!.setEncoding('utf8').on('data', (text: string) => { haproxyLog += text; });
    await untilServers(() => true, 'HAProxy answers');
  }

  /** What HAProxy's stats socket answers; '' while there is none. */
  async function ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = net.connect(path.join(folder, 'stats.sock'), () => socket.end(command + '\n'));
      socket.setEncoding('utf8').on('data', (text: string) => { answer += text; });
      socket.on('error', () => resolve('')).on('close', () => resolve(answer));
    });
  }

  /** The addresses of the running servers by name. */
  async function servers(): Promise<Record<string, string>> {
    const lines = (await ask('show servers state redis')).split('\n').filter((line) => /^\d+ redis /.test(line));
    return Object.fromEntries(lines.map((line) => line.split(' ')).map((fields) => [fields[3], fields[4]]));
  }

  async function untilServers(condition: (found: Record<string, string>) => boolean, what: string, timeoutMs = 10_000): Promise<void> {
    let last: Record<string, string> = {};
    for (const end = Date.now() + timeoutMs; Date.now() < end;) {
      last = await servers();
      if (Object.keys(last).length > 0 && condition(last)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`${what}: not within ${timeoutMs} ms, last ${JSON.stringify(last)}\n${haproxyLog}`);
  }

  test('the file and the state file are there before HAProxy, which then follows every change', async () => {
    const program = startProgram();
    await program.until(() => program.stderr.includes('up to date'), 'the first file, without HAProxy');
    expect(program.log.filter((line) => /^(WARN|ERROR)/.test(line))).toEqual([]);
    const down = textOf(path.join(folder, 'state')).split('\n').filter((line) => / redis-\d /.test(line));
    expect(down.map((line) => line.split(' ').slice(3, 6))).toEqual([['redis-0', '127.0.0.11', '0'], ['redis-1', '127.0.0.12', '0']]);

    await startHaproxy();
    putPod('redis-1', '127.0.0.22');
    await untilServers((found) => found['redis-1'] === '127.0.0.22', 'the moved pod');
    putPod('redis-2', '127.0.0.13');
    await untilServers((found) => found['redis-2'] === '127.0.0.13', 'the added pod');
    api.remove('v1/pods', 'cache', 'redis-0');
    await untilServers((found) => !('redis-0' in found), 'the removed pod');
    await program.until(() => program.log.filter((line) => line.includes('took over')).length === 3, 'it is logged');
    expect(program.log.filter((line) => line.includes('took over'))).toEqual(Array(3).fill(expect.stringContaining(': runtime')));

    const before = haproxy!.pid;
    writeTemplate(200);
    program.signal('SIGHUP');
    await program.until(() => program.stderr.includes('reload'), 'the structure is reloaded');
    await untilServers((found) => found['redis-1'] === '127.0.0.22' && Object.keys(found).length === 2, 'the servers after the reload');
    expect(haproxy!.pid).toBe(before);
    expect(haproxy!.exitCode).toBeNull();
  });

  test('a configuration that HAProxy refuses is taken back, and the old servers stay', async () => {
    const program = startProgram();
    await program.until(() => program.stderr.includes('up to date'), 'the first file');
    await startHaproxy();
    const good = textOf(config);
    fileIn(folder, 'haproxy.tmpl', textOf(path.join(folder, 'haproxy.tmpl')).replace('mode tcp', 'mode nonsense'));
    program.signal('SIGHUP');
    await program.until(() => program.log.some((line) => line.startsWith('error')), 'the refusal is logged');
    await program.until(() => textOf(config) === good, 'the old file is back');
    await untilServers((found) => found['redis-0'] === '127.0.0.11', 'the old servers');
    expect(program.status).toBeUndefined();
  });

  test('a worker that was frozen during a move has the new address and the weight soon after', async () => {
    const program = startProgram();
    await program.until(() => program.stderr.includes('up to date'), 'the first file');
    await startHaproxy();
    const worker = Number(/^Pid: (\d+)/m.exec(await ask('show info'))![1]);
    process.kill(worker, 'SIGSTOP');
    putPod('redis-1', '127.0.0.22');
    await program.until(() => program.stderr.includes('no answer within 5000 ms'), 'the commands get no answer');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.kill(worker, 'SIGCONT');
    await untilServers((found) => found['redis-1'] === '127.0.0.22', 'the new address', 2000);
    const weight = async (): Promise<string> => /^(\d+) /.exec(await ask('get weight redis/redis-1'))?.[1] ?? '';
    for (const end = Date.now() + 2000; await weight() !== '1' && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await weight()).toBe('1');
    await program.until(() => program.stderr.includes('recovered'), 'it is logged');
    expect(textOf(config)).toContain('127.0.0.22');
  });

  test('USR1 brings a server back that somebody moved', async () => {
    const program = startProgram();
    await program.until(() => program.stderr.includes('up to date'), 'the first file');
    await startHaproxy();
    await ask('set server redis/redis-0 addr 127.0.0.99 port 1');
    await untilServers((found) => found['redis-0'] === '127.0.0.99', 'the server is moved');
    program.signal('SIGUSR1');
    await untilServers((found) => found['redis-0'] === '127.0.0.11', 'the server is back');
    await program.until(() => program.stderr.includes('HAProxy had left its file'), 'it is logged');
  });
});
