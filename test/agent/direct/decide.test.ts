import { BEGUN_ANEW_MS, change, doubtfulAfterMs, isCertain, isLater } from '../../../lib/agent/direct/decide';

const epoch = { term: 2, epoch: 7 };
const own = '10.0.0.1';

test.each([
  [{ role: 'master', named: true }, true],
  [{ role: 'master', named: false }, false],
  [{ role: 'slave', named: true }, false],
  [{ role: undefined, named: true }, false],
] as const)('%j is certain: %s', (look, certain) => expect(isCertain(look)).toBe(certain));

describe('a slice', () => {
  test.each([
    ['is made where there is none', undefined, 'write'],
    ['of another master is overwritten', { addresses: ['10.0.0.2'], epoch: { term: 2, epoch: 6 } }, 'write'],
    ['of an earlier term is overwritten, whatever its epoch', { addresses: ['10.0.0.2'], epoch: { term: 1, epoch: 99 } }, 'write'],
    ['whose epoch can not be read is overwritten', { addresses: ['10.0.0.2'], epoch: undefined }, 'write'],
    ['without addresses gets them', { addresses: [], epoch }, 'write'],
    ['that is right gets the epoch', { addresses: [own], epoch: { term: 2, epoch: 6 } }, 'write'],
    ['that is right is left', { addresses: [own], epoch }, 'leave'],
    ['of a later epoch is not overwritten', { addresses: ['10.0.0.2'], epoch: { term: 2, epoch: 8 } }, 'refuse'],
    ['of a later term is not overwritten', { addresses: ['10.0.0.2'], epoch: { term: 3, epoch: 0 } }, 'refuse'],
  ] as const)('%s', (_, found, decided) => expect(change(found, [own], epoch, 0)).toBe(decided));

  test('of a later epoch is overwritten once the master was certain for long: all began anew', () => {
    const found = { addresses: ['10.0.0.2'], epoch: { term: 3, epoch: 1 } };
    expect(change(found, [own], epoch, BEGUN_ANEW_MS - 1)).toBe('refuse');
    expect(change(found, [own], epoch, BEGUN_ANEW_MS)).toBe('write');
  });

  test('has the same addresses in any order', () => {
    expect(change({ addresses: ['b', 'a'], epoch }, ['a', 'b'], epoch, 0)).toBe('leave');
    expect(change({ addresses: ['a', 'b', 'c'], epoch }, ['a', 'b'], epoch, 0)).toBe('write');
  });
});

test('an epoch is later by its term first', () => {
  expect(isLater({ term: 2, epoch: 0 }, { term: 1, epoch: 9 })).toBe(true);
  expect(isLater({ term: 1, epoch: 9 }, { term: 2, epoch: 0 })).toBe(false);
  expect(isLater(epoch, epoch)).toBe(false);
});

test.each([[500, 1_500], [3_500, 1_500], [3_500, 1_000], [60_000, 600_000]])('a master refuses writes before it is replaced after %d ms, or %d ms with its node', (downAfterMs, unreachableAfterMs) => {
  // the last look may have been certain a quarter of the patience before the cut, and one more may take that long
  expect(doubtfulAfterMs({ downAfterMs, unreachableAfterMs }) * 5 / 4).toBeLessThan(Math.min(downAfterMs, unreachableAfterMs));
});
