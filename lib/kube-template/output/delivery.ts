import { checkFile } from './check';
import { attributesDiffer, readText, StagedFile, stampOf } from './file';
import { bytesOf } from '../../go-template';
import { messageOf, SubjectLog } from '../../log/log';
import { TemplateSettings } from '../config/settings';
import { HaproxyControl } from '../haproxy/control';
import { Metrics, Stage } from '../metrics';

/** What a delivery works with. */
interface DeliveryTools {
  readonly log: SubjectLog;
  readonly metrics: Metrics;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Print instead of writing. */
  readonly dryRun: boolean;
  /** The HAProxy that reads the destination. */
  readonly haproxy?: HaproxyControl;
  /** Kills a check. */
  readonly ending?: AbortSignal;
}

/** An error with the step at which it happened. */
class StageError extends Error {
  constructor(public readonly stage: Stage, error: unknown) {
    // Temporary files have random names; without them a failure that lasts keeps its message.
    super(stage === 'write' ? messageOf(error).replace(/ '[^']*'( -> '[^']*')?$/, '') : messageOf(error));
  }
}

/** What failed is tried again after this long, in milliseconds, and then each time twice as long. */
const RETRY = { first: 250, most: 30_000 } as const;

async function at<T>(stage: Stage, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw new StageError(stage, error);
  }
}

/** Brings the texts of one template to its destination, one at a time; of those that arrive meanwhile only the last counts. */
export class Delivery {
  /** What the destination holds; undefined: nothing known. */
  private current?: string;
  /** The destination may hold something else: it was not written to its end, or what HAProxy refused is still there, or what somebody else wrote. */
  private damaged = false;
  /** The destination's, as of when it was last read or written. */
  private stamp?: string;
  /** The text that could not be delivered. */
  private failed?: string;
  private lastError?: string;
  /** Why HAProxy could not be compared with its file the last time; undefined: it could. */
  private lastDrift?: string;
  /** The last text that was to be delivered. */
  private wanted?: string;
  /** Failures one after another, of which a new text is not to suffer. */
  private failures = 0;
  private failedAt = 0;
  private pending?: { text: string; force: boolean };
  private repairDue = false;
  /** Something changed that no caller was told yet. */
  private changed = false;
  private running?: Promise<void>;
  private done = false;
  private begun = false;

  /** @throws Error when the destination cannot be read */
  constructor(private readonly settings: TemplateSettings, private readonly tools: DeliveryTools) {
    this.look();
  }

  /** Whether the destination was brought up to date once. */
  public get delivered(): boolean {
    return this.done;
  }

  /** Whether the last text is still to be delivered, because something failed. */
  public get hasFailed(): boolean {
    return this.failed !== undefined;
  }

  /** Whether somebody else may have changed or removed the destination. */
  public get touched(): boolean {
    return this.begun && this.isFile && stampOf(this.settings.destination) !== this.stamp;
  }

  /** When to try again what failed, a delivery or a repair, as Date.now() tells; undefined: nothing did. */
  public get retryAt(): number | undefined {
    return this.failures === 0 ? undefined : this.failedAt + Math.min(RETRY.first * 2 ** (this.failures - 1), RETRY.most);
  }

  /**
   * Brings a text to the destination, unless it is there.
   *
   * @param force also when it is there, or has failed before
   * @returns whether the destination changed; failures are logged and counted
   */
  public async deliver(text: string, force: boolean = false): Promise<boolean> {
    if (text !== this.wanted) this.failures = 0;
    this.wanted = text;
    this.pending = { text, force: force || (this.pending?.force ?? false) };
    this.running ??= this.drain();
    await this.running;
    const { changed } = this;
    this.changed = false;
    return changed;
  }

  /** Makes the next delivery try a text that failed. */
  public retry(): void {
    this.failed = undefined;
  }

  /** Repairs HAProxy when it no longer runs what its file says. */
  public async repair(): Promise<void> {
    if (!this.tools.haproxy || !this.done || this.running) return;
    this.repairDue = true;
    this.running = this.drain();
    await this.running;
  }

  /** Resolves when nothing is under way. */
  public async idle(): Promise<void> {
    await this.running;
  }

  private async drain(): Promise<void> {
    if (this.repairDue) await this.drift(this.tools.haproxy!, this.current!);
    this.repairDue = false;
    while (this.pending) {
      const { text, force } = this.pending;
      this.pending = undefined;
      this.changed = await this.attempt(text, force) || this.changed;
    }
    this.running = undefined;
  }

  private async attempt(text: string, force: boolean): Promise<boolean> {
    if (!force && text === this.failed) return false;
    try {
      const changed = await this.bring(text, force);
      if (this.lastDrift === undefined) this.failures = 0;
      if (this.lastError !== undefined) this.tools.log.info(`${this.settings.destination}: recovered`);
      this.failed = this.lastError = undefined;
      this.done = true;
      const metric = changed ? this.tools.metrics.writes : this.tools.metrics.skipped;
      metric.add({ destination: this.settings.destination });
      return changed;
    } catch (error) {
      const stage = error instanceof StageError ? error.stage : 'write';
      const message = `${this.settings.destination}: ${messageOf(error)}`;
      this.tools.metrics.errors.add({ stage });
      this.tools.log[message === this.lastError ? 'debug' : 'error'](message);
      this.failed = text;
      this.lastError = message;
      this.countFailure();
      return false;
    }
  }

  private countFailure(): void {
    this.failures++;
    this.failedAt = Date.now();
  }

  private get isFile(): boolean {
    return !this.tools.dryRun && this.settings.destination !== '-';
  }

  private look(): void {
    if (this.isFile) this.current = this.read();
  }

  private read(): string | undefined {
    const { destination } = this.settings;
    const stamp = stampOf(destination);
    const text = readText(destination);
    this.stamp = stamp;
    return text;
  }

  private async bring(text: string, force: boolean): Promise<boolean> {
    const { destination } = this.settings;
    // Again: with a configuration that is read anew, another delivery may have written since.
    if (!this.begun) await at('write', () => this.look());
    this.begun = true;
    const ours = this.damaged;
    if (ours || this.touched) this.damaged = await at('write', () => this.read() !== this.current);
    if (this.damaged && !ours) this.tools.log.warn(`${destination}: somebody changed or removed it`);
    if (!this.isFile) {
      if (text === this.current && !force) return false;
      this.tools.print(this.tools.dryRun ? `> ${destination}\n${text.replace(/\n?$/, '\n')}` : text);
      this.current = text;
      return true;
    }
    const first = !this.done;
    const same = !this.damaged && text === this.current && !(first && attributesDiffer(destination, this.settings));
    if (same && !force) {
      if (first && this.tools.haproxy) await this.drift(this.tools.haproxy, text);
      return false;
    }
    await this.write(text);
    return true;
  }

  private async write(text: string): Promise<void> {
    const { destination, check, commandTimeout } = this.settings;
    const { haproxy, log } = this.tools;
    const old = this.current;
    const file = this.staged(text, !this.damaged);
    if (check) {
      try {
        const staged = await at('write', () => file.stage());
        await at('check', () => checkFile(check, staged, commandTimeout, this.tools.ending));
      } catch (error) {
        file.discard();
        throw error;
      }
    }
    // Without an await where none is needed, so that several destinations change in one turn.
    let stage: Stage = 'haproxy';
    try {
      haproxy?.prepare(old ?? '', text);
      stage = 'write';
      this.commit(file);
    } catch (error) {
      file.discard();
      throw new StageError(stage, error);
    }
    this.current = text;
    log.info(`wrote ${destination} (${bytesOf(text).length} bytes)`);
    if (!haproxy) return;
    // The same text again is no change to follow; HAProxy may have left it, though.
    if (text === old) await this.drift(haproxy, text);
    else await this.apply(haproxy, old, text);
  }

  /** @param good whether what the destination holds is worth a backup */
  private staged(text: string, good: boolean): StagedFile {
    return new StagedFile(this.settings.destination, text, { ...this.settings, backup: this.settings.backup && good });
  }

  private commit(file: StagedFile): void {
    this.damaged = true;
    file.commit();
    this.stamp = stampOf(this.settings.destination);
    this.damaged = false;
  }

  private async apply(haproxy: HaproxyControl, old: string | undefined, text: string): Promise<void> {
    const { metrics, log } = this.tools;
    const { destination } = this.settings;
    const began = performance.now();
    try {
      const { how, commands, reason } = await haproxy.apply(old ?? '', text);
      metrics.applies.add({ how });
      if (how === 'reload') {
        metrics.reloadSeconds.observe({}, (performance.now() - began) / 1000);
      }
      const detail = [commands > 0 ? `${commands} commands` : '', reason ?? ''].filter(Boolean).join(', ');
      if (how === 'none') log.debug(`${destination}: nothing for HAProxy to take over: ${detail}`);
      else log.info(`HAProxy took over ${destination}: ${how}${detail ? ` (${detail})` : ''}`);
    } catch (error) {
      metrics.applies.add({ how: 'failed' });
      // What HAProxy has, so that it is asked again, also where there is no old file or it can't be put back.
      this.current = old;
      // HAProxy goes on with the old file, which it must find should it start again.
      if (old !== undefined) {
        await at('write', () => this.commit(this.staged(old, false)));
        haproxy.takenBack();
      }
      throw new StageError('haproxy', error);
    }
  }

  private async drift(haproxy: HaproxyControl, text: string): Promise<void> {
    const { metrics, log } = this.tools;
    try {
      const repairs = await haproxy.drift(text);
      if (repairs > 0) {
        metrics.driftRepairs.add({}, repairs);
        log.warn(`${this.settings.destination}: HAProxy had left its file, ${repairs} commands brought it back`);
      }
      metrics.oldWorkers.set({ destination: this.settings.destination }, await haproxy.oldWorkers());
      this.lastDrift = undefined;
      if (this.failed === undefined) this.failures = 0;
    } catch (error) {
      metrics.errors.add({ stage: 'haproxy' });
      const message = messageOf(error);
      log[message === this.lastDrift ? 'debug' : 'warn'](`${this.settings.destination}: cannot compare HAProxy with its file: ${message}`);
      this.lastDrift = message;
      this.countFailure();
    }
  }
}
