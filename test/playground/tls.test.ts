import { Tls, TlsCertificate, TlsFront } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { TestCa } from '../support/pki';

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl'])('an installation that speaks TLS', () => {
  let ca: TestCa;
  let stack: Stack;
  beforeAll(() => { ca = new TestCa(); });
  afterAll(() => ca.remove());
  afterEach(async () => stack.stop());

  const up = async (tls: (certificate: TlsCertificate) => Tls) => {
    stack = await Stack.up({
      props: { proxy: { replicas: 1 }, tls: tls(TlsCertificate.secret('redis-tls')) },
      secrets: { 'redis-tls': { ...ca.leaf() } },
      restartMs: 500,
    });
    return stack.converged();
  };

  test.each<readonly [string, (certificate: TlsCertificate) => Tls]>([
    ['passed through', (certificate) => Tls.everywhere(certificate)],
    ['encrypted again', (certificate) => Tls.everywhere(certificate, { front: TlsFront.REENCRYPT })],
    ['at the edge', (certificate) => Tls.edge(certificate)],
  ])('%s: keeps what it acknowledged when the master is killed, and renews its certificate', async (_, tls) => {
    const master = await up(tls);
    const probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 50);
    for (const [key, value] of Object.entries(ca.leaf())) stack.writeSecret(key, value, 'redis-tls');
    await until('clients write on', () => probe.acknowledged.length > 500);
    await stack.servers[master].kill();
    await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
    await stack.converged();
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 90_000);
});
