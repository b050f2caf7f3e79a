import { eventually, HaproxyProcess, RedisProcess, RoleCounter } from './processes';
import { Haproxy } from '../../../lib/kube-template/haproxy';
import { Runtime } from '../../../lib/kube-template/haproxy/runtime';
import { describeWith, HAPROXY } from '../../support/binaries';
import { freePort } from '../../support/free-port';
import { TempDir } from '../support/temp-dir';

jest.setTimeout(30_000);

describeWith([HAPROXY, 'redis-server'])('servers that are judged by the checks of others', () => {
  const redisDir = new TempDir();
  const haproxy = new HaproxyProcess();
  let servers: RedisProcess[];
  let counter: RoleCounter;
  let port: number;
  let judges: number[];

  beforeAll(async () => {
    const master = await RedisProcess.start(redisDir.path);
    servers = [master, ...await Promise.all([1, 2].map(() => RedisProcess.start(redisDir.path, master.port)))];
    [port, ...judges] = await Promise.all([0, 1, 2].map(async () => freePort()));
  });
  afterAll(async () => {
    await counter?.stop();
    await haproxy.remove();
    await Promise.all(servers.map((server) => server.stop()));
    redisDir.remove();
  });

  /** A backend for the role of each Redis server, a page that says what is thought of it, and a backend that asks this page. */
  const config = (redis: number[]): string => haproxy.config(`${redis.map((at, i) => `backend role_${i}
    option tcp-check
    tcp-check send ROLE\\r\\n
    tcp-check expect min-recv 5 rstring ^\\*3\\r\\n\\$6\\r\\nmaster\\r\\n
    server R0 127.0.0.1:${at} check inter 5s downinter 100ms fall 2 rise 1
`).join('')}frontend consensus
    mode http
    timeout client 1s
${judges.map((judge) => `    bind 127.0.0.1:${judge}`).join('\n')}
${redis.map((_, i) => `    http-request return status 200 if { dst_port ${judges[i]} } { nbsrv(role_${i}) ge 1 }`).join('\n')}
    http-request return status 503
frontend redis
    bind 127.0.0.1:${port}
${redis.map((_, i) => `    use_backend m_${i} if { srv_is_up(m_${i}/R0) }`).join('\n')}
${redis.map((at, i) => `backend m_${i}
    option httpchk GET /
    http-check expect status 200
    server R0 127.0.0.1:${at} check addr 127.0.0.1 port ${judges[i]} inter 50ms fastinter 10ms fall 3 rise 2 on-marked-down shutdown-sessions`).join('\n')}`);

  test('the address of the master goes to a replica and back: no connection reaches a replica', async () => {
    const [master, first, second] = servers.map((server) => server.port);
    const proxy = new Haproxy({ master: haproxy.master, stateFile: haproxy.stateFile, log: (message) => { throw new Error(message); } });
    const start = config([master, first]);
    proxy.prepare('', start);
    haproxy.write(start);
    counter = new RoleCounter(port);
    await haproxy.start();
    await counter.reachMaster(20);
    const runtime = new Runtime(haproxy);
    const states = async (): Promise<string[]> => (await runtime.servers()).filter(({ up }) => up).map(({ key }) => key);
    expect(await states()).toEqual(['role_0/R0', 'm_0/R0']);

    const moved = config([second, master]);
    haproxy.write(moved);
    expect(await proxy.apply(start, moved)).toEqual({ how: 'runtime', commands: 12 });
    await counter.reachMaster(20);
    await eventually(async () => (await states()).join() === 'role_1/R0,m_1/R0', 'the other server is the master');

    haproxy.write(start);
    expect(await proxy.apply(moved, start)).toEqual({ how: 'runtime', commands: 12 });
    await counter.reachMaster(20);
    expect((await counter.stop()).replica).toBe(0);
    expect(await proxy.drift(start)).toBe(0);
  });
});
