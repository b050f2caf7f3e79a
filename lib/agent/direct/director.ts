import { Guard } from './guard';
import { replicasInSync } from './replicas';
import { Slice, Want } from './slice';
import { Standing } from './standing';
import { Log, messageOf } from '../../log/log';
import { Actor } from '../act/actor';
import { watchHearing } from '../act/hearing';
import { DirectConfig } from '../config/config';
import { KubeApi, KubeError } from '../kubernetes/kube-api';
import { HearingWatch } from '../observe/hearing-watch';
import { ownAddress } from '../redis/addresses';

/** Between looks at the role of the local server, over the socket of the pod, which costs next to nothing; and between attempts at a slice. */
const STEP_MS = 100;
/** For so long attempts that fail follow each other like that, and then with more between them: what is forbidden or too much for the API server stays so for long. */
const HASTE_MS = 3_000;
const FAILING_MS = 1_000;
/** Between looks whether a slice is still as it was written: it goes with a Service that is deleted, also if another one takes its place. */
const STEADY_MS = 1_000;
/** The same for that of the replicas, unless that of the master had to be written. */
const STEADY_READS_MS = 10_000;
/** What most nodes need to follow a slice. Whoever connects before waits for the end of the pause of writes, and is cut then. */
const SPREAD_MS = 200;
/** Between looks at the replicas. */
const REPLICAS_MS = 1_000;
/** At the end, where others write a slice at the same time: as many as there may be of them. */
const LAST_ATTEMPTS = 15;
/** How long a replica stays for those that are led to it while nodes follow its slice: kube-proxy does once a second. */
const RETIRE_MS = 1_000;
/** kube-proxy follows changes no more than once a second: that of the master must not wait for that of the replicas, who find a new one meanwhile anyway. */
const MASTER_FIRST_MS = 2_000;

/** What the director asks of the agent that it is a part of. */
export interface DirectorOptions {
  readonly direct: DirectConfig;
  /** With the members as they are now. */
  readonly actor: () => Actor;
  readonly handingOver: () => boolean;
  /** Is told whether clients are led to the local server for writes, as far as it could be seen. */
  readonly leads: (leads: boolean) => void;
  readonly log: Log;
}

/** Leads clients to the local server while it is certainly the master, and those that read to its replicas. */
export class Director {
  private readonly own: string;
  private readonly api: KubeApi;
  private readonly writes: Slice;
  private readonly reads: Slice;
  private readonly standing: Standing;
  private readonly guard: Guard;
  private readonly hearing: HearingWatch;
  private readonly wakes = new Set<() => void>();
  private stopped = false;
  /** As it was at the last look here. */
  private certainSince?: number;
  /** It may be in the slice of the master, and has to leave it when it is in doubt: also what a former agent wrote. */
  private mayBeIn = true;
  private wrote = { what: '', at: 0 };

  /** @throws ConfigError if the pod does not tell an address of the installation's family, or has no ServiceAccount */
  constructor(private readonly options: DirectorOptions, env: NodeJS.ProcessEnv) {
    const { direct, actor, handingOver, log } = options;
    this.own = ownAddress(env, actor().config, 'direct');
    this.api = new KubeApi(direct.accountDir, env);
    const { serverPort } = actor().config;
    const slice = (name: string, portName: string): Slice => new Slice(this.api, { ...direct, name, portName, port: serverPort }, log);
    this.writes = slice(direct.writeSlice, direct.writePort);
    this.reads = slice(direct.readSlice, direct.readPort);
    this.standing = new Standing(actor);
    this.guard = new Guard(this.standing, handingOver, log);
    this.hearing = watchHearing(actor, {
      heard: async () => this.standing.hear(true),
      unheard: () => this.standing.hear(false),
      // it finds that out itself
      replaced: () => undefined,
    });
  }

  /** Begins. Nothing waits for it, and what fails is tried again. */
  public start(): void {
    // what guards the server never slows down
    void this.repeat(async () => this.watch(), STEP_MS);
    void this.repeat(async () => this.keepWrites());
    void this.repeat(async () => this.keepReads());
  }

  /** Ends. @param gone the local server is: no slice names its pod any more, as another pod may get the address */
  public async stop(gone: boolean): Promise<void> {
    this.stopped = true;
    this.hearing.watch(false);
    this.wake();
    if (gone) await Promise.all([this.writes, this.reads].map(async (slice) => this.leaveForGood(slice)));
    this.api.close();
  }

  /** The local server is about to stop: if it is a replica, readers are led to others first. */
  public async retire(): Promise<void> {
    if (this.standing.role !== 'slave') return;
    const readers = await this.reads.addresses().catch((): readonly string[] => []);
    // without others refusals would begin sooner
    if (!readers.includes(this.own) || readers.length === 1) return;
    await this.leaveForGood(this.reads);
    await new Promise((resolve) => setTimeout(resolve, RETIRE_MS));
  }

  private async leaveForGood(slice: Slice): Promise<void> {
    for (let left = LAST_ATTEMPTS; ; left--) {
      try {
        await slice.leave(this.own, () => true);
        return;
      } catch (error) {
        // others may leave it, or write it, at the same moment
        if (left > 1 && error instanceof KubeError && error.status === 409) continue;
        this.options.log.warn('direct', `${slice.name} may still have ${this.own}: ${messageOf(error)}`);
        return;
      }
    }
  }

  /** @param round returns how long to wait after it, in milliseconds @param failingMs between rounds that fail for long */
  private async repeat(round: () => Promise<number>, failingMs = FAILING_MS): Promise<void> {
    let failed: { readonly line: string; readonly since: number } | undefined;
    while (!this.stopped) {
      const delay = await round().then((wait) => {
        failed = undefined;
        return wait;
      }, (error: unknown) => {
        const { now } = this.standing;
        const line = messageOf(error);
        if (line !== failed?.line && !this.stopped) this.options.log.warn('direct', line);
        failed = { line, since: failed?.since ?? now };
        return now - failed.since < HASTE_MS ? STEP_MS : failingMs;
      });
      if (await this.pause(delay) && failed) failed = { ...failed, since: this.standing.now };
    }
  }

  /** @returns whether it was woken */
  private async pause(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (woken: boolean): void => {
        clearTimeout(timer);
        this.wakes.delete(wake);
        resolve(woken);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(end, ms, false);
      this.wakes.add(wake);
    });
  }

  private wake(): void {
    for (const wake of [...this.wakes]) wake();
  }

  /** Follows the standing of the local server. No answer of the API is waited for here. */
  private async watch(): Promise<number> {
    await this.standing.follow();
    this.hearing.watch(this.standing.isMaster);
    // also what another look than this one found
    if (this.standing.certainSince !== this.certainSince) this.wake();
    this.certainSince = this.standing.certainSince;
    await this.guard.keep(this.options.actor().peers.local);
    return STEP_MS;
  }

  private async keepWrites(): Promise<number> {
    // one that says nothing for the moment stays where it is
    if (this.standing.silent && !this.standing.doubtful) return STEP_MS;
    if (this.standing.certainSince !== undefined) {
      this.mayBeIn = true;
      const kept = await this.writes.keep(async () => this.want([this.own]));
      if (!this.standing.silent) this.options.leads(kept);
      return kept ? STEADY_MS : STEP_MS;
    }
    this.options.leads(false);
    if (this.mayBeIn && this.options.handingOver() && !(await this.writes.addresses()).includes(this.own)) {
      this.mayBeIn = false;
      await this.pause(SPREAD_MS);
      await this.guard.cut(this.options.actor().peers.local, 'another master is in the slice');
    } else if (this.mayBeIn && this.standing.doubtful) {
      this.mayBeIn = !await this.writes.leave(this.own, () => this.standing.doubtful);
    }
    return STEP_MS;
  }

  private async keepReads(): Promise<number> {
    const { certainSince } = this.standing;
    if (certainSince === undefined || this.standing.silent || this.standing.now - certainSince < MASTER_FIRST_MS) {
      this.wrote = { what: '', at: 0 };
      return STEP_MS;
    }
    const { peers, config } = this.options.actor();
    const replicas = await replicasInSync(peers, config, this.own);
    const wanted = replicas.length > 0 ? replicas : [this.own];
    const { now } = this.standing;
    // with the Service both go
    const wrote = `${this.writes.written} ${wanted.join()}`;
    if (wrote === this.wrote.what && now - this.wrote.at < STEADY_READS_MS) return REPLICAS_MS;
    if (!await this.reads.keep(async () => this.want(wanted))) return STEP_MS;
    this.wrote = { what: wrote, at: now };
    return REPLICAS_MS;
  }

  private async want(addresses: readonly string[]): Promise<Want | undefined> {
    const epoch = await this.standing.look();
    const { now, certainSince } = this.standing;
    return epoch && { addresses, epoch, certainForMs: now - (certainSince ?? now) };
  }
}
