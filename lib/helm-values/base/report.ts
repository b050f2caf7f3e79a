/**
 * What became of a key of the values.
 *
 * - `mapped`: it is in the props.
 * - `noted`: nothing has to be taken over, or it means something slightly different here; the text says what.
 * - `refused`: it can't be taken over; the text says why.
 * - `unused`: it asks for nothing: empty, a default that changes nothing, or of a part that is switched off.
 * - `foreign`: it is not of this chart, but of the file around its values.
 */
export type Fate = 'mapped' | 'noted' | 'refused' | 'unused' | 'foreign';

/** One key. */
export interface Line {
  /** As in the values file, with dots. */
  readonly key: string;
  readonly fate: Fate;
  /** Prop, note or reason. One line. */
  readonly text: string;
}

/** What became of all keys: one line for each, and the worst if several parts spoke of one. */
export class Report {
  private readonly lines = new Map<string, Line>();

  public add(key: string, fate: Fate, text: string): void {
    const line = text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
    const before = this.lines.get(key);
    if (before === undefined || WEIGHT[before.fate] < WEIGHT[fate]) this.lines.set(key, { key, fate, text: line });
    else if (before.fate === fate && before.text !== line && fate !== 'mapped') this.lines.set(key, { key, fate, text: `${before.text}; ${line}` });
  }

  /** In place of what was said of the key. */
  public replace(key: string, fate: Fate, text: string): void {
    this.lines.delete(key);
    this.add(key, fate, text);
  }

  public all(): Line[] {
    return [...this.lines.values()];
  }
}

const WEIGHT: { readonly [fate in Fate]: number } = { unused: 0, foreign: 1, mapped: 2, noted: 3, refused: 4 };
