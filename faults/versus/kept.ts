import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Verdict } from '../judge';

export type Side = 'ours' | 'chart';

/** A run as it is kept. */
export interface Kept {
  readonly scenario: string;
  readonly side: Side;
  /** Both sides kept an append-only file on a volume. */
  readonly volumes: boolean;
  readonly at: string;
  /** Of the machine, over the last minute. */
  readonly load: number;
  readonly verdict?: Verdict;
  readonly linkedMs?: number;
  /** What was not as it should be, in words. */
  readonly notes?: readonly string[];
  /** Why there is no verdict. */
  readonly failure?: string;
}

/** All that was measured. */
export interface Comparison {
  /** Name and version. */
  chart: string;
  readonly runs: Kept[];
}

export function load(file: string): Comparison {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { chart: '', runs: [] };
}

export function save(file: string, comparison: Comparison): void {
  writeFileSync(file, JSON.stringify(comparison));
}
