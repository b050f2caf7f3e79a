import { Consensus, RedisHaProps, Routing, Sentinel } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith, HAPROXY } from '../support/binaries';
import { Sessions } from '../support/sessions';

/** Longer than HAProxy's own checks take, shorter than the Sentinels wait. */
const STALL_MS = 3_000;

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const SETUPS: readonly [string, RedisHaProps][] = [
  ['Services, Sentinels as sidecars', {}],
  ['pod IPs, Sentinels in pods of their own, lenient', { routing: Routing.podIp(), sentinel: Sentinel.deployments(3), proxy: { consensus: Consensus.LENIENT } }],
];

describeWith([HAPROXY, 'redis-server', 'redis-cli', 'openssl'])('a stall', () => {
  describe.each(SETUPS)('with %s', (_, props) => {
    let stack: Stack;
    let master: number;
    let writers: Sessions;
    let readers: Sessions;
    let probe: WriteProbe;

    beforeAll(async () => {
      stack = await Stack.up({ props: { ...props, proxy: { ...props.proxy, replicas: 1 } }, programs: { haproxy: HAPROXY }, restartMs: 500 });
    }, 30_000);
    beforeEach(async () => {
      master = await stack.converged();
      probe = new WriteProbe(stack);
      await until('clients write', () => probe.acknowledged.length > 50);
      await until('replicas answer readers', async () => {
        const client = stack.client({ read: true });
        return client.call('ROLE').then((role: any) => role[0] === 'slave').finally(() => client.close());
      });
      writers = new Sessions(stack, stack.redis.port!);
      readers = new Sessions(stack, stack.redis.readPort!);
    }, 90_000);
    afterEach(async () => {
      writers.close();
      readers.close();
      await probe.end();
    });
    afterAll(async () => stack.stop());

    const during = async (containers: readonly { stall(): void; resume(): void }[], act = async () => sleep(STALL_MS)) => {
      for (const container of containers) container.stall();
      try {
        await act();
      } finally {
        for (const container of containers) container.resume();
      }
    };

    const STALLS: readonly [string, () => Promise<unknown>][] = [
      ['of the master, in a script', async () => {
        const busy = stack.ask(stack.servers[master], 'EVAL', `local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end local start = now() while now() - start < ${STALL_MS} do end`, '0');
        await Promise.all([busy.catch(() => undefined), sleep(STALL_MS)]);
      }],
      ['of the master\'s process', async () => during([stack.servers[master]])],
      ['of the master\'s pod, and the network to it', async () => {
        const { pod } = stack.servers[master];
        await stack.cut(pod);
        await sleep(STALL_MS);
        await stack.join(pod);
      }],
      ['of HAProxy', async () => during([stack.proxies[0]])],
      ['of everything on the master\'s node, HAProxy too', async () => during([...stack.containersOf(stack.servers[master].pod), ...stack.containersOf(stack.proxies[0].pod)])],
      ['of both replicas', async () => during(stack.servers.filter((__, i) => i !== master))],
    ];

    test.each(STALLS)('%s ends no session, and nothing is lost', async (__, stall) => {
      const before = probe.acknowledged.length;
      await stall();
      await until('clients write again', () => probe.acknowledged.length > before + 50);
      // what HAProxy found out during the stall, it has acted upon by then
      await sleep(1_000);
      expect([writers.ended, readers.ended]).toEqual([0, 0]);
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
      expect(await stack.converged()).toBe(master);
    }, 120_000);

    test('of one replica sends new readers to the other', async () => {
      const [stalled] = stack.servers.filter((__, i) => i !== master);
      await during([stalled], async () => {
        await until('HAProxy holds it for silent', async () => /^haproxy_server_status\{proxy="replicas",server="R\d",state="NOLB"\} 1$/m.test(await metrics()));
        for (let n = 0; n < 6; n++) {
          const client = stack.client({ read: true, timeoutMs: 1_500 });
          expect((await client.call('ROLE') as string[])[0]).toBe('slave');
          client.close();
        }
      });
      expect(readers.ended).toBe(0);
      await probe.end();
    }, 120_000);

    test('of the master that does not end is the end of its sessions, when the Sentinels name another', async () => {
      await during([stack.servers[master]], async () => {
        await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
        await until('all sessions ended', () => writers.ended === writers.count);
      });
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 120_000);

    test('of the master that does not end is the end of its sessions, even if the Sentinels find nobody to replace it', async () => {
      const others = stack.servers.filter((__, i) => i !== master);
      await probe.end();
      await during(others, async () => {
        await during([stack.servers[master]], async () => until('all sessions ended', () => writers.ended === writers.count));
      });
    }, 120_000);

    test('of HAProxy for longer than the Sentinels wait ends the sessions of the master that was replaced meanwhile', async () => {
      await during(stack.proxies, async () => {
        await during([stack.servers[master]], async () => until('a majority names another', async () => {
          const { sentinels } = await stack.look();
          return sentinels.filter(({ names }) => typeof names === 'number' && names !== master).length >= 2;
        }));
      });
      await until('all sessions ended', () => writers.ended === writers.count);
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    }, 120_000);

    test('is none when the server says that it is a replica', async () => {
      await probe.end();
      await during(stack.agents, async () => {
        await stack.ask(stack.servers[master], 'REPLICAOF', '127.0.0.1', '1');
        await until('all sessions ended', () => writers.ended === writers.count);
      });
    }, 120_000);

    async function metrics(): Promise<string> {
      return (await fetch(`http://${stack.proxies[0].pod.inside}:8404/metrics`)).text();
    }
  });
});
