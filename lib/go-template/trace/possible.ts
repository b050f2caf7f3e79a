/** A value that only the data tells. */
export const UNKNOWN = Symbol('unknown');

/** More values than this are as good as unknown. */
const MOST = 64;

/** The values that something may have: none where it is never reached, or any. Only grows. */
export class Possible {
  public static of(values: Iterable<unknown>): Possible {
    const all = new Possible();
    for (const value of values) all.add(value);
    return all;
  }

  private readonly found = new Map<string, unknown>();
  private any = false;

  /** Each of them; {@link UNKNOWN} alone stands for any. */
  public get values(): readonly unknown[] { return this.any ? [UNKNOWN] : [...this.found.values()]; }

  /** @returns whether it is a new one */
  public add(value: unknown): boolean {
    if (this.any) return false;
    const key = `${typeof value} ${value === UNKNOWN ? '' : JSON.stringify(value, (_, part: unknown) => typeof part === 'bigint' ? `${part}n` : part)}`;
    if (this.found.has(key)) return false;
    this.found.set(key, value);
    this.any = value === UNKNOWN || this.found.size > MOST;
    return true;
  }

  public addAll(others: Possible): boolean {
    return others.values.map((value) => this.add(value)).includes(true);
  }
}

/** All ways to choose one of each. */
export function combinations(choices: readonly Possible[]): unknown[][] {
  const count = choices.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST) return [choices.map(({ values }) => values.length === 1 ? values[0] : UNKNOWN)];
  return choices.reduce<unknown[][]>((heads, { values }) => heads.flatMap((head) => values.map((value) => [...head, value])), [[]]);
}
