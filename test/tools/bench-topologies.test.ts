import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadsOf, seriesOf } from '../../tools/bench-topologies/figures';
import { Cpu, Load, loadOf2020, matrix } from '../../tools/bench-topologies/load';
import { page } from '../../tools/bench-topologies/report';
import { keep, Recorded, recordedIn, Run } from '../../tools/bench-topologies/runs';
import { WAYS } from '../../tools/bench-topologies/setups';

const [ALONE, SERVICES] = WAYS.map(({ title }) => title);
const cpu = (user: number, system: number): Cpu => ({ user, system });
const runs = (way: string, rates: readonly number[], proxy?: Cpu, load: Load = loadOf2020(50_000)): Run[] => (
  rates.flatMap((perSecond) => (['set', 'get'] as const).map((command) => ({
    way,
    command,
    load,
    perSecond,
    p50: 1.5,
    p99: 3.25,
    cpu: { client: cpu(4, 12), server: cpu(3, 10), ...proxy && { proxy: cpu(proxy.user + 1, proxy.system + 2) } },
    interrupts: 9,
    rest: { cpu: { client: cpu(0, 0), server: cpu(0, 0), proxy: cpu(1, 2) }, interrupts: 2 },
    at: Date.UTC(2026, 10, 29),
  }))));
const recorded = (cores: number, ...all: Run[][]): Recorded => ({ machine: { cores, model: 'one', versions: ['redis:1'] }, runs: all.flat() });
const both = (cores = 8) => recorded(cores, runs(ALONE, [50_000, 40_000, 90_000]), runs(SERVICES, [25_000, 30_000, 20_000], cpu(8, 24)));
const row = (text: string, ...cells: string[]) => text.split('\n').find((line) => line.startsWith(`| ${cells.join(' | ')} |`))!.split('|').slice(1, -1).map((cell) => cell.trim());

test('medians, their spread, the ratio to standalone, the computed bound and 2020', () => {
  expect(row(page(both()), 'GET', SERVICES)).toEqual([
    // the slowest part needs 8 + 24 µs, and that of standalone 4 + 12
    'GET', SERVICES, '25,000', '20,000 to 30,000', '0.50', '1.50', '3.25', '31,250', '0.50', '37,257.82', '0.72',
  ]);
  expect(row(page(both()), 'SET', ALONE)).toEqual(['SET', ALONE, '50,000', '40,000 to 90,000', '1.00', '1.50', '3.25', '62,500', '1.00', '53,734.55', '1.00']);
});

test('CPU of each part, without what it takes at rest, and what of it is the kernel', () => {
  const table = page(both()).split('## CPU of a request')[1];
  expect(row(table, 'SET', SERVICES).slice(2)).toEqual(['16.0 (12.0)', '32.0 (24.0)', '13.0 (10.0)', '7.0']);
  expect(row(table, 'SET', ALONE).slice(2)).toEqual(['16.0 (12.0)', '', '13.0 (10.0)', '7.0']);
});

test('says where cores are too few, and only there', () => {
  expect(page(both(2))).toContain('**2 cores are too few');
  expect(page(both(4))).not.toContain('too few');
});

test('other loads are beside standalone under the same load', () => {
  const load = { connections: 1000, pipeline: 16, bytes: 10_000, requests: 1 };
  const more = [...both().runs, ...runs(ALONE, [1000], undefined, load), ...runs(SERVICES, [750], cpu(1, 1), load)];
  expect(row(page({ ...both(), runs: more }), '1,000 connections, pipeline 16, 10 kB', 'GET').slice(2)).toEqual(['1,000, 3.25 ms', '750, 0.75, 3.25 ms']);
  expect(page(both())).not.toContain('Other loads');
});

test('the matrix has each load once, and is none of those that are always measured', () => {
  const all = matrix(50_000);
  expect(loadsOf(recorded(8, ...[loadOf2020(1), ...all].map((load) => runs(ALONE, [1], undefined, load))))).toHaveLength(13);
  expect(all.map(({ requests }) => requests).every((requests) => Number.isInteger(requests) && requests > 0)).toBe(true);
});

describe('runs', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('are added to those of the same machine, whatever their number of requests', () => {
    const file = path.join(folder, 'runs.json');
    const first = recordedIn(file, ['redis:1']);
    first.runs.push(...runs(ALONE, [10_000]));
    keep(file, first);
    const then = recordedIn(file, ['redis:1']);
    then.runs.push(...runs(ALONE, [30_000, 20_000], undefined, loadOf2020(10)));
    keep(file, then);
    const again = recordedIn(file, undefined);
    expect(loadsOf(again)).toHaveLength(1);
    expect(seriesOf(again, loadOf2020(1)).map(({ perSecond }) => perSecond)).toEqual([20_000, 20_000]);
  });

  test('of other versions are refused, and those of other ways are added', () => {
    const file = path.join(folder, 'runs.json');
    keep(file, recordedIn(file, ['redis:1', 'chart redis-ha 4.39.0']));
    expect(() => recordedIn(file, ['redis:2'])).toThrow('name another file');
    expect(() => recordedIn(file, ['redis:1', 'chart redis-ha 4.40.0'])).toThrow('name another file');
    expect(recordedIn(file, ['redis:1', 'consul:1.14.5']).machine.versions).toEqual(['redis:1', 'chart redis-ha 4.39.0', 'consul:1.14.5']);
  });
});
