import { Quiescence } from './quiescence';
import { messageOf, SubjectLog } from '../../log/log';
import { CommandQueue, DueCommand } from '../action/command-queue';
import { HaproxySettings, templateName, TemplateSettings } from '../config/settings';
import { HaproxyControl } from '../haproxy/control';
import { Metrics } from '../metrics';
import { Delivery } from '../output/delivery';

/** The data of templates, as a runner needs it. */
interface RenderSources {
  /** Begins a pass: all templates are rendered once. */
  begin(): void;
  /** Renders one template and tells which of its data has not arrived yet. Never throws. */
  track(render: () => string): { readonly value?: string; readonly error?: unknown; readonly missing: ReadonlySet<string> };
  /** Ends a pass: what no template asked for in a while is dropped. */
  end(): void;
}

/** A template ready to be rendered. */
interface Rendered {
  /** @throws Error when the template fails */
  execute(data: unknown): string;
}

/** What a runner works with. */
export interface RunnerTools {
  readonly sources: RenderSources;
  /** Compiles a template. @throws Error when it is malformed or cannot be read */
  readonly compile: (settings: TemplateSettings) => Rendered;
  /** Controls the HAProxy of a destination. */
  readonly haproxy: (settings: HaproxySettings) => HaproxyControl;
  /** Runs the commands of all rounds. It outlives the runner: what changed before a reload of the configuration is still to be told. */
  readonly commands: CommandQueue;
  readonly log: SubjectLog;
  readonly metrics: Metrics;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Print instead of writing, run nothing. */
  readonly dryRun: boolean;
  /**
   * Called after each round in which destinations changed, or in which the last of them was first brought up to date.
   *
   * @param complete whether every destination was brought up to date once
   */
  readonly onRound?: (changed: boolean, complete: boolean) => void;
}

interface Job {
  readonly settings: TemplateSettings;
  readonly template: Rendered;
  readonly delivery: Delivery;
  readonly quiet: Quiescence;
  /** Tries again what failed. */
  retry?: NodeJS.Timeout;
  /** To be delivered by the next pass that has its data. */
  due: boolean;
  /** The data that is missing; undefined before the first pass. */
  missing?: ReadonlySet<string>;
  error?: string;
}

/** How often destinations are looked at, and HAProxy is compared with its file, in milliseconds. */
const REPAIR_INTERVAL = 30_000;

/**
 * Renders all templates whenever their data changed, and brings what is new to its destination. Templates without all of
 * their data are left alone.
 */
export class Runner {
  private readonly jobs: Job[];
  private readonly rounds = new Set<Promise<void>>();
  private immediate?: NodeJS.Immediate;
  private repairs?: NodeJS.Timeout;
  private forced = false;
  private stopped = false;
  private upToDate = false;
  private whenComplete: () => void;
  private readonly completed: Promise<void>;

  /** @throws Error when a template is malformed or cannot be read */
  constructor(templates: readonly TemplateSettings[], private readonly tools: RunnerTools) {
    this.whenComplete = () => undefined;
    this.completed = new Promise((resolve) => { this.whenComplete = resolve; });
    this.jobs = templates.map((settings) => this.job(settings));
  }

  /** Starts to render. */
  public start(): void {
    this.repairs = setInterval(() => {
      for (const job of this.jobs) if (job.delivery.retryAt === undefined) this.repair(job);
    }, REPAIR_INTERVAL);
    this.schedule();
  }

  /** Tells that data changed. */
  public poke(): void {
    for (const job of this.jobs) {
      if (job.due || job.settings.wait.min === 0) job.due = true;
      else job.quiet.poke();
    }
    if (this.jobs.some((job) => job.due)) this.schedule();
  }

  /** Renders, writes and applies everything again, whether it changed or not. */
  public force(): void {
    this.forced = true;
    for (const job of this.jobs) job.due = true;
    this.schedule();
  }

  /** What is not done yet, one line each; empty: every destination is up to date and applied. Errors are for the log alone: a user's may hold a value. */
  public unready(): string[] {
    return this.jobs.filter((job) => !job.delivery.delivered)
      .map((job) => `${job.settings.destination}: ${job.error ? 'cannot be rendered, see the log' : (job.missing?.size ? `waits for ${[...job.missing].join(', ')}` : 'not written yet')}`);
  }

  /** Resolves when every template had its data once and all that follows from it is done. */
  public async upToDateOnce(): Promise<void> {
    await this.completed;
    await Promise.all(this.rounds);
    await this.tools.commands.idle();
  }

  /** Stops rendering; resolves when what is under way has ended, but for commands. */
  public async stop(): Promise<void> {
    this.stopped = true;
    clearImmediate(this.immediate);
    clearInterval(this.repairs);
    for (const job of this.jobs) {
      job.quiet.cancel();
      clearTimeout(job.retry);
    }
    await Promise.all(this.jobs.map(async (job) => { await job.delivery.idle(); }));
    await Promise.all(this.rounds);
  }

  private job(settings: TemplateSettings): Job {
    const { compile, log, metrics, print, dryRun, commands } = this.tools;
    const haproxy = settings.haproxy && !dryRun ? this.tools.haproxy(settings.haproxy) : undefined;
    const job: Job = {
      settings,
      template: compile(settings),
      delivery: new Delivery(settings, { log, metrics, print, dryRun, haproxy, ending: commands.ending }),
      quiet: new Quiescence(settings.wait, () => {
        job.due = true;
        this.schedule();
      }),
      due: true,
    };
    return job;
  }

  /** All that happens in one turn of the event loop causes one pass. */
  private schedule(): void {
    if (this.stopped) return;
    this.immediate ??= setImmediate(() => {
      this.immediate = undefined;
      this.pass();
    });
  }

  private pass(): void {
    const { sources } = this.tools;
    const { forced } = this;
    this.forced = false;
    const deliveries: Promise<DueCommand | undefined>[] = [];
    let changed = false;
    // Every template is rendered, due or not, for the sources drop what a pass did not ask for.
    sources.begin();
    for (const job of this.jobs) {
      const text = this.render(job);
      if (text === undefined || !job.due) continue;
      job.due = false;
      job.quiet.cancel();
      deliveries.push(job.delivery.deliver(text, forced).then((written) => {
        changed ||= written;
        this.planRetry(job);
        const { command, commandTimeout: timeout } = job.settings;
        return written && command && !this.tools.dryRun ? { command, timeout } : undefined;
      }));
    }
    sources.end();
    if (deliveries.length > 0) this.follow(deliveries, () => changed);
    if (this.jobs.every((job) => job.missing?.size === 0)) this.whenComplete();
  }

  private render(job: Job): string | undefined {
    const { sources, metrics, log } = this.tools;
    const { value, error, missing } = sources.track(() => job.template.execute(undefined));
    job.missing = missing;
    // A template that stumbles over data which is still to come has done nothing wrong.
    if (missing.size > 0) return undefined;
    if (error !== undefined) {
      const message = messageOf(error);
      metrics.errors.add({ stage: 'render' });
      log[message === job.error ? 'debug' : 'error'](`${templateName(job.settings)}: ${message}`);
      job.error = message;
      return undefined;
    }
    metrics.renders.add({ destination: job.settings.destination });
    job.error = undefined;
    return value;
  }

  /** Runs the commands of a round when all its destinations are written. */
  private follow(deliveries: readonly Promise<DueCommand | undefined>[], changed: () => boolean): void {
    const round: Promise<void> = Promise.all(deliveries).then((commands) => {
      this.tools.commands.add(commands.filter((command) => command !== undefined));
      const first = !this.upToDate && this.unready().length === 0;
      if (first) this.tools.log.info('every destination is up to date');
      this.upToDate ||= first;
      if (first || changed()) this.tools.onRound?.(changed(), this.upToDate);
    }).finally(() => this.rounds.delete(round));
    this.rounds.add(round);
  }

  private repair(job: Job): void {
    if (job.delivery.hasFailed || job.delivery.touched) {
      job.delivery.retry();
      job.due = true;
      this.schedule();
    } else {
      void job.delivery.repair().then(() => this.planRetry(job));
    }
  }

  private planRetry(job: Job): void {
    clearTimeout(job.retry);
    const { retryAt } = job.delivery;
    if (retryAt !== undefined && !this.stopped) job.retry = setTimeout(() => this.repair(job), retryAt - Date.now());
  }
}
