import * as fs from 'node:fs';
import * as path from 'node:path';
import { resolveAll } from './addresses';
import { Agent } from './agent';
import { Config } from './config';
import { handOver } from './hand-over';
import { Log, messageOf } from './log';
import { passwordsOf } from './passwords';
import { Clock, Ports } from './ports';
import { Presence } from './presence';
import { RecordFile } from './record';
import { RespClient } from './resp';
import { StopRequests } from './stop-request';
import { replaceDeadMaster } from './watchdog';

/** Longest wait for an answer. */
const CALL_MS = 1_000;
/** After a signal to end, the agent serves its server for so long beyond the hand-over. */
const OUTLIVE_MS = 20_000;

const clock: Clock = {
  now: () => Math.round(performance.now()),
  sleep: async ms => new Promise(resolve => setTimeout(resolve, ms)),
};

/** Runs the agent of one server until a signal ends it. */
export async function run(config: Config, log: Log): Promise<void> {
  const passwords = passwordsOf(config.passwordFile);
  const password = (): string | undefined => passwords()?.[0];
  const client = (host: string, port: number): RespClient => new RespClient({ host, port, password, timeoutMs: CALL_MS });
  const [addresses, sentinels] = await Promise.all([
    resolveAll(config.servers, config.ipFamily, log),
    resolveAll(config.sentinels, config.ipFamily, log),
  ]);
  const serverAt = (address: string): RespClient => client(address, config.serverPort);
  const ports: Ports = {
    own: serverAt(config.selfAddress),
    servers: addresses.map(serverAt),
    serverAt,
    sentinels: sentinels.map(address => client(address, config.sentinelPort)),
    addresses,
    sentinelAddresses: sentinels,
    clock,
  };
  const presence = new Presence({ host: config.selfAddress, port: config.serverPort, password, timeoutMs: CALL_MS }, {
    onConnect: runId => service.serverAnswers(runId),
    onGone: () => service.serverDied(),
  });
  const agent = new Agent({ config, ports, store: new RecordFile(config.dataDir), publisher: presence, passwords, log });
  const service = new Service(agent, new StopRequests(config.runDir, log), config, log);
  log.info('start', `server ${config.self} of ${addresses.join(', ')}; Sentinels ${sentinels.join(', ')}`);
  void presence.connect();
  await service.run();
  presence.close();
}

/** Rounds of the agent, and the events that do not wait for the next round. */
class Service {
  private connected = false;
  private runId?: string;
  private endAt?: number;
  private handingOver?: Promise<string>;
  private wake?: () => void;

  constructor(
    private readonly agent: Agent, private readonly stops: StopRequests, private readonly config: Config, private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    this.stops.watch(() => void this.stopRequested());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.ended(signal));
    }
    while (!this.mayEnd()) {
      // While the role moves, only the hand-over acts.
      const delay = this.handingOver ? (await this.handingOver, 0) : await this.agent.tick();
      this.writeStatus();
      await this.pause(delay);
    }
    this.stops.close();
    this.log.info('end', this.connected ? 'the server is still there' : 'the server is gone');
  }

  /** A connection was opened: to a new process, or again to the same one after Sentinel cut all clients. */
  serverAnswers(runId: string): void {
    this.connected = true;
    if (runId !== this.runId) {
      if (this.runId !== undefined) {
        this.stops.reset();
        this.agent.stopping = this.endAt !== undefined;
      }
      this.runId = runId;
      this.log.info('server', 'answers');
    }
    this.wake?.();
  }

  serverDied(): void {
    this.connected = false;
    this.log.warn('server', 'is gone');
    if (this.agent.isMaster) {
      this.agent.isMaster = false;
      replaceDeadMaster(this.agent.actor, () => this.connected).catch((error: unknown) => this.log.error('failover', messageOf(error)));
    }
    this.wake?.();
  }

  private async stopRequested(): Promise<void> {
    this.log.info('stop', 'the server is about to stop');
    this.agent.stopping = true;
    const line = await this.handOverOnce();
    this.stops.answer(line);
  }

  private async handOverOnce(): Promise<string> {
    this.handingOver ??= handOver(this.agent.actor).catch((error: unknown) => `failed: ${messageOf(error)}`).then(line => {
      this.log.info('hand-over', line);
      this.handingOver = undefined;
      return line;
    });
    return this.handingOver;
  }

  private ended(signal: string): void {
    if (this.endAt !== undefined) return;
    this.endAt = clock.now() + this.config.handOverBudgetMs + OUTLIVE_MS;
    this.agent.stopping = true;
    this.log.info('end', `${signal}: serves the server until it is gone`);
    if (this.connected) void this.handOverOnce();
    this.wake?.();
  }

  private mayEnd(): boolean {
    return this.endAt !== undefined && this.handingOver === undefined && (!this.connected || clock.now() > this.endAt);
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private writeStatus(): void {
    const file = path.join(this.config.runDir, 'status.json');
    try {
      fs.writeFileSync(`${file}.new`, `${JSON.stringify({ ...this.agent.status, server: this.config.self })}\n`);
      fs.renameSync(`${file}.new`, file);
    } catch (error) {
      this.log.warn('status', `cannot be written: ${messageOf(error)}`);
    }
  }
}
