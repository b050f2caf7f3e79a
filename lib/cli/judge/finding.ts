import { Advice, Condition, CONDITIONS } from './conditions';

/**
 * How much a condition weighs. `down`: clients can't write. `degraded`: they can, and something has to be mended before the next failure. `note`: worth knowing.
 */
export type Weight = 'down' | 'degraded' | 'note';

/** Something that is not as it should be. */
export interface Finding extends Advice {
  readonly code: Condition;
  readonly weight: Weight;
  /** What is wrong, in one sentence. */
  readonly what: string;
}

/** Makes a finding. */
export function finding(code: Condition, weight: Weight, what: string): Finding {
  return { code, weight, what, ...CONDITIONS[code] };
}
