import { Command, Figures, Load } from './load';
import { Way } from './setups';
import { median } from '../bench-kube-template/statistics';
import { table } from '../measurements';

/** All rounds of one way under one load. */
export interface Series {
  readonly way: Way;
  readonly load: Load;
  readonly command: Command;
  readonly rounds: readonly Figures[];
}

const COLOURS = ['#6b7280', '#efb118', '#4269d0', '#3ca951', '#ff725c'];
const round = (value: number) => Math.round(value).toLocaleString('en');
const of = (series: Series, value: (figures: Figures) => number) => median(series.rounds.map(value));

/** The slowest part, had each a core of its own: what the figures allow where there are cores enough. */
function bound(series: Series): number {
  const kinds = ['client', 'proxy', 'server'] as const;
  return 1e6 / Math.max(...kinds.map((kind) => of(series, ({ cpu }) => cpu[kind] ?? 0)));
}

export function mainTable(all: readonly Series[]): string {
  const rows = all.map((series) => {
    const { way, command, rounds } = series;
    const alone = all.find((other) => other.command === command)!;
    const rates = rounds.map(({ perSecond }) => perSecond);
    const rate = median(rates);
    const then = way.in2020?.[command];
    const cpu = (kind: 'client' | 'proxy' | 'server') => (rounds[0]!.cpu[kind] === undefined ? '' : of(series, (one) => one.cpu[kind]!).toFixed(1));
    return [
      command.toUpperCase(), way.title, round(rate), `${round(Math.min(...rates))} to ${round(Math.max(...rates))}`, (rate / of(alone, ({ perSecond }) => perSecond)).toFixed(2),
      of(series, ({ p50 }) => p50).toFixed(2), of(series, ({ p99 }) => p99).toFixed(2), cpu('client'), cpu('proxy'), cpu('server'), of(series, ({ interrupts }) => interrupts).toFixed(1),
      round(bound(series)), then === undefined ? '' : then.toLocaleString('en'), then === undefined ? '' : (then / alone.way.in2020![command]).toFixed(2),
    ];
  });
  return table([
    '', 'way', 'requests a second', 'least to most', 'of standalone', 'p50 (ms)', 'p99 (ms)', 'CPU client (µs)', 'CPU HAProxy (µs)', 'CPU server (µs)', 'interrupts (µs)', 'bound (requests a second)',
    '2020', 'of standalone, 2020',
  ], rows);
}

export function loadTable(all: readonly Series[]): string {
  const loads = [...new Set(all.map(({ load }) => load))];
  const ways = [...new Set(all.map(({ way }) => way))];
  const rows = loads.flatMap((load) => (['get', 'set'] as const).map((command) => [
    load.title, command.toUpperCase(),
    ...ways.map((way) => {
      const series = all.find((one) => one.load === load && one.command === command && one.way === way)!;
      return `${round(of(series, ({ perSecond }) => perSecond))} (${of(series, ({ p99 }) => p99).toFixed(2)} ms)`;
    }),
  ]));
  return table(['load', '', ...ways.map(({ title }) => title)], rows);
}

/** Rounds as points and their medians as bars, with the figures of 2020 beside. */
export async function chart(all: readonly Series[]): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const ways = [...new Set(all.map(({ way }) => way.title))];
  const values = all.flatMap(({ way, command, rounds }) => {
    const alone = median(all.find((one) => one.command === command)!.rounds.map(({ perSecond }) => perSecond));
    const first = all.find((one) => one.command === command)!.way.in2020![command];
    const common = { way: way.title, command: command.toUpperCase() };
    return [
      ...rounds.map(({ perSecond }) => ({ ...common, year: 'now', ratio: perSecond / alone })),
      ...way.in2020 ? [{ ...common, year: '2020', ratio: way.in2020[command] / first }] : [],
    ];
  });
  const y = { field: 'way', type: 'nominal' as const, sort: ways, title: null, axis: { labelLimit: 260 } };
  const x = { field: 'ratio', type: 'quantitative' as const, title: 'requests a second, of standalone' };
  const { spec } = compile({
    data: { values },
    facet: { row: { field: 'command', title: null } },
    spec: {
      width: 460,
      height: 26 * ways.length,
      layer: [
        { transform: [{ filter: "datum.year === 'now'" }], mark: { type: 'bar', height: 14, opacity: 0.75 }, encoding: { x: { ...x, aggregate: 'median' }, y, color: { field: 'way', sort: ways, scale: { range: COLOURS }, legend: null } } },
        { transform: [{ filter: "datum.year === 'now'" }], mark: { type: 'point', size: 18, color: '#111827' }, encoding: { x, y } },
        { transform: [{ filter: "datum.year === '2020'" }], mark: { type: 'tick', thickness: 3, height: 22, color: '#b91c1c' }, encoding: { x, y } },
      ],
    },
    config: { background: 'white' },
  } as any);
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}
