import { Expression } from './expression';
import { Model, Override, Path } from './model';
import { Report } from './report';

/** What the mapping of one values file is made with: what was read so far, and what it becomes. */
export class Build {
  public readonly model = new Model();
  public readonly report = new Report();
  private readonly values = new Map<string, any>();
  private readonly written = new Map<string, string>();

  constructor(
    /** Name of the installation where the values give none. */
    private readonly usual: string,
    /** One that takes the place of that of the values. */
    private readonly instead?: string,
  ) {}

  /** Name of the installation. */
  public get name(): string {
    return String(this.instead ?? this.model.get('name') ?? this.usual);
  }

  /** Keeps a value for `compose`; `written` is the key as the file has it, which differs for keys of former versions. */
  public keep(key: string, value: unknown, written: string): void {
    this.values.set(key, value);
    if (written !== key) this.written.set(key, written);
  }

  /** Whether the values say something of a key that counts. */
  public has(key: string): boolean {
    return this.values.has(key);
  }

  /** What the values say of a key, or else. */
  public value<T>(key: string, otherwise: T): T {
    return this.values.has(key) ? this.values.get(key) : otherwise;
  }

  /** The same, of a key that is read as text. */
  public text(key: string, otherwise = ''): string {
    return this.value(key, otherwise);
  }

  /** All keys that the values say something of. */
  public keys(): string[] {
    return [...this.values.keys()];
  }

  /** Those of the keys that the values say something of. */
  public given(...keys: string[]): string[] {
    return keys.filter((key) => this.values.has(key));
  }

  public put(path: Path, value: Expression, ...keys: string[]): void {
    this.model.put(path, value, keys.map((key) => this.asWritten(key)));
  }

  public override(object: Override['object'], fields: { readonly [field: string]: Expression }, ...keys: string[]): void {
    this.model.overrides.push({ object, fields, keys });
  }

  /** Merges fields into the spec of a kind of pods. */
  public podSpec(part: 'server' | 'proxy', fields: { readonly [field: string]: Expression }, ...keys: string[]): void {
    for (const [field, value] of Object.entries(fields)) this.put([part, 'pod', 'podSpecOverrides', field], value, ...keys);
  }

  /** Merges fields into a container. */
  public container(part: 'server' | 'proxy', name: string, fields: { readonly [field: string]: Expression }, ...keys: string[]): void {
    this.put([part, 'pod', 'podSpecOverrides', 'containers', '+'], { name, ...fields }, ...keys);
  }

  public note(key: string, text: string): void {
    this.report.add(this.asWritten(key), 'noted', text);
  }

  public refuse(key: string, reason: string): void {
    this.report.add(this.asWritten(key), 'refused', reason);
  }

  /** It has no effect beside something else, and what it put goes. */
  public ignore(key: string, reason: string): void {
    this.model.drop(this.asWritten(key));
    this.report.replace(this.asWritten(key), 'unused', reason);
  }

  /** What the chart does where the values say nothing, and the library would do something else. */
  public assume(key: string, text: string): void {
    this.report.add(`(not given) ${key}`, 'noted', text);
  }

  /** It is a prop, or a part of one. */
  public mapped(key: string, to: string): void {
    this.report.add(this.asWritten(key), 'mapped', to);
  }

  private asWritten(key: string): string {
    const former = [...this.written].find(([now]) => key === now || key.startsWith(`${now}.`));
    return former === undefined ? key : former[1] + key.slice(former[0].length);
  }
}
