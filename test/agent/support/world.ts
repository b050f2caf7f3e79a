import { Random, Scheduler } from './scheduler';
import { SimulatedSentinel } from './simulated-sentinel';
import { DataSet, Promoter, SimulatedServer, SOURCE } from './simulated-server';
import { handOver } from '../../../lib/agent/act/hand-over';
import { replaceLostMaster } from '../../../lib/agent/act/lost-master';
import { replaceDeadMaster } from '../../../lib/agent/act/watchdog';
import { Agent, AgentOptions } from '../../../lib/agent/agent';
import { AgentState, Publisher, RecordStore } from '../../../lib/agent/agent-state';
import { parseConfig } from '../../../lib/agent/config/parse-config';
import { decide as rightDecide } from '../../../lib/agent/decide/decide';
import { majorityOf, namedMaster } from '../../../lib/agent/observe/observation';
import { DataRecord } from '../../../lib/agent/observe/record-file';
import { ConnectionError, Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';

const CALL_MS = 1_000;
const REPLICATION_MS = 100;
const WRITE_MS = 100;
/** Between two looks of an agent whether the master is there, and the silence after which it is lost. */
const WATCH_MS = 250;
const UNREACHABLE_AFTER_MS = 1_500;
export const BOOT_TIMEOUT_MS = 6_000;
/** Writes that may be missing in a record, which is kept once a second. */
const UNRECORDED_WRITES = 20;
/** What a restore brings, and how long a server needs to write it to its disk. In milliseconds. */
const RESTORED: DataSet = { era: 0, last: 1_000 };
const REWRITE_MS = 1_500;

export type Decide = NonNullable<AgentOptions['decide']>;

/** Servers, Sentinels and agents in one process, under simulated time: the agents are real, the rest is a model. */
export class World {
  public readonly clock = new Scheduler();
  public readonly random: Random;
  public readonly servers: SimulatedServer[];
  public readonly sentinels: SimulatedSentinel[];
  /** What must never happen and did. */
  public readonly violations: string[] = [];
  public readonly lines: string[] = [];
  private readonly agents: (Agent | undefined)[];
  private readonly handingOver: (Promise<string> | undefined)[];
  private readonly records: (DataRecord | undefined)[];
  private readonly cut = new Set<string>();
  /** Servers that the agent saw, with what their agents say, when it last decided to promote the local one. */
  private readonly seen: { readonly by: string; readonly servers: readonly number[] }[] = [];
  private readonly startedAt: number[] = [];
  /** How each server became a master, the last time. */
  private readonly promoters = new Map<number, Promoter>();
  /** A master that was cut off: it can't be told that another one follows it. */
  private replaced?: number;
  /** The last failover that somebody asked for: a hand-over, or a restarted master that gave way. */
  private planned?: { readonly from: number; readonly to: number; readonly era: number; outlived: boolean };
  /** Sentinels find servers down as soon as the settings allow. */
  private readonly hasty: boolean;
  /** What each agent last heard of the master's pod, and whether it is replacing it. */
  private readonly heard: { readonly master: number; readonly at: number }[] = [];
  private readonly leading: number[] = [];
  /** Whether each agent decided to replace the master of others in its last round. */
  private readonly replaces: boolean[] = [];
  private era = 0;
  private written = 0;
  /** Since when a server copies from the source of the restore, and how long that takes. */
  private readonly copying = new Map<number, { readonly since: number; readonly ms: number }>();
  /** Whether the Job of the restore has done its work. */
  private restoreDone = false;
  /** Records are written as if the disk had each copy at once. */
  public blindToCopies = false;
  /** Whether the source answers. */
  public sourceUp = true;

  /** @param restores the installation begins with data that a Job offers */
  constructor(seed: number, private readonly decide: Decide = rightDecide, public readonly size = 3, public readonly restores = false) {
    this.random = new Random(seed);
    this.hasty = seed % 2 === 0;
    const ordinals = Array.from({ length: size }, (_, i) => i);
    this.servers = ordinals.map((i) => new SimulatedServer(i, {
      addressOf: this.addressOf,
      replicasOf: (ordinal) => this.servers.filter(({ up, follows, linkUp }) => up && follows === ordinal && linkUp).map((server) => server.ordinal),
      promoted: (server, by) => this.promoted(server, by),
      shutDown: (server) => this.shutDown(server),
      now: () => this.clock.now(),
      below: (limit) => this.random.between(0, limit - 1),
    }));
    const { servers } = this;
    const sentinels: SimulatedSentinel[] = [];
    this.sentinels = sentinels;
    const world = {
      servers,
      sentinels,
      addressOf: this.addressOf,
      reaches: (j: number, i: number) => servers[i].up && !servers[i].busy && !this.isCut(`s${j}`, `r${i}`),
      meets: (j: number, k: number) => !this.isCut(`s${j}`, `s${k}`) && !this.isCut(`s${k}`, `s${j}`),
      now: () => this.clock.now(),
      later: (ms: number, run: () => void) => this.clock.in(ms, run),
      handsOver: (from: number, to: number) => this.handsOver(from, to),
    };
    ordinals.forEach((j) => sentinels.push(new SimulatedSentinel(j, world)));
    this.agents = ordinals.map(() => undefined);
    this.handingOver = ordinals.map(() => undefined);
    this.records = ordinals.map(() => undefined);
    this.clock.every(REPLICATION_MS, () => this.servers.forEach((server) => this.replicate(server)));
    this.clock.every(WRITE_MS, () => this.write());
    this.clock.every(WATCH_MS, () => this.agents.forEach((agent, i) => agent && this.watch(agent, i)));
    if (restores) {
      this.written = RESTORED.last;
      this.clock.every(2_000, () => this.endRestore());
    }
    this.clock.every(200, () => this.sentinels.forEach((sentinel) => sentinel.tick()));
  }

  public readonly addressOf = (ordinal: number): string => `10.0.0.${ordinal + 1}`;

  /** Cuts or heals one direction between two of `r0`, `s0` and so on. An agent shares the fate of its server. */
  public setCut(from: string, to: string, cut: boolean): void {
    const key = `${from}>${to}`;
    if (cut) {
      this.cut.add(key);
    } else {
      this.cut.delete(key);
    }
  }

  /** Cuts a pod off from all others and from all Sentinels but the one beside it, or heals that. */
  public isolate(pod: number, cut: boolean): void {
    if (cut) this.replaced = pod;
    for (const other of this.servers.map(({ ordinal }) => ordinal).filter((ordinal) => ordinal !== pod)) {
      for (const peer of [`r${other}`, `s${other}`]) {
        this.setCut(`r${pod}`, peer, cut);
        this.setCut(peer, `r${pod}`, cut);
      }
      this.setCut(`s${pod}`, `s${other}`, cut);
      this.setCut(`s${pod}`, `r${other}`, cut);
    }
  }

  public startPod(i: number): void {
    this.servers[i].start();
    this.startAgent(i);
  }

  /** Ends server and agent together. */
  public stopPod(i: number, options: { losesData: boolean }): void {
    this.agents[i] = undefined;
    this.handingOver[i] = undefined;
    this.servers[i].stop(options);
    if (options.losesData) this.records[i] = undefined;
  }

  /** Lets the agent prepare the end of its server. Never resolves when its pod ends before. */
  public async prepareStop(i: number): Promise<void> {
    const agent = this.agents[i];
    if (!agent) return;
    agent.state.requestStop();
    this.handingOver[i] = handOver(agent.actor);
    this.lines.push(`${this.clock.now()} agent ${i} hand-over: ${await this.handingOver[i]}`);
    this.handingOver[i] = undefined;
  }

  /** Ends the process of the server only; its agent notices. */
  public crashServer(i: number, options: { losesData: boolean }): void {
    const agent = this.agents[i];
    const { runId } = this.servers[i];
    this.servers[i].stop(options);
    if (!agent?.state.serverDied()) return;
    this.clock.in(5, () => {
      if (this.agents[i] === agent) void replaceDeadMaster(agent.actor, () => this.servers[i].up && this.servers[i].runId !== runId);
    });
  }

  /** One master, named by all Sentinels that are up, followed by all servers that are up and electable. */
  public get convergedOn(): number | undefined {
    const masters = this.servers.filter((server) => server.up && server.role === 'master');
    if (masters.length !== 1) return undefined;
    const { ordinal } = masters[0];
    const named = this.sentinels.every((sentinel) => !sentinel.up || (sentinel.names === ordinal && !sentinel.failoverInProgress));
    const linked = this.servers.every((server) => !server.up || server === masters[0]
      || (server.follows === ordinal && server.linkUp && server.priority > 0 && server.writtenEra === server.data.era));
    return named && linked && masters[0].writtenEra === masters[0].data.era ? ordinal : undefined;
  }

  /** A named master whose agent has kept a record of it, on the disk. */
  public isRecordedMaster(i: number): boolean {
    return this.isNamedMaster(i) && this.servers[i].writtenEra === this.servers[i].data.era;
  }

  /** A master that a majority names: where the proxies route writes. */
  public isNamedMaster(i: number): boolean {
    const named = this.sentinels.filter((sentinel) => sentinel.up && sentinel.names === i).length;
    return this.servers[i].up && this.servers[i].role === 'master' && named >= majorityOf(this.size);
  }

  private isCut(from: string, to: string): boolean {
    return this.cut.has(`${from}>${to}`);
  }

  private startAgent(i: number): void {
    const server = this.servers[i];
    const alive = (): boolean => this.agents[i] === agent;
    const reach = (to: string, target: { up: boolean; execute(command: readonly string[]): Reply }): Endpoint =>
      this.endpoint(() => alive(), () => !this.isCut(`r${i}`, to), target);
    const config = parseConfig(JSON.stringify({
      masterName: 'm',
      servers: this.servers.map((_, k) => this.addressOf(k)),
      sentinels: this.sentinels.map((_, k) => `10.0.1.${k + 1}`),
      self: i,
      bootTimeoutMs: BOOT_TIMEOUT_MS,
      // half of the worlds have a pause of writes that ends before a slow answer comes
      downAfterMs: this.hasty ? 1_001 : 3_500,
      ...this.restores ? { restoreSource: `${SOURCE.host}:${SOURCE.port}` } : {},
    }), '');
    const store: RecordStore = {
      read: () => this.records[i],
      remove: () => { this.records[i] = undefined; },
      write: (record) => {
        if (!alive()) return;
        this.records[i] = record;
        server.writtenEra = server.data.era;
      },
      // asked whenever a record is kept
      behind: () => {
        if (alive()) server.recordedEra = server.data.era;
        return server.rewriting && !this.blindToCopies;
      },
    };
    const publisher: Publisher = {
      publish: async (name, runId) => {
        if (alive() && server.up && server.runId === runId) server.clientName = name;
      },
    };
    const agent: Agent = new Agent({
      config,
      peers: {
        local: this.endpoint(alive, () => true, this.asSeenBySelf(server), 1),
        servers: this.servers.map((peer, k) => reach(`r${k}`, this.asSeenBy(i, peer))),
        sentinels: this.sentinels.map((sentinel, k) => reach(`s${k}`, sentinel)),
        serverAt: () => { throw new Error('there are no others'); },
        addresses: this.servers.map((_, k) => this.addressOf(k)),
        sourceAddress: async () => SOURCE.host,
        sentinelAddresses: config.sentinels,
        clock: this.clock,
      },
      state: new AgentState(store, publisher),
      passwords: () => undefined,
      log: new Log({ write: (line) => this.lines.push(`${this.clock.now()} agent ${i} ${line.slice(25)}`) }),
      decide: (observation, memory, rules) => {
        const decision = this.decide(observation, memory, rules);
        const { action } = decision;
        const { kind } = action;
        this.replaces[i] = action.kind === 'fail-over' && action.of !== i;
        const servers = observation.servers.flatMap((view, k) => view?.claim ? [k] : []);
        if (kind === 'start-vote' || kind === 'resume') this.seen[i] = { by: kind, servers };
        if (kind === 'reconcile-sentinels' && namedMaster(observation.sentinels) === undefined) this.checkReturn(server, servers);
        return decision;
      },
    });
    this.agents[i] = agent;
    this.startedAt[i] = this.clock.now();
    const round = async (): Promise<void> => {
      // While the role moves, only the hand-over acts.
      while (alive()) await (this.handingOver[i] ?? this.clock.sleep(await agent.tick()));
    };
    void round();
  }

  /** What agents do about a master of whose pod there is no sign of life. */
  private watch(agent: Agent, i: number): void {
    const { master } = agent.state.status;
    if (master === null || master === i) return;
    const at = this.clock.now();
    const silent = this.heard[i]?.master === master && (this.agents[master] === undefined || this.isCut(`r${i}`, `r${master}`));
    if (!silent) this.heard[i] = { master, at };
    const silentMs = at - this.heard[i].at;
    if (silentMs < UNREACHABLE_AFTER_MS) return;
    this.leading[i] = (this.leading[i] ?? 0) + 1;
    void replaceLostMaster(agent.actor, master, { absence: 'lost', ms: silentMs, afterMs: UNREACHABLE_AFTER_MS }).catch(() => undefined).finally(() => { this.leading[i]--; });
  }

  /** A server for its own agent, which may make it the successor of a master that is lost. */
  private asSeenBySelf(server: SimulatedServer): { readonly up: boolean; execute(command: readonly string[]): Reply } {
    return {
      get up() { return server.up; },
      execute: (command) => {
        if (command.join(' ') !== 'REPLICAOF NO ONE' || (!this.leading[server.ordinal] && !this.replaces[server.ordinal])) return server.execute(command);
        server.promote('hand-over');
        return 'OK';
      },
    };
  }

  /** A server for the agent of another one, which promotes it to hand over. */
  private asSeenBy(agent: number, server: SimulatedServer): { readonly up: boolean; execute(command: readonly string[]): Reply } {
    return {
      get up() { return server.up; },
      execute: (command) => {
        if (command.join(' ') !== 'REPLICAOF NO ONE') return server.execute(command);
        this.handsOver(agent, server.ordinal);
        server.promote('hand-over');
        return 'OK';
      },
    };
  }

  /** A connection over which requests and replies take their time, and sometimes never arrive. */
  private endpoint(
    alive: () => boolean, open: () => boolean, target: { up: boolean; execute(command: readonly string[]): Reply }, slowestMs = 60,
  ): Endpoint {
    const batch = async (commands: string[][]): Promise<Reply[]> => new Promise((resolve, reject) => {
      const sent = this.clock.now();
      const timeOut = (): void => this.clock.in(Math.max(0, sent + CALL_MS - this.clock.now()), () => reject(new ConnectionError('no answer')));
      const lossy = slowestMs > 1;
      this.clock.in(this.random.between(1, slowestMs), () => {
        if (!alive()) return;
        if (!open() || (lossy && this.random.chance(0.01))) return timeOut();
        if (!target.up) return reject(new ConnectionError('refused', 'ECONNREFUSED'));
        const replies = commands.map((command) => target.execute(command));
        if (lossy && this.random.chance(0.01)) return timeOut();
        this.clock.in(this.random.between(1, slowestMs), () => alive() && resolve(replies));
      });
    });
    const call = async (...command: string[]): Promise<Reply> => {
      const [reply] = await batch([command]);
      if (reply instanceof ReplyError) throw reply;
      return reply;
    };
    return { batch, call };
  }

  private replicate(server: SimulatedServer): void {
    if (server.up && server.follows === 'source') return this.copy(server);
    this.copying.delete(server.ordinal);
    if (!server.up || server.role !== 'slave' || server.follows === undefined) {
      server.linkUp = false;
      return;
    }
    const master = this.servers[server.follows as number];
    const open = master.up && !master.busy && !server.busy && (master.role === 'master' || master.linkUp) && !this.isCut(`r${server.ordinal}`, `r${master.ordinal}`);
    const goesOn = [master.streamId, master.formerStream].includes(server.streamId);
    if (open && !server.linkUp && !goesOn) this.takeCopy(server, master.data, master.streamId);
    server.linkUp = open;
    if (open && server.lagsUntil <= this.clock.now()) {
      server.data = master.data;
      server.streamId = master.streamId;
    }
  }

  /** What the source has takes its time, and arrives as a whole or not at all. */
  private copy(server: SimulatedServer): void {
    if (this.restoreDone || !this.sourceUp) {
      server.linkUp = false;
      this.copying.delete(server.ordinal);
      return;
    }
    if (server.linkUp) return;
    const now = this.clock.now();
    const { since, ms } = this.copying.get(server.ordinal) ?? { since: now, ms: this.random.between(100, 8_000) };
    this.copying.set(server.ordinal, { since, ms });
    if (now - since < ms) return;
    server.linkUp = true;
    this.takeCopy(server, RESTORED, 'source');
  }

  /** It needs a while until it is in the log. */
  private takeCopy(server: SimulatedServer, data: DataSet, streamId: string): void {
    server.copied(data, streamId);
    const { runId } = server;
    this.clock.in(REWRITE_MS, () => { if (server.runId === runId) server.rewriting = false; });
  }

  /** The Job ends once there is a master with a replica in sync. */
  private endRestore(): void {
    this.restoreDone ||= this.servers.some(({ ordinal }) => this.isNamedMaster(ordinal)
      && this.servers.some(({ up, follows, linkUp }) => up && follows === ordinal && linkUp));
  }

  /** A client behind a proxy that sends writes to the master named by a majority, and to nobody else. */
  private write(): void {
    for (const server of this.servers) {
      if (!this.isNamedMaster(server.ordinal) || server.paused || server.busy) continue;
      this.checkSuccession(server);
      server.data = { era: server.data.era, last: ++this.written };
    }
  }

  /** A master that was handed over and accepts more must stay the master. */
  private checkSuccession(server: SimulatedServer): void {
    const { planned } = this;
    if (server.ordinal === planned?.from) planned.outlived = true;
    if (server.ordinal !== planned?.to || server.data.era !== planned.era || !planned.outlived) return;
    this.violate(`server ${planned.to} took over from server ${planned.from}, which had accepted writes again`);
    this.planned = undefined;
  }

  /** What the old master accepted and its successor does not have is lost when the failover was asked for. */
  private handsOver(from: number, to: number): void {
    const [old, next] = [this.servers[from], this.servers[to]];
    if (!old.up || old.role !== 'master') return;
    this.planned = { from, to, era: this.era + 1, outlived: false };
    const [given, got] = [old.data, next.data];
    if (given.era !== got.era || given.last !== got.last) this.violate(`server ${from} was handed over to server ${to} with ${text(got)} of ${text(given)}`);
  }

  /** Nobody ends a server that may be the only one with what it acknowledged. Kubernetes starts it again. */
  private shutDown({ ordinal }: SimulatedServer): void {
    if (!this.servers.some((other) => other.ordinal !== ordinal && this.isNamedMaster(other.ordinal))) this.violate(`server ${ordinal} was ended while no other one was master`);
    this.crashServer(ordinal, { losesData: false });
    this.clock.in(1_000, () => this.servers[ordinal].start());
  }

  private promoted(server: SimulatedServer, by: Promoter): void {
    if (by === 'agent') this.checkPromotion(server);
    if (this.restores && server.data.last < RESTORED.last) this.violate(`server ${server.ordinal} was promoted without the data of the restore`);
    if (server.ordinal === this.replaced) this.replaced = undefined;
    if (server.ordinal === this.planned?.from) this.planned = undefined;
    // One of two that a failover is between accepts nothing: it is paused, or no majority names it. Nor does a busy one, or one that nobody was told of.
    const excused = [this.replaced, this.planned?.from, this.planned?.to];
    const untold = (ordinal: number): boolean => this.promoters.get(ordinal) === 'hand-over' && !this.isNamedMaster(ordinal);
    const others = this.servers.filter((each) => each !== server && each.up && !each.busy && each.role === 'master'
      && !excused.includes(each.ordinal) && !untold(each.ordinal));
    for (const other of others) this.violate(`servers ${other.ordinal} and ${server.ordinal} are master at once`);
    this.promoters.set(server.ordinal, by);
    server.data = { ...server.data, era: ++this.era };
    server.formerStream = server.streamId;
    server.streamId = `stream ${this.era}`;
    this.lines.push(`${this.clock.now()} world server ${server.ordinal} promoted by ${by}, era ${this.era}, last write ${server.data.last}`);
  }

  /** An agent promotes only the best data that it saw, and an installation without master only after a look at all or after the boot timeout. */
  private checkPromotion(server: SimulatedServer): void {
    const seen = this.seen[server.ordinal];
    for (const other of this.fuller(server, server.recordedEra, seen.servers)) this.violate(`server ${server.ordinal} was promoted although server ${other}`);
    const waited = this.clock.now() - this.startedAt[server.ordinal] >= BOOT_TIMEOUT_MS;
    if (seen.by === 'start-vote' && seen.servers.length < this.size && !waited) {
      this.violate(`server ${server.ordinal} was promoted without waiting for the others`);
    }
  }

  /** Where nobody is the named master, one tells Sentinels that forgot about itself only while nobody that its agent saw has newer data. */
  private checkReturn(server: SimulatedServer, seen: readonly number[]): void {
    if (!server.up || server.role !== 'master' || this.servers.some(({ ordinal }) => this.isNamedMaster(ordinal))) return;
    for (const other of this.fuller(server, server.data.era, seen)) this.violate(`server ${server.ordinal} was registered although server ${other}`);
  }

  /** Those of the seen servers whose data is newer than this one's, as of an era. */
  private fuller(server: SimulatedServer, era: number, seen: readonly number[]): string[] {
    const mine = { era, last: server.data.last };
    return this.servers.filter((each) => each !== server && each.up && each.data.last > 0 && seen.includes(each.ordinal)).flatMap((other) => {
      const theirs = { era: other.recordedEra, last: other.data.last };
      const newer = theirs.era > mine.era || (theirs.era === mine.era && theirs.last > mine.last + UNRECORDED_WRITES);
      return newer || mine.last === 0 ? [`${other.ordinal} has ${text(theirs)}, and it ${text(mine)}`] : [];
    });
  }

  private violate(what: string): void {
    const line = `${this.clock.now()} VIOLATION ${what}`;
    this.violations.push(line);
    this.lines.push(line);
  }
}

function text(data: DataSet): string {
  return `(era ${data.era}, last write ${data.last})`;
}
