import { REDIS, TestCluster, until } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(90_000);

describeWith(REDIS)('an endless script', () => {
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = new TestCluster({}, 3, 'busy-reply-threshold 100');
    await cluster.start();
  });
  afterEach(async () => cluster.stop());

  /** Runs it, and waits until the server answers nothing else. */
  async function busy(i: number, ...command: string[]): Promise<void> {
    cluster.server(i, 80_000).call(...command).catch(() => undefined);
    await until('the server is busy', async () => cluster.ask(i, 'PING').then(() => false, (error) => String(error).includes('BUSY')));
  }

  test('that has written ends with its server once another one is master, and not before', async () => {
    const old = await cluster.converged();
    // what the server acknowledged to nobody else
    const ended = cluster.exited(`redis-${old}`);
    await busy(old, 'EVAL', 'redis.call("SET", "half", "done") while true do end', '0');

    expect(await ended).toBe(0);
    const log = cluster.log(`agent-${old}`);
    expect(log).toMatch(/warn script has written and can't be killed, ends the server: a script does not end, and server \d is the master/);
    const [master] = await cluster.masters();
    expect(master).not.toBe(old);
    cluster.startServer(old);
    expect(await cluster.converged()).toBe(master);
    expect(await cluster.ask(old, 'EXISTS', 'half')).toBe(0);
  });

  test('that is a function, which no Sentinel kills, is killed once another one is master', async () => {
    const old = await cluster.converged();
    await cluster.ask(old, 'FUNCTION', 'LOAD', '#!lua name=lib\nredis.register_function("forever", function() while true do end end)');
    const pid = cluster.pid(`redis-${old}`);
    await busy(old, 'FCALL', 'forever', '0');

    await until('another master', async () => (await cluster.masters()).some((i) => i !== old));
    expect(await cluster.converged()).not.toBe(old);
    expect(cluster.log(`agent-${old}`)).toMatch(/warn script killed/);
    expect(cluster.pid(`redis-${old}`)).toBe(pid);
  });

  test('goes on while nobody else is master', async () => {
    const master = await cluster.converged();
    for (const i of [0, 1, 2].filter((each) => each !== master)) await cluster.kill(`redis-${i}`);
    await busy(master, 'EVAL', 'redis.call("SET", "half", "done") while true do end', '0');
    await until('the agent has seen it', () => cluster.log(`agent-${master}`).includes('busy with a script'));
    // as long as it takes it to end one that was replaced
    const since = Date.now();
    await until('that time', () => Date.now() - since > 13_000);

    await expect(cluster.ask(master, 'PING')).rejects.toThrow('BUSY');
    expect(cluster.log(`agent-${master}`)).not.toMatch(/warn script/);
  });
});
