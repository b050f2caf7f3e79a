import { TestCluster, until } from './cluster';
import { act } from '../../../lib/agent/act/act';
import { Actor } from '../../../lib/agent/act/actor';
import { CutOvers } from '../../../lib/agent/act/cut-over';
import { Failovers } from '../../../lib/agent/act/failovers';
import { parseConfig } from '../../../lib/agent/config/parse-config';
import { Action } from '../../../lib/agent/decide/action';
import { decide } from '../../../lib/agent/decide/decide';
import { BLANK_MEMORY } from '../../../lib/agent/decide/memory';
import { Claim, formatClaim } from '../../../lib/agent/observe/claim';
import { majorityOf } from '../../../lib/agent/observe/observation';
import { observe } from '../../../lib/agent/observe/observe';
import { DataRecord } from '../../../lib/agent/observe/record-file';
import { Peers } from '../../../lib/agent/redis/peers';
import { RespClient } from '../../../lib/agent/redis/resp-client';
import { Log } from '../../../lib/log/log';

const MASTER_NAME = 'cache-redis';
const ALL = [0, 1, 2];

/** A record of data that was known good in another process. */
const RECORD: DataRecord = { term: 1, epoch: 0, master: false, offset: 0, hasKeys: false, runId: 'before', streamId: 'before' };

/**
 * Real servers and Sentinels in whatever state a test puts them, and what the agent of server 0 decides about it.
 * Time between its looks is made up, so that no test waits for what takes a minute.
 */
export class Stage {
  public readonly cluster = new TestCluster();
  private peers!: Peers;
  private agents: RespClient[] = [];
  private record?: DataRecord;
  private readonly failovers = new Failovers();

  public async start(): Promise<void> {
    const { cluster } = this;
    await cluster.choosePorts();
    for (const i of ALL) {
      cluster.startServer(i, { empty: true });
      cluster.startSentinel(i);
    }
    this.peers = {
      local: cluster.server(0, 1_000),
      servers: ALL.map((i) => cluster.server(i, 1_000)),
      sentinels: ALL.map((j) => cluster.sentinel(j)),
      serverAt: () => { throw new Error('there are no others'); },
      addresses: cluster.servers,
      sentinelAddresses: cluster.sentinels,
      clock: { now: () => Math.round(performance.now()), sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    };
    await this.answering();
  }

  /** Three standbys without data, three Sentinels that know nobody, and no agent that speaks. */
  public async clear(): Promise<void> {
    this.record = undefined;
    this.agents.forEach((agent) => agent.close());
    this.agents = [];
    for (const i of ALL) {
      await this.cluster.kill(`redis-${i}`);
      this.cluster.startServer(i, { empty: true });
      await this.cluster.kill(`sentinel-${i}`);
      this.cluster.startSentinel(i, { blank: true });
    }
    await this.answering();
  }

  /** Waits until everybody answers. */
  public async answering(): Promise<void> {
    for (const i of ALL) {
      await until(`server ${i} answers`, async () => (await this.cluster.info(i)).role === 'slave');
      await until(`Sentinel ${i} answers`, async () => await this.cluster.askSentinel(i, 'PING') === 'PONG');
    }
  }

  /** What the agent beside a server says about its data; the agent of server 0 concludes it from its record. */
  public async claim(i: number, claim: Partial<Claim> = {}): Promise<void> {
    const all: Claim = { term: 1, epoch: 0, master: false, offset: 0, live: false, ...claim };
    if (i === 0) {
      const runId = all.live ? /run_id:(\w+)/.exec(String(await this.cluster.ask(0, 'INFO', 'server')))![1] : RECORD.runId;
      this.record = all.term === 0 ? undefined : { ...RECORD, ...all, runId };
      return;
    }
    const agent = this.cluster.server(i);
    this.agents.push(agent);
    await agent.batch([['CLIENT', 'SETNAME', formatClaim(all)], ['SUBSCRIBE', '__redis-ha__']]);
  }

  public async master(...servers: readonly number[]): Promise<void> {
    for (const i of servers) await this.cluster.ask(i, 'REPLICAOF', 'NO', 'ONE');
  }

  /** Makes a server a replica, in sync with a master that is there. */
  public async replica(i: number, of: number, options: { priority?: number; linked?: boolean } = {}): Promise<void> {
    const { cluster } = this;
    await cluster.ask(i, 'CONFIG', 'SET', 'replica-priority', String(options.priority ?? 100));
    await cluster.ask(i, 'REPLICAOF', cluster.servers[of], String(cluster.serverPort));
    if (options.linked === false) return;
    await until(`server ${i} is in sync`, async () => (await cluster.info(i)).master_link_status === 'up');
  }

  /** Makes these Sentinels name a server, with the settings that the agent wants, or others. */
  public async name(server: number, sentinels: readonly number[] = ALL, settings: Record<string, number> = {}): Promise<void> {
    for (const j of sentinels) await this.monitor(j, this.cluster.servers[server]);
    await this.set(sentinels, settings);
  }

  public async monitor(sentinel: number, address: string): Promise<void> {
    const { cluster } = this;
    await cluster.askSentinel(sentinel, 'SENTINEL', 'MONITOR', MASTER_NAME, address, String(cluster.serverPort), String(majorityOf(ALL.length)));
    await cluster.askSentinel(sentinel, 'SENTINEL', 'SET', MASTER_NAME, 'auth-pass', cluster.password);
  }

  public async set(sentinels: readonly number[], settings: Record<string, number> = {}): Promise<void> {
    const { downAfterMs, failoverTimeoutMs, parallelSyncs } = this.config;
    const all = { 'down-after-milliseconds': downAfterMs, 'failover-timeout': failoverTimeoutMs, 'parallel-syncs': parallelSyncs, ...settings };
    for (const j of sentinels) {
      for (const [key, value] of Object.entries(all)) await this.cluster.askSentinel(j, 'SENTINEL', 'SET', MASTER_NAME, key, String(value));
    }
  }

  public get config() {
    const { cluster } = this;
    return parseConfig(JSON.stringify({
      masterName: MASTER_NAME,
      servers: cluster.servers,
      serverPort: cluster.serverPort,
      sentinels: cluster.sentinels,
      sentinelPort: cluster.sentinelPort,
      self: 0,
      selfAddress: cluster.servers[0],
    }), '');
  }

  /** What the agent of server 0 decides when it has seen the same for so long. */
  public async decideAfter(ms: number, stopping = false): Promise<Action> {
    const { config } = this;
    const { self, bootTimeoutMs, replicaPriority, quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = config;
    const rules = { self, bootTimeoutMs, replicaPriority, stopping, settings: { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } };
    let { memory, action } = decide({ ...await observe(this.peers, config, () => this.record), at: 0 }, BLANK_MEMORY, rules);
    if (ms > 0) ({ action, memory } = decide({ ...await observe(this.peers, config, () => this.record), at: ms }, memory, rules));
    return action;
  }

  /** Does it. */
  public async act(action: Action): Promise<void> {
    await act(action, await observe(this.peers, this.config, () => this.record), this.actor(), new CutOvers());
  }

  public actor(config = this.config): Actor {
    const { cluster, peers } = this;
    const log = new Log({ write: () => undefined });
    return {
      peers,
      config,
      registration: { config, downAfterMs: () => config.downAfterMs, address: cluster.servers[0], password: () => cluster.password, log },
      log,
      record: () => this.record,
      remember: async (record) => { this.record = record; },
      failovers: this.failovers,
    };
  }

  /** Server 0 is the master that all Sentinels name, with two replicas that they know. */
  public async converged(settings: Record<string, number> = {}): Promise<void> {
    await this.master(0);
    for (const i of [1, 2]) await this.replica(i, 0);
    await this.name(0, ALL, settings);
    await until('the Sentinels know all', async () => this.sentinelsKnowAll());
  }

  public async sentinelsKnowAll(): Promise<boolean> {
    const views = await Promise.all(ALL.map(async (j) => this.cluster.sentinelMaster(j)));
    return views.every((view) => Number(view['num-slaves']) >= 2 && view['num-other-sentinels'] === '2' && view.flags === 'master');
  }

  public async stop(): Promise<void> {
    await this.cluster.stop();
  }
}
