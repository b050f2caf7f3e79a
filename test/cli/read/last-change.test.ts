import { lastChange } from '../../../lib/cli/read/last-change';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 28, 12, 0) + seconds * 1000).toISOString();
/** Logs of the agents, from lines of second, server and the rest. */
const logs = (...lines: readonly (readonly [number, number, string])[]) => {
  const found = new Map<number, string>([[0, 'no line of ours\n'], [1, ''], [2, '']]);
  for (const [second, server, text] of lines) found.set(server, `${found.get(server)}${at(second)} info ${text}\n`);
  return found;
};
const VOTE = [[1, 0, 'vote won: best data of 3 of 3 servers'], [2, 0, 'steady master, master is server 0']] as const;

test('a vote is the first', () => {
  expect(lastChange(logs(...VOTE))).toEqual({ at: at(2), to: 0, from: undefined, kind: 'vote', why: 'won: best data of 3 of 3 servers' });
});

test('a failover that the agent of the dead master leads takes from its death on', () => {
  expect(lastChange(logs(...VOTE, [60, 0, 'server is gone'], [60.2, 0, 'failover to server 2: the server died as the master'], [60.3, 1, 'wait link to server 0 is down'],
    [61.5, 2, 'steady master, master is server 2'], [61.6, 1, 'steady slave, master is server 2']))).toEqual({
    at: at(61.5), to: 2, from: 0, kind: 'failover', why: 'the server died as the master', durationMs: 1_500,
  });
});

test('a failover away from a lost node takes from the last sign of it on', () => {
  expect(lastChange(logs(...VOTE, [61.5, 1, 'failover to server 1: nobody has answered for the pod of the master for 1500 ms'], [62.2, 1, 'steady master, master is server 1']))).toMatchObject({
    to: 1, kind: 'failover', why: 'nobody has answered for the pod of the master for 1500 ms', durationMs: 2_200,
  });
});

test('a failover by the Sentinels alone takes from the first link that was lost on', () => {
  expect(lastChange(logs(...VOTE, [60, 1, 'wait link to server 0 is down (2 of 3 Sentinels answer, 2 needed)'], [65, 2, 'steady master, master is server 2']))).toMatchObject({
    to: 2, from: 0, kind: 'failover', why: 'the Sentinels found the former master down', durationMs: 5_000,
  });
});

test('a hand-over takes as long as it says, and may be told later', () => {
  expect(lastChange(logs(...VOTE, [60, 0, 'stop the server is about to stop'], [60.9, 1, 'steady master, master is server 1'],
    [61.5, 0, 'hand-over to server 1 at 10.0.0.11: agreed after 529 ms, done after 1331 ms']))).toMatchObject({ to: 1, from: 0, kind: 'hand-over', durationMs: 1_331 });
});

test('a hand-over says whether somebody asked for it', () => {
  const handOver = [61.5, 0, 'hand-over to server 1 at 10.0.0.11: agreed after 529 ms, done after 1331 ms'] as const;
  expect(lastChange(logs(...VOTE, [60.9, 1, 'steady master, master is server 1'], handOver))).toMatchObject({ why: 'the pod of the former master was to stop' });
  const order = [61.5, 0, 'order failover 1: done, to server 1 at 10.0.0.11: agreed after 529 ms, done after 1331 ms'] as const;
  expect(lastChange(logs(...VOTE, [60.9, 1, 'steady master, master is server 1'], handOver, order))).toMatchObject({ kind: 'hand-over', why: 'somebody asked for it', durationMs: 1_331 });
});

test('a hand-over of a pod whose log is gone is told by the successor', () => {
  const told = logs([60.6, 1, 'order handed-over 0,529: done, server 0 has handed over to this one, agreed after 529 ms'], [60.9, 1, 'steady master, master is server 1']);
  expect(lastChange(told)).toEqual({ at: at(60.9), to: 1, from: 0, kind: 'hand-over', why: expect.any(String), durationMs: 529 });
  // of another time
  expect(lastChange(logs([60.6, 1, 'order handed-over 0,529: done, …'], [600, 1, 'steady master, master is server 1']))).toMatchObject({ kind: 'unknown' });
});

test('one that nobody tells the reason of', () => {
  expect(lastChange(logs(...VOTE, [600, 1, 'steady master, master is server 1']))).toEqual({ at: at(600), to: 1, from: 0, kind: 'unknown', why: '' });
});

test('a master that was well, waited and is well again has not changed', () => {
  expect(lastChange(logs(...VOTE, [60, 0, 'wait too few Sentinels answer'], [70, 0, 'steady master, master is server 0']))).toMatchObject({ at: at(2), kind: 'vote' });
});

test('logs may be JSON, and change to it', () => {
  const json = (second: number, subject: string, message: string) => JSON.stringify({ time: at(second), level: 'info', subject, message });
  const both = logs(...VOTE);
  both.set(1, ['ut in the middle"}', json(60, 'wait', 'link to server 0 is down'), json(65, 'steady', 'master, master is server 1'), '{"time": "no'].join('\n'));
  expect(lastChange(both)).toMatchObject({ at: at(65), to: 1, from: 0, kind: 'failover', durationMs: 5_000 });
});

test('nothing is known without logs', () => {
  expect(lastChange(logs())).toBeUndefined();
});
