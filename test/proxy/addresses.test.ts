import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Auth, Consensus, Sentinel } from '../../lib';
import { ask as askHaproxy } from '../../lib/kube-template/haproxy/socket';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { install } from '../support/manifests';

const random = () => 1 + Math.floor(Math.random() * 250);

describeWith([HAPROXY])('the addresses that HAProxy knows Services by', () => {
  /** An address that begins another one, which ends with a third. */
  const prefix = `127.8.${random()}`;
  const SERVERS = [`${prefix}.3`, `${prefix}.31`, `127.1${prefix.slice(4)}.3`];
  const SENTINELS = [11, 12, 13].map((byte) => `${prefix}.${byte}`);
  const own = `${prefix}.201`;
  const NAMES = {
    ...Object.fromEntries(SERVERS.map((address, i) => [`redis-announce-${i}`, address])),
    ...Object.fromEntries(SENTINELS.map((address, j) => [`redis-sentinel-${j}`, address])),
  };
  const customSections = `backend mine\n    server R0 ${prefix}.99:6379`;

  let directory: string;
  let child: ChildProcess;
  let log: string;
  let sentinels: net.Server[];
  /** What Sentinels answer to anything. */
  let reply: string;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'addresses-'));
    reply = '*-1\r\n';
    sentinels = SENTINELS.map((host) => net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(reply));
    }).listen(26379, host));
    await Promise.all(sentinels.map(async (server) => new Promise((resolve) => server.once('listening', resolve))));
    write(NAMES);
    const data = install({
      auth: Auth.none(), sentinel: Sentinel.deployments(3), proxy: { consensus: Consensus.LENIENT, customSections },
    }).get('ConfigMap', 'redis-proxy').data;
    for (const [name, text] of Object.entries<string>(data)) fs.writeFileSync(path.join(directory, name), text.replaceAll('127.0.0.1', own));
    fs.appendFileSync(path.join(directory, 'haproxy.cfg'), '\nglobal\n    stats socket "${RUN_DIR}/socket" level admin\n');
    child = spawn(HAPROXY, ['-db', '-f', path.join(directory, 'haproxy.cfg')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        BIND: own,
        CONFIG_DIR: directory,
        RUN_DIR: directory,
        SERVERS: 'redis-announce-0 redis-announce-1 redis-announce-2',
        SENTINELS: 'redis-sentinel-0 redis-sentinel-1 redis-sentinel-2',
        ...Object.fromEntries(SERVERS.map((address, i) => [`SERVER_${i}`, address])),
        ...Object.fromEntries(SENTINELS.map((address, j) => [`SENTINEL_${j}`, address])),
      },
    });
    log = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => { log += text; });
    await until('HAProxy answers', () => fs.existsSync(path.join(directory, 'socket')));
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    await Promise.all(sentinels.map(async (server) => new Promise((resolve) => server.close(resolve))));
    fs.rmSync(directory, { recursive: true });
  });

  function write(names: { readonly [name: string]: string }): void {
    const file = path.join(directory, 'addresses');
    fs.writeFileSync(`${file}.new`, Object.entries(names).map(([name, address]) => `${name} ${address}\n`).join(''));
    fs.renameSync(`${file}.new`, file);
  }

  const ask = async (command: string) => askHaproxy(path.join(directory, 'socket'), command);

  /** Rows of the statistics, as BACKEND/SERVER, with the columns that are asked for. */
  async function rows(...columns: string[]): Promise<Map<string, string[]>> {
    const [head, ...lines] = (await ask('show stat')).replace(/^# /, '').trim().split('\n').map((line) => line.split(','));
    return new Map(lines.map((line) => [`${line[0]}/${line[1]}`, columns.map((column) => line[head.indexOf(column)])]));
  }

  /** Ordinals of the servers that all Sentinels are heard to name, once all checks have looked at what they answer now. */
  async function named(): Promise<number[]> {
    const states = await rows('status', 'check_status');
    // an answer that is none of these waits for more, up to the timeout
    expect([...states].filter(([name, [, check]]) => /^sen_.\/S/.test(name) && check === 'L7TOUT')).toEqual([]);
    return [0, 1, 2].filter((i) => [0, 1, 2].every((j) => states.get(`sen_${i}/S${j}`)![0] === 'UP'));
  }

  /** Where each server of haproxy.cfg is, as BACKEND/SERVER. */
  async function places(): Promise<Map<string, string>> {
    const lines = (await ask('show servers state')).split('\n').filter((line) => /^\d+ /.test(line)).map((line) => line.split(' '));
    return new Map(lines.map(([, backend, , server, address]) => [`${backend}/${server}`, address]));
  }

  const bulk = (...strings: string[]) => [`*${strings.length}`, ...strings.flatMap((text) => [`$${text.length}`, text]), ''].join('\r\n');

  test('are compared as a whole with what Sentinels name, and what is something else is known at once', async () => {
    const replies: readonly [string, number[]][] = [
      ...SERVERS.map((address, i): [string, number[]] => [bulk(address, '6379'), [i]]),
      ['*-1\r\n', []],
      ...SERVERS.map((address, i): [string, number[]] => [bulk(address, '6379'), [i]]),
      [bulk('127.1.1.1', '6379'), []], // shorter than any
      [bulk(SERVERS[0], '6379'), [0]],
      [bulk(SERVERS[0], '6380'), []],
      ['-ERR No such master with that name\r\n', []],
      [bulk(SERVERS[1], '6379'), [1]],
      [bulk('1'.repeat(40), '6379'), []],
    ];
    for (const [answer, expected] of replies) {
      reply = answer;
      await until(`${JSON.stringify(answer)} names ${expected.join() || 'nobody'}`, async () => (await named()).join() === expected.join());
    }
  }, 60_000);

  test('follow the file: what Sentinels name, and every line of ours, but none of the user\'s', async () => {
    const before = await places();
    reply = bulk(SERVERS[0], '6379');
    await until('it is named', async () => (await named()).join() === '0');

    const moved = `${prefix}.77`;
    write({ ...NAMES, 'redis-announce-0': moved });
    await until('nobody is named, as the Sentinels still name the former address', async () => (await named()).length === 0);
    reply = bulk(moved, '6379');
    await until('the new address is named', async () => (await named()).join() === '0');

    const lines = [...before].map(([name, address]): [string, string] => [name, name !== 'mine/R0' && name.endsWith('/R0') ? moved : address]);
    expect([...await places()]).toEqual(lines);
    expect(lines.filter(([, address]) => address === moved).map(([name]) => name)).toEqual(['role_0/R0', 'led_0/R0', 'in_sync_0/R0', 'master_0/R0', 'replicas/R0']);
  }, 30_000);

  test('follow the file: what was said at the former address counts no longer, while that of the others does', async () => {
    const servers = SERVERS.map((host) => net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(`*3\r\n${bulk('master').slice('*1\r\n'.length)}:0\r\n*0\r\n`));
    }).listen(6379, host));
    reply = bulk(SERVERS[0], '6379');
    const up = async () => [...await rows('status')].filter(([name, [status]]) => /^(sen|role)_.\/[RS]/.test(name) && status === 'UP').map(([name]) => name);
    const others = ['role_1/R1', 'role_2/R2'];
    await until('all say that they are masters, one is named', async () => (await up()).join() === ['sen_0/S0', 'sen_0/S1', 'sen_0/S2', 'role_0/R0', ...others].join());
    write({ ...NAMES, 'redis-announce-0': `${prefix}.77` });
    await until('only the others stay', async () => (await up()).join() === others.join());
    for (const name of ['sen_0/S0', 'sen_0/S1', 'sen_0/S2', 'role_0/R0']) expect(log.split(`Server ${name} is DOWN, changed from Lua script`)).toHaveLength(2); // told once
    expect(log).toContain(`addresses: Service redis-announce-0 has ${prefix}.77 instead of ${SERVERS[0]}\n`);
    await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
  }, 30_000);

  test('follow the file: Sentinels', async () => {
    const before = await places();
    const moved = `${prefix}.78`;
    write({ ...NAMES, 'redis-sentinel-1': moved });
    await until('all lines are moved', async () => [...await places()].every(([name, address]) => address === (name.endsWith('/S1') ? moved : before.get(name))));
  }, 30_000);

  test.each([['is gone', () => fs.rmSync(path.join(directory, 'addresses'))], ['is empty', () => write({})]])('stay where the file %s', async (_, lose) => {
    reply = bulk(SERVERS[0], '6379');
    await until('it is named', async () => (await named()).join() === '0');
    const before = await places();
    lose();
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // looked at each second
    expect([...await places()]).toEqual([...before]);
    expect(await named()).toEqual([0]);
    write({ ...NAMES, 'redis-sentinel-0': `${prefix}.79` });
    await until('it is followed again', async () => (await places()).get('sen_0/S0') === `${prefix}.79`);
  }, 30_000);
});
