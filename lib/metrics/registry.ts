/** Label values by label name. */
export type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (character) => character === '\n' ? '\\n' : `\\${character}`);

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** Values by label values. */
class Samples {
  private readonly values = new Map<string, number>();

  public add(labels: Labels, amount: number): void {
    const key = labelText(labels);
    this.values.set(key, (this.values.get(key) ?? 0) + amount);
  }

  public set(labels: Labels, value: number): void {
    this.values.set(labelText(labels), value);
  }

  public clear(): void {
    this.values.clear();
  }

  public get(labels: Labels): number {
    return this.values.get(labelText(labels)) ?? 0;
  }

  public total(): number {
    return [...this.values.values()].reduce((sum, value) => sum + value, 0);
  }

  public text(name: string): string {
    return [...this.values].map(([labels, value]) => `${name}${labels} ${value}\n`).join('');
  }
}

/** Something that is told under a name, in Prometheus' text format. */
abstract class Metric {
  constructor(public readonly name: string, private readonly kind: 'counter' | 'gauge' | 'summary', private readonly help: string) {}

  /** The metric in Prometheus' text format. */
  public text(): string {
    return `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} ${this.kind}\n${this.samples()}`;
  }

  protected abstract samples(): string;
}

/** One number with all its label values. */
abstract class NumberMetric extends Metric {
  protected readonly values = new Samples();

  public set(labels: Labels, value: number): void {
    this.values.set(labels, value);
  }

  /** Forgets all values, before they are collected anew. */
  public clear(): void {
    this.values.clear();
  }

  /** The value under these labels; 0 when there is none. */
  public get(labels: Labels = {}): number {
    return this.values.get(labels);
  }

  protected samples(): string {
    return this.values.text(this.name);
  }
}

/** What goes up and down. */
export class Gauge extends NumberMetric {
  constructor(name: string, help: string) {
    super(name, 'gauge', help);
  }
}

/** What only grows; its name ends with `_total`. */
export class Counter extends NumberMetric {
  constructor(name: string, help: string) {
    super(name, 'counter', help);
  }

  public add(labels: Labels = {}, amount: number = 1): void {
    this.values.add(labels, amount);
  }

  /** The sum over all labels. */
  public total(): number {
    return this.values.total();
  }
}

/** How often something was, and what it came to: in seconds, for what takes time. */
export class Summary extends Metric {
  private readonly sums = new Samples();
  private readonly counts = new Samples();

  constructor(name: string, help: string) {
    super(name, 'summary', help);
  }

  public observe(labels: Labels, value: number): void {
    this.sums.add(labels, value);
    this.counts.add(labels, 1);
  }

  /** How often it was observed under these labels. */
  public count(labels: Labels = {}): number {
    return this.counts.get(labels);
  }

  protected samples(): string {
    return this.sums.text(`${this.name}_sum`) + this.counts.text(`${this.name}_count`);
  }
}

/** The metrics among the fields of an object, in Prometheus' text format. */
export function exposition(fields: object): string {
  return Object.values(fields).filter((value): value is Metric => value instanceof Metric).map((metric) => metric.text()).join('');
}
