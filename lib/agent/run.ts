import * as fs from 'node:fs';
import * as path from 'node:path';
import { Agent } from './agent';
import { Config } from './config';
import { ConfigFile } from './config-file';
import { CALL_MS, Connections } from './connections';
import { handOver } from './hand-over';
import { Log, messageOf } from './log';
import { Members } from './members';
import { passwordsOf } from './passwords';
import { Ports } from './ports';
import { Presence } from './presence';
import { RecordFile } from './record';
import { StopRequests } from './stop-request';
import { replaceDeadMaster } from './watchdog';

/** After a signal to end, the agent serves its server for so long beyond the hand-over. */
const OUTLIVE_MS = 20_000;

/** Runs the agent of one server until a signal ends it. */
export async function run(file: ConfigFile, log: Log): Promise<void> {
  const config = file.current;
  const passwords = passwordsOf(config.passwordFile);
  const password = (): string | undefined => passwords()?.[0];
  const open = async (): Promise<Connections> => Connections.open(file.current, password, log);
  const connections = await open();
  const presence = new Presence({ host: config.selfAddress, port: config.serverPort, password, timeoutMs: CALL_MS }, {
    onConnect: runId => service.serverAnswers(runId),
    onGone: () => service.serverDied(),
  });
  const { ports } = connections;
  const agent = new Agent({ config, ports, store: new RecordFile(config.dataDir), publisher: presence, passwords, log });
  const service = new Service(agent, new StopRequests(config.runDir, log), new Members(file, connections, open), log);
  log.info('start', memberLine(config, ports));
  void presence.connect();
  await service.run();
  presence.close();
}

function memberLine(config: Config, { addresses, sentinelAddresses }: Ports): string {
  return `server ${config.self} of ${addresses.join(', ')}; Sentinels ${sentinelAddresses.join(', ')}`;
}

/** Rounds of the agent, and the events that do not wait for the next round. */
class Service {
  private connected = false;
  private runId?: string;
  private endAt?: number;
  private handingOver?: Promise<string>;
  private wake?: () => void;

  private readonly config: Config;

  constructor(private agent: Agent, private readonly stops: StopRequests, private readonly members: Members, private readonly log: Log) {
    this.config = members.config;
  }

  async run(): Promise<void> {
    this.stops.watch(() => void this.stopRequested());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.ended(signal));
    }
    while (!this.mayEnd()) {
      // While the role moves, only the hand-over acts.
      const delay = this.handingOver ? (await this.handingOver, 0) : await this.round();
      this.writeStatus();
      await this.pause(delay);
    }
    this.stops.close();
    this.log.info('end', this.connected ? 'the server is still there' : 'the server is gone');
  }

  private async round(): Promise<number> {
    const ports = this.members.changed();
    if (ports) {
      this.agent = this.agent.among(this.members.config, ports);
      this.log.info('members', memberLine(this.members.config, ports));
    }
    return this.agent.tick();
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
    this.endAt = performance.now() + this.config.handOverBudgetMs + OUTLIVE_MS;
    this.agent.stopping = true;
    this.log.info('end', `${signal}: serves the server until it is gone`);
    if (this.connected) void this.handOverOnce();
    this.wake?.();
  }

  private mayEnd(): boolean {
    return this.endAt !== undefined && this.handingOver === undefined && (!this.connected || performance.now() > this.endAt);
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
