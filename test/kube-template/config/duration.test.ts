import { parseDuration, parseWait } from '../../../lib/kube-template/config/duration';

test.each<[string | number, number]>([
  ['200ms', 200], ['15s', 15_000], ['1m30s', 90_000], ['1h', 3_600_000], ['1.5s', 1500], ['0', 0], ['0s', 0], ['30', 30_000], [30, 30_000], [0.5, 500],
])('%j is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 's', '-1s', '1d', '1s 2', '1s2'])('%j is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow(`${JSON.stringify(text)} is not a duration`);
});

test('a wait without a maximum ends after four times its minimum', () => {
  expect(parseWait('250ms')).toEqual({ min: 250, max: 1000 });
});

test.each(['1s:2s:3s', '2s:1s', 'x:1s'])('%j is no wait', (text) => {
  expect(() => parseWait(text)).toThrow(Error);
});
