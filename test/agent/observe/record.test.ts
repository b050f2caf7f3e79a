import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CLOCK } from '../../../lib/agent/base/clock';
import { bestCandidate, Candidate } from '../../../lib/agent/decide/candidates';
import { Claim, findClaim, formatClaim } from '../../../lib/agent/observe/claim';
import { Observation, SentinelView, ServerView } from '../../../lib/agent/observe/observation';
import { claimOf, nextRecord } from '../../../lib/agent/observe/record';
import { DataRecord, RecordFile } from '../../../lib/agent/observe/record-file';
import { names } from '../support/views';

const QUIET = () => undefined;
const RECORD: DataRecord = { term: 2, epoch: 5, master: true, offset: 70, hasKeys: true, runId: 'a', streamId: 's' };
const COPY: DataRecord = { ...RECORD, term: 0, epoch: 0, master: false };
const VIEW: ServerView = {
  role: 'master',
  loading: false,
  runId: 'a',
  follows: undefined,
  linkUp: false,
  offset: 100,
  streamId: 's',
  priority: undefined,
  appendOnly: true,
  hasKeys: true,
  linkDownSeconds: 0,
  claim: undefined,
};

describe('the record file', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'record-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  test('keeps a record', () => {
    new RecordFile(directory, CLOCK, QUIET).write(RECORD);

    expect(new RecordFile(directory, CLOCK, QUIET).read()).toEqual(RECORD);
  });

  test('replaces a record', () => {
    const file = new RecordFile(directory, CLOCK, QUIET);
    file.write(RECORD);
    file.write({ ...RECORD, offset: 80 });

    expect(file.read()).toEqual({ ...RECORD, offset: 80 });
  });

  test.each([['absent', undefined], ['cut off', '{"term":2,'], ['of another shape', '{"term":"2"}']])('is no record when it is %s', (_, text) => {
    if (text !== undefined) fs.writeFileSync(path.join(directory, 'redis-ha-record.json'), text);

    expect(new RecordFile(directory, CLOCK, QUIET).read()).toBeUndefined();
  });

  test('tells the offset that was reached some seconds before, of the same data', () => {
    let now = 0;
    const file = new RecordFile(directory, { ...CLOCK, now: () => now }, QUIET);
    const settledAfter = (ms: number, record: Partial<DataRecord>) => {
      now += ms;
      file.write({ ...RECORD, ...record });
      return JSON.parse(fs.readFileSync(path.join(directory, 'redis-ha-record.json'), 'utf8')).settled;
    };

    expect(settledAfter(0, { offset: 10 })).toBe(0);
    expect(settledAfter(3_000, { offset: 20 })).toBe(0);
    expect(settledAfter(3_000, { offset: 30 })).toBe(10);
    expect(settledAfter(2_999, { offset: 40 })).toBe(10);
    expect(settledAfter(1, { offset: 40 })).toBe(20);
    expect(settledAfter(60_000, { offset: 50 })).toBe(40);
    expect(settledAfter(1_000, { offset: 60, epoch: 6 })).toBe(0);
  });

  test('tells how large the last file of the log was, or which snapshot there was', () => {
    const at = (...parts: string[]) => path.join(directory, ...parts);
    const file = new RecordFile(directory, CLOCK, QUIET);
    const ending = () => {
      file.write(RECORD);
      return JSON.parse(fs.readFileSync(at('redis-ha-record.json'), 'utf8')).ending;
    };
    expect(ending()).toBe('none');
    fs.writeFileSync(at('dump.rdb'), 'abc');
    fs.utimesSync(at('dump.rdb'), 1.75, 1.75);
    expect(ending()).toBe('dump.rdb 3 1');
    fs.mkdirSync(at('appendonlydir'));
    fs.writeFileSync(at('appendonlydir', 'two'), '12345');
    fs.writeFileSync(at('appendonlydir', 'appendonly.aof.manifest'), 'file base seq 1 type b\nfile one seq 1 type i\nfile two seq 2 type i startoffset 9\n');
    expect(ending()).toBe('two 5');
  });

  test('goes on where the data beside it can not be looked at, which is said once', () => {
    const lines: string[] = [];
    const dump = path.join(directory, 'dump.rdb');
    fs.writeFileSync(dump, 'abc');
    fs.utimesSync(dump, 1, 1);
    const file = new RecordFile(directory, CLOCK, (line) => lines.push(line));
    const kept = (offset: number) => {
      file.write({ ...RECORD, offset });
      const { ending, ...record } = JSON.parse(fs.readFileSync(path.join(directory, 'redis-ha-record.json'), 'utf8'));
      return [record.offset, ending];
    };
    expect(kept(70)).toEqual([70, 'dump.rdb 3 1']);
    fs.rmSync(dump);
    fs.symlinkSync('dump.rdb', dump);
    expect([kept(80), kept(90)]).toEqual([[80, 'dump.rdb 3 1'], [90, 'dump.rdb 3 1']]);
    expect(lines).toEqual([expect.stringMatching(/^does not tell which data lies beside it now: ELOOP/)]);
    fs.rmSync(dump);
    expect(kept(90)).toEqual([90, 'none']);
  });

  test('knows a log that is not written yet, after a copy', () => {
    const file = new RecordFile(directory, CLOCK, QUIET);
    expect(file.behind()).toBe(false);
    fs.mkdirSync(path.join(directory, 'appendonlydir'));
    fs.writeFileSync(path.join(directory, 'appendonlydir', 'temp-appendonly.aof.incr'), '');
    expect(file.behind()).toBe(true);
  });

  test('that cannot be written, as on a full volume, holds up nothing: it says so once, and when it can', () => {
    const lines: string[] = [];
    const file = new RecordFile(path.join(directory, 'data'), CLOCK, (line) => lines.push(line));
    file.write(RECORD);
    file.write({ ...RECORD, offset: 80 });
    expect(lines).toEqual([expect.stringMatching(/^cannot be written, the former one stays: ENOENT/)]);

    fs.mkdirSync(path.join(directory, 'data'));
    file.write({ ...RECORD, offset: 80 });
    expect(file.read()).toEqual({ ...RECORD, offset: 80 });
    expect(lines.slice(1)).toEqual(['can be written again']);
  });
});

describe('what a record is worth', () => {
  const nothing: Claim = { term: 0, epoch: 0, master: false, offset: 0, live: false };

  test.each<[string, DataRecord | undefined, Partial<ServerView>, Claim]>([
    ['nothing when there is none, and no keys', undefined, { hasKeys: false }, nothing],
    ['no more than the offset of the snapshot when there is none', undefined, { appendOnly: false, offset: 60 }, { ...nothing, offset: 60 }],
    ['no more than that of the snapshot that a log begins with, when there is none', undefined, { offset: 60 }, { ...nothing, offset: 7 }],
    ['live while the process runs on', RECORD, {}, { term: 2, epoch: 5, master: true, offset: 0, live: true }],
    ['its offset after a restart', RECORD, { runId: 'b', streamId: 't' }, { term: 2, epoch: 5, master: true, offset: 70, live: false }],
    ['the offset of the snapshot after a restart, and no longer the master\'s when that is older', RECORD, { runId: 'b', offset: 60, appendOnly: false }, { term: 2, epoch: 5, master: false, offset: 60, live: false }],
    ['the offset of the snapshot after a restart, the master\'s when that has all', RECORD, { runId: 'b', offset: 75, appendOnly: false }, { term: 2, epoch: 5, master: true, offset: 75, live: false }],
    ['no offset after a restart from a snapshot of another stream', RECORD, { runId: 'b', streamId: 't', appendOnly: false }, { term: 2, epoch: 5, master: false, offset: 0, live: false }],
    ['nothing when the data is gone after a restart', RECORD, { runId: 'b', streamId: 't', hasKeys: false }, nothing],
    ['not nothing while the data is still being loaded', RECORD, { runId: 'b', streamId: 't', hasKeys: false, loading: true }, { term: 2, epoch: 5, master: true, offset: 70, live: false }],
    ['not nothing when there was no data before either', { ...RECORD, hasKeys: false }, { runId: 'b', streamId: 't', hasKeys: false }, { term: 2, epoch: 5, master: true, offset: 70, live: false }],
  ])('is %s', (_, record, view, expected) => {
    expect(claimOf(record, { ...VIEW, ...view }, () => 7)).toEqual(expected);
  });

  test('is told as the name of a connection', () => {
    const claim: Claim = { term: 2, epoch: 5, master: true, offset: 70, live: false };
    const list = `id=3 addr=10.0.0.1:1 laddr=10.0.0.2:6379 fd=8 name=sentinel-x-pubsub age=1 user=default\n`
      + `id=4 fd=9 name=redis-ha:t999999.e1.m1.o0.l1 age=1 user=shop redir=-1\nid=5 fd=9 name=redis-ha:t999999.e1.m1.o0.l1 age=1 user=default-shop\n`
      + `id=6 fd=9 name=${formatClaim(claim)} age=1 cmd=subscribe user=default redir=-1 resp=2\n`;

    expect(findClaim(list)).toEqual(claim);
    expect(findClaim('id=3 fd=8 name=sentinel-x-pubsub age=1 user=default\n')).toBeUndefined();
  });
});

describe('the next record', () => {
  const sentinel = (ordinal: SentinelView['names'], epoch: number) => names(ordinal, { epoch });
  const observe = (view: ServerView, sentinels: Observation['sentinels']): Observation => ({ at: 0, servers: [view, undefined, undefined], sentinels });
  const replica: ServerView = { ...VIEW, role: 'slave', follows: 1, linkUp: true };
  const blank = [0, 1, 2].map(() => sentinel('nobody', 0));

  test.each<[string, DataRecord | undefined, Observation, Claim | undefined, Partial<DataRecord> | undefined]>([
    ['of a named master has the epoch', RECORD, observe(VIEW, [sentinel(0, 6), sentinel(0, 5), undefined]), undefined, { term: 2, epoch: 6, master: true, offset: 100 }],
    ['says whether snapshots tell the stream', RECORD, observe({ ...VIEW, backlog: false }, [sentinel(0, 6), sentinel(0, 5), undefined]), undefined, { backlog: false }],
    ['of a first master begins with term 1', undefined, observe(VIEW, [sentinel(0, 0), sentinel(0, 0), undefined]), undefined, { term: 1, epoch: 0, master: true }],
    ['has a new term when the Sentinels forgot their epoch', RECORD, observe(VIEW, [sentinel(0, 0), sentinel(0, 0), undefined]), undefined, { term: 3, epoch: 0, master: true }],
    ['of a master that no majority names stays', RECORD, observe(VIEW, [sentinel(0, 6), undefined, undefined]), undefined, RECORD],
    ['of a replica in sync is the master\'s', RECORD, observe(replica, [sentinel(1, 6), sentinel(1, 6), undefined]), { term: 4, epoch: 6, master: true, offset: 0, live: true }, { term: 4, epoch: 6, master: false, offset: 100 }],
    ['of a replica whose master\'s agent does not speak is as new as the Sentinels say', RECORD, observe(replica, [sentinel(1, 6), sentinel(1, 6), undefined]), undefined, { term: 2, epoch: 6, master: false, offset: 100 }],
    ['of a replica without link stays', RECORD, observe({ ...replica, linkUp: false }, [sentinel(1, 6), sentinel(1, 6), undefined]), undefined, RECORD],
    ['of a replica of a third server stays', RECORD, observe({ ...replica, follows: 2 }, [sentinel(1, 6), sentinel(1, 6), undefined]), undefined, RECORD],
    ['of a server that is loading stays', RECORD, observe({ ...VIEW, loading: true }, [sentinel(0, 6), sentinel(0, 6), undefined]), undefined, RECORD],
    ['of an unknown replica stays unknown until the master\'s agent speaks', undefined, observe(replica, [sentinel(1, 6), sentinel(1, 6), undefined]), undefined, undefined],
    ['of a copy of a master outside says how far it got, and nothing that a vote counts', COPY, observe({ ...replica, follows: 'external' }, blank), undefined, { term: 0, epoch: 0, master: false, offset: 100 }],
    ['of data that is no copy stays, whatever it follows', RECORD, observe({ ...replica, follows: 'external' }, blank), undefined, RECORD],
    ['of data without a record is none while nobody is named', undefined, observe({ ...replica, follows: 'external' }, blank), undefined, undefined],
    ['of a copy whose link is down stays', COPY, observe({ ...replica, follows: 'external', linkUp: false }, blank), undefined, COPY],
    ['of a copy that became the master begins with term 1', COPY, observe(VIEW, [sentinel(0, 0), sentinel(0, 0), undefined]), undefined, { term: 1, epoch: 0, master: true }],
  ])('%s', (_, old, observation, masterClaim, expected) => {
    const next = nextRecord(old, 0, observation, masterClaim);

    expect(next && { ...next, ...expected }).toEqual(next);
    expect(next === undefined).toBe(expected === undefined);
  });
});

describe('the best data', () => {
  const candidate = (ordinal: number, claim: Partial<Claim>, view: Partial<ServerView> = {}): Candidate => ({
    ordinal, view: { ...VIEW, role: 'slave', offset: 0, ...view }, claim: { term: 1, epoch: 1, master: false, offset: 0, live: false, ...claim },
  });

  test.each<[string, Candidate[], number | undefined]>([
    ['of nobody is none', [], undefined],
    ['has the latest term, whatever the epoch', [candidate(0, { epoch: 9, master: true }), candidate(1, { term: 2 })], 1],
    ['has the latest epoch of the term', [candidate(0, { master: true, offset: 99 }), candidate(1, { epoch: 2 })], 1],
    ['was the master of that epoch', [candidate(0, { offset: 90 }), candidate(1, { master: true, offset: 80 })], 1],
    ['is a running replica that had all the restarted master had', [candidate(0, { master: true, offset: 80 }), candidate(1, { live: true }, { offset: 80 })], 1],
    ['is not a running replica that had less', [candidate(0, { master: true, offset: 80 }), candidate(1, { live: true }, { offset: 79 })], 0],
    ['is the running master', [candidate(0, { live: true }, { offset: 99 }), candidate(1, { master: true, live: true }, { offset: 80 })], 1],
    ['is the longest stream without a master', [candidate(0, { offset: 80 }), candidate(1, { offset: 90 })], 1],
    ['has keys when nothing is known', [candidate(0, { term: 0, epoch: 0 }, { hasKeys: false }), candidate(1, { term: 0, epoch: 0 })], 1],
    ['has the lowest ordinal among equals', [candidate(2, {}), candidate(0, {}), candidate(1, {})], 0],
  ])('%s', (_, candidates, expected) => {
    expect(bestCandidate(candidates)?.ordinal).toBe(expected);
  });
});
