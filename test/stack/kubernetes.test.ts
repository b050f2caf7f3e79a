import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';

const ROLE = 'redis-ha.cdk8s.io/role';

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl'])('what Kubernetes shows', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.up({ props: { kubernetes: { events: true, roleLabel: true } }, restartMs: 500 });
    await stack.converged();
  }, 60_000);
  afterAll(async () => stack?.stop());

  const pod = (ordinal: number): string => stack.servers[ordinal].pod.name;
  const told = (): string[] => stack.api!.events.map(({ reason, regarding }) => `${reason} ${regarding.name}`);

  /** One master that two replicas copy, and what the pods say. @returns the master */
  async function settled(): Promise<number> {
    let master = -1;
    await until('the pods say who is what', async () => {
      const { servers } = await stack.look();
      master = servers.findIndex(({ role }) => role === 'master');
      return master >= 0 && stack.servers.every((_, ordinal) => stack.api!.pod(pod(ordinal))?.metadata.labels[ROLE] === (ordinal === master ? 'master' : 'replica'));
    }, 30_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(stack.servers.map((_, ordinal) => stack.api!.pod(pod(ordinal))?.metadata.labels))}\n${stack.logs()}`);
    });
    return master;
  }

  /** Waits for one more Event. @returns it */
  async function more(before: readonly string[]): Promise<string[]> {
    await until('another Event', () => told().length > before.length, 30_000);
    return told().slice(before.length);
  }

  test('the first master is elected, and pods have labels', async () => {
    const master = await settled();
    expect(told()).toEqual([`MasterElected ${pod(master)}`]);
  }, 60_000);

  test('a hand-over is one Event, and the label moves', async () => {
    const master = await settled();
    const before = told();
    await stack.replace(stack.servers[master].pod);
    const next = await settled();
    expect(next).not.toBe(master);
    expect(await more(before)).toEqual([`HandOver ${pod(next)}`]);
  }, 60_000);

  test('a failover is one Event, and the label moves', async () => {
    const master = await settled();
    const before = told();
    await stack.servers[master].kill();
    await until('another master', async () => await settled() !== master, 30_000);
    const next = await settled();
    expect(await more(before)).toEqual([`FailoverDone ${pod(next)}`]);
  }, 60_000);

  test('a server that does not start because of its data is one Event, and no more once it has started', async () => {
    const replica = (await settled() + 1) % 3;
    const before = told();
    // as the start script does
    const asked = path.join(stack.servers[replica].file('/run/redis-ha'), 'unusable-data');
    fs.writeFileSync(asked, 'the log is broken\n');
    await stack.servers[replica].kill();
    expect(await more(before)).toEqual([`StartRefused ${pod(replica)}`]);
    expect(stack.api!.events.at(-1).note).toBe(`server ${replica} does not start: the log is broken`);
    await until('it was forgotten', () => !fs.existsSync(asked));
    await settled();
  }, 60_000);

  test.each(['forbid', 'hang'] as const)('an API server that answers nothing good (%s) holds no failover up, and is made up for', async (fault) => {
    const master = await settled();
    const before = told();
    stack.api![fault]();
    const probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 50);
    await stack.servers[master].kill();
    await until('clients write at another one', () => probe.acknowledged.slice(-50).every(([, server]) => server !== master), 30_000);
    const { double, gapMs } = await probe.stop();
    process.stdout.write(`kubernetes, ${fault}: ${gapMs} ms without a write\n`);
    expect(double).toBe(0);
    // and rounds go on: the server that died is a replica again
    await stack.converged(20_000);
    stack.api!.heal();
    await until('another master', async () => await settled() !== master, 30_000);
    expect(await more(before)).toEqual([`FailoverDone ${pod(await settled())}`]);
  }, 90_000);
});
