import { Weight } from '../judge/finding';

/** How text is shown. Colours are the terminal's own. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** How a finding's weight is shown. */
export function styleOf(weight: Weight, style: Style): (text: string) => string {
  return { down: style.bad, degraded: style.warning, note: style.dim }[weight];
}

const ansi = (code: number) => (text: string): string => (text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`);
export const COLOURED: Style = { bold: ansi(1), dim: ansi(2), good: ansi(32), warning: ansi(33), bad: ansi(31) };
export const PLAIN: Style = { bold: String, dim: String, good: String, warning: String, bad: String };

/** Colours are for terminals that can, and users who want them: https://no-color.org */
export function styleFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Style {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb' ? COLOURED : PLAIN;
}

/** A line that is no wider than the terminal; what colours it counts for nothing. */
export function cut(line: string, columns: number): string {
  let width = 0;
  let result = '';
  // eslint-disable-next-line no-control-regex
  for (const [token] of line.matchAll(/\u001b\[\d+m|[^]/gu)) {
    if (token.length > 2) {
      result += token;
    } else if (++width <= columns) {
      result += token;
    }
  }
  return result;
}
