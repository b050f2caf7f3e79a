import * as fs from 'node:fs';
import { Consensus, RedisHaProps, Routing, Sentinel } from '../../lib';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith, HAPROXY } from '../support/binaries';

const SETUPS: readonly [string, RedisHaProps][] = [
  ['Services, Sentinels as sidecars', {}],
  ['Services, Sentinels in pods of their own, lenient', { sentinel: Sentinel.deployments(3), proxy: { consensus: Consensus.LENIENT } }],
  ['pod IPs, Sentinels in pods of their own', { sentinel: Sentinel.deployments(3), routing: Routing.podIp() }],
];

/** Between looks of whoever follows names. In milliseconds. */
const FOLLOW_MS = 2_000;

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection through HAProxy that is asked again and again whether it is the same. */
class Session {
  public static async open(stack: Stack, read: boolean): Promise<Session> {
    const client = stack.client({ read });
    const info = String(await client.call('INFO', 'server'));
    return new Session(client, /run_id:(\w+)/.exec(info)![1], await client.call('CLIENT', 'ID'));
  }

  private constructor(public readonly client: RespClient, public readonly server: string, private readonly id: unknown) {}

  public async isTheSame(): Promise<boolean> {
    return this.client.call('CLIENT', 'ID').then((id) => id === this.id, () => false);
  }
}

describeWith([HAPROXY, 'redis-server', 'redis-cli', 'openssl'])('a Service that is made anew with another ClusterIP', () => {
  describe.each(SETUPS)('with %s', (_, props) => {
    let stack: Stack;
    let probe: WriteProbe;
    let started: string;

    beforeAll(async () => {
      stack = await Stack.up({ props: { ...props, proxy: { ...props.proxy, replicas: 1 } }, programs: { haproxy: HAPROXY } });
      await stack.converged();
      await until('writes are acknowledged', async () => {
        const client = stack.client();
        return client.call('SET', 'key', 'value').then(() => true, () => false).finally(() => client.close());
      });
      started = await start();
    }, 60_000);
    beforeEach(async () => {
      probe = new WriteProbe(stack);
      await until('clients write', () => probe.acknowledged.length > 50);
    });
    afterEach(async () => {
      await probe.end();
    });
    afterAll(async () => stack.stop());

    /** All has converged with the former master, clients write for longer than HAProxy needs to notice an address that leads nowhere, and it sees everybody. */
    async function followed(master: number): Promise<void> {
      const next = await stack.converged(100_000);
      if (next !== master) throw new Error(`server ${next} is the master now, instead of server ${master}:\n${stack.logs()}`);
      const from = probe.acknowledged.length;
      await until('clients write', () => probe.acknowledged.length > from + 500);
      await until('HAProxy sees all replicas, and hears all Sentinels name the master', async () => await up('replicas') === 2 && await up(`sen_${master}`) === 3);
      expect(await start()).toBe(started);
    }

    const metrics = async () => (await fetch(`http://${stack.proxies[0].pod.inside}:8404/metrics`)).text();

    /** Number of servers of a backend that are up. */
    const up = async (backend: string) =>
      [...(await metrics()).matchAll(/^haproxy_server_status\{proxy="(\w+)",server="\w+",state="UP"\} 1$/gm)].filter(([, name]) => name === backend).length;

    /** When HAProxy's worker started: another one after a reload, which leaves sessions in a process without checks. */
    async function start(): Promise<string> {
      const { pid } = stack.proxies[0];
      return `${pid} ${/^haproxy_process_start_time_seconds (.*)$/m.exec(await metrics())![1]}`;
    }

    /** At both replicas: HAProxy leads to the one with fewer connections, which those of former tests may still hold. */
    async function readers(): Promise<Session[]> {
      await until('HAProxy sees all replicas', async () => await up('replicas') === 2);
      const sessions: Session[] = [];
      await until('there are readers at both', async () => {
        sessions.push(await Session.open(stack, true));
        return new Set(sessions.map(({ server }) => server)).size === 2;
      });
      return sessions;
    }

    const runId = async (i: number) => /run_id:(\w+)/.exec(String(await stack.ask(stack.servers[i], 'INFO', 'server')))![1];

    test('of each replica: no session on another server ends', async () => {
      const master = await stack.converged();
      for (const replica of [0, 1, 2].filter((i) => i !== master)) {
        const writer = await Session.open(stack, false);
        const moved = await runId(replica);
        const others = (await readers()).filter(({ server }) => server !== moved);
        expect(others).not.toHaveLength(0);
        await stack.readdress(`redis-announce-${replica}`);
        await followed(master);
        expect(await Promise.all([writer, ...others].map(async (session) => session.isTheSame()))).not.toContain(false);
      }
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 300_000);

    test('is not missed while names do not resolve: the last addresses stay', async () => {
      const master = await stack.converged();
      const [replica] = [0, 1, 2].filter((i) => i !== master);
      const sessions = [await Session.open(stack, false), ...await readers()];
      stack.loseNames();
      await sleep(3 * FOLLOW_MS);
      await followed(master);
      expect(await Promise.all(sessions.map(async (session) => session.isTheSame()))).not.toContain(false);
      const address = await stack.readdress(`redis-announce-${replica}`);
      stack.restoreNames();
      await until('HAProxy has the new address', () => fs.readFileSync(stack.proxies[0].file('/run/redis-ha/addresses'), 'utf8').includes(address));
      await followed(master);
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 300_000);

    test('of the master: writes reach it again, or the one that takes its place', async () => {
      const master = await stack.converged();
      await stack.readdress(`redis-announce-${master}`);
      // where nobody listens at the former address, agents replace it after a second, unless it is registered anew by then
      await followed(await stack.converged(100_000));
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 300_000);

    test('of all servers and Sentinels at once', async () => {
      const master = await stack.converged();
      for (const { metadata: { name } } of stack.objects.ofKind('Service')) {
        if (/-announce-\d|-sentinel-\d/.test(name)) await stack.readdress(name);
      }
      await followed(master);
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 300_000);

    test('of each Sentinel: no session ends, and the next failover finds a majority', async () => {
      const master = await stack.converged();
      const writer = await Session.open(stack, false);
      for (const host of stack.redis.sentinelHosts) {
        const [name] = host.split(/[.:]/);
        if (stack.redis.announceServices.some((service) => service.name === name)) continue; // beside a server, at its address: the tests above
        await stack.readdress(name);
        await followed(master);
      }
      expect(await writer.isTheSame()).toBe(true);
      await stack.servers[master].kill();
      await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master && server >= 0), 30_000);
      stack.servers[master].start();
      await stack.converged(100_000);
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 300_000);

    test('and containers that start again while names do not resolve, go on with the last addresses', async () => {
      const master = await stack.converged();
      const replica = [0, 1, 2].find((i) => i !== master)!;
      stack.loseNames();
      try {
        for (const container of [stack.servers[replica], stack.agents[replica], stack.sentinels[replica], stack.proxies[0]]) {
          await container.kill();
          container.start();
        }
        expect(await stack.converged()).toBe(master);
        const from = probe.acknowledged.length;
        await until('clients write', () => probe.acknowledged.length > from + 50);
      } finally {
        stack.restoreNames();
      }
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 120_000);
  });

  test('while HAProxy starts is not missed', async () => {
    const edit = ({ name, text }: { readonly name: string; readonly text: string }) => (name === 'start-proxy.sh' ? text.replace('log "starting haproxy"', 'sleep 4; log "starting haproxy"') : text);
    const stack = await Stack.up({ props: { proxy: { replicas: 1 } }, programs: { haproxy: HAPROXY }, edit });
    try {
      const master = await stack.converged();
      await stack.proxies[0].kill();
      // what it knew before it ended
      const file = stack.proxies[0].file('/run/redis-ha/addresses');
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(new RegExp(`^(redis-announce-${master}) .*`, 'm'), '$1 127.0.0.9'));
      stack.proxies[0].start();
      await until('writes are acknowledged', async () => {
        const client = stack.client();
        return client.call('SET', 'key', 'value').then(() => true, () => false).finally(() => client.close());
      }, 20_000);
    } finally {
      await stack.stop();
    }
  }, 60_000);
});
