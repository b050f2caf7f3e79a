import { AclUser, Auth, ClientCertificates, RedisBenchmark, Tls, TlsCertificate } from '../../lib';
import { Stack, until } from '../../playground/stack';
import { describeWith, HAPROXY } from '../support/binaries';
import { TestCa } from '../support/pki';

describeWith([HAPROXY, 'redis-server', 'redis-cli', 'redis-benchmark'])('RedisBenchmark', () => {
  test('measures through HAProxy, with TLS, a certificate of its own and users, and leaves nothing', async () => {
    const ca = new TestCa();
    const stack = await Stack.create({
      props: {
        proxy: { replicas: 1 },
        auth: Auth.secret('redis-auth', { users: [AclUser.application('web', { keys: ['web:*'] })] }),
        tls: Tls.everywhere(TlsCertificate.secret('tls'), { clients: ClientCertificates.REQUIRED }),
      },
      programs: { haproxy: HAPROXY },
      secrets: { tls: { ...ca.leaf() }, client: { ...ca.leaf({ names: ['client'], usages: ['clientAuth'] }) } },
      // programs in C resolve names by themselves, as the machine does
      edit: ({ name, text }) => (name === 'benchmark.sh' ? text.replace('set -u\n', 'set -u\nREDIS_HOST=$(getent ahosts "$REDIS_HOST" | head -n 1 | cut -d" " -f1)\n') : text),
      then: (redis, chart) => new RedisBenchmark(chart, 'benchmark', { redis, clientCertificate: 'client', load: { clients: 10, requests: 2000 } }),
    });
    try {
      for (const each of stack.containers) each.start();
      const master = await stack.converged();
      const users = await stack.ask(stack.servers[master], 'ACL', 'USERS');
      const [job] = stack.jobs;
      job.start();
      await until('the Job ends', () => job.succeeded || job.exitCode !== undefined, 60_000);
      expect(job.log()).toMatch(/^"SET","\d[^]*^"GET","\d/m);
      expect(job.succeeded).toBe(true);
      expect(await stack.ask(stack.servers[master], 'ACL', 'USERS')).toEqual(users);
      expect(await stack.ask(stack.servers[master], 'DBSIZE')).toBe(0);
    } finally {
      await stack.stop();
      ca.remove();
    }
  });
});
