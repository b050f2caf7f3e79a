import { STEP_SECONDS, Window } from './prometheus';
import { written } from './units';
import { escaped, svgOf } from '../svg';

/** A line or a value of a panel, called as its legend. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [second: number, value: number])[];
}

/** What is marked in all panels. */
export interface Mark {
  readonly colour: string;
  readonly from: number;
  readonly until: number;
}

/** A panel, and what its queries told. */
export interface Drawn {
  readonly panel: any;
  readonly series: readonly Series[];
  /** Of a table: the rows. */
  readonly cells: readonly (readonly string[])[];
  readonly marks: readonly Mark[];
  readonly window: Window;
  readonly width: number;
  readonly height: number;
}

/** Grafana's names of colours, in its dark theme. */
export const COLOURS: { readonly [name: string]: string } = {
  green: '#73bf69', orange: '#ff9830', red: '#f2495c', blue: '#5794f2', text: '#ccccdc',
};
/** Of lines, in Grafana's order. */
const PALETTE = ['#73bf69', '#f2cc0c', '#5794f2', '#ff9830', '#f2495c', '#b877d9', '#8ab8ff', '#ffa6b0', '#96d98d', '#ffee52', '#ca95e5', '#ffcb7d'];
const FAINT = '#8e8e99';
const GRID = '#2c3036';

/** Times between which nothing was missing. */
export function spans(seconds: readonly number[]): { readonly from: number; readonly until: number }[] {
  const found: { from: number; until: number }[] = [];
  for (const second of seconds) {
    const last = found.at(-1);
    if (last && second <= last.until) last.until = second + STEP_SECONDS;
    else found.push({ from: second, until: second + STEP_SECONDS });
  }
  return found;
}

/** The colour that limits give a value. */
function judged(value: number, steps: readonly { readonly value: number | null; readonly color: string }[]): string {
  return COLOURS[steps.filter((step) => step.value === null || value >= step.value).at(-1)!.color];
}

/** As much of a name as there is room for. */
function cut(name: string, width: number): string {
  const most = Math.floor(width / 6);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

/** Numbers side by side, each with its name if there are several. */
function stat({ panel, series, width, height }: Drawn): string {
  const { noValue, unit, thresholds } = panel.fieldConfig.defaults;
  const values = series.filter(({ points }) => points.length > 0).map(({ name, points }) => ({ name, value: points.at(-1)![1] }));
  if (values.length === 0) return `<text x="${width / 2}" y="${height / 2 + 8}" font-size="20" text-anchor="middle" fill="${FAINT}">${escaped(noValue)}</text>`;
  return values.map(({ name, value }, index) => {
    const x = width * (index + 0.5) / values.length;
    const label = values.length === 1 ? '' : `<text x="${x}" y="${height / 2 + 26}" font-size="10" text-anchor="middle" fill="${FAINT}">${escaped(cut(name, width / values.length))}</text>`;
    return `<text x="${x}" y="${height / 2 + 6}" font-size="26" text-anchor="middle" fill="${judged(value, thresholds.steps)}">${escaped(written(value, unit))}</text>${label}`;
  }).join('');
}

function table({ panel, cells, width }: Drawn): string {
  const names: string[] = Object.values(panel.transformations[1].options.renameByName);
  const head = ['namespace', 'installation', ...names];
  const text = (words: readonly string[], y: number, colour: string) => words
    .map((word, column) => `<text x="${12 + column * (width - 24) / head.length}" y="${y}" font-size="12" fill="${colour}">${escaped(word)}</text>`).join('');
  return text(head, 16, FAINT) + cells.map((row, index) => (
    `<rect x="8" y="${24 + index * 26}" width="${width - 16}" height="1" fill="${GRID}"/>${text(row, 42 + index * 26, COLOURS.text)}`)).join('');
}

/** Full minutes. */
function minutes({ start, end }: Window): number[] {
  const first = Math.ceil(start / 60);
  return Array.from({ length: Math.floor(end / 60) - first + 1 }, (_, index) => (first + index) * 60);
}

/** Lines or bars over time, by Vega. */
async function chart({ panel, series, marks, window, width, height }: Drawn): Promise<string> {
  const { expressionFunction } = await import('vega');
  const { unit } = panel.fieldConfig.defaults;
  expressionFunction('written', (value: number, of: string) => written(value, of === '' ? undefined : of));
  const x = {
    field: 'second',
    type: 'quantitative' as const,
    title: null,
    scale: { domain: [window.start, window.end], nice: false, zero: false },
    axis: { labelExpr: "utcFormat(datum.value * 1000, '%H:%M')", values: minutes(window), labelColor: FAINT, gridColor: GRID, domainColor: GRID, tickColor: GRID },
  };
  const axis = { labelColor: FAINT, gridColor: GRID, domain: false, ticks: false };
  const marked = {
    data: { values: marks.map(({ colour, from, until }) => ({ second: from, until: Math.min(until, window.end), colour })) },
    mark: { type: 'rect' as const, opacity: 0.25 },
    encoding: { x, x2: { field: 'until' }, color: { field: 'colour', type: 'nominal' as const, scale: null, legend: null } },
  };
  const lines = {
    data: { values: series.flatMap(({ name, points }) => points.map(([second, value]) => ({ second, value, name }))) },
    mark: { type: 'line' as const, strokeWidth: 1.3 },
    encoding: {
      x,
      y: { field: 'value', type: 'quantitative' as const, title: null, axis: { ...axis, tickCount: 4, labelExpr: `written(datum.value, '${unit ?? ''}')` } },
      color: {
        field: 'name',
        type: 'nominal' as const,
        sort: null,
        scale: { range: PALETTE },
        legend: {
          orient: 'bottom' as const,
          title: null,
          columns: Math.max(1, Math.floor(width / 130)),
          symbolType: 'stroke',
          labelColor: COLOURS.text,
          labelFontSize: 10,
          labelLimit: 190,
          rowPadding: 1,
          offset: 4,
        },
      },
    },
  };
  const bars = {
    data: {
      values: series.flatMap(({ name, points }) => spans(points.map(([second]) => second))
        .map(({ from, until }) => ({ second: from, until: Math.min(until, window.end), name }))),
    },
    mark: { type: 'bar' as const, height: { band: 0.75 }, color: COLOURS.blue },
    encoding: { x, x2: { field: 'until' }, y: { field: 'name', type: 'nominal' as const, title: null, axis: { ...axis, grid: false, labelLimit: 260, labelFontSize: 10, labelColor: COLOURS.text, labelOverlap: false } } },
  };
  const svg = await svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: width - 16,
    height: height - 6,
    autosize: { type: 'fit', contains: 'padding' },
    padding: 2,
    background: 'transparent',
    config: { view: { stroke: null } },
    resolve: { scale: { color: 'independent' } },
    layer: [marked, panel.type === 'state-timeline' ? bars : lines],
  });
  // a tenth of a pixel is enough
  return svg.replace('<svg ', '<svg x="8" y="0" ').replace(/(\d\.\d)\d+/g, '$1');
}

/** The content of a panel, as SVG. */
export async function content(drawn: Drawn): Promise<string> {
  const { panel, series, width, height } = drawn;
  if (panel.type === 'stat') return stat(drawn);
  if (panel.type === 'table') return table(drawn);
  if (series.every(({ points }) => points.length === 0)) return `<text x="${width / 2}" y="${height / 2}" font-size="13" text-anchor="middle" fill="${FAINT}">No data</text>`;
  return chart(drawn);
}
