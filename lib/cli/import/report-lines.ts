import { Imported } from '../../helm-values/import-values';

/** What people read of an import: a line for each key that is not taken over, and what is to be known of others. */
export function reportLines({ chart, lines }: Imported, source: string): string[] {
  const of = (fate: string) => lines.filter((line) => line.fate === fate);
  const counts = [['mapped', 'taken over'], ['noted', 'with a note'], ['refused', 'not taken over'], ['unused', 'that ask for nothing'], ['foreign', 'of what is around it']] as const;
  const parts = counts.flatMap(([fate, text]) => { const count = of(fate).length; return count === 0 ? [] : [`${count} ${text}`]; });
  return [
    `${source}: values of the chart ${chart}; keys: ${parts.length === 0 ? 'none' : parts.join(', ')}`,
    ...section('Not taken over:', of('refused').map(({ key, text }) => `${key}: ${text}`)),
    ...section('Notes:', grouped(of('noted'))),
    ...section('Of what is around it, and left alone:', grouped(of('foreign'))),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printable(line)}`)];
}

/** Keys may hold what a terminal obeys, and line ends. */
function printable(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Keys of which the same is to be said, in one line. */
function grouped(lines: Imported['lines']): string[] {
  const keys = new Map<string, string[]>();
  for (const { key, text } of lines) keys.set(text, [...keys.get(text) ?? [], key]);
  return [...keys].map(([text, same]) => `${same.join(', ')}: ${text}`);
}
