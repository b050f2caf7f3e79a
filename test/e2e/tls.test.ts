import * as net from 'node:net';
import { Engine, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate, TlsFront } from '../../lib';
import { TestCa } from '../support/pki';
import { heardBy } from '../support/tls-clients';
import { Installation } from './support/installation';
import { Namespace, Pod } from './support/namespace';
import { PortForward } from './support/port-forward';
import { until } from './support/until';

/** Every way at least twice, and each pair of ways that meet in one pod once; with E2E_TLS=all each with each. */
const FEW = ['passthrough sidecar service redis', 're-encrypt separate pod-ip redis', 'passthrough separate pod-ip valkey', 're-encrypt sidecar service valkey'];
const ALL = ['passthrough', 're-encrypt'].flatMap((front) => ['sidecar', 'separate'].flatMap((sentinel) => (
  ['service', 'pod-ip'].flatMap((routing) => ['redis', 'valkey'].map((engine) => `${front} ${sentinel} ${routing} ${engine}`)))));

const KEYS = Array.from({ length: 200 }, (_, index) => `key-${index}`);

function propsOf(ways: string): RedisHaProps {
  const [front, sentinel, routing, engine] = ways.split(' ');
  return {
    tls: Tls.everywhere(TlsCertificate.secret('redis-tls'), { front: front === 're-encrypt' ? TlsFront.REENCRYPT : TlsFront.PASSTHROUGH }),
    sentinel: sentinel === 'separate' ? Sentinel.deployments(3) : Sentinel.sidecar(),
    routing: routing === 'pod-ip' ? Routing.podIp() : Routing.service(),
    engine: engine === 'valkey' ? Engine.valkey() : Engine.redis(),
  };
}

/** Ports of a pod on which something listens for others, whatever its manifest says. */
async function listening(namespace: Namespace, { name, containers }: Pod): Promise<number[]> {
  const { stdout } = await namespace.exec(name, containers[0].name, 'cat /proc/net/tcp /proc/net/tcp6');
  const sockets = stdout.split('\n').map((line) => /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /.exec(line)).filter((match) => match !== null);
  const loopback = /^(0100007F|00000000000000000000000001000000)$/;
  return [...new Set(sockets.filter(([, address]) => !loopback.test(address!)).map(([, , port]) => parseInt(port!, 16)))].sort((a, b) => a - b);
}

describe.each(process.env.E2E_TLS === 'all' ? ALL : FEW)('TLS everywhere: %s', (ways) => {
  let namespace: Namespace;
  let installation: Installation;
  let ca: TestCa;

  beforeAll(async () => {
    ca = new TestCa();
    namespace = await Namespace.create('tls');
    installation = new Installation(namespace, propsOf(ways), ca);
    await installation.start();
  });

  afterAll(async () => {
    await namespace?.remove();
    ca?.remove();
  });

  it('keeps writes, and reads them from replicas', async () => {
    await installation.withClients(async ({ write, read }) => {
      for (const key of KEYS) expect(await write.set(key, 'value')).toBe('OK');
      expect(await write.wait(2, 8_000)).toBe(2);
      expect((await read.role())[0]).toBe('slave');
      expect(await read.mget(KEYS)).toEqual(KEYS.map(() => 'value'));
    });
  });

  it('no port of any pod speaks with a client without TLS', async () => {
    const pods = await namespace.pods();
    const ports = await Promise.all(pods.map((pod) => listening(namespace, pod)));
    // each of the servers, Sentinels and proxies was looked at
    const { port, readPort, serverPort } = installation.redis;
    for (const known of [serverPort, 26379, port!, readPort!]) expect(ports.filter((each) => each.includes(known)).length).toBeGreaterThanOrEqual(3);
    const heard: string[] = [];
    for (const [index, pod] of pods.entries()) {
      const forward = await PortForward.open(namespace.name, `pod/${pod.name}`, ports[index]!);
      for (const remote of ports[index]!) {
        const text = await heardBy(net.connect({ host: '127.0.0.1', port: forward.port(remote) }));
        // metrics and probes are HTTP
        if (/PONG|NOAUTH|^-/.test(text)) heard.push(`${pod.name}:${remote} says ${text}`);
      }
      await forward.close();
    }
    expect(heard).toEqual([]);
  });

  it('another server takes over when the master is gone, with what was written', async () => {
    const masters = async () => (await installation.withClients(({ write }) => write.info('server'))).match(/^run_id:(\w+)/m)?.[1];
    const before = await masters();
    const pods = await namespace.pods('app.kubernetes.io/component=server');
    const roles = await installation.ask('server', 'server', '-s /run/redis-ha/server.sock ROLE');
    await namespace.deletePod(pods[roles.findIndex((role) => role.startsWith('master'))]!.name);
    await until('another master takes writes', 60_000, async () => {
      const now = await masters();
      return now !== undefined && now !== before && installation.withClients(async ({ write }) => (await write.set('after', 'value')) === 'OK');
    });
    await installation.withClients(async ({ write }) => expect(await write.mget(KEYS)).toEqual(KEYS.map(() => 'value')));
  });
});
