import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Size } from 'cdk8s';
import { Auth, Sentinel } from '../../lib';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { freePort } from '../support/free-port';
import { install } from '../support/manifests';

/** Of which all are told: the first is the master. */
const ADDRESSES = [1, 2, 3].map((n) => `127.0.78.${n}`);
const LIMIT = 1024 * 1024;
const MASTER_OFFSET = 100 * LIMIT;

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

describeWith([HAPROXY])('proxy.reads.maxLag', () => {
  let directory: string;
  let haproxy: ChildProcess;
  let listeners: net.Server[];
  let ports: { readonly server: number; readonly sentinel: number; readonly port: number; readonly readPort: number; readonly statsPort: number };
  /** How far each server is in the stream. */
  let offsets: number[];

  /** A server or Sentinel that answers what HAProxy asks, and to anything else its ordinal. */
  async function stub(address: string, port: number, answers: (question: string) => string): Promise<void> {
    const listener = net.createServer((socket) => socket.on('error', () => undefined).on('data', (data) => socket.write(answers(data.toString()))));
    await new Promise<void>((resolve) => listener.listen(port, address, resolve));
    listeners.push(listener);
  }

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lag-'));
    listeners = [];
    offsets = [MASTER_OFFSET, MASTER_OFFSET, MASTER_OFFSET];
    ports = { server: await freePort(), sentinel: await freePort(), port: await freePort(), readPort: await freePort(), statsPort: await freePort() };
    for (const [ordinal, address] of ADDRESSES.entries()) {
      await stub(address, ports.server, (question) => {
        if (!question.startsWith('ROLE')) return `:${ordinal}\r\n`;
        if (ordinal === 0) return `*3\r\n${bulk('master')}:${offsets[0]}\r\n*1\r\n*3\r\n${bulk(ADDRESSES[1])}${bulk('6379')}${bulk('1')}`;
        return `*5\r\n${bulk('slave')}${bulk(ADDRESSES[0])}:6379\r\n${bulk('connected')}:${offsets[ordinal]}\r\n`;
      });
      await stub(address, ports.sentinel, () => `*2\r\n${bulk(ADDRESSES[0])}${bulk(String(ports.server))}`);
    }
    const { port, readPort, statsPort } = ports;
    const manifests = install({
      auth: Auth.none(),
      server: { port: ports.server },
      sentinel: Sentinel.sidecar({ port: ports.sentinel }),
      proxy: { port, readPort, statsPort, reads: { maxLag: Size.mebibytes(1) } },
    });
    for (const [name, text] of Object.entries<string>(manifests.get('ConfigMap', 'redis-proxy').data)) fs.writeFileSync(path.join(directory, name), text);
    fs.writeFileSync(path.join(directory, 'addresses'), ADDRESSES.map((address, n) => `redis-announce-${n} ${address}\n`).join(''));
    const env = { ...process.env, BIND: '127.0.0.1', CONFIG_DIR: directory, RUN_DIR: directory, ...Object.fromEntries(ADDRESSES.flatMap((address, n) => [[`SERVER_${n}`, address], [`SENTINEL_${n}`, address]])) };
    haproxy = spawn(HAPROXY, ['-db', '-f', path.join(directory, 'haproxy.cfg')], { stdio: 'ignore', env });
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => haproxy.once('exit', resolve));
    haproxy.kill('SIGKILL');
    await ended;
    for (const listener of listeners) listener.close();
    fs.rmSync(directory, { recursive: true });
  });

  /** A session at the read port, with the ordinal of the server that it is led to, if any; and whether it was ended. */
  async function read(): Promise<{ readonly ordinal?: number; readonly state: { ended: boolean }; readonly socket: net.Socket }> {
    return new Promise((resolve) => {
      const state = { ended: false };
      const socket = net.connect(ports.readPort, '127.0.0.1', () => socket.write('WHO\r\n'));
      socket.on('error', () => undefined)
        .on('data', (data) => resolve({ ordinal: Number(data.toString().slice(1)), state, socket }))
        .on('close', () => { state.ended = true; resolve({ state, socket }); });
    });
  }

  /** Servers that twelve sessions are led to, which leastconn spreads. */
  async function readers(): Promise<number[]> {
    const sessions = await Promise.all(Array.from({ length: 12 }, read));
    for (const { socket } of sessions) socket.destroy();
    return [...new Set(sessions.flatMap(({ ordinal }) => ordinal ?? []))].sort();
  }

  const areRead = (...ordinals: number[]) => until(`${ordinals.join()} are read`, async () => (await readers()).join() === ordinals.join());

  test('takes reads and sessions from a replica that is too far behind, until it is within half of the limit', async () => {
    await areRead(1, 2);
    const sessions = await Promise.all(Array.from({ length: 12 }, read));
    const of = (ordinal: number) => sessions.filter((session) => session.ordinal === ordinal);
    expect([of(1).length > 0, of(2).length > 0]).toEqual([true, true]);

    offsets[2] = MASTER_OFFSET - LIMIT - 1;
    await until('its sessions ended', () => of(2).every(({ state }) => state.ended));
    expect(of(1).some(({ state }) => state.ended)).toBe(false);
    await areRead(1);

    // not too far any more, but too near to it
    offsets[2] = MASTER_OFFSET - LIMIT + 1;
    offsets[1] = MASTER_OFFSET - LIMIT - 1;
    await areRead(0);

    offsets[2] = MASTER_OFFSET - LIMIT / 2;
    await areRead(2);
  }, 60_000);

  test('lets a replica be behind as far as it says', async () => {
    await areRead(1, 2);
    offsets[2] = MASTER_OFFSET - LIMIT;
    const sessions = await Promise.all(Array.from({ length: 12 }, read));
    offsets[1] = MASTER_OFFSET - LIMIT - 1;
    await areRead(2);
    expect(sessions.filter(({ ordinal }) => ordinal === 2).some(({ state }) => state.ended)).toBe(false);
  }, 60_000);
});
