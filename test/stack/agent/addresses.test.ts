import * as fs from 'node:fs';
import * as path from 'node:path';
import { pairs } from '../../../lib/agent/redis/replies';
import { REDIS, TestCluster, until, Writer } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(120_000);

/** Resolves names as a file says that the test writes, instead of the DNS. */
const resolver = (hostsFile: string): string => `
const fs = require('node:fs');
require('node:dns/promises').lookup = async (name) => {
  const address = JSON.parse(fs.readFileSync(${JSON.stringify(hostsFile)}, 'utf8'))[name];
  if (!address) throw new Error('ENOTFOUND ' + name);
  return { address, family: 4 };
};
`;

const ALL = [0, 1, 2];

/** A cluster whose members are known by names, and have two addresses each: that of the former Service and that of the new one. */
class NamedCluster extends TestCluster {
  private readonly hostsFile = path.join(this.directory, 'hosts.json');
  private readonly resolverFile = path.join(this.directory, 'resolver.js');
  private readonly hosts: Record<string, string> = {};

  constructor() {
    super({ servers: ALL.map((i) => `server-${i}`), sentinels: ALL.map((j) => `sentinel-${j}`) });
    ALL.forEach((i) => {
      this.hosts[`server-${i}`] = this.servers[i];
      this.hosts[`sentinel-${i}`] = this.sentinels[i];
    });
  }

  public override async start(): Promise<void> {
    await this.choosePorts();
    fs.writeFileSync(this.resolverFile, resolver(this.hostsFile));
    this.writeHosts();
    for (const i of ALL) {
      const [own, others] = [this.sentinels[i], [this.second(this.sentinels[i])]];
      fs.writeFileSync(path.join(this.directory, `sentinel-${i}.conf`), [
        `bind ${own} ${others.join(' ')}`, `bind-source-addr ${own}`, `port ${this.sentinelPort}`, `dir ${this.directory}`,
        `logfile ${this.directory}/sentinel-${i}.log`, `requirepass "${this.password}"`, `sentinel announce-ip ${own}`,
        `sentinel announce-port ${this.sentinelPort}`, `sentinel myid ${String(i + 1).repeat(40)}`, '',
      ].join('\n'));
      this.startSentinel(i);
      this.startServer(i, { config: `bind ${this.local(i)} ${this.servers[i]} ${this.second(this.servers[i])}` });
      this.startNamedAgent(i);
    }
  }

  public startNamedAgent(i: number): void {
    this.startAgent(i, { selfAddress: this.local(i) });
  }

  protected override spawn(name: string, program: string, args: string[]): void {
    super.spawn(name, program, program === process.execPath ? ['--require', this.resolverFile, ...args] : args);
  }

  /** The announce Service of a server is made anew: nobody connects to the former address any more. What is connected stays, as in the kernel's tables. */
  public async move(i: number): Promise<string> {
    const address = this.second(this.servers[i]);
    this.servers[i] = address;
    await this.client(this.local(i), this.serverPort).call('CONFIG', 'SET', 'bind', `${this.local(i)} ${address}`);
    this.hosts[`server-${i}`] = address;
    this.writeHosts();
    return address;
  }

  /** The same of a Sentinel, whose former address still works. */
  public moveSentinel(j: number): void {
    this.sentinels[j] = this.second(this.sentinels[j]);
    this.hosts[`sentinel-${j}`] = this.sentinels[j];
    this.writeHosts();
  }

  private local(i: number): string {
    return this.servers[i].replace(/\d+$/, String(221 + i));
  }

  private second(address: string): string {
    return address.replace(/\d+$/, (byte) => String(Number(byte) + 50));
  }

  private writeHosts(): void {
    fs.writeFileSync(`${this.hostsFile}.new`, JSON.stringify(this.hosts));
    fs.renameSync(`${this.hostsFile}.new`, this.hostsFile);
  }
}

describeWith(REDIS)('an announce Service that is made anew with another ClusterIP', () => {
  let cluster: NamedCluster;

  beforeEach(async () => {
    cluster = new NamedCluster();
    await cluster.start();
  });
  afterEach(async () => cluster.stop());

  const runIds = async (): Promise<string[]> => Promise.all(ALL.map(async (i) => /run_id:(\w+)/.exec(String(await cluster.ask(i, 'INFO', 'server')))![1]));

  /** Addresses at which a Sentinel knows replicas or other Sentinels. */
  async function known(j: number, what: 'REPLICAS' | 'SENTINELS'): Promise<string[]> {
    return (await cluster.askSentinel(j, 'SENTINEL', what, 'cache-redis') as string[][]).map((each) => pairs(each).get('ip')!).sort();
  }

  const others = (addresses: readonly string[], i: number): string[] => addresses.filter((_, k) => k !== i).sort();

  test('of the master: all follow, without a restart and without a lost write', async () => {
    const master = await cluster.converged();
    const before = await runIds();
    const writer = new Writer(cluster, master);
    await until('writes flow', () => writer.acknowledged.length > 100);

    await cluster.move(master);

    expect(await cluster.converged()).toBe(master);
    const acknowledged = await writer.stop();
    const held = await cluster.keys(master, 'written');
    expect(acknowledged.filter((key) => !held.has(key))).toEqual([]);
    expect(await runIds()).toEqual(before);
    // the failover to somebody else and back works with it
    await cluster.kill(`redis-${master}`);
    await until('another master', async () => (await cluster.masters()).some((i) => i !== master));
  });

  test('of the master, whose agent was started anew since', async () => {
    const master = await cluster.converged();
    await cluster.kill(`agent-${master}`);
    await cluster.move(master);
    cluster.startNamedAgent(master);
    expect(await cluster.converged()).toBe(master);
  });

  test('of a replica: it announces the new one, and the Sentinels forget the former', async () => {
    const master = await cluster.converged();
    const replica = (master + 1) % 3;
    const before = await runIds();

    await cluster.move(replica);

    await until('all Sentinels know the replicas by their new addresses alone', async () =>
      (await Promise.all(ALL.map(async (j) => known(j, 'REPLICAS')))).every((list) => list.join() === others(cluster.servers, master).join()), 100_000);
    expect(await cluster.converged()).toBe(master);
    expect(await runIds()).toEqual(before);
  });

  test('of everybody at once', async () => {
    const master = await cluster.converged();
    const before = await runIds();

    for (const i of ALL) {
      await cluster.move(i);
      cluster.moveSentinel(i);
    }

    expect(await cluster.converged({ timeoutMs: 60_000 })).toBe(master);
    await until('all know the Sentinels by their new addresses', async () =>
      (await Promise.all(ALL.map(async (j) => known(j, 'SENTINELS')))).every((list, j) => list.join() === others(cluster.sentinels, j).join()), 60_000);
    await until('all know the replicas by their new addresses', async () =>
      (await Promise.all(ALL.map(async (j) => known(j, 'REPLICAS')))).every((list) => list.join() === others(cluster.servers, master).join()), 60_000);
    expect(await runIds()).toEqual(before);
  });
});
