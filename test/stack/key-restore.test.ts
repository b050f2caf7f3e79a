import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Auth, AclUser, RedisHaProps, RedisKeyRestore, RedisKeyRestoreProps, Restore, Routing, Tls, TlsCertificate } from '../../lib';
import { Stack, until } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { TestCa } from '../support/pki';

jest.setTimeout(120_000);

describeWith(['redis-server', 'redis-cli', 'haproxy'])('keys that are copied into a running installation', () => {
  let stack: Stack | undefined;
  let ca: TestCa | undefined;
  afterEach(async () => {
    await stack?.stop();
    ca?.remove();
    stack = ca = undefined;
  });

  const up = async (props: RedisHaProps, options: Partial<RedisKeyRestoreProps> = {}) => {
    const secrets: { [name: string]: { [key: string]: string } } = props.tls ? { tls: { ...(ca = new TestCa()).leaf() } } : {};
    const from = Restore.fromVolume('old', 'dump.rdb');
    stack = await Stack.create({
      props: { proxy: props.routing ? undefined : { replicas: 1 }, ...props },
      secrets,
      then: (redis, chart) => new RedisKeyRestore(chart, 'bring-back', { redis, from, pattern: 'user:*', ...options }),
    });
    const [job] = stack.jobs;
    const folder = fs.mkdtempSync(path.join(stack.folder, 'snapshot-'));
    execFileSync('sh', ['-c', 'redis-server --port 0 --unixsocket s --save "" & until redis-cli -s s MSET user:1 old user:2 old other old; do sleep 0.1; done; redis-cli -s s SAVE; redis-cli -s s SHUTDOWN NOSAVE; wait'], { cwd: folder, stdio: 'ignore' });
    fs.copyFileSync(path.join(folder, 'dump.rdb'), path.join(job.container('copy').file('/source'), 'dump.rdb'));
    for (const each of stack.containers) each.start();
    const master = await stack.converged();
    await until('the master takes writes', async () => stack!.ask(stack!.servers[master], 'SET', 'user:1', 'new').then(() => true, () => false));
    if (!props.routing) await until('HAProxy has found the master', async () => stack!.client().call('PING').then(() => true, () => false));
    return { one: stack, job, master };
  };

  test.each<[string, () => RedisHaProps]>([
    ['with a password', () => ({})],
    ['without', () => ({ auth: Auth.none() })],
    ['with users', () => ({ auth: Auth.secret('redis-auth', { users: [AclUser.application('web', { keys: ['web:*'] })] }) })],
    ['with TLS', () => ({ tls: Tls.everywhere(TlsCertificate.secret('tls')) })],
    ['without a proxy', () => ({ routing: Routing.none() })],
  ])('%s: those that match, and none that is there', async (_, props) => {
    const { one, job, master } = await up(props());
    job.start();
    await until('the Job is done', () => job.succeeded || job.log().includes('FAILED'));
    expect(job.log()).toContain('done: copied 1 keys, and left 1 that were there as they are');
    const get = async (key: string) => one.ask(one.servers[master], 'GET', key);
    expect([await get('user:1'), await get('user:2'), await get('other')]).toEqual(['new', 'old', null]);
    await until('replicas have it', async () => (await Promise.all(one.servers.map(async (server) => one.ask(server, 'GET', 'user:2')))).every((value) => value === 'old'));
  });

  test('with replace: true, those that are there too', async () => {
    const { one, job, master } = await up({}, { replace: true, databases: [0] });
    job.start();
    await until('the Job is done', () => job.succeeded || job.log().includes('FAILED'));
    expect(job.log()).toContain('done: copied 2 keys');
    expect(await one.ask(one.servers[master], 'GET', 'user:1')).toBe('old');
  });
});
