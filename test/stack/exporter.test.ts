import { Auth, Metrics, RedisHaProps, Sentinel, Tls, TlsCertificate } from '../../lib';
import { pairs } from '../../lib/agent/redis/replies';
import { Stack, until } from '../../playground/stack';
import { describeWith, HAPROXY, PROMTOOL, REDIS_EXPORTER } from '../support/binaries';
import { SecretFiles, TestCa } from '../support/pki';
import { metricErrors } from '../support/promtool';

describeWith(['redis-server', 'redis-cli', 'openssl', HAPROXY, REDIS_EXPORTER, PROMTOOL])('exporters', () => {
  const ca = new TestCa();
  let stack: Stack | undefined;
  afterAll(() => ca.remove());
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const up = async (props: RedisHaProps, certificate?: SecretFiles) => {
    stack = await Stack.create({
      props: { proxy: { replicas: 1 }, ...props },
      programs: { haproxy: HAPROXY, redis_exporter: REDIS_EXPORTER },
      secrets: certificate === undefined ? {} : { 'redis-tls': { ...certificate } },
    });
    for (const key of ['proxy-password', 'metrics-password']) stack.writeSecret(key, `${key}-1`);
    stack.start();
    await stack.converged();
    return stack;
  };
  const exposed = async (one: Stack, pod: string, port: number) => {
    const { inside } = one.pods.find(({ name }) => name === pod)!;
    return (await fetch(`http://${inside}:${port}/metrics`)).text();
  };
  const told = async (one: Stack, pod: string, port: number, ...samples: (string | RegExp)[]) => {
    let text = '';
    await until(`${pod} tells ${samples.join(', ')}`, async () => {
      text = await exposed(one, pod, port);
      return samples.every((sample) => text.split('\n').some((line) => (typeof sample === 'string' ? line === sample : sample.test(line))));
    }).catch((error: Error) => { throw new Error(`${error.message}\n${text}`); });
    return text;
  };
  const METRICS = Metrics.exporter({
    scripts: { 'carts.lua': "return {'carts', tostring(redis.call('SCARD', 'carts'))}" },
    keys: ['queue:mails'],
    keyPatterns: ['queue:*'],
    countedPatterns: ['session:*'],
  });

  test.each<readonly [string, RedisHaProps]>([
    ['the password of all, Sentinels as sidecars', {}],
    ['a user of their own, Sentinels with pods of their own', { auth: Auth.secret('redis-auth', { componentUsers: true }), sentinel: Sentinel.deployments(3) }],
  ])('with %s tell of servers, Sentinels and keys, and lack no right', async (_, props) => {
    const one = await up({ metrics: METRICS, ...props });
    const client = one.client();
    await client.call('RPUSH', 'queue:mails', 'a', 'b');
    await client.call('SET', 'session:1', 'x');
    await client.call('SADD', 'carts', '1', '2', '3');
    const master = (await one.look()).servers.findIndex(({ role }) => role === 'master');
    const keys = ['redis_key_size{db="db0",key="queue:mails"} 2', 'redis_keys_count{db="db0",key="session:*"} 1'];
    const script = /^redis_script_values\{.*key="carts".*\} 3$/;
    expect(await told(one, `redis-server-${master}`, 9121, 'redis_up 1', 'redis_connected_slaves 2', script)).not.toContain('redis_keys_count{');
    await told(one, `redis-server-${(master + 1) % 3}`, 9121, 'redis_up 1', /^redis_master_link_up\{.*\} 1$/, script, ...keys);
    const { pod } = one.sentinels[0];
    await told(one, pod.name, 9122, 'redis_up 1', 'redis_sentinel_masters 1', /^redis_sentinel_master_ckquorum_status\{.*\} 1$/);
    for (const member of [...one.servers, ...one.sentinels]) {
      const denied = (await one.ask(member, 'ACL', 'LOG') as string[][]).map((entry) => pairs(entry)).filter((entry) => entry.get('reason') !== 'auth');
      // a Sentinel has no slow log, and knows no rule for it
      const lacking = denied.map((entry) => `${entry.get('username')} ${entry.get('object')}`)
        .filter((each) => member.name === 'server' || !each.startsWith('metrics slowlog'));
      expect(lacking).toEqual([]);
    }
  }, 90_000);

  test('with TLS everywhere speak over the socket of the pod', async () => {
    const one = await up({ metrics: Metrics.exporter(), tls: Tls.everywhere(TlsCertificate.secret('redis-tls')) }, ca.leaf());
    await told(one, 'redis-server-0', 9121, 'redis_up 1');
    await told(one, 'redis-server-0', 9122, 'redis_sentinel_masters 1');
  }, 90_000);

  test('follow another password, and end when they are told to', async () => {
    const one = await up({ metrics: Metrics.exporter(), auth: Auth.secret('redis-auth', { componentUsers: true }) });
    await told(one, 'redis-server-0', 9121, 'redis_up 1');
    one.writeSecret('metrics-password', 'another');
    const took = (each: typeof one.containers[number]) => each.name !== 'exporter' || each.log().includes('another password or script');
    await until('the exporters took it', () => one.containers.every(took));
    await until('servers accept it alone', async () => {
      const users = await one.ask(one.servers[0], 'ACL', 'GETUSER', 'metrics');
      return pairs(users).get('passwords')!.split(',').length >= 1;
    });
    await told(one, 'redis-server-0', 9121, 'redis_up 1');
    const exporter = one.containers.find(({ name }) => name === 'exporter')!;
    await exporter.terminate();
    expect(exporter.log().trimEnd().split('\n').at(-1)).toBe('# ended: 0');
  }, 90_000);

  test('refuse to scrape other addresses, to which they would send the password', async () => {
    const one = await up({ metrics: Metrics.exporter() });
    await told(one, 'redis-server-0', 9121, 'redis_up 1');
    const response = await fetch(`http://${one.pods[0].inside}:9121/scrape?target=redis://127.0.0.1:1`);
    expect(response.status).toBe(404);
  }, 90_000);

  test('what our programs tell is named as Prometheus\' rules ask for', async () => {
    const one = await up({ metrics: Metrics.exporter() });
    await told(one, 'redis-server-0', 9098, 'redis_ha_server_up 1');
    expect(metricErrors(await exposed(one, 'redis-server-0', 9098))).toBe('');
  }, 90_000);
});
