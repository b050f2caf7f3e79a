import { BEGUN_ANEW_MS, doubtfulAfterMs, hasAll, isCertain, isHeld, isLater, isRefused } from '../../../lib/agent/direct/decide';
import { names } from '../support/views';

const epoch = { term: 2, epoch: 7 };

const ours = names(0);
const other = names(1);

test.each([
  ['master', [ours, ours, other], true],
  ['master', [ours, undefined, undefined], false],
  ['master', [ours, other, other], false],
  ['slave', [ours, ours, ours], false],
  ['silent', [ours, ours, ours], false],
  ['gone', [ours, ours, ours], false],
] as const)('%s, named by %j: certain %s', (said, sentinels, certain) => expect(isCertain({ said, sentinels }, 0)).toBe(certain));

const down = names(0, { masterDown: true });

test.each([
  ['that is named is held', 'silent', [ours, ours, undefined], true],
  ['that one Sentinel finds down is held', 'silent', [ours, ours, down], true],
  ['that a majority finds down may be replaced', 'silent', [ours, down, down], false],
  ['that is being replaced is not held', 'silent', [ours, ours, names(0, { failoverInProgress: true })], false],
  ['that no majority names is not held', 'silent', [ours, other, undefined], false],
  ['whose process has ended is not held', 'gone', [ours, ours, ours], false],
] as const)('a master %s', (_, said, sentinels, held) => expect(isHeld({ said, sentinels }, 0)).toBe(held));

describe('a slice', () => {
  test.each([
    ['that is not there is written', undefined, false],
    ['of another master is overwritten', { term: 2, epoch: 6 }, false],
    ['of an earlier term is overwritten, whatever its epoch', { term: 1, epoch: 99 }, false],
    ['of the same epoch is overwritten', epoch, false],
    ['of a later epoch is not overwritten', { term: 2, epoch: 8 }, true],
    ['of a later term is not overwritten', { term: 3, epoch: 0 }, true],
  ] as const)('%s', (_, found, refused) => expect(isRefused(found, epoch, 0)).toBe(refused));

  test('of a later epoch is overwritten once the master was certain for long: all began anew', () => {
    const found = { term: 3, epoch: 1 };
    expect(isRefused(found, epoch, BEGUN_ANEW_MS - 1)).toBe(true);
    expect(isRefused(found, epoch, BEGUN_ANEW_MS)).toBe(false);
  });
});

test.each([
  [{ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ c: 2 }] }, true],
  [{ b: [{ c: 2 }, { c: 3 }] }, { b: [{ c: 2 }] }, false],
  [{ b: null }, { b: [{ c: 2 }] }, false],
  [{ a: '1' }, { a: 1 }, false],
  [undefined, { a: 1 }, false],
])('%j has all of %j: %s', (found, written, has) => expect(hasAll(found, written)).toBe(has));

test('an epoch is later by its term first', () => {
  expect(isLater({ term: 2, epoch: 0 }, { term: 1, epoch: 9 })).toBe(true);
  expect(isLater({ term: 1, epoch: 9 }, { term: 2, epoch: 0 })).toBe(false);
  expect(isLater(epoch, epoch)).toBe(false);
});

test.each([[500, 1_500], [3_500, 1_500], [3_500, 1_000], [60_000, 600_000]])('a master refuses writes before it is replaced after %d ms, or %d ms with its node', (downAfterMs, unreachableAfterMs) => {
  // the last look may have been certain a quarter of the patience before the cut, and one more may take that long
  expect(doubtfulAfterMs({ downAfterMs, unreachableAfterMs }) * 5 / 4).toBeLessThan(Math.min(downAfterMs, unreachableAfterMs));
});
