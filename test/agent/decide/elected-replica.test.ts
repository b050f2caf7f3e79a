import { electedReplica } from '../../../lib/agent/decide/elected-replica';
import { ServerView } from '../../../lib/agent/observe/observation';
import { standby } from '../support/views';

const DOWN_AFTER_MS = 3_500;
const ABSENT = undefined;
const replicaOf = (follows: number, change: Partial<ServerView> = {}) => (
  standby({ follows, linkUp: true, linkDownSeconds: 0, priority: 100, ...change }));

describe('the replica that takes the place of a master that is gone', () => {
  test.each([
    ['the one with the longest stream', [ABSENT, replicaOf(0, { offset: 10 }), replicaOf(0, { offset: 11 })], 2],
    ['the one with the lowest priority, whatever it has', [ABSENT, replicaOf(0, { offset: 10, priority: 50 }), replicaOf(0, { offset: 11 })], 1],
    ['the first of equals', [replicaOf(1), ABSENT, replicaOf(1)], 0, 1],
    ['one whose link ended with it', [ABSENT, replicaOf(0, { linkUp: false, linkDownSeconds: 2 }), ABSENT], 1],
    ['none that must not be elected', [ABSENT, replicaOf(0, { priority: 0 }), ABSENT], undefined],
    ['none that lost its link long before', [ABSENT, replicaOf(0, { linkUp: false, linkDownSeconds: 36 }), ABSENT], undefined],
    ['none that never had a link', [ABSENT, replicaOf(0, { linkUp: false, linkDownSeconds: -1 }), ABSENT], undefined],
    ['none that follows another one', [ABSENT, replicaOf(2), ABSENT], undefined],
    ['none that loads its data', [ABSENT, replicaOf(0, { loading: true }), ABSENT], undefined],
    ['no master', [ABSENT, standby({ role: 'master', follows: undefined }), ABSENT], undefined],
  ])('%s', (_, servers, elected, lost = 0) => {
    expect(electedReplica(servers, lost, DOWN_AFTER_MS)).toBe(elected);
  });
});
