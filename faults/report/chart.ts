import { svgOf } from '../../tools/svg';
import { Change } from '../probe/protocol';
import { Result } from '../runner';

const WIDTH = 720;
const COLOURS = ['#4269d0', '#efb118', '#3ca951', '#ff725c', '#a463f2'];
const ROLES: { readonly [role: string]: string } = { master: '#1f2937', replica: '#9ca3af', syncing: '#fde68a', down: '#fca5a5' };

interface Span {
  readonly who: string;
  readonly what: string;
  readonly from: number;
  readonly until: number;
}

/** How long each server and each Sentinel said the same. */
function spans(changes: readonly Change[], endS: number): Span[] {
  const open = new Map<string, Span>();
  const done: Span[] = [];
  for (const { at, server, sentinel, to } of changes) {
    const who = server !== undefined ? `server ${server}` : `Sentinel ${sentinel}`;
    const before = open.get(who);
    if (before) done.push({ ...before, until: at / 1000 });
    open.set(who, { who, what: typeof to === 'number' ? `server ${to}` : String(to), from: at / 1000, until: endS });
  }
  return [...done, ...open.values()];
}

/** The picture of a run: who acknowledged writes, what each server was, and whom each Sentinel named. */
async function svg({ scenario, setup, timeline, verdict }: Result): Promise<string> {
  const { bucketMs, acknowledged, changes, marks } = timeline;
  const endS = acknowledged[0].length * bucketMs / 1000;
  const servers = acknowledged.map((_, server) => `server ${server}`);
  const writes = acknowledged.flatMap((counts, server) => counts.map((count, bucket) => ({
    time: bucket * bucketMs / 1000, writes: Math.round(count * 1000 / bucketMs), server: servers[server],
  })));
  const moments = marks.map(({ at, text }) => ({ time: at / 1000, text }));
  const x = { field: 'time', type: 'quantitative' as const, title: null, scale: { domain: [0, endS], nice: false } };
  const rules = { data: { values: moments }, mark: { type: 'rule' as const, strokeDash: [3, 3], color: '#6b7280' }, encoding: { x } };
  const all = spans(changes, endS);
  const bars = (who: string, domain: string[], range: string[], title: string) => ({
    width: WIDTH,
    height: { step: 16 },
    layer: [
      {
        data: { values: all.filter((span) => span.who.startsWith(who)) },
        mark: { type: 'bar' as const, height: { band: 0.7 } },
        encoding: {
          x: { ...x, field: 'from', axis: who === 'Sentinel' ? { title: 'seconds' } : { labels: false, ticks: false } },
          x2: { field: 'until' },
          y: { field: 'who', type: 'nominal' as const, title: null },
          color: { field: 'what', type: 'nominal' as const, title, scale: { domain, range } },
        },
      },
      rules,
    ],
  });
  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    title: { text: `${scenario} on ${setup}: ${(verdict.gapMs / 1000).toFixed(2)} s without acknowledgements, ${verdict.lost} lost`, anchor: 'start' },
    resolve: { scale: { color: 'independent', x: 'shared' } },
    spacing: 8,
    vconcat: [
      {
        width: WIDTH,
        height: 110,
        layer: [
          {
            data: { values: writes },
            mark: { type: 'area' as const, interpolate: 'step-after' as const },
            encoding: {
              x: { ...x, axis: { labels: false, ticks: false } },
              y: { field: 'writes', type: 'quantitative', title: 'writes/s' },
              color: { field: 'server', type: 'nominal', title: 'acknowledged by', scale: { domain: servers, range: COLOURS } },
            },
          },
          rules,
          {
            data: { values: moments },
            mark: { type: 'text' as const, align: 'left', dx: 3, fontSize: 10 },
            encoding: { x, y: { value: 6 }, text: { field: 'text', type: 'nominal' } },
          },
        ],
      },
      bars('server', Object.keys(ROLES), Object.values(ROLES), 'the server is'),
      bars('Sentinel', [...servers, 'nobody', 'down'], [...COLOURS.slice(0, servers.length), '#e5e7eb', ROLES.down], 'the Sentinel names'),
    ],
  });
}

export { svg };
