import { Quiescence } from '../../../lib/kube-template/render/quiescence';

beforeEach(() => { jest.useFakeTimers(); });
afterEach(() => { jest.useRealTimers(); });

/** The times at which it fires when poked at these times. */
function firedAt(pokes: number[], wait: { min: number; max: number }, cancelAt?: number): number[] {
  const start = Date.now();
  const fired: number[] = [];
  const quiescence = new Quiescence(wait, () => fired.push(Date.now() - start));
  for (const time of pokes) setTimeout(() => quiescence.poke(), time);
  if (cancelAt !== undefined) setTimeout(() => quiescence.cancel(), cancelAt);
  jest.advanceTimersByTime(60_000);
  return fired;
}

test('fires once when nothing changed for the minimum', () => {
  expect(firedAt([0, 50, 100], { min: 100, max: 1000 })).toEqual([200]);
});

test('fires at the maximum when changes go on', () => {
  expect(firedAt([0, 90, 180, 270, 360], { min: 100, max: 300 })).toEqual([300, 460]);
});

test('the maximum counts anew after it fired', () => {
  expect(firedAt([0, 1000, 1090], { min: 100, max: 150 })).toEqual([100, 1150]);
});

test('a cancelled change never fires', () => {
  expect(firedAt([0], { min: 100, max: 100 }, 50)).toEqual([]);
});
