import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from './config';
import { asKubeError, Failure, KubeError } from './errors';
import { Keep, KubeObject, strip } from './objects';
import { Connection, readBody } from './request';
import { describeResource, ResourceRef, resourcePath, roleHint, selectorParams } from './resource';
import { Store } from './store';
import { DEFAULT_TIMING, Timing } from './timing';
import { lines, parseList, parseWatchEvent } from './wire';

/** Options of {@link Reflector}. */
export interface ReflectorOptions {
  /** What to keep of each object. Default: all but managedFields and the last applied configuration. */
  readonly keep?: Keep;
  /** Objects per list page. Smaller pages need less memory. Default: 500. */
  readonly limit?: number;
  readonly timing?: Partial<Timing>;
}

/** Whether a source follows the API server. */
export interface Status {
  readonly connected: boolean;
  /** Why not. Its message tells what to do about 403. */
  readonly error?: KubeError;
}

/** Counters of a source since it was started. */
export interface ReflectorStats {
  /** Objects added, modified or deleted by watches. */
  events: number;
  lists: number;
  watches: number;
  /** Lists after the first complete one. */
  relists: Partial<Record<Failure | 'interval', number>>;
  /** Ends of lists and watches: `ended` by the server as asked, or a failure. */
  restarts: Partial<Record<Failure | 'ended', number>>;
}

/** Events of {@link Reflector}. */
interface ReflectorEvents {
  /** The first list is complete. */
  synced: [];
  /** Objects differ from the last time. */
  change: [];
  /** Emitted when it differs from the last one: repeated failures for the same reason are told once, and a recovery when it lasts or brought an event. */
  status: [Status];
}

/** Failures after which only a new list helps. */
const LISTED_ANEW: readonly Failure[] = ['expired', 'regressed', 'bad_data', 'not_watchable', 'rejected'];
/** So many server errors one after another may be due to the version. */
const SUSPICIOUS = 2;
/** Failures that last until the cluster is changed. */
const DENIED: readonly (Failure | undefined)[] = ['forbidden', 'not_found', 'not_watchable'];

/** Longest delay before a watch that the server ended as asked is resumed, ms. */
const RESUME_JITTER_MS = 50;

/** Keeps a copy of one collection up to date by list and watch, over one connection, until stopped. */
export class Reflector extends EventEmitter<ReflectorEvents> {
  /** The source in words: `pods in namespace cache with app=redis`. */
  public readonly name: string;
  public readonly stats: ReflectorStats = { events: 0, lists: 0, watches: 0, relists: {}, restarts: {} };
  private readonly store: Store;
  private readonly timing: Timing;
  private readonly limit: number;
  private readonly connection: Connection;
  private readonly abort = new AbortController();
  /** Where to resume; empty when the collection must be listed. */
  private version = '';
  private listedAt = 0;
  private heardAt = 0;
  private isSynced = false;
  private status?: Status;
  /** Whether the current watch did enough for the delays to start over. */
  private watchWasGood = false;
  private isOpen = false;
  /** Server errors one after another, without a good watch between them. */
  private serverErrors = 0;

  constructor(config: KubeConfig, public readonly ref: ResourceRef, options: ReflectorOptions = {}) {
    super();
    this.name = describeResource(ref);
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.limit = options.limit ?? 500;
    this.store = new Store(options.keep ?? strip);
    this.connection = new Connection(config, this.timing);
  }

  /** Whether the collection was listed completely once. The data stays when the connection is lost. */
  public get synced(): boolean { return this.isSynced; }

  /** Whether a watch is established. */
  public get connected(): boolean { return this.isOpen; }

  /** Why it is not connected, if it failed. */
  public get error(): KubeError | undefined { return this.status?.error; }

  /** Time since the last list, event or bookmark, ms; `undefined` before the first list. */
  public get lastEventAgeMs(): number | undefined { return this.heardAt ? Date.now() - this.heardAt : undefined; }

  /** All objects by namespace and name. The same array until something changes. */
  public objects(): readonly KubeObject[] { return this.store.sorted(); }

  /** The object with this name; namespace '' for cluster-scoped ones. */
  public get(namespace: string, name: string): KubeObject | undefined { return this.store.get(namespace, name); }

  /** Starts to follow the collection. */
  public start(): void {
    // Failures of requests end in status events. What a listener throws is a bug, and rightly ends the process.
    void this.run();
  }

  /** Stops for good and closes the connection. */
  public stop(): void {
    this.abort.abort();
    this.connection.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    let failures = 0;
    while (!signal.aborted) {
      this.watchWasGood = false;
      let error: KubeError | undefined;
      try {
        if (Date.now() - this.listedAt >= this.timing.relistMs) this.forget('interval');
        if (!this.version) await this.list();
        await this.watch();
      } catch (caught) {
        error = asKubeError(caught);
      }
      if (signal.aborted) return;
      if (error) this.fail(error);
      else count(this.stats.restarts, 'ended');
      if (this.watchWasGood) failures = 0;
      if (error || !this.watchWasGood) failures++;
      await sleep(this.delay(failures, error), undefined, { signal }).catch(() => { /* stopped */ });
    }
  }

  private delay(failures: number, error?: KubeError): number {
    if (failures === 0) return Math.random() * RESUME_JITTER_MS;
    const { backoffMinMs, backoffMaxMs, deniedRetryMs } = this.timing;
    const full = Math.min(backoffMinMs * 2 ** (failures - 1), backoffMaxMs);
    return Math.max(full * (0.5 + Math.random() / 2), error?.retryAfterMs ?? 0, DENIED.includes(error?.failure) ? deniedRetryMs : 0);
  }

  private fail(error: KubeError): void {
    count(this.stats.restarts, error.failure);
    this.serverErrors = error.failure === 'server_error' && !this.watchWasGood ? this.serverErrors + 1 : 0;
    const ended = error.inStream && error.failure !== 'throttled';
    if (ended || LISTED_ANEW.includes(error.failure) || this.serverErrors >= SUSPICIOUS) this.forget(error.failure);
    this.setStatus({ connected: false, error: this.explain(error) });
  }

  private explain(error: KubeError): KubeError {
    switch (error.failure) {
      case 'forbidden': return new KubeError(error.failure, `${error.message}; ${roleHint(this.ref)}`);
      case 'not_found': return new KubeError(error.failure, `${error.message}: there is no ${resourcePath(this.ref)}`);
      case 'not_watchable': return new KubeError(error.failure, `${error.message}: ${this.name} can't be watched, and are listed every ${this.timing.deniedRetryMs / 1000} s`);
      default: return error;
    }
  }

  private setStatus(status: Status): void {
    const { connected, error } = this.status ?? {};
    if (status.connected === connected && status.error?.message === error?.message) return;
    this.status = status;
    this.emit('status', status);
  }

  /** Makes the next turn list again; the old data stays until that is complete. */
  private forget(reason: Failure | 'interval'): void {
    if (this.version) count(this.stats.relists, reason);
    this.version = '';
  }

  private url(params: Record<string, string>): string {
    return `${resourcePath(this.ref)}?${new URLSearchParams({ ...selectorParams(this.ref), ...params })}`;
  }

  private async list(): Promise<void> {
    this.stats.lists++;
    try {
      await this.listPages(this.limit);
    } catch (error) {
      if (asKubeError(error).failure !== 'expired') throw error;
      // The later pages expired while we read the first ones. Without a limit there is only one.
      await this.listPages(0);
    }
  }

  private async listPages(limit: number): Promise<void> {
    const objects: KubeObject[] = [];
    let next = '';
    do {
      const page = parseList(await this.page(limit, next), this.name);
      for (const object of page.objects) objects.push(this.store.keep(object));
      next = page.next;
      if (!next) this.replace(objects, page.version);
    } while (next);
  }

  private async page(limit: number, next: string): Promise<string> {
    // No resourceVersion: with 0 the server ignores the limit, and with any other it may answer with old data.
    const params = { ...(limit ? { limit: String(limit) } : {}), ...(next ? { continue: next } : {}) };
    return readBody(await this.connection.get(this.url(params), this.abort.signal), this.timing.bodyTimeoutMs);
  }

  private replace(objects: KubeObject[], version: string): void {
    const changed = this.store.replace(objects);
    this.version = version;
    this.listedAt = this.heardAt = Date.now();
    const first = !this.isSynced;
    this.isSynced = true;
    if (first) this.emit('synced');
    if (changed || first) this.emit('change');
  }

  private async watch(): Promise<void> {
    this.stats.watches++;
    const { watchSeconds: [min, max], watchGraceMs, stableMs } = this.timing;
    const seconds = Math.round(min + Math.random() * (max - min));
    const response = await this.connection.get(this.url({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.version,
      timeoutSeconds: String(seconds),
    }), this.abort.signal);
    this.isOpen = true;
    // One that fails each time would be told as a recovery and a failure each time.
    if (!this.error) this.setStatus({ connected: true });
    const stable = setTimeout(() => this.isGood(), stableMs);
    // A server or proxy that stops sending but keeps the connection alive is found by nothing else.
    const guard = setTimeout(() => {
      response.destroy(new KubeError('stalled', `the watch did not end after the ${seconds} s asked for`));
    }, seconds * 1000 + watchGraceMs);
    try {
      for await (const batch of lines(response)) this.applyAll(batch);
    } finally {
      this.isOpen = false;
      clearTimeout(guard);
      clearTimeout(stable);
    }
  }

  private isGood(): void {
    this.watchWasGood = true;
    this.setStatus({ connected: true });
  }

  private applyAll(batch: string[]): void {
    let changed = false;
    try {
      for (const line of batch) {
        if (this.apply(line)) changed = true;
      }
    } finally {
      if (changed) this.emit('change');
    }
  }

  /** @returns whether the objects differ now */
  private apply(line: string): boolean {
    const event = parseWatchEvent(line, this.version, this.name);
    this.version = event.version;
    this.heardAt = Date.now();
    this.isGood();
    if (event.type === 'BOOKMARK') return false;
    this.stats.events++;
    return event.type === 'DELETED' ? this.store.remove(event.object) : this.store.set(event.object);
  }
}

function count<K extends string>(counters: Partial<Record<K, number>>, key: K): void {
  counters[key] = (counters[key] ?? 0) + 1;
}
