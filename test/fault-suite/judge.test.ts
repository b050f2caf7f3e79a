import { judge } from '../../faults/judge';
import { Acknowledgement, Change, ProbeReport } from '../../faults/probe/protocol';

/** Acknowledgements of one writer, every 10 ms. */
function acks(server: number, from: number, until: number, writer = 0): Acknowledgement[] {
  return Array.from({ length: Math.floor((until - from) / 10) }, (_, index) => [from + index * 10, server, writer] as const);
}

function report(acknowledged: Acknowledgement[], more: Partial<ProbeReport> = {}): ProbeReport {
  const until = Math.max(...acknowledged.map(([at]) => at));
  return { from: 0, until, writers: 1, acknowledged, lost: [], reads: 0, errors: {}, changes: [], ...more };
}

const FAULT = { faultAt: 1000 };

test('a failover is a gap, and nothing else', () => {
  const verdict = judge([report([...acks(0, 0, 1000), ...acks(1, 2500, 4000)])], FAULT);
  expect(verdict).toMatchObject({ gapMs: 1510, clientGapMs: 1510, lost: 0, double: 0, lostTailMs: 0, oldMasterMs: 0 });
});

test('writes that never came back are a gap until the end', () => {
  expect(judge([report(acks(0, 0, 1000), { until: 9000 })], FAULT).gapMs).toBe(8010);
});

test('a client that waits alone counts as a client, not as a gap', () => {
  const verdict = judge([report([...acks(0, 0, 4000), ...acks(0, 0, 1000, 1), ...acks(0, 3000, 4000, 1)], { writers: 2 })], FAULT);
  expect(verdict).toMatchObject({ gapMs: 10, clientGapMs: 2010 });
});

test('the gaps of the idle writer do not count', () => {
  expect(judge([report([...acks(0, 0, 4000), [0, 0, 1], [3990, 0, 1]])], FAULT).clientGapMs).toBe(10);
});

test('two servers that acknowledge by turns are two masters', () => {
  const verdict = judge([report([...acks(0, 0, 3000)]), report([...acks(1, 2000, 3000)])], FAULT);
  expect(verdict.double).toBeGreaterThan(50);
});

test('a master that is elected again is not', () => {
  expect(judge([report([...acks(0, 0, 1000), ...acks(1, 2000, 4000), ...acks(0, 5000, 6000)])], FAULT).double).toBe(0);
});

test('says how long an old master went on after the fault, and not when it was elected again', () => {
  const free = report([...acks(0, 0, 1000), ...acks(1, 3000, 8000), ...acks(0, 9000, 9500)]);
  const cutOff = report(acks(0, 0, 2310));
  expect(judge([free, cutOff], { ...FAULT, cutOff: [cutOff] })).toMatchObject({ oldMasterMs: 1300, gapMs: 2010 });
});

test('the tail is from the oldest lost write to the last one of its server', () => {
  const acknowledged = [...acks(0, 0, 1000), ...acks(1, 2000, 3000)];
  expect(judge([report(acknowledged, { lost: [95, 99] })], FAULT)).toMatchObject({ lost: 2, lostTailMs: 40, lostBefore: 0 });
  expect(judge([report(acknowledged, { lost: [50] })], FAULT)).toMatchObject({ lost: 1, lostTailMs: 490, lostBefore: 1 });
});

test('recovery is counted from its mark to the next acknowledgement', () => {
  const acknowledged = [...acks(0, 0, 1000), ...acks(1, 6000, 7000)];
  expect(judge([report(acknowledged)], { ...FAULT, recoveryAt: 4000 }).recoveryMs).toBe(2000);
  expect(judge([report(acknowledged, { until: 9000 })], { ...FAULT, recoveryAt: 8000 }).recoveryMs).toBe(1000);
});

test('the master changes when a majority of the Sentinels names another', () => {
  const names = (at: number, sentinel: number, to: Change['to']): Change => ({ at, sentinel, to });
  const changes = [
    names(0, 0, 0), names(0, 1, 0), names(0, 2, 0), // known
    names(1, 0, 'down'), names(2, 0, 0), // away and back
    names(3, 1, 1), names(4, 2, 'nobody'), names(5, 0, 1), // two of three
  ];
  expect(judge([report(acks(0, 0, 1000), { changes })], FAULT).switches).toBe(1);
});
