import { X509Certificate } from 'node:crypto';
import { ClientCertificates, Engine, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate, TlsFront } from '../../lib';
import { Stack, StackOptions, until, WriteProbe } from '../../playground/stack';
import { describeWith, HAPROXY, haproxyIsSince, REDIS, VALKEY, withPrograms } from '../support/binaries';
import { SecretFiles, TestCa } from '../support/pki';
import { shownAt } from '../support/tls-clients';

const CERTIFICATE = TlsCertificate.secret('redis-tls');
const RENEWALS = 20;

/** Engines that are installed. */
const ENGINES: readonly (readonly [string, RedisHaProps])[] = [['Redis', {}], ...withPrograms(VALKEY) ? [['Valkey', { engine: Engine.valkey() }] as const] : []];

describeWith([HAPROXY, REDIS['redis-server'], REDIS['redis-cli'], 'openssl'])('certificates that change under load', () => {
  let ca: TestCa;
  let stack: Stack | undefined;
  let probe: WriteProbe;
  beforeAll(() => { ca = new TestCa(); });
  afterAll(() => ca.remove());
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const start = async (props: RedisHaProps, more: Partial<StackOptions> = {}) => {
    const programs = { haproxy: HAPROXY, ...REDIS, ...VALKEY };
    stack = await Stack.up({ props: { proxy: { replicas: 1 }, ...props }, programs, secrets: { 'redis-tls': { ...ca.leaf() } }, restartMs: 500, ...more });
    await stack.converged();
    probe = new WriteProbe(stack, 8, 2_000);
    await until('clients write', () => probe.acknowledged.length > 500);
    return stack;
  };
  const write = (files: Partial<SecretFiles>) => Object.entries(files).forEach(([key, value]) => stack!.writeSecret(key, value, 'redis-tls'));
  const shows = async (host: string, port: number, files: SecretFiles) => await shownAt(host, port) === new X509Certificate(files['tls.crt']).serialNumber;
  const expectNoMore = (one: Stack, before: object) => {
    const errors = Object.fromEntries(probe.errors);
    if (JSON.stringify(errors) !== JSON.stringify(before)) process.stdout.write(one.logs());
    expect(errors).toEqual(before);
  };
  /** All ports that clients and members reach show it. */
  const shownByAll = async (one: Stack, files: SecretFiles, sentinels = false) => {
    for (const ordinal of one.servers.keys()) {
      await until(`server ${ordinal} shows it`, async () => shows(one.serviceAddress(`redis-announce-${ordinal}`), one.redis.serverPort, files));
    }
    await until('HAProxy shows it', async () => shows(one.serviceAddress('redis'), one.redis.port!, files));
    if (!sentinels) return;
    for (const host of one.redis.sentinelHosts) {
      const [service, port] = host.split(':');
      await until(`${service} shows it`, async () => shows(one.serviceAddress(service.split('.')[0]), Number(port), files));
    }
  };

  test.each<readonly [string, RedisHaProps]>(ENGINES.flatMap(([engine, props]) => [
    [`${engine}, passed through`, { ...props, tls: Tls.everywhere(CERTIFICATE) }],
    [`${engine}, encrypted again`, { ...props, tls: Tls.everywhere(CERTIFICATE, { front: TlsFront.REENCRYPT }) }],
  ]))(`%s: ${RENEWALS} new ones cost no command`, async (_, props) => {
    const one = await start(props);
    const before = Object.fromEntries(probe.errors);
    const from = probe.acknowledged.length;
    for (let n = 0; n < RENEWALS; n++) {
      const files = ca.leaf();
      write(files);
      await shownByAll(one, files);
    }
    const after = probe.acknowledged.length;
    await until('clients still write', () => probe.acknowledged.length > after + 500);
    expectNoMore(one, before);
    const { lost, double, acknowledged } = await probe.stop();
    expect([lost, double]).toEqual([0, 0]);
    process.stdout.write(`${RENEWALS} renewals: ${acknowledged - from} writes, 0 failed\n`);
  }, 180_000);

  const APART = { routing: Routing.podIp(), sentinel: Sentinel.deployments(3), tls: Tls.everywhere(CERTIFICATE) };
  test.each<readonly [string, RedisHaProps]>([
    ...ENGINES.map(([engine, props]) => [engine, { ...props, ...APART }] as const),
    // an older one takes other CAs only when it starts again (docs/how-to/tls.md)
    ...!haproxyIsSince(3, 2, 26) ? [] : [['Redis that asks HAProxy for one', { ...APART, tls: Tls.everywhere(CERTIFICATE, { clients: ClientCertificates.REQUIRED }) }] as const],
  ])(
    '%s, Sentinels of their own: another CA in three steps costs no command, and all say what they use', async (_, props) => {
      // three seconds instead of three minutes until Sentinels start again, and the like where they look by themselves; of passwords that were taken back there are none
      const edit: StackOptions['edit'] = ({ name, text }) => {
        if (name === 'agent.js') return soon(text, '18e4', '3e3', 2);
        return name === 'sentinel.conf' ? text.replace(/^(tls-auto-reload-interval) 60$/m, '$1 2') : text;
      };
      const one = await start(props, { edit });
      const errors = Object.fromEntries(probe.errors);
      const told = () => one.proxies[0].log().split('ca.crt of the Secret is in use').length;
      const next = new TestCa('next');
      try {
        const both = ca.leaf();
        const steps = [{ ...both, 'ca.crt': `${ca.cert}${next.cert}` }, { ...next.leaf(), 'ca.crt': `${ca.cert}${next.cert}` }, next.leaf()];
        for (const [index, files] of steps.entries()) {
          const before = told();
          write(files);
          await shownByAll(one, files, true);
          if (index !== 1) await until('HAProxy says that it trusts the CAs', () => told() > before);
        }
      } finally {
        next.remove();
      }
      expectNoMore(one, errors);
      // a failover works with what is left
      const master = await one.converged();
      await one.servers[master].kill();
      await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
      await one.converged();
      expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
      const restarts = one.agents.flatMap((agent) => [...agent.log().matchAll(/^(\S+) info certificate Sentinel (\d) starts again/gm)]).map(([, at]) => Date.parse(at)).sort();
      expect(restarts).toHaveLength(props.engine ? 0 : 9);
      for (const [index, at] of restarts.slice(1).entries()) expect(at - restarts[index]).toBeGreaterThanOrEqual(9_900);
    }, 240_000);
});

/** @throws Error if what is to be replaced is not there so often: the test would test nothing */
function soon(text: string, from: string, to: string, times = 1): string {
  const parts = text.split(from);
  if (parts.length !== times + 1) throw new Error(`${from} is there ${parts.length - 1} times`);
  return parts.join(to);
}
