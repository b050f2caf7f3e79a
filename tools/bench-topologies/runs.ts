import * as fs from 'node:fs';
import * as os from 'node:os';
import { Command, Figures, Load } from './load';

/** One round of one way. */
export interface Run extends Figures {
  readonly way: string;
  readonly command: Command;
  readonly load: Load;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
}

/** Where runs were measured. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  /** Versions of what was measured, by their images and charts. */
  readonly versions: readonly string[];
}

/** All runs of one machine, with nothing computed: a report can be written of them again, and runs can be added. */
export interface Recorded {
  readonly machine: Machine;
  readonly runs: Run[];
}

/** `haproxy` of `haproxy:3.2.26`, `chart redis-ha` of `chart redis-ha 4.39.0`. */
const thing = (version: string) => version.replace(/[: ][^: ]+$/, '');

/**
 * What a file has, or nothing yet. Other ways add their versions to it.
 *
 * @throws where it is of another machine, or of another version of something: their runs have no common median
 */
export function recordedIn(file: string | undefined, versions: readonly string[] | undefined): Recorded {
  const machine: Machine = { cores: os.cpus().length, model: os.cpus()[0]?.model ?? 'unknown', versions: versions ?? [] };
  if (file === undefined || !fs.existsSync(file)) return { machine, runs: [] };
  const recorded = JSON.parse(fs.readFileSync(file, 'utf8')) as Recorded;
  if (versions === undefined) return recorded;
  const all = [...new Set([...recorded.machine.versions, ...versions])];
  const same = recorded.machine.cores === machine.cores && recorded.machine.model === machine.model && new Set(all.map(thing)).size === all.length;
  if (!same) throw new Error(`${file} is of ${JSON.stringify(recorded.machine)}, and this is ${JSON.stringify(machine)}: name another file`);
  return { machine: { ...machine, versions: all }, runs: recorded.runs };
}

/** After each round: a run that is ended has those before it. */
export function keep(file: string | undefined, recorded: Recorded): void {
  if (file !== undefined) fs.writeFileSync(file, `${JSON.stringify(recorded, undefined, 1)}\n`);
}
