import { EventEmitter } from 'node:events';
import type { Functions } from '../../go-template';
import { KubeConfig, project, Reflector, ReflectorOptions, ResourceRef, Status, Timing } from '../kube';
import { sourceFunctions } from './functions';
import { describeResource } from '../kube/resource';

/** Tuning of the sources of one resource. */
export interface SourceTuning {
  /** Fields to keep, such as `status.podIP`. Default: all. */
  readonly fields?: string[];
  /** Objects per list page. Default: 500. */
  readonly limit?: number;
}

/** Options of {@link Sources}. */
export interface SourcesOptions {
  /** Namespace of functions that name none. Default: the configuration's. */
  readonly namespace?: string;
  /** Whether `pods "a" "b"` reads a as the selector when both could be names. Default: false. */
  readonly selectorFirst?: boolean;
  /** By plural resource name. */
  readonly tuning?: Readonly<Record<string, SourceTuning>>;
  readonly timing?: Partial<Timing>;
}

/** Events of {@link Sources}. */
export interface SourcesEvents {
  /** Some source has new data, so a new pass is due. */
  change: [];
  /** A source was connected or lost; repeated failures for one reason come once. */
  status: [source: string, status: Status];
}

/** What a render gave. */
export interface Tracked<T> {
  readonly value?: T;
  /** What the render threw. Without data that may be meaningless: look at {@link missing} first. */
  readonly error?: unknown;
  /** The used sources that have no data yet. If there are any, the value is partial and not to be written. */
  readonly missing: ReadonlySet<string>;
}

interface Entry {
  readonly reflector: Reflector;
  /** The last pass that used it. */
  usedIn: number;
}

/** Passes after which a source that no template used is stopped. */
const UNUSED_PASSES = 5;

/**
 * The data of templates. A source is started when a template first uses it, and stopped when none did for 5 passes.
 *
 * A pass is `begin()`, then one `track()` for each template, then `end()`.
 */
export class Sources extends EventEmitter<SourcesEvents> {
  private readonly entries = new Map<string, Entry>();
  private readonly namespace: string;
  private pass = 0;
  private missingInPass = new Set<string>();
  private tracked?: Set<string>;

  constructor(private readonly config: KubeConfig, private readonly options: SourcesOptions = {}) {
    super();
    this.namespace = options.namespace || config.namespace;
  }

  /** Sources that this pass used and that have no data yet, in words. */
  public get missing(): ReadonlySet<string> { return this.missingInPass; }

  /** All running sources, for metrics. */
  public get reflectors(): Reflector[] { return [...this.entries.values()].map(({ reflector }) => reflector); }

  /** Starts a pass. */
  public begin(): void {
    this.pass++;
    this.missingInPass = new Set();
  }

  /**
   * Runs one render and tells which of the sources it used have no data yet. Never throws.
   */
  public track<T>(render: () => T): Tracked<T> {
    const missing = new Set<string>();
    this.tracked = missing;
    try {
      return { value: render(), missing };
    } catch (error) {
      return { error, missing };
    } finally {
      this.tracked = undefined;
    }
  }

  /**
   * Ends a pass and stops sources that were not used for 5 passes.
   *
   * @returns whether every source used in this pass has data
   */
  public end(): boolean {
    for (const [key, { reflector, usedIn }] of this.entries) {
      if (this.pass - usedIn < UNUSED_PASSES) continue;
      this.stopReflector(reflector);
      this.entries.delete(key);
    }
    return this.missingInPass.size === 0;
  }

  /** Stops all sources. */
  public stop(): void {
    for (const { reflector } of this.entries.values()) this.stopReflector(reflector);
    this.entries.clear();
  }

  /** The template functions that read from the API server. */
  public functions(): Functions {
    return sourceFunctions({
      namespace: this.namespace,
      selectorFirst: this.options.selectorFirst ?? false,
      objects: (ref) => this.use(ref)?.objects() ?? [],
      object: (ref) => this.use(ref)?.get(ref.namespace ?? '', ref.name),
    });
  }

  /** @returns the source, unless it has no data yet */
  private use(ref: ResourceRef): Reflector | undefined {
    const key = describeResource(ref);
    const entry = this.entries.get(key) ?? this.add(key, ref);
    entry.usedIn = this.pass;
    if (entry.reflector.synced) return entry.reflector;
    this.missingInPass.add(key);
    this.tracked?.add(key);
    return undefined;
  }

  private add(key: string, ref: ResourceRef): Entry {
    const { fields, limit } = this.options.tuning?.[ref.plural] ?? {};
    const options: ReflectorOptions = { limit, timing: this.options.timing, ...(fields ? { keep: project(fields) } : {}) };
    const reflector = new Reflector(this.config, ref, options);
    reflector.on('change', () => this.emit('change'));
    reflector.on('status', (status) => this.emit('status', reflector.name, status));
    const entry = { reflector, usedIn: this.pass };
    this.entries.set(key, entry);
    reflector.start();
    return entry;
  }

  private stopReflector(reflector: Reflector): void {
    reflector.stop();
    reflector.removeAllListeners();
  }
}

