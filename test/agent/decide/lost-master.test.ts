import { AbsentMaster, hasTurn, mayBeReplaced } from '../../../lib/agent/decide/lost-master';
import { SentinelView } from '../../../lib/agent/observe/observation';
import { names } from '../support/views';

const SETTINGS = { quorum: 2, downAfterMs: 3_500, failoverTimeoutMs: 6_000, parallelSyncs: 1 };
const LOST: AbsentMaster = { self: 0, master: 1, ms: 1_500, afterMs: 1_500, downAfterMs: 3_500 };
const hears = (masterSilentMs: number, more: Partial<SentinelView> = {}) => names(1, { masterSilentMs, settings: SETTINGS, ...more });

describe('a master that is lost with its node', () => {
  test.each([
    ['a majority hears nothing', [hears(1_200), undefined, hears(1_400)], true],
    ['one Sentinel hears it', [hears(1_200), hears(1_400), hears(100)], true],
    ['a majority hears it: it is lost to this agent alone', [hears(1_200), hears(100), hears(200)], false],
    ['the others do not answer', [hears(1_200), undefined, undefined], false],
    ['a failover is under way', [hears(1_200), undefined, hears(1_400, { failoverInProgress: true })], false],
    ['somebody names another one already', [hears(1_200), hears(1_300), names(0, { masterSilentMs: 0, settings: SETTINGS })], false],
    ['one that was started again knows nobody', [hears(1_200), hears(1_300), names('nobody')], true],
    ['failovers are paused', [hears(1_200, { settings: { ...SETTINGS, downAfterMs: 3_600_000 } }), undefined, hears(1_400, { settings: { ...SETTINGS, downAfterMs: 3_600_000 } })], false],
  ])('%s', (_, views, lost) => {
    expect(mayBeReplaced(views, LOST)).toBe(lost);
  });

  test.each([
    [0, 1, 1_500], [2, 1, 2_000], [1, 0, 1_500], [2, 0, 2_000], [4, 2, 3_000], [0, 4, 1_500],
  ])('the agent of server %i, while server %i is the master, has its turn after %i ms', (self, master, ms) => {
    expect(hasTurn({ ...LOST, self, master, ms: ms - 1 })).toBe(false);
    expect(hasTurn({ ...LOST, self, master, ms })).toBe(true);
  });
});
