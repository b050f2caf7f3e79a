import { Change, changes, Effect } from './effects';
import { Manifest } from './manifests';

/** Manifests by what they are of: an example, or a file. */
export type Synthesized = ReadonlyMap<string, readonly Manifest[]>;

/** Longest list of paths that a line has. */
const PATHS = 4;

/** Tells what an upgrade does to each example, and counts what it does to all. */
export function report(before: Synthesized, after: Synthesized): string {
  const lines: string[] = [];
  const all: Change[] = [];
  for (const title of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [was, is] = [before.get(title), after.get(title)];
    if (!was || !is) {
      lines.push(`${title}: only in the ${was ? 'former' : 'new'} version`);
      continue;
    }
    const found = changes(was, is);
    all.push(...found);
    if (found.length > 0) lines.push(`${title}:`, ...found.map((change) => `  ${change.kind} ${change.name} ${change.what}${where(change)}`));
  }
  return [...lines, ...lines.length > 0 ? [''] : [], summary(all), ''].join('\n');
}

function where({ paths }: Change): string {
  if (paths.length === 0) return '';
  const more = paths.length > PATHS ? ` and ${paths.length - PATHS} more` : '';
  return ` (${paths.slice(0, PATHS).join(', ')}${more})`;
}

function summary(all: readonly Change[]): string {
  if (all.length === 0) return 'Nothing changes.';
  const count = (effect: Effect): number => all.filter((one) => one.effect === effect).length;
  return `${all.length} objects change: ${count(Effect.REFUSED)} refused by apply, ${count(Effect.RESTARTS)} restart pods, ${count(Effect.SCALES)} change how many pods there are, `
    + `${count(Effect.ADDED)} new, ${count(Effect.REMOVED)} no longer written, ${count(Effect.NOTHING)} restart nothing.`;
}
