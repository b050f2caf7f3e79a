import { IN_2020, KIND_TITLES, KINDS, Series, standaloneOf } from './figures';
import { svgOf } from '../svg';

const COLOURS = ['#6b7280', '#efb118', '#4269d0', '#3ca951', '#ff725c', '#a463f2'];
const WIDTH = 460;
const ROW_HEIGHT = 26;

/** A row for each command, with a line for each way. */
async function rows(values: readonly object[], ways: readonly string[], unit: object): Promise<string> {
  return svgOf({
    data: { values },
    facet: { row: { field: 'command', title: null } },
    spec: { width: WIDTH, height: ROW_HEIGHT * ways.length, ...unit },
    config: { background: 'white' },
  });
}

const axis = (ways: readonly string[]) => ({ field: 'way', type: 'nominal' as const, sort: ways, title: null, axis: { labelLimit: 300 } });

/** Medians as bars and rounds as points, of standalone's median; the ratios of 2020 beside. */
export async function requestsChart(all: readonly Series[]): Promise<string> {
  const ways = [...new Set(all.map(({ way }) => way))];
  const values = all.flatMap((series) => {
    const { way, command, rounds } = series;
    const alone = standaloneOf(all, series);
    if (alone === undefined) return [];
    const common = { way, command: command.toUpperCase() };
    const then = IN_2020[way]?.[command];
    return [
      ...rounds.map(({ perSecond }) => ({ ...common, year: 'now', ratio: perSecond / alone.perSecond })),
      ...then === undefined ? [] : [{ ...common, year: '2020', ratio: then / IN_2020[alone.way]![command] }],
    ];
  });
  const [y, x] = [axis(ways), { field: 'ratio', type: 'quantitative' as const, title: 'requests a second, of standalone' }];
  const now = { transform: [{ filter: "datum.year === 'now'" }] };
  return rows(values, ways, {
    layer: [
      {
        ...now,
        mark: { type: 'bar', height: 14, opacity: 0.75 },
        encoding: { x: { ...x, aggregate: 'median' }, y, color: { field: 'way', sort: ways, scale: { range: COLOURS }, legend: null } },
      },
      { ...now, mark: { type: 'point', size: 18, color: '#111827' }, encoding: { x, y } },
      { transform: [{ filter: "datum.year === '2020'" }], mark: { type: 'tick', thickness: 3, height: 22, color: '#b91c1c' }, encoding: { x, y } },
    ],
  });
}

/** What a request costs at each part, in the program and in the kernel. */
export async function cpuChart(all: readonly Series[]): Promise<string> {
  const ways = [...new Set(all.map(({ way }) => way))];
  const parts = [...KINDS.flatMap((kind) => [KIND_TITLES[kind], `kernel for ${KIND_TITLES[kind]}`]), 'interrupts'];
  const values = all.flatMap((series) => {
    const common = { way: series.way, command: series.command.toUpperCase() };
    return [
      ...KINDS.flatMap((kind) => {
        const cpu = series.cpu(kind);
        return cpu === undefined ? [] : [{ ...common, part: KIND_TITLES[kind], micros: cpu.user }, { ...common, part: `kernel for ${KIND_TITLES[kind]}`, micros: cpu.system }];
      }),
      { ...common, part: 'interrupts', micros: series.interrupts },
    ].map((value) => ({ ...value, order: parts.indexOf(value.part) }));
  });
  return rows(values, ways, {
    mark: { type: 'bar', height: 14 },
    encoding: {
      x: { field: 'micros', type: 'quantitative', title: 'CPU of a request (µs)' },
      y: axis(ways),
      order: { field: 'order' },
      color: {
        field: 'part',
        sort: parts,
        title: null,
        scale: { domain: parts, range: ['#6b7280', '#d1d5db', '#efb118', '#fde68a', '#4269d0', '#bfdbfe', '#ff725c'] },
      },
    },
  });
}
