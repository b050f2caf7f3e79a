import { isBegun } from '../../../lib/agent/decide/begun';
import { ServerView } from '../../../lib/agent/observe/observation';
import { DataRecord } from '../../../lib/agent/observe/record-file';
import { names, standby } from '../support/views';

const MASTER = 1;
/** A replica that was promoted, with 100 bytes of the stream that it had. */
const PROMOTED = standby({ role: 'master', follows: undefined, runId: 'a', streamId: 'new', formerStream: { id: 'old', offset: 100 } });
const RECORD: DataRecord = { term: 1, epoch: 3, master: false, offset: 90, hasKeys: true, runId: 'a', streamId: 'old' };

const other = (change: Partial<ServerView> = {}): ServerView => standby({ follows: MASTER, streamId: 'old', offset: 100, ...change });
const begun = (change: { self?: Partial<ServerView>; record?: Partial<DataRecord>; other?: ServerView } = {}): boolean => {
  const servers = [{ ...PROMOTED, ...change.self }, undefined, 'other' in change ? change.other : other()];
  return isBegun({ servers, sentinels: [names(MASTER), names(MASTER), undefined] }, MASTER, 0, { ...RECORD, ...change.record });
};

describe('a failover that somebody began', () => {
  test.each<[string, Parameters<typeof begun>[0]]>([
    ['the others have what it has', {}],
    ['it has written since: only what it had before counts', { self: { offset: 500 }, other: other({ offset: 100 }) }],
    ['the other one is behind', { other: other({ offset: 60 }) }],
    ['nobody else answers', { other: undefined }],
    ['the other one follows somebody else', { other: other({ follows: 0, streamId: 'new', offset: 500 }) }],
  ])('is finished if %s', (_, change) => {
    expect(begun(change)).toBe(true);
  });

  test.each<[string, Parameters<typeof begun>[0]]>([
    ['it is no master', { self: { role: 'slave' } }],
    ['it never was a replica', { self: { formerStream: undefined } }],
    ['another one has more: the master went on', { other: other({ offset: 101 }) }],
    ['another one has a stream that it never had', { other: other({ streamId: 'a third', offset: 5 }) }],
    ['it was the master before', { record: { master: true } }],
    ['it was a replica in an older configuration', { record: { epoch: 2 } }],
    ['it was a replica of another master', { record: { streamId: 'a third' } }],
    ['it was started again since', { record: { runId: 'b' } }],
  ])('is not if %s', (_, change) => {
    expect(begun(change)).toBe(false);
  });

  test('is not if nothing is known of its data', () => {
    expect(isBegun({ servers: [PROMOTED], sentinels: [names(MASTER)] }, MASTER, 0, undefined)).toBe(false);
  });
});
