/**
 * A prop that cannot become a working installation. Thrown at synth, before anything is written.
 */
export class InvalidPropError extends Error {
  /**
   * @param prop path of the prop, as the user writes it
   * @param value what was given
   * @param accepted what would have been taken, and if possible the repair
   */
  constructor(prop: string, value: unknown, accepted: string) {
    super(`'${prop}' (${show(value)}) ${accepted}`);
    this.name = 'InvalidPropError';
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === undefined || typeof value !== 'object') return String(value);
  return JSON.stringify(value) ?? String(value);
}
