/** Bounds of a render. Templates are often written by someone else than who runs them. */
export const LIMITS = {
  /** Calls of templates inside of each other. */
  depth: 1000,
  /** Characters of the whole output, and of the result of one function. */
  text: 16 * 1024 * 1024,
  /** Elements of a list that a function makes. */
  list: 1_000_000,
  /** Milliseconds of one render. */
  duration: 10_000,
} as const;

/** Values inside of each other: a dictionary may contain itself. */
const MAX_DEPTH = 100;

/** @throws Error when a text is longer than one function may return */
export function checkLength(length: number): void {
  if (length > LIMITS.text) throw new Error(`text exceeds ${LIMITS.text} characters`);
}

/** What the text of one value may come to, though the value contains itself, or another one many times. */
export class Bounds {
  private length = 0;
  private depth = 0;

  /** Counts a part of the text, and returns it. @throws Error when all parts together are too long */
  public add(text: string): string {
    this.length += text.length;
    checkLength(this.length);
    return text;
  }

  /** Writes what stands in a list or map. @throws Error when it is nested too deep */
  public nested(write: () => string): string {
    if (++this.depth > MAX_DEPTH) throw new Error(`value is nested more than ${MAX_DEPTH} deep`);
    const text = write();
    this.depth--;
    return text;
  }
}
