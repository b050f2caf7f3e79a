import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { CLOCK } from '../../../lib/agent/base/clock';
import { Director } from '../../../lib/agent/direct/director';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';
import { FakeApi } from '../../kube-template/support/fake-api';
import { until } from '../support/cluster';

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/cache/endpointslices';

describe('the agent of a master without a proxy', () => {
  let server: FakeApi;
  let dir: string;
  let lines: string[];
  let director: Director;
  let role: string;

  beforeEach(async () => {
    server = await FakeApi.start();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'director-'));
    for (const [name, text] of Object.entries({ 'namespace': 'cache', 'token': 'token', 'ca.crt': server.certificate.cert })) fs.writeFileSync(path.join(dir, name), text);
    service('uid-1');
    lines = [];
    role = 'master';
    const endpoint = (call: (...command: string[]) => Promise<Reply>): Endpoint => (
      { call, batch: async (commands) => Promise.all(commands.map(async (one) => call(...one))) });
    const actor = {
      peers: {
        clock: CLOCK,
        local: endpoint(async (command, what, name) => {
          if (command === 'ROLE') return [role, 0, []];
          if (command === 'PING') return 'PONG';
          return what === 'GET' ? [name, '0'] : '';
        }),
        servers: [],
        sentinels: [0, 1, 2].map(() => endpoint(async (_, what) => (what === 'MASTER' ? ['config-epoch', '7'] : ['server 0', '6379']))),
        addresses: ['server 0'],
        sentinelAddresses: ['sentinel 0', 'sentinel 1', 'sentinel 2'],
      },
      config: { self: 0, serverPort: 6379, ipFamily: 4, downAfterMs: 3_500, unreachableAfterMs: 1_500 },
      record: () => undefined,
    };
    director = new Director({
      direct: { service: 'redis', writeSlice: 'redis-write', writePort: 'redis', readSlice: 'redis-read', readPort: 'redis-read', labels: {}, domain: 'example.com', accountDir: dir },
      actor: () => actor as unknown as Actor,
      handingOver: () => false,
      leads: () => undefined,
      log: new Log({ write: (line) => lines.push(line.replace(/^\S+ /, '').trim()) }),
    }, { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port), POD_IPS: '10.0.0.1' });
  });
  afterEach(async () => {
    await director.stop(false);
    await server.stop();
    fs.rmSync(dir, { recursive: true });
  });

  const service = (uid: string): void => void server.put('v1/services', { metadata: { name: 'redis', namespace: 'cache', uid } });
  const slice = (name: string): any => server.collections.get(`${SLICES}/${name}`);
  const warnings = (): string[] => lines.filter((line) => line.includes('warn') || line.includes('answers'));
  const sleep = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  test('says once what the API server refuses, and asks less often once it does so for long', async () => {
    server.fail({ status: 403, message: 'forbidden', times: Infinity });
    director.start();
    await sleep(1_000);
    expect(warnings()).toEqual([expect.stringContaining('the API server answers 403 forbidden')]);
    // the other loop, of the replicas, says it too
    await sleep(4_500);
    expect(warnings()).toHaveLength(2);
    const before = server.requests.length;
    await sleep(2_000);
    // of each of two slices and the Service of each, twice
    expect(server.requests.length - before).toBeLessThanOrEqual(12);
    server.heal();
    await until('the slices are written', () => slice('redis-write') && slice('redis-read'));
  }, 20_000);

  test('both slices go with a Service that was made anew, also if the former took them with it', async () => {
    director.start();
    await until('the slices are written', () => slice('redis-write') && slice('redis-read'));
    const owners = (): string[] => ['redis-write', 'redis-read'].map((name) => slice(name)?.metadata.ownerReferences[0].uid);
    expect(owners()).toEqual(['uid-1', 'uid-1']);
    service('uid-2');
    await until('they go with the other one', () => owners().join() === 'uid-2,uid-2', 4_000);
    service('uid-3');
    for (const name of ['redis-write', 'redis-read']) server.remove('discovery.k8s.io/v1/endpointslices', 'cache', name);
    await until('they are there again', () => owners().join() === 'uid-3,uid-3', 4_000);
  }, 20_000);

  test('a replica that is about to stop leaves readers the time to be led elsewhere, and others none', async () => {
    const reads = (...addresses: string[]): void => void server.put('discovery.k8s.io/v1/endpointslices', {
      metadata: { name: 'redis-read', namespace: 'cache' }, endpoints: addresses.map((address) => ({ addresses: [address] })),
    } as any);
    const retired = async (): Promise<number> => {
      const began = Date.now();
      await director.retire();
      return Date.now() - began;
    };
    role = 'slave';
    reads('10.0.0.1', '10.0.0.2');
    director.start();
    await sleep(500);
    expect(await retired()).toBeGreaterThanOrEqual(1_000);
    expect(slice('redis-read').endpoints).toMatchObject([{ addresses: ['10.0.0.2'] }]);
    expect(await retired()).toBeLessThan(900);
    reads('10.0.0.1');
    expect(await retired()).toBeLessThan(900);
    expect(slice('redis-read').endpoints).toMatchObject([{ addresses: ['10.0.0.1'] }]);
    server.fail({ status: 500, times: Infinity });
    expect(await retired()).toBeLessThan(900);
  }, 20_000);
});
