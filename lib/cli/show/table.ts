/** A cell, and how it is shown. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

const GAP = '  ';

/** Lines of a table whose columns are as wide as they have to be; a column in which no row has anything is left out. */
export function table(head: readonly string[], rows: readonly (readonly (Cell | string)[])[], headStyle: (text: string) => string): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const kept = head.map((_, column) => column).filter((column) => column === 0 || cells.some((row) => row[column].text !== ''));
  const widths = kept.map((column) => Math.max(head[column].length, ...cells.map((row) => row[column].text.length)));
  const line = (row: readonly Cell[]): string => kept.map((column, index) => {
    const { text, style = String } = row[column];
    return style(text) + (index === kept.length - 1 ? '' : ' '.repeat(widths[index] - text.length) + GAP);
  }).join('').trimEnd();
  return [line(head.map((text) => ({ text, style: headStyle }))), ...cells.map(line)];
}
