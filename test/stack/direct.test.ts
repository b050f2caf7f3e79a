import * as fs from 'node:fs';
import * as path from 'node:path';
import { Routing } from '../../lib';
import { Pod, Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';

describeWith(['redis-server', 'redis-cli', 'openssl'])('Routing.direct()', () => {
  let stack: Stack;
  let probe: WriteProbe;

  beforeAll(async () => {
    // without replicas that acknowledge nothing else refuses writes
    stack = await Stack.up({ props: { routing: Routing.direct(), server: { minReplicasToWrite: 0 } }, restartMs: 500 });
    await stack.converged();
    await settled();
  }, 60_000);
  beforeEach(async () => {
    probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 50);
  });
  afterEach(async () => probe?.end());
  afterAll(async () => stack?.stop());

  const slice = (name: string): string[] => (stack.api!.slice(name)?.endpoints ?? []).flatMap((one: any) => one.addresses);
  /** Servers that a slice names. */
  const named = (name: string): number[] => slice(name).map((address) => (
    stack.servers.findIndex(({ pod }) => [pod.address, pod.inside].includes(address)))).sort();
  const replicasOf = (master: number): number[] => stack.servers.map((_, ordinal) => ordinal).filter((ordinal) => ordinal !== master);

  /** Slices name the master and its replicas. @returns the master */
  async function settled(): Promise<number> {
    let master = -1;
    await until('slices name the master and its replicas', async () => {
      const { servers } = await stack.look();
      master = servers.findIndex(({ role }) => role === 'master');
      return named('redis-write').join() === String(master) && named('redis-read').join() === replicasOf(master).join();
    }, 30_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify([slice('redis-write'), slice('redis-read')])}\n${stack.logs()}`);
    });
    return master;
  }

  /** Another one is the master, and clients write there. */
  async function movedFrom(former: number): Promise<void> {
    const moved = () => probe.acknowledged.slice(-50).every(([, server]) => server !== former) && named('redis-write').join() !== String(former);
    await until('clients write at another master', moved, 30_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(slice('redis-write'))} ${JSON.stringify([...probe.errors])}\n${stack.logs()}`);
    });
  }

  test('there is no proxy, slices belong to the Service, and reads go to replicas', async () => {
    expect(stack.proxies).toEqual([]);
    const { metadata, ports, addressType } = stack.api!.slice('redis-write');
    expect(metadata.labels).toMatchObject({ 'kubernetes.io/service-name': 'redis', 'endpointslice.kubernetes.io/managed-by': 'cdk8s-redis-ha' });
    expect(metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Service', name: 'redis', uid: 'redis' }]);
    expect([ports, addressType]).toEqual([[{ name: 'redis', port: 6379, protocol: 'TCP' }], 'IPv4']);
    const reader = stack.client({ read: true });
    expect((await reader.call('ROLE') as string[])[0]).toBe('slave');
  });

  test('a hand-over loses no write and has no second master', async () => {
    const master = await settled();
    const handedOver = stack.replace(stack.servers[master].pod);
    await movedFrom(master);
    await handedOver;
    // paused writes went to the other one at once: not only after the linger
    expect(stack.agents[master].log()).toContain('direct another master is in the slice: ');
    await settled();
    const { lost, double, gapMs, errors } = await probe.stop();
    process.stdout.write(`direct, hand-over: ${gapMs} ms without a write, ${JSON.stringify(errors)}\n`);
    expect({ lost, double }).toEqual({ lost: 0, double: 0 });
  }, 60_000);

  test('a master that is killed is replaced in the slice', async () => {
    const master = await settled();
    await stack.servers[master].kill();
    await movedFrom(master);
    await settled();
    const { double, gapMs, errors } = await probe.stop();
    process.stdout.write(`direct, kill: ${gapMs} ms without a write, ${JSON.stringify(errors)}\n`);
    expect(double).toBe(0);
  }, 60_000);

  test.each<[string, (pod: Pod) => Promise<void>]>([
    ['is cut off', async (pod) => stack.cut(pod)],
    // it goes on to reach Sentinels that name it
    ['others do not reach', async (pod) => stack.cutOneWay(pod)],
  ])('a master that %s refuses writes before another is promoted, also to clients on its side', async (_, cut) => {
    const master = await settled();
    const { pod } = stack.servers[master];
    const [, minReplicas] = await stack.ask(stack.servers[master], 'CONFIG', 'GET', 'min-replicas-to-write');
    await cut(pod);
    let last = 0;
    await until('it refuses writes', async () => stack.ask(stack.servers[master], 'SET', 'cut', 'off').then(() => {
      last = Date.now();
      return false;
    }, (error: unknown) => String(error).includes('NOREPLICAS')), 10_000);
    await movedFrom(master);
    expect(last).toBeLessThan(probe.acknowledged.find(([, server]) => server !== master)![0]);
    await stack.join(pod);
    await settled();
    expect((await stack.ask(stack.servers[master], 'CONFIG', 'GET', 'min-replicas-to-write'))[1]).toBe(minReplicas);
    expect((await probe.stop()).double).toBe(0);
  }, 60_000);

  test('a master that was demoted cuts also those who are led to it later', async () => {
    const master = await settled();
    const client = stack.clientOf(stack.servers[master].pod.address, stack.redis.serverPort);
    let asked = -Infinity;
    await until('it is a replica', async () => {
      // one that chose a replica to which its connection hangs, after the cut, gives up and is not tried again by itself
      if (Date.now() - asked > 8_000) {
        asked = Date.now();
        await stack.ask(stack.sentinels[master], 'SENTINEL', 'FAILOVER', stack.redis.masterName).catch(() => undefined);
      }
      return (await stack.ask(stack.servers[master], 'ROLE'))[0] === 'slave';
    });
    let session: unknown;
    // the first cut may be at this moment
    await until('a client is led to it', async () => {
      session = await client.call('CLIENT', 'ID');
      return true;
    });
    // one that was cut connects again
    await until('its session has ended', async () => client.call('CLIENT', 'ID').then((id) => id !== session, () => true), 10_000);
    await movedFrom(master);
    await settled();
  }, 60_000);

  test('a master that is silent for less than the Sentinels wait stays in the slice', async () => {
    const master = await settled();
    const written: string[] = [];
    stack.api!.onSlice(({ metadata, endpoints }) => written.push(`${metadata.name} ${endpoints.length}`));
    stack.servers[master].stall();
    await new Promise((resolve) => setTimeout(resolve, 2_700));
    stack.servers[master].resume();
    const before = probe.acknowledged.length;
    await until('clients write there', () => probe.acknowledged.length > before + 50 && probe.acknowledged.at(-1)![1] === master);
    expect(written).toEqual([]);
    await settled();
  }, 60_000);

  test('an agent that is started anew while the master is silent for a moment leaves it in the slice', async () => {
    const master = await settled();
    const written: string[] = [];
    stack.api!.onSlice(({ metadata, endpoints }) => written.push(`${metadata.name} ${endpoints.length}`));
    const starts = (): number => stack.agents[master].log().split(' start server ').length;
    const before = starts();
    await stack.agents[master].kill();
    stack.servers[master].stall();
    await until('the agent is back', () => starts() > before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    stack.servers[master].resume();
    await until('it knows its server again', () => /steady[^\n]*\n.*$/s.test(stack.agents[master].log().slice(stack.agents[master].log().lastIndexOf(' start server '))));
    expect(written).not.toContain('redis-write 0');
    await settled();
  }, 60_000);

  test('agents tell whether clients are led to the master', async () => {
    const master = await settled();
    const leading = async (): Promise<number[]> => {
      const told = await Promise.all(stack.servers.map(async ({ pod }) => (await fetch(`http://${pod.inside}:9098/metrics`)).text()));
      return told.flatMap((text, ordinal) => (/^redis_ha_direct_leads 1$/m.test(text) ? [ordinal] : []));
    };
    await until('that of the master says so', async () => (await leading()).join() === String(master));
    stack.api!.hang();
    await stack.servers[master].kill();
    await until('another one is the master', async () => (await stack.look()).servers.some(({ role }, ordinal) => role === 'master' && ordinal !== master), 30_000);
    await until('nobody is led to it', async () => (await leading()).length === 0, 20_000);
    stack.api!.heal();
    const next = await settled();
    await until('that of the new master says so', async () => (await leading()).join() === String(next));
  }, 90_000);

  test('without the API server writes go on', async () => {
    const master = await settled();
    stack.api!.hang();
    const before = probe.acknowledged.length;
    await until('clients write', () => probe.acknowledged.length > before + 500, 20_000);
    stack.api!.heal();
    expect(await settled()).toBe(master);
  }, 60_000);
});

// another pod may get the address, and clients would send it their password
describeWith(['redis-server', 'redis-cli', 'openssl'])('Routing.direct() without a successor', () => {
  test('leaves no address behind of a server that ended', async () => {
    const stack = await Stack.up({ props: { replicas: 1, routing: Routing.direct() } });
    try {
      const named = (): string[][] => ['redis-write', 'redis-read'].map((name) => (stack.api!.slice(name)?.endpoints ?? []).flatMap((one: any) => one.addresses));
      const [{ pod }] = stack.servers;
      await until('the master is in both slices', () => named().flat().join() === [pod.address, pod.address].join(), 30_000);
      await stack.terminate(pod);
      expect(named()).toEqual([[], []]);
    } finally {
      await stack.stop();
    }
  }, 60_000);
});

describeWith(['redis-server', 'redis-cli', 'openssl'])('Routing.direct() of one server that becomes one of three', () => {
  test('takes writes all the time: while the others do not start, and while they do', async () => {
    const stack = await Stack.create({ props: { routing: Routing.direct() }, restartMs: 500 });
    try {
      const [{ pod }] = stack.servers;
      const members = fs.readFileSync(path.join(stack.agents[0].file('/etc/redis-ha'), 'members.json'), 'utf8');
      const redisConf = path.join(stack.servers[0].file('/etc/redis-ha'), 'redis.conf');
      const conf = fs.readFileSync(redisConf, 'utf8');
      const { servers, sentinels, ...others } = JSON.parse(members);
      expect(others.minReplicasToWrite).toBe(1);
      const one = { ...others, servers: servers.slice(0, 1), sentinels: sentinels.slice(0, 1), quorum: 1, minReplicasToWrite: 0 };
      stack.writeConfig('members.json', JSON.stringify(one));
      fs.writeFileSync(redisConf, conf.replace('min-replicas-to-write 1', 'min-replicas-to-write 0'));
      for (const container of stack.containersOf(pod)) container.start();
      await until('it is in the slice', () => stack.api!.slice('redis-write')?.endpoints?.length === 1, 30_000);
      const probe = new WriteProbe(stack);
      await until('clients write', () => probe.acknowledged.length > 50);

      fs.writeFileSync(redisConf, conf);
      stack.writeConfig('members.json', members);
      await until('the list waits', () => stack.agents[0].log().includes('the former ones stay until a majority of 3 Sentinels names the master'));
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      for (const container of stack.containers.filter((each) => each.pod !== pod)) container.start();
      expect(await stack.converged()).toBe(0);
      const minReplicas = async (): Promise<string> => (await stack.ask(stack.servers[0], 'CONFIG', 'GET', 'min-replicas-to-write'))[1];
      await until('it needs a replica', async () => await minReplicas() === '1', 20_000);

      const { lost, gapMs, errors } = await probe.stop();
      // it may be refused until the route of the Service is there
      expect([lost, Object.keys(errors).filter((line) => !line.includes('ECONNREFUSED')), gapMs < 3_000]).toEqual([0, [], true]);
      expect(stack.agents[0].log()).not.toContain('refuses writes');
    } finally {
      await stack.stop();
    }
  }, 90_000);
});
