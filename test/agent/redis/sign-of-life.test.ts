import { ChildProcess, spawn } from 'node:child_process';
import * as net from 'node:net';
import { signOfLife } from '../../../lib/agent/redis/sign-of-life';
import { freePort } from '../../support/free-port';

const HOST = '127.0.0.1';

describe('a sign of life', () => {
  let child: ChildProcess | undefined;
  const sockets: net.Socket[] = [];
  afterEach(() => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    child?.kill('SIGKILL');
  });

  /** A program that takes no connection, with room for one or two in the kernel. */
  const hanging = async () => {
    const port = await freePort();
    child = spawn(process.execPath, ['-e', `require('net').createServer().listen({ host: '${HOST}', port: ${port}, backlog: 1 }, () => console.log('listens'))`]);
    await new Promise((resolve) => child!.stdout!.once('data', resolve));
    child.kill('SIGSTOP');
    return port;
  };

  test('is a program that takes connections, and one that hangs', async () => {
    expect(await signOfLife(HOST, await hanging(), 2_000)).toBe(true);
  });

  test('is a refusal', async () => {
    const port = await freePort();
    expect(await signOfLife(HOST, port, 2_000)).toBe(true);
  });

  test('is none where no packet is answered, as those are that find no room', async () => {
    const port = await hanging();
    for (let n = 0; n < 4; n++) sockets.push(net.connect({ host: HOST, port }).on('error', () => undefined));
    await Promise.all(sockets.slice(0, 2).map(async (socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await signOfLife(HOST, port, 300)).toBe(false);
  });
});
