import { suffer } from './disasters';
import { World } from './world';

/** Each seed is one interleaving of starts, messages, losses and disasters. */
const SEEDS = { 'alone': 1_000, 'with a restore': 250 } as const;

/** So many of them are tried each time; `test/stack/agent/simulation.test.ts` tries the others. */
const SHORT = { 'alone': 120, 'with a restore': 30 } as const;

type Kind = keyof typeof SEEDS;

/** The seeds of every test run, or the others: the first, and how many. */
export function seeds(kind: Kind, which: 'first' | 'others'): { readonly first: number; readonly count: number } {
  return which === 'first' ? { first: 1, count: SHORT[kind] } : { first: SHORT[kind] + 1, count: SEEDS[kind] - SHORT[kind] };
}

/** What must not happen and does, one line for each of these seeds in which it does. */
export async function failuresOf({ first, count }: ReturnType<typeof seeds>, worldOf: (seed: number) => World): Promise<string[]> {
  const failed: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const [violation] = await suffer(worldOf(seed));
    if (violation !== undefined) failed.push(`seed ${seed}: ${violation}`);
  }
  return failed;
}
