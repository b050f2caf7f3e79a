import { AclUser, Auth, ClientCertificates, Engine, Order, Persistence, RedisHaProps, RedisOrder, Sentinel, Tls, TlsCertificate } from '../../lib';
import { sealOf as hashOf } from '../../lib/agent/act/orders';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { runCli } from '../cli/support/cli';
import { describeWith, HAPROXY, VALKEY, withPrograms } from '../support/binaries';
import { TestCa } from '../support/pki';
import { StackKubectl } from '../support/stack-kubectl';

const ENGINES: [string, RedisHaProps, { readonly [name: string]: string }][] = [
  ['Redis', {}, {}],
  ...withPrograms(VALKEY) ? [['Valkey', { engine: Engine.valkey() }, VALKEY] as [string, RedisHaProps, { readonly [name: string]: string }]] : [],
];
const ORDER = '/etc/redis-ha/order.sh';

describeWith([HAPROXY, 'redis-server', 'redis-cli'])('orders to agents', () => {
  let stack: Stack | undefined;
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const start = async (props: RedisHaProps = {}, programs: { readonly [name: string]: string } = {}) => {
    stack = await Stack.up({ props: { proxy: { replicas: 1 }, ...props }, programs: { haproxy: HAPROXY, ...programs }, restartMs: 200 });
    return { one: stack, master: await stack.converged() };
  };
  const order = async (server: number, ...words: string[]) => stack!.servers[server].exec(['sh', ORDER, ...words], 100_000);
  const metric = async (server: number, name: string) => {
    const text = await (await fetch(`http://${stack!.agents[server].pod.inside}:9098/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(name))?.split(' ').at(-1));
  };
  const downAfter = async (): Promise<number[]> => Promise.all(stack!.sentinels.map(async (sentinel) => {
    const fields = await stack!.ask(sentinel, 'SENTINEL', 'MASTER', stack!.redis.masterName);
    return Number(fields[fields.indexOf('down-after-milliseconds') + 1]);
  }));

  test.each(ENGINES)('a failover loses nothing, goes where it is told to, and the old master becomes a replica: %s', async (_, props, programs) => {
    const { one, master } = await start(props, programs);
    const probe = new WriteProbe(one);
    await until('clients write', () => probe.acknowledged.length > 50);
    const to = (master + 2) % 3;

    const { status, output } = await order(master, 'failover', String(to));

    expect(output).toMatch(new RegExp(`^done to server ${to} at .*\n$`));
    expect(status).toBe(0);
    expect(await one.converged()).toBe(to);
    const before = probe.acknowledged.length;
    await until('clients write again', () => probe.acknowledged.length > before + 50);
    const { lost, double } = await probe.stop();
    expect({ lost, double }).toEqual({ lost: 0, double: 0 });
    expect(await order(to, 'failover')).toMatchObject({ status: 0 });
    expect(await one.converged()).not.toBe(to);
  });

  test('are refused, with the reason, where they can\'t be carried out', async () => {
    const { master } = await start();
    const replica = (master + 1) % 3;
    expect(await order(replica, 'failover')).toEqual({ status: 65, output: `refused server ${replica} is not the master\n` });
    expect(await order(master, 'failover', '3')).toEqual({ status: 65, output: 'refused "3" must be the ordinal of a server, from 0 to 2\n' });
    expect(await order(master, 'failover', String(master))).toEqual({ status: 0, output: `done server ${master} is the master already\n` });
    expect(await order(master, 'rebuild')).toEqual({ status: 65, output: 'refused it is the master: hand over first\n' });
    expect(await order(master, 'pause', '0')).toEqual({ status: 65, output: 'refused "0" must be seconds, from 1 to 43200\n' });
    expect((await order(master, 'explode')).status).toBe(64);
    expect(await order(master, 'resume')).toEqual({ status: 0, output: 'done nothing was paused\n' });
  });

  test('are not taken from who does not know the password of the control plane, nor twice, nor late', async () => {
    const { one, master } = await start();
    const ask = async (text: string, seal: string) => {
      const client = one.clientOf(one.serviceAddress(`redis-announce-${master}`), 6379);
      await client.batch([['SUBSCRIBE', `redis-ha:order:${text}:${seal}`]]);
    };
    const now = Math.floor(Date.now() / 1000);
    const runIdOf = async (server: number) => /run_id:(\w+)/.exec(await one.ask(one.servers[server], 'INFO', 'server'))![1];
    const runId = await runIdOf(master);
    const sealOf = (text: string, password: string, of = runId) => hashOf(`${of}:${text}`, password);
    await ask(`${now}-1:pause:600`, sealOf(`${now}-1:pause:600`, 'wrong'));
    await ask(`${now}-2:pause:600`, sealOf(`${now}-2:pause:600`, ''));
    await ask(`${now - 600}-3:pause:600`, sealOf(`${now - 600}-3:pause:600`, one.password!));
    // the argument of another one
    await ask(`${now}-4:pause:600`, sealOf(`${now}-4:pause:60`, one.password!));
    // one to another server
    await ask(`${now}-5:pause:600`, sealOf(`${now}-5:pause:600`, one.password!, await runIdOf((master + 1) % 3)));
    // a right one comes after them, so they were seen
    expect(await order(master, 'pause', '7')).toMatchObject({ status: 0 });
    const log = one.agents[master].log();
    expect(log.match(/no failover until/g)).toHaveLength(2); // the pause itself, and the order
    await until('the Sentinels wait for seven seconds', async () => (await downAfter()).every((ms) => ms === 7_000));
  });

  test('a pause ends by itself: until then a silent master stays, and its Sentinels wait as long as before afterwards', async () => {
    const { one, master } = await start({ sentinel: Sentinel.deployments(3) });
    for (const server of [0, 1, 2]) expect(await order(server, 'pause', '40')).toMatchObject({ status: 0 });
    await until('the Sentinels bear a silent master', async () => (await downAfter()).every((ms) => ms === 40_000));
    const paused = Date.now();
    const named = async () => Promise.all(one.sentinels.map(async (sentinel) => one.ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', one.redis.masterName)));
    const before = await named();

    // late, so that the Sentinels alone would wait far beyond the end; as silent as a node that is gone
    await new Promise((resolve) => setTimeout(resolve, 24_000));
    for (const container of one.containersOf(one.servers[master].pod)) container.stall();
    // longer than the Sentinels wait for without the pause
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(await named()).toEqual(before);

    await until('another one is the master', async () => (await named()).every(([address], i) => address !== before[i][0]), 60_000);
    // the Sentinels alone would wait for 40 s of silence
    expect(Date.now() - paused).toBeLessThan(58_000);
    expect(await downAfter()).toEqual([3_500, 3_500, 3_500]);
    for (const container of one.containersOf(one.servers[master].pod)) container.resume();
  });

  test('a pause can be ended sooner', async () => {
    await start();
    for (const server of [0, 1, 2]) await order(server, 'pause', '600');
    await until('the Sentinels bear a silent master', async () => (await downAfter()).every((ms) => ms === 600_000));
    for (const server of [0, 1, 2]) expect(await order(server, 'resume')).toEqual({ status: 0, output: 'done failovers as usual\n' });
    await until('the Sentinels wait as before', async () => (await downAfter()).every((ms) => ms === 3_500));
  });

  test('a replica that is rebuilt drops its data and copies that of the master', async () => {
    const { one, master } = await start({ persistence: Persistence.existingClaim('data') });
    const replica = (master + 1) % 3;
    const client = one.client();
    await until('writes are taken', async () => client.call('SET', 'key', 'value').then((reply) => reply === 'OK', () => false));
    await one.ask(one.servers[replica], 'CONFIG', 'SET', 'replica-read-only', 'no');
    await one.ask(one.servers[replica], 'SET', 'stray', 'written where it should not be');
    const [, process] = /run_id:(\w+)/.exec(await one.ask(one.servers[replica], 'INFO', 'server'))!;

    const { status, output } = await order(replica, 'rebuild');

    expect(output).toBe(`done the server ends, and starts over from server ${master}\n`);
    expect(status).toBe(0);
    await until('another process answers', async () => (
      one.ask(one.servers[replica], 'INFO', 'server').then((info) => !info.includes(process), () => false)));
    expect(await one.converged()).toBe(master);
    expect(await one.ask(one.servers[replica], 'KEYS', '*')).toEqual(['key']);
    expect(one.servers[replica].log()).toContain('dropping the data in');
    expect(await one.ask(one.servers[master], 'GET', 'key')).toBe('value');
  });

  test('are given by commands', async () => {
    const { one, master } = await start();
    const kubectl = await StackKubectl.start(one);
    const cli = async (...args: string[]) => runCli(args, { kubectl: kubectl.program });
    const to = (master + 1) % 3;
    try {
      const { status, out, err } = await cli('failover', 'redis', '--to', `redis-server-${to}`);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toMatch(new RegExp(`^server ${master}: done to server ${to} at .*\n$`));
      expect(await one.converged()).toBe(to);
      expect(await cli('pause', '--for', '2m')).toMatchObject({ status: 0, out: expect.stringMatching(/^(server \d: done no failover until \S+\n){3}$/) });
      let told = '';
      await until('agents have told of the pause', async () => { told = (await cli('status')).out; return told.includes('next failover: would not work: it is paused'); });
      expect(told).toMatch(/failover-paused: No failover because of a silent master until \S+Z, as the agents of servers 0, 1 and 2 were told/);
      await until('the agent\'s next round has told Prometheus', async () => await metric(to, 'redis_ha_failover_paused_until_timestamp_seconds') > Date.now() / 1_000);
      expect(await metric(to, 'redis_ha_last_take_over_duration_seconds{from="')).toBeLessThan(10);
      expect(await cli('resume')).toMatchObject({ status: 0, out: expect.stringMatching(/^(server \d: done failovers as usual\n){3}$/) });
      expect(await cli('rebuild', String(to))).toEqual({ status: 65, out: `server ${to}: refused it is the master: hand over first\n`, err: '' });
      kubectl.forbidden = 'exec';
      expect((await cli('resume')).status).toBe(77);
    } finally {
      kubectl.stop();
    }
  });

  test('are given by a Job, from a pod without the server\'s socket', async () => {
    const { one, master } = await start();
    const servers = [0, 1, 2].map((ordinal) => one.serviceAddress(`redis-announce-${ordinal}`)).join(' ');
    const jobWith = async (env: string, ...words: string[]) => one.servers[master].exec(
      ['sh', '-c', `${env} SERVERS='${servers}' SERVER_PORT=6379 RUN_DIR=/nowhere exec sh ${ORDER} "$@"`, 'job', ...words], 100_000,
    );
    const job = async (...words: string[]) => jobWith('', ...words);
    const to = (master + 1) % 3;
    expect(await job('failover', String(to))).toMatchObject({ status: 0, output: expect.stringMatching(new RegExp(`^done to server ${to} at `)) });
    expect(await one.converged()).toBe(to);
    expect(await job('pause', '60')).toMatchObject({ status: 0, output: expect.stringMatching(/^(done no failover until \S+\n){3}$/) });
    expect(await job('resume')).toEqual({ status: 0, output: 'done failovers as usual\n'.repeat(3) });
    expect(await job('rebuild', String(to))).toEqual({ status: 65, output: 'refused it is the master: hand over first\n' });
    expect((await job('rebuild', '3')).status).toBe(64);
    // some other text
    expect((await jobWith('PASSWORD_FILE=/etc/hostname', 'failover')).status).toBe(69);
    expect((await jobWith('PASSWORD_FILE=/etc/hostname ORDER_SECONDS=5', 'pause', '60')).status).toBe(69);
  });

  test('are given by RedisOrder: with TLS, certificates of clients and users', async () => {
    const ca = new TestCa();
    try {
      stack = await Stack.create({
        props: {
          proxy: { replicas: 1 },
          auth: Auth.secret('redis-auth', { users: [AclUser.application('web', { keys: ['web:*'] })] }),
          tls: Tls.everywhere(TlsCertificate.secret('tls'), { clients: ClientCertificates.REQUIRED }),
        },
        programs: { haproxy: HAPROXY },
        secrets: { tls: { ...ca.leaf() } },
        // redis-cli resolves names by itself, as the machine does
        edit: ({ name, text }) => (name === 'order.sh' ? text.replace('set -- $SERVERS', 'set -- $(for name in $SERVERS; do getent ahosts "$name" | cut -d" " -f1; done)') : text),
        then: (redis, chart) => {
          for (const to of [1, 2]) new RedisOrder(chart, `to-${to}`, { redis, order: Order.failover({ to }) });
          new RedisOrder(chart, 'rebuild', { redis, order: Order.rebuild(2) });
        },
      });
      for (const each of stack.containers) each.start();
      await stack.converged();
      const [toOne, toTwo, rebuild] = stack.jobs;
      for (const [job, to] of [[toOne, 1], [toTwo, 2]] as const) {
        job.start();
        await until('the Job ends', () => job.succeeded || job.exitCode !== undefined, 60_000);
        expect(job.log()).toMatch(new RegExp(`^done (to )?server ${to} `));
        expect(job.succeeded).toBe(true);
        expect(await stack.converged()).toBe(to);
        // who took over tells, too: what the former master counts and logs may go with its pod
        await until('the successor tells of it', () => /order handed-over \d,\d+: done, server \d has handed over to this one/.test(stack!.agents[to].log()), 10_000);
      }
      rebuild.start();
      await until('the Job ends', () => rebuild.succeeded || rebuild.exitCode !== undefined, 60_000);
      expect(rebuild.log()).toMatch(/^refused it is the master: hand over first\n/);
      expect(rebuild.exitCode).toBe(65);
    } finally {
      ca.remove();
    }
  });

  test('a replica is not rebuilt while it may hold the only copy', async () => {
    const { one, master } = await start();
    const [replica, other] = [(master + 1) % 3, (master + 2) % 3];
    await one.cut(one.servers[other].pod);
    await until('it confirms nothing any more', async () => (
      /state=online,offset=\d+,lag=([3-9]|\d\d)/.test(await one.ask(one.servers[master], 'INFO', 'replication'))));
    expect(await order(replica, 'rebuild')).toEqual({
      status: 65, output: 'refused no other replica is in sync: if the master died meanwhile, all would be lost\n',
    });
  });
});
