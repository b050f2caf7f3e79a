import { escaped } from '../svg';

/** Of one character, in the font of the picture. In pixels. */
const WIDTH = 8.4;
const HEIGHT = 19;
const MARGIN = 16;
const STYLES: { readonly [code: string]: string } = { 1: 'font-weight="bold"', 2: 'fill="#8b949e"', 31: 'fill="#ff7b72"', 32: 'fill="#56d364"', 33: 'fill="#e3b341"' };

/** One line, as spans of one style each. */
function spans(line: string): string {
  let style = '';
  // eslint-disable-next-line no-control-regex
  return line.split(/(\u001b\[\d*m)/).map((part) => {
    // eslint-disable-next-line no-control-regex
    const code = /^\u001b\[(\d*)m$/.exec(part)?.[1];
    if (code === undefined) return part === '' ? '' : `<tspan ${style}>${escaped(part)}</tspan>`;
    style = STYLES[code] ?? '';
    return '';
  }).join('');
}

/** Draws what a terminal shows: text with colours, as SVG. */
export function terminal(text: string): string {
  const lines = text.replace(/\r/g, '').trimEnd().split('\n');
  // eslint-disable-next-line no-control-regex
  const columns = Math.max(...lines.map((line) => line.replace(/\u001b\[\d*m/g, '').length));
  const [width, height] = [Math.ceil(columns * WIDTH + 2 * MARGIN), lines.length * HEIGHT + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...lines.map((line, n) => `<text x="${MARGIN}" y="${MARGIN + 14 + n * HEIGHT}" xml:space="preserve">${spans(line)}</text>`),
    '</svg>',
    '',
  ].join('\n');
}
