import { Size } from 'cdk8s';
import { Persistence, Tls, TlsCertificate } from '../../lib';
import { TestCa } from '../support/pki';
import { Installation } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';

const KEYS = Array.from({ length: 500 }, (_, index) => `key-${index}`);
const CERTIFICATE = TlsCertificate.secret('redis-tls');
/** Longest time for what rolls. */
const ROLL_MILLIS = 180_000;

describe('TLS is turned on in a running installation', () => {
  let namespace: Namespace;
  let ca: TestCa;

  beforeEach(async () => {
    ca = new TestCa();
    namespace = await Namespace.create('tls-on');
  });
  afterEach(async () => {
    await namespace.remove();
    ca.remove();
  });

  it('everywhere: all pods are deleted at once, and what is on the volumes stays', async () => {
    const persistence = Persistence.volume(Size.mebibytes(64));
    const plain = new Installation(namespace, { persistence });
    await plain.start();
    await plain.withClients(async ({ write }) => {
      for (const key of KEYS) await write.set(key, 'value');
    });
    const secure = new Installation(namespace, { persistence, tls: Tls.everywhere(CERTIFICATE) }, ca);
    await secure.certify();
    await namespace.apply(secure.manifests);
    for (const { name } of await namespace.pods('app.kubernetes.io/instance=e2e-redis')) await namespace.deletePod(name);
    const start = Date.now();
    await until('all keys are there over TLS', ROLL_MILLIS, async () => secure.withClients(async ({ write }) => (
      (await write.mget(KEYS)).every((value) => value === 'value') && await write.set('after', 'value') === 'OK')));
    process.stdout.write(`TLS everywhere: the first write ${Date.now() - start} ms after all pods were deleted\n`);
    await namespace.ready(secure.manifests, ROLL_MILLIS);
  });

  it('at the edge, with its ports beside the former ones: HAProxy is rolled alone, and clients without TLS go on', async () => {
    const plain = new Installation(namespace, {});
    await plain.start();
    const servers = async () => (await namespace.pods('app.kubernetes.io/component=server')).map(({ uid }) => uid).sort();
    const before = await servers();
    const props = { proxy: { port: 6390, readPort: 6391 }, tls: Tls.edge(CERTIFICATE, { plainPort: 6379, plainReadPort: 6380 }) };
    const edge = new Installation(namespace, props, ca);
    await edge.certify();
    await namespace.apply(edge.manifests);
    await until('a client with TLS is served', ROLL_MILLIS, async () => edge.withClients(async ({ write, read }) => (
      await write.set('of-tls', 'value') === 'OK' && (await read.role())[0] === 'slave')));
    await namespace.ready(edge.manifests, ROLL_MILLIS);
    await plain.withClients(async ({ write, read }) => {
      expect(await write.get('of-tls')).toBe('value');
      expect((await read.role())[0]).toBe('slave');
    });
    expect(await servers()).toEqual(before);
  });
});
