import * as path from 'node:path';
import { Actor } from './act/actor';
import { ConsulInstance } from './act/consul';
import { Isolation } from './act/isolation';
import { watchForLostMaster } from './act/lost-master';
import { MinReplicasKeeper } from './act/min-replicas-keeper';
import { mayTake } from './act/more-sentinels';
import { replaceDeadMaster } from './act/watchdog';
import { Agent } from './agent';
import { AgentState } from './agent-state';
import { CLOCK } from './base/clock';
import { HandOvers } from './hand-overs';
import { RecordFile } from './observe/record-file';
import { Operator } from './operator';
import { Log, messageOf } from '../log/log';
import { Config } from './config/config';
import { ConfigFile } from './config/config-file';
import { passwordsOf, problemAtSentinels } from './config/password-file';
import { usersOf } from './config/users-file';
import { AgentMetrics } from './count/agent-metrics';
import { LastHandOver } from './count/last-hand-over';
import { Director } from './direct/director';
import { Outbox } from './kubernetes/outbox';
import { Reporter } from './kubernetes/reporter';
import { MasterWatch } from './observe/master-watch';
import { CALL_MS, Connections } from './redis/connections';
import { Members } from './redis/members';
import { Peers } from './redis/peers';
import { Presence } from './redis/presence';
import { Heartbeat } from './run-dir/heartbeat';
import { Pause } from './run-dir/pause';
import { RebuildMark } from './run-dir/rebuild-mark';
import { StatusFile } from './run-dir/status-file';
import { StopRequests } from './run-dir/stop-requests';
import { UnusableData } from './run-dir/unusable-data';
import { Server } from '../metrics/server';

/** After a signal to end, the agent serves its server for so long beyond the hand-over. */
const OUTLIVE_MS = 20_000;

/** Runs the agent of one server until a signal ends it. */
export async function run(file: ConfigFile, log: Log): Promise<void> {
  const config = file.current;
  const heartbeat = new Heartbeat(config.runDir, log);
  heartbeat.start();
  const passwords = passwordsOf(config.passwordFile, log, undefined, problemAtSentinels);
  const password = (): readonly string[] | undefined => passwords()?.logins;
  const open = async (): Promise<Connections> => {
    const { follow } = file.current;
    return Connections.open(file.current, password, log, follow && passwordsOf(follow.passwordFile, log));
  };
  const connections = await open();
  const presence = new Presence({ host: config.selfAddress, port: config.serverPort, password, timeoutMs: CALL_MS }, {
    onConnect: (runId) => service.serverAnswers(runId),
    onGone: () => service.serverDied(),
  });
  const { peers } = connections;
  const state = new AgentState(new RecordFile(config.dataDir, CLOCK, (line) => log.warn('record', line)), presence);
  const usersIn = (named?: string) => (named === undefined ? undefined : usersOf(named, path.dirname(config.passwordFile!), log));
  const outbox = config.kubernetes && new Outbox(config.kubernetes, process.env, log);
  const reporter = outbox && new Reporter(config.self, outbox);
  const metrics = new AgentMetrics(new LastHandOver(config.dataDir, log), reporter);
  const pause = new Pause(config.runDir, log);
  // while a password can't be read, nobody has one that seals an order
  const sealed = (): readonly string[] => (config.passwordFile === undefined ? [''] : password() ?? []);
  const agent = new Agent({
    config,
    peers,
    state,
    passwords,
    users: usersIn(config.usersFile),
    sentinelUsers: usersIn(config.sentinelUsersFile),
    unusable: new UnusableData(config.runDir, log),
    log,
    pause,
    metrics,
    reporter,
  });
  const server = new Server({ metrics: () => metrics.text() });
  const members = new Members(file, connections, open, async (...next) => service.mayTake(...next), log);
  const service: Service = new Service(agent, state, members, pause, sealed, log);
  log.info('start', memberLine(config, peers));
  await listen(server, config, log);
  void presence.connect();
  const { consulService } = config;
  const consul = consulService === undefined ? undefined : new ConsulInstance(config, consulService, process.env, () => service.connected, log);
  consul?.start();
  const { direct } = config;
  const leads = (leading: boolean): void => metrics.state.leads.set({}, Number(leading));
  const director = direct && new Director({ direct, actor: () => service.actor, handingOver: () => service.handsOver, leads, log }, process.env);
  director?.start();
  service.beforeStop = async () => director?.retire();
  await service.run();
  await director?.stop(!service.connected);
  outbox?.close();
  await consul?.stop();
  server.close();
  presence.close();
  heartbeat.stop();
}

/** Serves metrics. An agent that can't do that does its work. */
async function listen(server: Server, { metricsPort }: Config, log: Log): Promise<void> {
  if (metricsPort === undefined) return;
  try {
    log.info('metrics', `at ${await server.listen(undefined, metricsPort)}`);
  } catch (error) {
    log.error('metrics', `cannot be served: ${messageOf(error)}`);
  }
}

function memberLine(config: Config, { addresses, sentinelAddresses }: Peers): string {
  return `server ${config.self} of ${addresses.join(', ')}; Sentinels ${sentinelAddresses.join(', ')}`;
}

/** Rounds of the agent, and the events that do not wait for the next round. */
class Service {
  /** Whether the local server answers. */
  public connected = false;
  /** What else comes before the server is told that it may stop. */
  public beforeStop?: () => Promise<void>;
  private readonly config: Config;
  private readonly stops: StopRequests;
  private readonly statusFile: StatusFile;
  private readonly operator: Operator;
  private readonly masterWatch: MasterWatch;
  private readonly isolation: Isolation;
  private readonly minReplicas: MinReplicasKeeper;
  private readonly handOvers: HandOvers;
  private runId?: string;
  private endAt?: number;
  private wake?: () => void;

  constructor(
    private agent: Agent, private readonly state: AgentState, private readonly members: Members, private readonly pausing: Pause,
    passwords: () => readonly string[], private readonly log: Log,
  ) {
    this.config = members.config;
    this.stops = new StopRequests(this.config.runDir, log);
    this.statusFile = new StatusFile(this.config.runDir, log);
    this.masterWatch = watchForLostMaster(() => this.agent.actor);
    this.handOvers = new HandOvers(() => this.agent.actor, log, async () => this.agent.follower.cutOvers.underWay);
    this.isolation = new Isolation(() => this.agent.actor, () => this.handsOver);
    this.minReplicas = new MinReplicasKeeper(() => this.agent.actor, () => this.handsOver);
    const mark = new RebuildMark(this.config.runDir);
    this.operator = new Operator({ state, pause: pausing, mark, log, passwords, handOver: async (order) => this.handOvers.once(order) });
  }

  /** What acting needs, with the members as they are now. */
  public get actor(): Actor {
    return this.agent.actor;
  }

  /** Whether other members with more Sentinels can be taken. */
  public async mayTake(config: Config, peers: Peers): Promise<boolean> {
    const { status, isMaster } = this.state;
    return mayTake(peers, { ...this.actor.registration, config }, { named: status.master !== null, isMaster });
  }

  /** The role moves. */
  public get handsOver(): boolean {
    return this.handOvers.underWay !== undefined;
  }

  public async run(): Promise<void> {
    this.stops.watch(() => void this.stopRequested());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.ended(signal));
    }
    while (!this.mayEnd()) {
      // While the role moves, only the hand-over acts.
      const { underWay } = this.handOvers;
      const delay = underWay ? (await underWay, 0) : await this.round();
      const { follower, certificate } = this.agent;
      const { pausing, config: { self: server } } = this;
      this.statusFile.write({ ...this.state.status, server, pausedUntil: pausing.until, follow: follower.standby, certificate });
      await this.pause(delay);
    }
    this.stops.close();
    this.masterWatch.watch(undefined);
    this.log.info('end', this.connected ? 'the server is still there' : 'the server is gone');
  }

  /** A connection was opened: to a new process, or again to the same one after Sentinel cut all clients. */
  public serverAnswers(runId: string): void {
    this.connected = true;
    if (runId !== this.runId) {
      if (this.runId !== undefined) {
        this.stops.reset();
        this.state.serverRestarted();
      }
      this.runId = runId;
      this.log.info('server', 'answers');
    }
    void this.handOvers.serverAnswers();
    this.wake?.();
  }

  public serverDied(): void {
    this.connected = false;
    this.log.warn('server', 'is gone');
    const wasMaster = this.state.serverDied();
    if (wasMaster && this.pausing.lasts) {
      this.log.warn('pause', 'nobody takes over until it answers again, though the server died as the master');
    } else if (wasMaster) {
      replaceDeadMaster(this.agent.actor, () => this.connected).catch((error: unknown) => this.log.error('failover', messageOf(error)));
    }
    this.wake?.();
  }

  private async round(): Promise<number> {
    const peers = this.members.changed();
    if (peers) {
      this.agent = this.agent.among(this.members.config, peers);
      this.log.info('members', memberLine(this.members.config, peers));
    }
    const delay = await this.agent.tick();
    const { role, master } = this.state.status;
    // one that is promoted, and that the Sentinels do not name yet, watches too: who has promoted it may be gone
    const hasMaster = master !== null && master !== this.config.self && (role === 'slave' || role === 'master');
    this.masterWatch.watch(hasMaster && !this.state.stopping ? master : undefined);
    // without a proxy a stricter guard stands there
    // one that does not answer for a moment is what it was
    if (this.connected && role !== 'unknown') await this.isolation.watch(role === 'master' && this.config.direct === undefined);
    if (this.connected) await this.minReplicas.keep();
    if (this.connected) await this.operator.serve(this.agent.actor);
    return delay;
  }

  private async stopRequested(): Promise<void> {
    this.log.info('stop', 'the server is about to stop');
    this.state.requestStop();
    const line = await this.handOvers.once({ stops: true });
    await this.beforeStop?.();
    this.stops.answer(line);
  }

  private ended(signal: string): void {
    if (this.endAt !== undefined) return;
    this.endAt = performance.now() + this.config.handOverBudgetMs + OUTLIVE_MS;
    this.state.end();
    this.log.info('end', `${signal}: serves the server until it is gone`);
    if (this.connected) void this.handOvers.once({ stops: true });
    this.wake?.();
  }

  private mayEnd(): boolean {
    return this.endAt !== undefined && !this.handsOver && (!this.connected || performance.now() > this.endAt);
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
