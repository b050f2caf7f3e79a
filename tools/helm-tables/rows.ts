import { ChartRules, Entry } from '../../lib/helm-values/base/table';

/** The words of docs/how-to/migrating-from-*.md for what becomes of a key. */
type Verdict = 'mapped' | 'mapped with a note' | 'refused';

interface Row {
  readonly key: string;
  readonly verdict: Verdict;
  readonly text: string;
}

const VERDICTS: { readonly [fate in Entry['fate']]: Verdict } = { mapped: 'mapped', noted: 'mapped with a note', refused: 'refused' };

/** All top-level keys of a chart, each with what becomes of it and of what is below it. */
export function topRows({ table }: ChartRules): Row[] {
  const groups = new Map<string, Entry[]>();
  for (const [path, entry] of Object.entries(table)) {
    const [top] = path.split('.');
    groups.set(top, [...groups.get(top) ?? [], entry]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([key, entries]) => {
    const alone = Object.hasOwn(table, key) ? table[key] : undefined;
    if (alone) return { key, verdict: VERDICTS[alone.fate], text: textOf(alone) };
    const verdicts = new Set(entries.map(({ fate }) => VERDICTS[fate]));
    const reasons = new Set(entries.map(textOf));
    const text = reasons.size === 1 ? [...reasons][0] : `${entries.length} keys, below`;
    return { key, verdict: verdicts.size === 1 ? [...verdicts][0] : 'mapped with a note', text };
  });
}

/** All keys that are below another one. */
export function nestedRows({ table }: ChartRules): Row[] {
  return Object.entries(table).filter(([path]) => path.includes('.'))
    .map(([key, entry]) => ({ key, verdict: VERDICTS[entry.fate], text: textOf(entry) }))
    .sort((a, b) => a.key.split('.')[0].localeCompare(b.key.split('.')[0], 'en'));
}

function textOf({ to, note }: Entry): string {
  const props = to?.split(', ').map((prop) => { const [name, ...rest] = prop.split(': '); return [`\`${name}\``, ...rest].join(': '); }).join(', ');
  return [props, note].filter((part) => part !== undefined).join('; ');
}

/** Rows as a table of Markdown. */
export function markdown(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replace(/\|/g, '\\|');
  return ['| key | | |', '| --- | --- | --- |', ...rows.map(({ key, verdict, text }) => `| \`${key}\` | ${verdict} | ${cell(text)} |`)].join('\n');
}
