import { COLOURS, content, Mark, Series, spans } from './panels';
import { Matrix, Prometheus, Window } from './prometheus';
import { written } from './units';
import { about, Values } from '../dashboards/queries';
import { escaped } from '../svg';

/** Of Grafana's grid. In pixels. */
const COLUMN = 50;
const ROW = 30;
const GAP = 8;
/** Of a panel's title, and of the dashboard's. */
const TITLE = 26;
const HEAD = 44;

/** Draws a dashboard from its definition and what a Prometheus knows. */
export async function page(dashboard: any, prometheus: Prometheus, window: Window, values: Values): Promise<string> {
  const over = async (expr: string) => prometheus.over(about(expr, values), window);
  const marks: Mark[] = [];
  for (const { expr, iconColor } of dashboard.annotations?.list ?? []) {
    for (const { values: points } of await over(expr)) {
      marks.push(...spans(points.map(([second]) => second)).map((span) => ({ ...span, colour: COLOURS[iconColor] })));
    }
  }
  const parts: string[] = [];
  for (const panel of dashboard.panels) {
    const { x, y, w, h } = panel.gridPos;
    const [left, top, width, height] = [x * COLUMN + GAP / 2, HEAD + y * ROW + GAP / 2, w * COLUMN - GAP, h * ROW - GAP];
    if (panel.type === 'row') {
      parts.push(text(left, top + 16, 14, panel.title, 'bold'));
      continue;
    }
    const told = await Promise.all(panel.targets.map(async ({ expr }: any) => over(expr)));
    const series = told.flatMap((all: Matrix[], index: number) => all.map((one) => seriesOf(one, panel.targets[index].legendFormat)));
    const inner = await content({
      panel, series, cells: panel.type === 'table' ? rows(told) : [], marks, window, width, height: height - TITLE,
    });
    parts.push(
      `<g transform="translate(${left},${top})"><rect width="${width}" height="${height}" rx="2" fill="#181b1f" stroke="#26282e"/>`,
      text(8, 17, 12, panel.title), `<svg y="${TITLE}" width="${width}" height="${height - TITLE}">${inner}</svg></g>`,
    );
  }
  const [width, height] = [24 * COLUMN, HEAD + Math.max(...dashboard.panels.map(({ gridPos: { y, h } }: any) => y + h)) * ROW + GAP];
  const variables = (dashboard.templating?.list ?? []).filter(({ name }: any) => name in values).map(({ name, label }: any) => `${label}: ${(values as any)[name]}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, Helvetica, Arial, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#111217"/>`,
    text(12, 28, 16, [dashboard.title, ...variables].join('   '), 'bold'), ...parts, '</svg>', '',
  ].join('\n');
}

const text = (x: number, y: number, size: number, words: string, weight = 'normal') => (
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${COLOURS.text}">${escaped(words)}</text>`);

/** Called as its legend says, with labels of the series in it. */
function seriesOf({ metric, values }: Matrix, legend: string): Series {
  const name = legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
  return { name, points: values.map(([second, value]): [number, number] => [second, Number(value)]).filter(([, value]) => Number.isFinite(value)) };
}

/** The rows of a table: what queries said last of the same labels, side by side. */
function rows(told: readonly (readonly Matrix[])[]): string[][] {
  const keys = [...new Set(told.flat().map(({ metric }) => JSON.stringify([metric.namespace, metric.installation])))].sort();
  return keys.map((key) => [...JSON.parse(key), ...told.map((all) => {
    const one = all.find(({ metric }) => JSON.stringify([metric.namespace, metric.installation]) === key);
    return one === undefined ? '' : written(Number(one.values.at(-1)![1]), undefined);
  })]);
}
