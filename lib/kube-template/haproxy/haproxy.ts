import { HaproxyApplied, HaproxyControl } from './control';
import { finishMoves } from './moves';
import { Config, parse, Server } from './parse';
import { plan, Plan, planServers, RuntimePlan } from './plan';
import { NotAccepted, processes, reload } from './reload';
import { ReloadDue } from './reload-due';
import { Refused, Runtime, RuntimeSockets } from './runtime';
import { ServerState } from './server-state';
import { NotRunning } from './socket';
import { stateFile, writeStateFile } from './state-file';

/** Options of {@link Haproxy}. */
export interface HaproxyOptions extends RuntimeSockets {
  /** Path of the server-state file to write; beside it is noted that a reload is due. Default: none is written. */
  readonly stateFile?: string;
  /** Runtime commands where possible, always a reload, or never a reload. Default: auto. */
  readonly mode?: 'auto' | 'reload' | 'runtime';
  /** Close the sessions of a server whose address changed. Default: false. */
  readonly closeOnMove?: boolean;
  /** Servers are DOWN until their first good check. Default: true. */
  readonly failClosed?: boolean;
  /** Called after a reload that no new file asked for. */
  readonly onReload?: () => void;
  /** Takes what an operator should know. */
  readonly log: (message: string) => void;
}

/**
 * A HAProxy in master-worker mode. Calls must not overlap, but for {@link oldWorkers}.
 *
 * HAProxy that is not running is nothing unusual: it reads its file when it starts.
 */
export class Haproxy implements HaproxyControl {
  private readonly runtime: Runtime;
  private readonly mode: 'auto' | 'reload' | 'runtime';
  private readonly failClosed: boolean;
  private readonly reloadDue: ReloadDue;
  /** What HAProxy may run, in part, as commands failed: the servers of both files. */
  private torn?: Config;
  /** Whether HAProxy certainly runs what it ran before, after it was given a new file. */
  private refused = false;
  /** The last texts, each of which is needed several times. */
  private parsed: readonly { readonly text: string; readonly config: Config }[] = [];

  constructor(private readonly options: HaproxyOptions) {
    this.runtime = new Runtime(options);
    this.mode = options.mode ?? 'auto';
    this.failClosed = options.failClosed ?? true;
    this.reloadDue = new ReloadDue(this.mode === 'runtime' || options.stateFile === undefined ? undefined : `${options.stateFile}.reload`);
    if (options.master === undefined && this.mode !== 'runtime') {
      throw new Error(`HAProxy's master socket is not given; expected its path, or mode runtime instead of ${this.mode}`);
    }
  }

  /**
   * Writes a server-state file that is good for both, as HAProxy may start at any time; to be called before the new configuration
   * takes the place of the old one.
   *
   * @param old empty: there is none
   */
  public prepare(old: string, config: string): void {
    const [before, after] = [this.parse(old), this.parse(config)];
    if (old !== '' && 'reload' in plan(before, after)) this.reloadDue.announce();
    this.writeState(either(before, after));
  }

  /**
   * Makes a running HAProxy follow from the old file to the new one, which must be in its place. After a failure it is asked what of
   * the servers it has: what it was told before stands, and would be refused a second time.
   *
   * @throws Error when it does not; it then goes on with the old file, or with part of the new servers
   */
  public async apply(old: string, config: string): Promise<HaproxyApplied> {
    const [before, after] = [this.parse(old), this.parse(config)];
    try {
      const applied = await this.follow(this.torn ? await this.found(this.torn, after) : before, after, this.torn !== undefined);
      this.torn = undefined;
      this.writeState(after);
      return applied;
    } catch (error) {
      if (error instanceof NotRunning) {
        this.torn = undefined;
        this.writeState(after);
        // The HAProxy that is found next may have read the file before.
        if (old !== '' && this.mode !== 'runtime' && 'reload' in plan(before, after)) this.reloadDue.set();
        return { how: 'none', commands: 0, reason: 'HAProxy is not running' };
      }
      // The note of a due reload stays until the old file is back, and for good where HAProxy may read the new one late.
      this.refused = error instanceof NotAccepted;
      this.writeState(either(after, before));
      throw error;
    }
  }

  public takenBack(): void {
    if (this.refused) this.reloadDue.withdraw();
  }

  /**
   * Makes the servers of a running HAProxy what its file says, whoever changed them.
   *
   * @returns the number of servers that had to be changed
   * @throws Error when HAProxy refuses
   */
  public async drift(config: string): Promise<number> {
    const wanted = this.parse(config);
    this.writeState(wanted);
    try {
      if (this.reloadDue.value) {
        await this.reload(wanted);
        this.options.log('reloaded, as HAProxy may not have read its file before');
        this.options.onReload?.();
      }
      if (wanted.conditional) return 0;
      const running = serversOf(wanted, await this.runtime.servers());
      const planned = planServers(running, wanted.servers, { ...this.options, running: true });
      // Not by a reload, which would come back at every comparison where it does not help.
      if ('reload' in planned) throw new Error(`HAProxy differs from its file: ${planned.reload}`);
      await this.run(planned);
      this.torn = undefined;
      return planned.servers;
    } catch (error) {
      if (error instanceof NotRunning) return 0;
      throw error;
    }
  }

  /** Number of processes that only serve sessions from before a reload. */
  public async oldWorkers(): Promise<number> {
    if (this.options.master === undefined) return 0;
    try {
      return (await processes(this.options.master)).old.length;
    } catch (error) {
      if (error instanceof NotRunning) return 0;
      throw error;
    }
  }

  private parse(text: string): Config {
    const found = this.parsed.find((one) => one.text === text) ?? { text, config: parse(text) };
    this.parsed = [found, ...this.parsed.filter((one) => one !== found)].slice(0, 2);
    return found.config;
  }

  private async follow(before: Config, after: Config, running: boolean): Promise<HaproxyApplied> {
    const planned = this.choose(before, after, running);
    let reason: string;
    if ('reload' in planned) {
      reason = planned.reload;
    } else if (planned.commands.length === 0) {
      if (!await this.runtime.running()) throw new NotRunning();
      return { how: 'none', commands: 0, reason: 'nothing that HAProxy reads changed' };
    } else {
      this.torn = either(after, before);
      try {
        await this.run(planned);
        return { how: 'runtime', commands: planned.commands.length };
      } catch (error) {
        if (!(error instanceof Refused) || this.mode === 'runtime') throw error;
        reason = error.message;
        this.options.log(`${reason}; reloading instead`);
      }
    }
    if (this.mode === 'runtime') {
      if (!await this.runtime.running()) throw new NotRunning();
      throw new Error(`${reason}, which needs a reload; mode runtime excludes it`);
    }
    await this.reload(after);
    return { how: 'reload', commands: 0, reason };
  }

  /** What runs, with the options that the servers were added with. */
  private async found(torn: Config, after: Config): Promise<Config> {
    const known = either(after, torn);
    return { ...torn, servers: serversOf(known, await this.runtime.servers()) };
  }

  private choose(before: Config, after: Config, running: boolean): Plan {
    if (this.reloadDue.value) return { reload: 'HAProxy may not have read the file before' };
    const planned = plan(before, after, { ...this.options, running });
    return this.mode === 'reload' && !('reload' in planned) && planned.commands.length > 0 ? { reload: 'mode reload' } : planned;
  }

  private async run(planned: RuntimePlan): Promise<void> {
    await this.runtime.run(planned.commands);
    await finishMoves(this.runtime, planned.moved);
  }

  /** The next worker takes over what the checks of this one said. The file says so only meanwhile: a later start knows nothing. */
  private async reload(config: Config): Promise<void> {
    this.writeState(config, await this.runtime.servers());
    try {
      await reload(this.options.master!);
      this.reloadDue.clear();
    } finally {
      this.writeState(config);
    }
  }

  private writeState(config: Config, running: readonly ServerState[] = []): void {
    if (this.options.stateFile !== undefined) writeStateFile(this.options.stateFile, stateFile(config, running, this.failClosed));
  }
}

/** A configuration with the servers of both; those of the second replace those of the first. */
function either(first: Config, second: Config): Config {
  return { ...second, servers: new Map([...first.servers, ...second.servers]) };
}

/** The servers of a running worker in the backends of a configuration, with the options from there. */
function serversOf(config: Config, running: readonly ServerState[]): Map<string, Server> {
  const servers = new Map<string, Server>();
  for (const { key, address, disabled, weight } of running) {
    const wanted = config.servers.get(key);
    if (!wanted && !config.backends.has(key.slice(0, key.indexOf('/')))) continue;
    servers.set(key, {
      key,
      address: wanted && !wanted.address.numeric ? wanted.address : address,
      options: wanted?.options ?? [],
      // What an agent says is right until it says something else.
      weight: wanted?.agent ? wanted.weight : weight,
      disabled: wanted?.agent ? wanted.disabled : disabled,
      checked: wanted?.checked ?? false,
      agent: wanted?.agent ?? false,
      ssl: wanted?.ssl ?? false,
    });
  }
  return servers;
}
