import { ChildProcess, spawn } from 'node:child_process';
import Redis from 'ioredis';
import { Load } from '../../faults/probe/load';
import { describeWith, REDIS } from '../support/binaries';
import { freePort } from '../support/free-port';

jest.setTimeout(30_000);

const HOSTS = ['127.0.0.1', '127.0.0.2'];

describeWith([REDIS['redis-server']])('clients that know two masters', () => {
  const servers: ChildProcess[] = [];
  let clients: Redis[];
  let load: Load;
  let port: number;

  beforeEach(async () => {
    port = await freePort();
    for (const host of HOSTS) {
      servers.push(spawn(REDIS['redis-server'], ['--port', String(port), '--bind', host, '--save', '', '--replica-announce-ip', host], { stdio: 'ignore' }));
    }
    clients = HOSTS.map((host) => new Redis({ host, port, retryStrategy: () => 20, maxRetriesPerRequest: null }).on('error', () => undefined));
    await Promise.all(clients.map(async (client) => client.ping()));
    load = new Load({ hosts: HOSTS, port, readPort: port, password: () => '', writers: 2, prefix: 'load', ordinalOf: (address) => HOSTS.indexOf(address) });
    await acknowledgedBy(0);
  });

  afterEach(async () => {
    await load.stop();
    for (const client of clients) client.disconnect();
    for (const server of servers.splice(0)) server.kill('SIGKILL');
  });

  /** Waits until a server has acknowledged so many more writes. */
  async function acknowledgedBy(server: number, more = 20): Promise<void> {
    const count = () => load.acknowledged.filter((one) => one[1] === server).length;
    const enough = count() + more;
    while (count() < enough) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  test('move to the other one when theirs refuses writes, and look for their writes there', async () => {
    await clients[0].config('SET', 'min-replicas-to-write', '1');
    await acknowledgedBy(1);
    await load.stop();
    // nobody has carried those of the first one over
    const left = load.acknowledged.flatMap(([, server], index) => (server === 0 ? index : []));
    expect(await load.lost()).toEqual(left);
  });

  test('move to the other one when theirs is gone', async () => {
    servers[0].kill('SIGKILL');
    await acknowledgedBy(1);
  });
});
