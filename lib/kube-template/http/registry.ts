/** Label values by label name. */
export type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (character) => character === '\n' ? '\\n' : `\\${character}`);

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** One metric with all its label values. */
export class Metric {
  private readonly values = new Map<string, number>();

  constructor(readonly name: string, private readonly kind: 'counter' | 'gauge', private readonly help: string) {}

  add(labels: Labels = {}, amount: number = 1): void {
    const key = labelText(labels);
    this.values.set(key, (this.values.get(key) ?? 0) + amount);
  }

  set(labels: Labels, value: number): void {
    this.values.set(labelText(labels), value);
  }

  /** Forgets all values, before they are collected anew. */
  clear(): void {
    this.values.clear();
  }

  /** The value under these labels; 0 when there is none. */
  get(labels: Labels = {}): number {
    return this.values.get(labelText(labels)) ?? 0;
  }

  /** The sum over all labels. */
  total(): number {
    return [...this.values.values()].reduce((sum, value) => sum + value, 0);
  }

  /** The metric in Prometheus' text format. */
  text(): string {
    const samples = [...this.values].map(([labels, value]) => `${this.name}${labels} ${value}\n`);
    return `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} ${this.kind}\n${samples.join('')}`;
  }
}
