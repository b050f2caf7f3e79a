import { atStake } from '../../../lib/agent/decide/at-stake';
import { decide } from '../../../lib/agent/decide/decide';
import { BLANK_MEMORY, Rules } from '../../../lib/agent/decide/memory';
import { Stake } from '../../../lib/agent/observe/copies';
import { Observation, ServerView } from '../../../lib/agent/observe/observation';
import { BLANK, claim, names, SETTINGS, standby } from '../support/views';

const NOTHING = claim({ term: 0, epoch: 0 });
const RULES: Rules = { self: 0, bootTimeoutMs: 60_000, replicaPriority: 100, settings: SETTINGS };
const EMPTY = standby({ hasKeys: false, keys: 0, claim: NOTHING });
const MASTER = standby({ role: 'master', follows: undefined, priority: undefined, claim: claim({ master: true, live: true }) });
const BLANKS = [BLANK, BLANK, BLANK];
const NAMED = [names(1), names(1), names(1)];

/** A standby with keys that no agent has recorded. */
function brought(keys: number, change: Partial<ServerView> = {}): ServerView {
  return standby({ keys, claim: NOTHING, ...change });
}

type Servers = Observation['servers'];

test.each<[string, Servers, Observation['sentinels'], number, boolean, unknown]>([
  ['that of others, for the one that stands', [brought(1), brought(2), brought(3)], BLANKS, 0, false, [{ of: 1, by: 0 }, { of: 2, by: 0 }]],
  ['its own, for another', [brought(1), brought(2), EMPTY], BLANKS, 1, false, [{ of: 1, by: 0 }]],
  ['that of one whose keys are not loaded yet', [brought(1), standby({ hasKeys: false, loading: true, claim: NOTHING }), EMPTY], BLANKS, 0, false, [{ of: 1, by: 0 }]],
  ['its own, for a master that is named', [brought(1), MASTER, EMPTY], NAMED, 0, false, [{ of: 0, by: 1 }]],
  ['its own, for a master that is not named yet', [brought(1), MASTER, EMPTY], BLANKS, 0, false, [{ of: 0, by: 1 }]],
  ['that of others, for one that the Sentinels name', [brought(1), brought(2), EMPTY], NAMED, 1, false, [{ of: 0, by: 1 }]],
  ['that of one without a record, for one that has one', [brought(1), standby(), EMPTY], BLANKS, 1, true, [{ of: 0, by: 1 }]],
  ['nothing, where one brings data', [EMPTY, brought(2), EMPTY], BLANKS, 1, false, []],
  ['nothing, for one without data', [EMPTY, brought(2), EMPTY], BLANKS, 0, false, []],
  ['nothing, for one with a record that is a copy of a master outside', [brought(1), MASTER, EMPTY], NAMED, 0, true, []],
  ['nothing, where all is recorded', [standby(), standby(), standby()], BLANKS, 0, true, []],
  ['nothing, for a replica that follows', [brought(1, { follows: 1, linkUp: true }), MASTER, EMPTY], NAMED, 0, false, []],
  ['nothing, for a master', [MASTER, brought(1), EMPTY], BLANKS, 0, true, []],
  ['nothing, where a master that nobody knows is named', [brought(1), brought(2), EMPTY], [names('unknown'), names('unknown'), names('unknown')], 0, false, []],
])('at stake is %s', (_, servers, sentinels, self, recorded, expected) => {
  expect(atStake({ at: 0, servers, sentinels }, self, recorded)).toEqual(expected);
});

describe('while data that no agent has recorded would be overwritten', () => {
  const KEPT = 'server 1 (2 keys) has data that no agent has recorded and server 0 (1 keys) has not: nothing is overwritten. '
    + 'Empty the volumes of all of these servers but one';
  const OPEN = 'compares the data of server 1 with that of server 0';
  const act = (servers: Servers, sentinels: Observation['sentinels'], self: number, stake: Stake | undefined) =>
    decide({ at: 1_000, servers, sentinels }, { ...BLANK_MEMORY, runId: 'a' }, { ...RULES, self, stakes: stake ? [stake] : [] }).action;
  const all = (ordinal: number) => [names(ordinal), names(ordinal), names(ordinal)];
  const two = [brought(1), brought(2), EMPTY];
  const lost = { of: 1, by: 0 };

  test.each<[string, Servers, Observation['sentinels'], number, { of: number; by: number }, string, string, string]>([
    ['nobody stands for election', two, BLANKS, 0, lost, 'start-vote', KEPT, OPEN],
    ['the other one says the same', two, BLANKS, 1, lost, 'wait', KEPT, OPEN],
    ['nobody takes the role that the Sentinels remember', two, all(0), 0, lost, 'resume', KEPT, OPEN],
    ['nobody copies the master', [brought(1), MASTER, EMPTY], all(1), 0, { of: 0, by: 1 }, 'attach',
      'server 0 (1 keys) has data that no agent has recorded and server 1, the master, has not: nothing is overwritten. Empty the volumes of all of these servers but one',
      'compares the data of server 0 with that of server 1'],
    ['nobody copies a master that is not named yet', [brought(1), MASTER, EMPTY], BLANKS, 0, { of: 0, by: 1 }, 'attach', expect.stringContaining('server 1, the master, has not'), expect.stringContaining('compares')],
  ])('%s', (_, servers, sentinels, self, pair, otherwise, kept, open) => {
    expect(act(servers, sentinels, self, { ...pair, is: 'different' })).toEqual({ kind: 'wait', why: kept });
    expect(act(servers, sentinels, self, { ...pair, is: 'open' })).toEqual({ kind: 'wait', why: open });
    expect(act(servers, sentinels, self, { ...pair, is: 'copy' }).kind).toBe(otherwise);
    expect(act(servers, sentinels, self, undefined).kind).toBe(otherwise);
  });

  test('copies of one stream: who has more of it stands', () => {
    const servers = [brought(1, { claim: { ...NOTHING, offset: 5 } }), brought(2, { claim: { ...NOTHING, offset: 9 } }), EMPTY];
    expect(act(servers, BLANKS, 0, undefined)).toEqual({ kind: 'wait', why: 'server 1 has better data and asks for the votes' });
    expect(act(servers, BLANKS, 1, undefined).kind).toBe('start-vote');
  });
});
