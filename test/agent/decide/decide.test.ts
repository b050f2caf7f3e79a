import { Action } from '../../../lib/agent/decide/action';
import { decide } from '../../../lib/agent/decide/decide';
import { BLANK_MEMORY, Memory, Rules } from '../../../lib/agent/decide/memory';
import { obstacle } from '../../../lib/agent/decide/obstacle';
import { Claim } from '../../../lib/agent/observe/claim';
import { Observation, SentinelView, ServerView } from '../../../lib/agent/observe/observation';
import { BLANK, claim, names, SETTINGS, standby } from '../support/views';

const RULES: Rules = { self: 0, bootTimeoutMs: 60_000, replicaPriority: 100, settings: SETTINGS };
const NO_CLAIM: Claim = { term: 0, epoch: 0, master: false, offset: 0, live: false };

function replicaOf(follows: number, change: Partial<ServerView> = {}): ServerView {
  return standby({ follows, linkUp: true, priority: 100, claim: claim({ live: true }), ...change });
}

function master(change: Partial<ServerView> = {}): ServerView {
  return standby({ role: 'master', follows: undefined, priority: undefined, claim: claim({ master: true, live: true }), ...change });
}

const STALE = names(0, { otherSentinels: 3, staleEntries: 1 });
const ABSENT = undefined;

type Servers = Observation['servers'];
type Sentinels = Observation['sentinels'];

/** Decides for server 0 after the same observation has held for some time. */
function decideAfter(ms: number, servers: Servers, sentinels: Sentinels, memory: Partial<Memory> = {}, rules: Partial<Rules> = {}): Action {
  const known: Memory = { ...BLANK_MEMORY, runId: servers[0]?.runId, ...memory };
  const all = { ...RULES, ...rules };
  const first = decide({ at: 1_000, servers, sentinels }, known, all);
  return ms === 0 ? first.action : decide({ at: 1_000 + ms, servers, sentinels }, first.memory, all).action;
}

const all = (ordinal: SentinelView['names']): Sentinels => [names(ordinal), names(ordinal), names(ordinal)];
const BLANKS: Sentinels = [BLANK, BLANK, BLANK];

/** What a master has recorded, and Sentinels that name another one later. */
const REPLACED: Partial<Rules> = { record: { term: 1, epoch: 3, master: true, offset: 0, hasKeys: true, runId: 'a', streamId: 's' } };
const LATER: Sentinels = [names(1, { epoch: 4 }), names(1, { epoch: 4 }), names(1, { epoch: 4 })];

interface Row {
  readonly when: string;
  readonly servers: Servers;
  readonly sentinels: Sentinels;
  readonly after?: number;
  readonly memory?: Partial<Memory>;
  readonly rules?: Partial<Rules>;
  readonly then: Partial<Action>;
}

function table(name: string, rows: Row[]): void {
  describe(name, () => {
    test.each(rows.map((row) => [row.when, row] as const))('%s', (_, row) => {
      expect(decideAfter(row.after ?? 0, row.servers, row.sentinels, row.memory, row.rules)).toMatchObject(row.then);
    });
  });
}

table('a server that cannot take part waits', [
  { when: 'it does not answer', servers: [ABSENT, master(), standby()], sentinels: all(1), then: { kind: 'wait' } },
  { when: 'it is loading', servers: [standby({ loading: true }), master(), standby()], sentinels: all(1), then: { kind: 'wait' } },
  { when: 'the Sentinels name an address that is none of the servers', servers: [standby(), standby(), standby()], sentinels: all('unknown'), then: { kind: 'wait' } },
  { when: 'it is isolated, however long', servers: [standby(), ABSENT, ABSENT], sentinels: [ABSENT, ABSENT, ABSENT], after: 3_600_000, then: { kind: 'wait' } },
  { when: 'it sees all Sentinels but no other server, however long', servers: [standby(), ABSENT, ABSENT], sentinels: BLANKS, after: 3_600_000, then: { kind: 'wait' } },
  { when: 'it sees all servers but a minority of the Sentinels', servers: [standby(), standby(), standby()], sentinels: [BLANK, ABSENT, ABSENT], after: 3_600_000, then: { kind: 'wait' } },
]);

table('the majority names another server', [
  { when: 'a standby attaches', servers: [standby(), master(), standby()], sentinels: all(1), then: { kind: 'attach', to: 1 } },
  { when: 'a standby attaches when two of three name it', servers: [standby(), master(), ABSENT], sentinels: [names(1), ABSENT, names(1)], then: { kind: 'attach', to: 1 } },
  { when: 'a minority of the Sentinels is no majority', servers: [standby(), master(), ABSENT], sentinels: [names(1), ABSENT, ABSENT], then: { kind: 'wait' } },
  { when: 'a replica that never synced follows at once', servers: [standby({ follows: 2 }), master(), standby()], sentinels: all(1), then: { kind: 'attach', to: 1 } },
  { when: 'a replica in sync with what nobody has told it yet waits', servers: [replicaOf(1, { priority: 0 }), master(), ABSENT], sentinels: all(1), rules: { unrecorded: true }, after: 4_000, then: { kind: 'wait' } },
  { when: 'a replica in sync that is not told for 5 s becomes electable', servers: [replicaOf(1, { priority: 0 }), master(), ABSENT], sentinels: all(1), rules: { unrecorded: true }, after: 5_000, then: { kind: 'make-electable' } },
  { when: 'a replica in sync becomes electable', servers: [replicaOf(1, { priority: 0 }), master(), ABSENT], sentinels: all(1), then: { kind: 'make-electable' } },
  { when: 'a replica that is electable rests', servers: [replicaOf(1), ABSENT, ABSENT], sentinels: all(1), then: { kind: 'steady' } },
  { when: 'a replica that must never be elected rests', servers: [replicaOf(1, { priority: 0 }), ABSENT, ABSENT], sentinels: all(1), rules: { replicaPriority: 0 }, then: { kind: 'steady' } },
  { when: 'a replica with another priority is as the others at once', servers: [replicaOf(1, { priority: 1 }), master(), ABSENT], sentinels: all(1), then: { kind: 'make-electable' } },
  { when: 'a replica with another priority that is about to stop is not made as the others', servers: [replicaOf(1, { priority: 1 }), master(), ABSENT], sentinels: all(1), rules: { stopping: true }, then: { kind: 'steady' } },
  { when: 'a replica of a third server is left to who leads the failover', servers: [replicaOf(2), master(), replicaOf(1)], sentinels: all(1), after: 1_900, then: { kind: 'wait' } },
  { when: 'a replica of a third server is moved after 2 s', servers: [replicaOf(2), master(), replicaOf(1)], sentinels: all(1), after: 2_000, then: { kind: 'attach', to: 1 } },
  { when: 'a standby that is about to stop does not attach', servers: [standby(), master(), ABSENT], sentinels: all(1), rules: { stopping: true }, then: { kind: 'wait' } },
  { when: 'a replica that is about to stop is not made electable', servers: [replicaOf(1, { priority: 0 }), master(), ABSENT], sentinels: [names(1), names(1), names(1)], rules: { stopping: true }, then: { kind: 'steady' } },
  { when: 'a replica of a third server is not moved while a failover moves replicas one by one', servers: [replicaOf(2), master(), replicaOf(1)], sentinels: [names(1, { failoverInProgress: true }), names(1), names(1)], after: 60_000, then: { kind: 'wait' } },
  { when: 'a replica waits for a master that is gone', servers: [replicaOf(1, { linkUp: false }), ABSENT, replicaOf(1, { linkUp: false })], sentinels: all(1), after: 600_000, then: { kind: 'wait' } },
  { when: 'a second master is left to Sentinel', servers: [master(), master(), replicaOf(1)], sentinels: all(1), after: 29_000, then: { kind: 'wait' } },
  { when: 'a second master that Sentinel does not know attaches after 30 s', servers: [master(), master(), replicaOf(1)], sentinels: all(1), after: 30_000, then: { kind: 'attach', to: 1 } },
  { when: 'a second master that Sentinel does not know steps down after 30 s for one that waits for that', servers: [master(), standby(), replicaOf(1)], sentinels: all(1), after: 30_000, then: { kind: 'step-down' } },
  { when: 'a master that was replaced is left to Sentinel', servers: [master(), master(), replicaOf(1)], sentinels: LATER, after: 2_900, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master that was replaced follows its successor after 3 s', servers: [master(), master(), replicaOf(1)], sentinels: LATER, after: 3_000, rules: REPLACED, then: { kind: 'attach', to: 1 } },
  { when: 'a master that was replaced waits for one that is no master yet', servers: [master(), standby(), replicaOf(1)], sentinels: LATER, after: 29_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master that was replaced stays while a failover runs', servers: [master(), master(), replicaOf(1)], sentinels: [...LATER.slice(1), names(1, { epoch: 4, failoverInProgress: true })], after: 60_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master in an epoch as late as that which is named is left to Sentinel', servers: [master(), master(), replicaOf(1)], sentinels: all(1), after: 29_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master in an epoch that only one Sentinel is beyond is left to it', servers: [master(), master(), replicaOf(1)], sentinels: [LATER[0], names(1), names(1)], after: 29_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master that was promoted since is left to Sentinel', servers: [master({ streamId: 't' }), master(), replicaOf(1)], sentinels: LATER, after: 29_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master that was started since is left to Sentinel', servers: [master({ runId: 'b' }), master(), replicaOf(1)], sentinels: LATER, after: 29_000, rules: REPLACED, then: { kind: 'wait' } },
  { when: 'a master that was a replica when last recorded is left to Sentinel', servers: [master(), master(), replicaOf(1)], sentinels: LATER, after: 29_000, rules: { record: { ...REPLACED.record!, master: false } }, then: { kind: 'wait' } },
  { when: 'a second master stays while a failover runs', servers: [master(), standby(), replicaOf(1)], sentinels: [names(1), names(1), names(1, { failoverInProgress: true })], after: 60_000, then: { kind: 'wait' } },
  { when: 'a second master does not attach to one that is not there', servers: [master(), ABSENT, ABSENT], sentinels: all(1), after: 600_000, then: { kind: 'wait' } },
]);

const DOWN: Sentinels = [names(1, { masterDown: true }), names(1, { masterDown: true }), names(1, { masterDown: true })];
const ORPHAN = standby({ follows: 1 });

table('the named master does not return after a restart of all', [
  { when: 'nobody offers itself before the boot timeout', servers: [ORPHAN, ABSENT, ORPHAN], sentinels: DOWN, after: 59_000, then: { kind: 'wait' } },
  { when: 'the best of those left offers itself after the boot timeout', servers: [ORPHAN, ABSENT, ORPHAN], sentinels: DOWN, after: 60_000, then: { kind: 'make-electable' } },
  { when: 'one with older data does not', servers: [ORPHAN, ABSENT, standby({ follows: 1, claim: claim({ epoch: 4 }) })], sentinels: DOWN, after: 600_000, then: { kind: 'wait' } },
  { when: 'nobody does while a replica can be elected', servers: [ORPHAN, ABSENT, replicaOf(1, { linkUp: false })], sentinels: DOWN, after: 600_000, then: { kind: 'wait' } },
  { when: 'nobody does while the Sentinels find the master up', servers: [ORPHAN, ABSENT, ORPHAN], sentinels: all(1), after: 600_000, then: { kind: 'wait' } },
  { when: 'nobody does with fewer than a majority of servers', servers: [ORPHAN, ABSENT, ABSENT], sentinels: DOWN, after: 600_000, then: { kind: 'wait' } },
]);

const LONG_DOWN = replicaOf(1, { linkUp: false, linkDownSeconds: 70 });

table('the Sentinels elect no replica', [
  { when: 'not while they may still try', servers: [LONG_DOWN, ABSENT, LONG_DOWN], sentinels: DOWN, after: 21_000, then: { kind: 'wait' } },
  { when: 'the replica with the longest stream relaxes down-after', servers: [LONG_DOWN, ABSENT, LONG_DOWN], sentinels: DOWN, after: 22_000, then: { kind: 'relax-election', sentinels: [0, 1, 2], downAfterMs: 10_000 } },
  { when: 'one with a shorter stream does not', servers: [LONG_DOWN, ABSENT, { ...LONG_DOWN, offset: 11 }], sentinels: DOWN, after: 60_000, then: { kind: 'wait' } },
  { when: 'not one that can\'t be elected', servers: [{ ...LONG_DOWN, priority: 0 }, ABSENT, LONG_DOWN], sentinels: DOWN, after: 60_000, then: { kind: 'wait' } },
  { when: 'not while a failover runs', servers: [LONG_DOWN, ABSENT, ABSENT], sentinels: [...DOWN.slice(1), names(1, { masterDown: true, failoverInProgress: true })], after: 60_000, then: { kind: 'wait' } },
  { when: 'not when the master answers', servers: [LONG_DOWN, standby(), LONG_DOWN], sentinels: DOWN, after: 60_000, then: { kind: 'wait' } },
]);

table('the Sentinels find the master down and replace it not, as they gave their votes to somebody who is gone', [
  { when: 'a replica whose link is up still replaces it', servers: [replicaOf(1), ABSENT, replicaOf(1)], sentinels: DOWN, after: 2_000, then: { kind: 'fail-over', of: 1 } },
  { when: 'or one that lost its link lately', servers: [{ ...LONG_DOWN, linkDownSeconds: 35 }, ABSENT, ABSENT], sentinels: DOWN, after: 60_000, then: { kind: 'fail-over', of: 1 } },
  { when: 'not before the Sentinels had their turn', servers: [replicaOf(1), ABSENT, replicaOf(1)], sentinels: DOWN, after: 1_999, then: { kind: 'steady' } },
  { when: 'nor before the agent of another one', servers: [replicaOf(2), replicaOf(2), ABSENT], sentinels: DOWN.map(() => names(2, { masterDown: true })), after: 2_499, rules: { self: 1 }, then: { kind: 'steady' } },
  { when: 'not while the master answers this agent', servers: [replicaOf(1), master(), replicaOf(1)], sentinels: DOWN, after: 60_000, then: { kind: 'steady' } },
  { when: 'not while a minority finds it down', servers: [replicaOf(1), ABSENT, replicaOf(1)], sentinels: [DOWN[0], names(1), names(1)], after: 60_000, then: { kind: 'steady' } },
  { when: 'not while one of them replaces it', servers: [replicaOf(1), ABSENT, replicaOf(1)], sentinels: [...DOWN.slice(1), names(1, { masterDown: true, failoverInProgress: true })], after: 60_000, then: { kind: 'steady' } },
  { when: 'not if nobody can be elected', servers: [replicaOf(1, { priority: 0, linkUp: false, linkDownSeconds: 5 }), ABSENT, ABSENT], sentinels: DOWN, after: 20_000, then: { kind: 'wait' } },
  { when: 'a server that was promoted by somebody who is gone takes its place', servers: [master({ claim: claim({ live: true }) }), ABSENT, replicaOf(1)], sentinels: DOWN, after: 2_000, then: { kind: 'fail-over', of: 1 } },
  { when: 'a master that was replaced before does not', servers: [master(), ABSENT, replicaOf(1)], sentinels: DOWN, after: 20_000, then: { kind: 'wait' } },
]);

table('the majority names the local server, which is master', [
  { when: 'all is well', servers: [master(), ABSENT, ABSENT], sentinels: all(0), then: { kind: 'steady' } },
  { when: 'a Sentinel that forgot is told', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), BLANK, names(0)], then: { kind: 'reconcile-sentinels', register: [1], replace: [], adjust: [] } },
  { when: 'a Sentinel with other settings is told', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), names(0), names(0, { settings: { ...SETTINGS, quorum: 1 } })], then: { kind: 'reconcile-sentinels', register: [], replace: [], adjust: [2] } },
  { when: 'a Sentinel that names another is left to the others', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), names(0), names(1)], after: 9_000, then: { kind: 'steady' } },
  { when: 'a Sentinel that goes on naming another is put right', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), names(0), names(1)], after: 10_000, then: { kind: 'reconcile-sentinels', replace: [2] } },
  { when: 'a Sentinel with a newer configuration is not touched', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), names(0), names(1, { epoch: 4 })], after: 600_000, then: { kind: 'steady' } },
  { when: 'Sentinels that remember one that is no more forget it, the first first', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), STALE, STALE], after: 30_000, then: { kind: 'reset-sentinel', sentinel: 1 } },
  { when: 'the next one waits until the first knows all again', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), names(0, { otherSentinels: 1 }), STALE], after: 60_000, then: { kind: 'steady' } },
  { when: 'nobody forgets while a replica is unknown', servers: [master(), ABSENT, ABSENT], sentinels: [names(0, { replicas: 1 }), STALE, STALE], after: 60_000, then: { kind: 'steady' } },
  { when: 'nobody forgets while a Sentinel is away', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), STALE, ABSENT], after: 60_000, then: { kind: 'steady' } },
  { when: 'nobody forgets while the master looks down', servers: [master(), ABSENT, ABSENT], sentinels: [names(0, { masterDown: true }), STALE, STALE], after: 60_000, then: { kind: 'steady' } },
  { when: 'a Sentinel that spins opens its connections anew', servers: [master(), ABSENT, ABSENT], sentinels: all(0), rules: { spinning: [2] }, then: { kind: 'reset-sentinel', sentinel: 2 } },
  { when: 'it goes on spinning while another one is away', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), ABSENT, names(0)], rules: { spinning: [2] }, then: { kind: 'steady' } },
  { when: 'it goes on spinning while a failover is in progress', servers: [master(), ABSENT, ABSENT], sentinels: [names(0, { failoverInProgress: true }), names(0), names(0)], rules: { spinning: [2] }, then: { kind: 'steady' } },
  { when: 'one that is away for less than half a minute may come back', servers: [master(), ABSENT, ABSENT], sentinels: [names(0), STALE, STALE], after: 29_000, then: { kind: 'steady' } },
]);

const BETTER = standby({ claim: claim({ epoch: 4 }) });
const LAST = standby({ claim: claim({ master: true, offset: 50 }) });
const KEPT = replicaOf(0, { linkUp: false, offset: 60 });

table('the majority names the local server, which was restarted', [
  { when: 'a replica kept the data: it leaves the role to that one', servers: [LAST, KEPT, KEPT], sentinels: all(0), then: { kind: 'fail-over' } },
  { when: 'the failover is refused for 15 s: it resumes with its data', servers: [LAST, KEPT, KEPT], sentinels: all(0), after: 15_000, then: { kind: 'resume' } },
  { when: 'the failover is refused for 15 s and it has no data: it withdraws', servers: [standby({ claim: NO_CLAIM, hasKeys: false }), KEPT, KEPT], sentinels: all(0), after: 15_000, then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'replicas lag behind what it recorded: it resumes', servers: [LAST, replicaOf(0, { linkUp: false, offset: 40 }), replicaOf(0, { linkUp: false, offset: 45 })], sentinels: all(0), then: { kind: 'resume' } },
  { when: 'all were restarted: it resumes', servers: [LAST, standby(), standby()], sentinels: all(0), then: { kind: 'resume' } },
  { when: 'a server is missing: it looks for 3 s', servers: [LAST, standby(), ABSENT], sentinels: all(0), after: 2_000, then: { kind: 'wait' } },
  { when: 'a server is missing for 3 s: it resumes', servers: [LAST, standby(), ABSENT], sentinels: all(0), after: 3_000, then: { kind: 'resume' } },
  { when: 'a failover to a replica that kept the data runs: it waits', servers: [LAST, KEPT, standby()], sentinels: [names(0), names(0, { failoverInProgress: true }), names(0)], after: 60_000, then: { kind: 'wait' } },
  { when: 'a failover runs though all were restarted: it waits for 0.5 s', servers: [LAST, standby(), standby()], sentinels: [names(0), names(0, { failoverInProgress: true }), names(0)], after: 400, then: { kind: 'wait' } },
  { when: 'a failover runs though all were restarted for 0.5 s: it calls it off', servers: [LAST, standby(), standby()], sentinels: [names(0), names(0, { failoverInProgress: true }), names(0)], after: 500, then: { kind: 'abort-failover', sentinels: [1] } },
  { when: 'a failover runs, and a server is missing: it waits', servers: [LAST, standby(), ABSENT], sentinels: [names(0), names(0, { failoverInProgress: true }), names(0)], after: 60_000, then: { kind: 'wait' } },
  { when: 'a failover runs, and another restarted server is better: it waits', servers: [LAST, BETTER, standby()], sentinels: [names(0), names(0, { failoverInProgress: true }), names(0)], after: 60_000, then: { kind: 'wait' } },
  { when: 'another server is master already: it waits', servers: [LAST, master(), standby()], sentinels: all(0), after: 60_000, then: { kind: 'wait' } },
  { when: 'it replicates another server: left to Sentinel', servers: [replicaOf(1), standby(), standby()], sentinels: all(0), after: 60_000, then: { kind: 'wait' } },
  { when: 'Sentinels made it a replica of itself: it resumes at once', servers: [{ ...LAST, follows: 0 }, replicaOf(0, { linkUp: false, offset: 5 }), replicaOf(0, { linkUp: false, offset: 5 })], sentinels: all(0), then: { kind: 'resume' } },
  { when: 'it replicates a server in vain for 10 s: it resumes', servers: [{ ...LAST, follows: 1 }, standby(), standby()], sentinels: all(0), after: 10_000, then: { kind: 'resume' } },
]);

const OLD_SNAPSHOT = standby({ claim: claim({ offset: 20 }) });

table('the majority names the local server, whose data is older than another one\'s', [
  { when: 'of an earlier configuration: it withdraws', servers: [LAST, standby({ claim: claim({ epoch: 4 }) }), standby()], sentinels: all(0), then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'of an earlier term: it withdraws', servers: [LAST, standby({ claim: claim({ term: 2, epoch: 0 }) }), standby()], sentinels: all(0), then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'an older snapshot: it withdraws', servers: [OLD_SNAPSHOT, standby({ claim: claim({ offset: 40 }) }), standby()], sentinels: all(0), then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'the newest snapshot of all: it resumes', servers: [OLD_SNAPSHOT, standby({ claim: claim({ offset: 10 }) }), standby()], sentinels: all(0), then: { kind: 'resume' } },
  { when: 'a Sentinel is missing that would tell the others again: it waits', servers: [OLD_SNAPSHOT, standby({ claim: claim({ offset: 40 }) }), standby()], sentinels: [names(0), names(0), ABSENT], after: 59_000, then: { kind: 'wait' } },
  { when: 'a server is missing: it waits', servers: [OLD_SNAPSHOT, standby({ claim: claim({ offset: 40 }) }), ABSENT], sentinels: all(0), after: 59_000, then: { kind: 'wait' } },
]);

const EMPTY = standby({ claim: NO_CLAIM, hasKeys: false, offset: 0 });

table('the majority names the local server, which has no data', [
  { when: 'nobody has: it resumes', servers: [EMPTY, EMPTY, EMPTY], sentinels: all(0), then: { kind: 'resume' } },
  { when: 'another restarted server has: it withdraws', servers: [EMPTY, standby(), EMPTY], sentinels: all(0), then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'another has, but a Sentinel is missing that would tell the others again: it waits', servers: [EMPTY, standby(), EMPTY], sentinels: [names(0), names(0), ABSENT], after: 59_000, then: { kind: 'wait' } },
  { when: 'that Sentinel is missing for the boot timeout: it withdraws', servers: [EMPTY, standby(), EMPTY], sentinels: [names(0), names(0), ABSENT], after: 60_000, then: { kind: 'withdraw', sentinels: [0, 1] } },
  { when: 'a server is missing: it waits', servers: [EMPTY, EMPTY, ABSENT], sentinels: all(0), after: 59_000, then: { kind: 'wait' } },
  { when: 'a server is missing for the boot timeout: it resumes', servers: [EMPTY, EMPTY, ABSENT], sentinels: all(0), after: 60_000, then: { kind: 'resume' } },
  { when: 'the agent of a server does not speak: it waits', servers: [EMPTY, standby({ claim: undefined }), EMPTY], sentinels: all(0), after: 600_000, then: { kind: 'wait' } },
]);

const CUT_OFF = master({ claim: claim({ epoch: 2, master: true, live: true }) });

table('no majority names anybody, and the local server is master', [
  { when: 'Sentinels that forgot are told', servers: [master(), replicaOf(0), replicaOf(0)], sentinels: BLANKS, then: { kind: 'reconcile-sentinels', register: [0, 1, 2] } },
  { when: 'one that forgot is told while the others are away', servers: [master(), replicaOf(0), replicaOf(0)], sentinels: [BLANK, ABSENT, names(0)], then: { kind: 'reconcile-sentinels', register: [0] } },
  { when: 'a server is missing, which may have newer data: it waits', servers: [master(), replicaOf(0), ABSENT], sentinels: BLANKS, after: 59_000, then: { kind: 'wait' } },
  { when: 'a server is missing for the boot timeout: Sentinels are told', servers: [master(), replicaOf(0), ABSENT], sentinels: BLANKS, after: 60_000, then: { kind: 'reconcile-sentinels', register: [0, 1, 2] } },
  { when: 'no Sentinel answers: it stays', servers: [master(), ABSENT, ABSENT], sentinels: [ABSENT, ABSENT, ABSENT], after: 600_000, then: { kind: 'wait' } },
  { when: 'it was replaced, and all forgot but the servers: it waits', servers: [CUT_OFF, LAST, standby()], sentinels: BLANKS, after: 9_000, then: { kind: 'wait' } },
  { when: 'it was replaced, and all forgot but the servers: it steps down', servers: [CUT_OFF, LAST, standby()], sentinels: BLANKS, after: 10_000, then: { kind: 'step-down' } },
  { when: 'it was replaced, and a replica of the new master is left: it steps down', servers: [CUT_OFF, ABSENT, standby()], sentinels: BLANKS, after: 10_000, then: { kind: 'step-down' } },
  { when: 'a Sentinel names another: it steps down', servers: [master(), ABSENT, ABSENT], sentinels: [BLANK, BLANK, names(1)], after: 10_000, then: { kind: 'step-down' } },
  { when: 'another is master: it steps down', servers: [master(), master(), ABSENT], sentinels: BLANKS, after: 10_000, then: { kind: 'step-down' } },
  { when: 'no majority has named it yet: left to Sentinel', servers: [master({ claim: claim({ live: true }) }), ABSENT, ABSENT], sentinels: BLANKS, after: 9_000, then: { kind: 'wait' } },
  { when: 'no majority has named it, and none will: it steps down', servers: [master({ claim: claim({ live: true }) }), ABSENT, ABSENT], sentinels: BLANKS, after: 10_000, then: { kind: 'step-down' } },
  { when: 'there are doubts but no majority for a vote: it stays', servers: [CUT_OFF, LAST, standby()], sentinels: [BLANK, ABSENT, ABSENT], after: 600_000, then: { kind: 'wait' } },
]);

table('no majority names anybody: the vote', [
  { when: 'all are new: the lowest ordinal stands', servers: [EMPTY, EMPTY, EMPTY], sentinels: BLANKS, then: { kind: 'start-vote', clear: [] } },
  { when: 'it has the best data: it stands', servers: [LAST, standby(), EMPTY], sentinels: BLANKS, then: { kind: 'start-vote' } },
  { when: 'another has a later term: it waits', servers: [LAST, standby({ claim: claim({ term: 2, epoch: 0 }) }), EMPTY], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'another has a later epoch: it waits', servers: [LAST, standby({ claim: claim({ epoch: 4 }) }), EMPTY], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'another was the master of its epoch: it waits', servers: [standby(), { ...LAST }, EMPTY], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'another replica of its epoch was further: it waits', servers: [standby(), standby({ claim: claim({ offset: 9 }) }), EMPTY], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'a server is missing: it waits', servers: [LAST, standby(), ABSENT], sentinels: BLANKS, after: 59_000, then: { kind: 'wait' } },
  { when: 'a server is missing for the boot timeout: it stands', servers: [LAST, standby(), ABSENT], sentinels: BLANKS, after: 60_000, then: { kind: 'start-vote' } },
  { when: 'a majority of the servers is missing: it waits', servers: [LAST, ABSENT, ABSENT], sentinels: BLANKS, after: 600_000, then: { kind: 'wait' } },
  { when: 'the agent of a server does not speak yet: it waits', servers: [LAST, standby(), standby({ claim: undefined })], sentinels: BLANKS, after: 600_000, then: { kind: 'wait' } },
  { when: 'a replica still has a master: it waits', servers: [LAST, standby(), replicaOf(1)], sentinels: BLANKS, after: 600_000, then: { kind: 'wait' } },
  { when: 'a minority of the Sentinels remembers another master: it clears them', servers: [LAST, standby(), standby()], sentinels: [BLANK, names(1), BLANK], then: { kind: 'start-vote', clear: [1] } },
  { when: 'too few Sentinels are free: it waits', servers: [LAST, standby(), standby()], sentinels: [names(1), names(2), BLANK], after: 600_000, then: { kind: 'wait' } },
  { when: 'a vote of its own was left at one Sentinel and another server is better: it takes it back', servers: [standby(), LAST, standby()], sentinels: [names(0, { epoch: 0, otherSentinels: 0 }), BLANK, BLANK], then: { kind: 'withdraw', sentinels: [0] } },
  { when: 'the Sentinel that names it has known others: it is no vote to take back', servers: [standby(), LAST, standby()], sentinels: [names(0, { epoch: 0 }), BLANK, BLANK], then: { kind: 'wait' } },
  { when: 'the Sentinel that names it was asked by this agent: it takes the vote back', servers: [standby(), LAST, standby()], sentinels: [names(0, { epoch: 0 }), BLANK, BLANK], memory: { asked: [0] }, then: { kind: 'withdraw', sentinels: [0] } },
]);

const DIVIDED = [names(0), names(1), BLANK];

table('the Sentinels name different servers, and nobody is master', [
  { when: 'they may agree by themselves for 15 s', servers: [standby(), standby(), BETTER], sentinels: DIVIDED, after: 14_000, then: { kind: 'wait' } },
  { when: 'then one whose data is not the best takes its name back', servers: [standby(), standby(), BETTER], sentinels: DIVIDED, after: 15_000, then: { kind: 'withdraw', sentinels: [0] } },
  { when: 'one that nobody names waits', servers: [standby(), standby(), BETTER], sentinels: [names(1), names(2), BLANK], after: 600_000, then: { kind: 'wait' } },
  { when: 'the best waits', servers: [BETTER, standby(), standby()], sentinels: [names(0), names(1), names(2)], after: 600_000, then: { kind: 'wait' } },
  { when: 'the best asks for the votes once enough are free', servers: [BETTER, standby(), standby()], sentinels: DIVIDED, then: { kind: 'start-vote', clear: [1] } },
  { when: 'not during a failover', servers: [standby(), standby(), BETTER], sentinels: [names(0), names(1, { failoverInProgress: true }), BLANK], after: 600_000, then: { kind: 'wait' } },
  { when: 'not while a replica has a master that is not seen', servers: [standby(), replicaOf(1), BETTER], sentinels: DIVIDED, after: 600_000, then: { kind: 'wait' } },
]);

table('no majority names anybody, and another server is master', [
  { when: 'a standby attaches to the only one', servers: [standby(), master(), standby()], sentinels: BLANKS, then: { kind: 'attach', to: 1 } },
  { when: 'not when its data is older', servers: [standby({ claim: claim({ epoch: 4 }) }), master(), standby()], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'not when its term is older', servers: [standby({ claim: claim({ term: 2, epoch: 0 }) }), master(), standby()], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'not when it was never named', servers: [standby(), master({ claim: claim() }), standby()], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'not when its agent does not speak', servers: [standby(), master({ claim: undefined }), standby()], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'not when a Sentinel names a third', servers: [standby(), master(), standby()], sentinels: [BLANK, BLANK, names(2)], then: { kind: 'wait' } },
  { when: 'not when the Sentinels are out of reach', servers: [standby(), master(), standby()], sentinels: [BLANK, ABSENT, ABSENT], then: { kind: 'wait' } },
  { when: 'not when there are two', servers: [standby(), master(), master()], sentinels: BLANKS, then: { kind: 'wait' } },
  { when: 'a replica of it stays', servers: [replicaOf(1), master(), replicaOf(1)], sentinels: BLANKS, then: { kind: 'wait' } },
]);

describe('memory', () => {
  const servers: Servers = [LAST, standby(), ABSENT];

  test('a condition that stops holding for one round starts anew', () => {
    const first = decide({ at: 0, servers, sentinels: BLANKS }, { ...BLANK_MEMORY, runId: 'a' }, RULES);
    const broken = decide({ at: 59_000, servers: [LAST, ABSENT, ABSENT], sentinels: BLANKS }, first.memory, RULES);

    expect(decide({ at: 61_000, servers, sentinels: BLANKS }, broken.memory, RULES).action.kind).toBe('wait');
  });

  test('a restart of the server forgets everything', () => {
    const old: Memory = { runId: 'before', since: { bootstrap: 0 }, asked: [1] };

    const { action, memory } = decide({ at: 100_000, servers, sentinels: BLANKS }, old, RULES);

    expect(action.kind).toBe('wait');
    expect(memory).toEqual({ runId: 'a', since: { bootstrap: 100_000 }, asked: [] });
  });
});

/** Objects and lists that nobody can change. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe('the conditions that count', () => {
  const UNSYNCED = replicaOf(1, { linkUp: false, priority: 0 });
  const DOWN_FOR_LONG = replicaOf(1, { linkUp: false, linkDownSeconds: 70 });

  test.each<[string, Servers, Sentinels, readonly string[], Partial<Rules>?]>([
    ['of a server that loads: none', [standby({ loading: true }), ABSENT, ABSENT], BLANKS, []],
    ['of a master that all name: none', [master(), ABSENT, ABSENT], all(0), []],
    ['of a master that one does not name, and of stale entries', [master(), ABSENT, ABSENT], [names(0), STALE, names(1)], ['disagrees 2', 'stale 1']],
    ['of stale entries: not while a Sentinel must be told something', [master(), ABSENT, ABSENT], [names(0, { settings: { ...SETTINGS, quorum: 1 } }), STALE, names(1)], ['disagrees 2']],
    ['of a master that nobody names', [master(), replicaOf(0), ABSENT], BLANKS, ['unnamed', 'forgotten']],
    ['of a doubtful master', [master(), master(), ABSENT], BLANKS, ['unnamed']],
    ['of a second master', [master(), master(), ABSENT], all(1), ['unnamed']],
    ['of a replica elsewhere', [replicaOf(2), master(), ABSENT], all(1), ['elsewhere']],
    ['of a replica elsewhere that is about to stop: none', [replicaOf(2), master(), ABSENT], all(1), [], { stopping: true }],
    ['of a replica in sync: none', [replicaOf(1), master(), ABSENT], all(1), []],
    ['of a replica that its master\'s agent has not told', [replicaOf(1, { priority: 0 }), master(), ABSENT], all(1), ['unrecorded'], { unrecorded: true }],
    ['of one without master', [DOWN_FOR_LONG, ABSENT, DOWN_FOR_LONG], DOWN, ['master down']],
    ['of one without master, with nobody to elect', [UNSYNCED, ABSENT, UNSYNCED], DOWN, ['master absent', 'master down']],
    ['of a named server', [LAST, standby(), ABSENT], all(0), ['named']],
    ['of a named server without data', [EMPTY, standby(), ABSENT], all(0), ['named', 'named and older']],
    ['of one that waits for a Sentinel to withdraw', [EMPTY, standby(), standby()], [names(0), names(0), ABSENT], ['named', 'withdraw']],
    ['of a hopeless failover', [LAST, standby(), standby()], [names(0), names(0, { failoverInProgress: true }), names(0)], ['hopeless failover']],
    ['before a vote', [LAST, standby(), ABSENT], BLANKS, ['bootstrap']],
    ['of divided Sentinels', [standby(), standby(), BETTER], DIVIDED, ['divided']],
  ])('%s', (_, servers, sentinels, expected, rules = {}) => {
    const { memory } = decide({ at: 5, servers, sentinels }, { ...BLANK_MEMORY, runId: 'a' }, { ...RULES, ...rules });

    expect(memory.since).toEqual(Object.fromEntries(expected.map((condition) => [condition, 5])));
  });

  test('change nothing that they are derived from, and are the same each time', () => {
    const observation: Observation = frozen({ at: 70_000, servers: [standby(), standby(), BETTER], sentinels: DIVIDED });
    const memory: Memory = frozen({ runId: 'a', since: { divided: 0 }, asked: [1] });

    const first = decide(observation, memory, frozen({ ...RULES }));

    expect(first).toEqual(decide(observation, memory, RULES));
    expect(first.memory).not.toBe(memory);
  });
});

describe('right before a promotion', () => {
  test.each<[string, Servers, Sentinels, string | undefined]>([
    ['nothing forbids it', [ABSENT, standby(), standby()], all(0), undefined],
    ['a majority is enough', [ABSENT, ABSENT, ABSENT], [names(0), ABSENT, names(0)], undefined],
    ['no majority names the server', [ABSENT, standby(), standby()], [names(0), BLANK, ABSENT], 'no majority names it any more'],
    ['a failover has begun', [ABSENT, standby(), standby()], [names(0), names(0), names(0, { failoverInProgress: true })], 'a failover is in progress'],
    ['another was promoted', [ABSENT, standby(), master()], all(0), 'server 2 is master'],
  ])('%s', (_, servers, sentinels, expected) => {
    expect(obstacle({ servers, sentinels }, 0)).toBe(expected);
  });
});

const RESTORES: Partial<Rules> = { restoreSource: 'redis-restore' };
/** Copies the data of a restore. */
const COPYING = standby({ ...EMPTY, follows: 'source', received: 5_000_000 });
const RESTORED = standby({ ...EMPTY, follows: 'source', linkUp: true, hasKeys: true });

table('a restore is asked for, and no server has data', [
  { when: 'the lowest ordinal copies it', servers: [EMPTY, EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'restore' } },
  { when: 'another ordinal waits', servers: [EMPTY, EMPTY, EMPTY], sentinels: BLANKS, rules: { ...RESTORES, self: 1 }, then: { kind: 'wait' } },
  { when: 'a server is missing, which may have data: it waits', servers: [EMPTY, EMPTY, ABSENT], sentinels: BLANKS, rules: RESTORES, after: 59_000, then: { kind: 'wait' } },
  { when: 'a server is missing for the boot timeout: it copies', servers: [EMPTY, EMPTY, ABSENT], sentinels: BLANKS, rules: RESTORES, after: 60_000, then: { kind: 'restore' } },
  { when: 'a majority is missing: it waits', servers: [EMPTY, ABSENT, ABSENT], sentinels: BLANKS, rules: RESTORES, after: 600_000, then: { kind: 'wait' } },
  { when: 'the only server copies it', servers: [EMPTY], sentinels: [BLANK], rules: RESTORES, then: { kind: 'restore' } },
  { when: 'it copies: it waits, and says how far it is', servers: [COPYING, EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, after: 600_000, then: { kind: 'wait', why: 'copies the data of the restore from redis-restore: 4 MiB and more have arrived' } },
  { when: 'it has just begun', servers: [standby({ ...COPYING, received: 1 }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'wait', why: 'copies the data of the restore from redis-restore: it has begun' } },
  { when: 'nobody offers it: nobody is elected', servers: [standby({ ...COPYING, received: undefined }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, after: 3_600_000, then: { kind: 'wait', why: 'no server has data, and redis-restore does not offer that of the restore: its Job\'s log says why' } },
  { when: 'it is copied and not on the disk yet: it waits', servers: [standby({ ...RESTORED, rewriting: true }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, after: 600_000, then: { kind: 'wait', why: 'writes the data of the restore to its disk' } },
  { when: 'it is copied: it stands', servers: [RESTORED, EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'it is copied, and the source is gone: it stands', servers: [standby({ ...RESTORED, linkUp: false }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'the backup holds no key: it stands too', servers: [standby({ ...RESTORED, hasKeys: false }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'another has copied it: it waits', servers: [EMPTY, RESTORED, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'wait', why: 'server 1 has better data and asks for the votes' } },
  { when: 'it copies, and another was quicker: it waits', servers: [COPYING, RESTORED, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'wait' } },
  { when: 'one that copied it was restarted: it stands', servers: [standby({ claim: NO_CLAIM }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
]);

table('a restore is not asked for any more', [
  { when: 'it was copied: it stands', servers: [RESTORED, EMPTY, EMPTY], sentinels: BLANKS, then: { kind: 'start-vote' } },
  { when: 'another has copied it, whose link is up: it waits for that one\'s vote', servers: [EMPTY, RESTORED, EMPTY], sentinels: BLANKS, then: { kind: 'wait', why: 'server 1 has better data and asks for the votes' } },
  { when: 'it is copied and not on the disk yet: it waits', servers: [standby({ ...RESTORED, rewriting: true }), EMPTY, EMPTY], sentinels: BLANKS, then: { kind: 'wait', why: 'writes the data of the restore to its disk' } },
  { when: 'it copies: to its end', servers: [COPYING, EMPTY, EMPTY], sentinels: BLANKS, then: { kind: 'wait', why: 'copies the data of the restore from its Job: 4 MiB and more have arrived' } },
  { when: 'nobody offers it: it stands', servers: [standby({ ...COPYING, received: undefined }), EMPTY, EMPTY], sentinels: BLANKS, then: { kind: 'start-vote' } },
]);

table('a restore is asked for, and never over data', [
  { when: 'another server has data: it waits for that', servers: [EMPTY, standby(), EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'wait' } },
  { when: 'it has data: it stands', servers: [LAST, EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'a dump was put on its volume: it stands', servers: [standby({ claim: NO_CLAIM }), EMPTY, EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'all keys were deleted: it stands, as the data lives', servers: [standby({ hasKeys: false }), standby({ hasKeys: false }), EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'start-vote' } },
  { when: 'there is a master: it copies that', servers: [EMPTY, master(), standby()], sentinels: all(1), rules: RESTORES, then: { kind: 'attach', to: 1 } },
  { when: 'there is a master that is not named yet: it copies that', servers: [COPYING, master(), EMPTY], sentinels: BLANKS, rules: RESTORES, then: { kind: 'attach', to: 1 } },
  { when: 'another was elected while it copied: it follows at once', servers: [RESTORED, master(), EMPTY], sentinels: all(1), rules: RESTORES, then: { kind: 'attach', to: 1 } },
  { when: 'the prop was removed while it copied: it follows the master', servers: [standby({ ...EMPTY, follows: 'unknown' }), master(), EMPTY], sentinels: all(1), then: { kind: 'attach', to: 1 } },
]);

const EMPTY_ORPHAN = standby({ ...EMPTY, follows: 1 });

table('a restore is asked for, and a server without data is named, or the master is gone', [
  { when: 'it withdraws, so that the data comes first', servers: [EMPTY, EMPTY, EMPTY], sentinels: all(0), rules: RESTORES, then: { kind: 'withdraw', sentinels: [0, 1, 2] } },
  { when: 'a Sentinel is missing that would tell the others again: it waits', servers: [EMPTY, EMPTY, EMPTY], sentinels: [names(0), names(0), ABSENT], rules: RESTORES, after: 59_000, then: { kind: 'wait' } },
  { when: 'that Sentinel is missing for the boot timeout: it withdraws', servers: [EMPTY, EMPTY, EMPTY], sentinels: [names(0), names(0), ABSENT], rules: RESTORES, after: 60_000, then: { kind: 'withdraw', sentinels: [0, 1] } },
  { when: 'it has copied the data: it takes the role', servers: [RESTORED, EMPTY, EMPTY], sentinels: all(0), rules: RESTORES, then: { kind: 'resume' } },
  { when: 'the master does not return: nobody without data takes its role', servers: [EMPTY_ORPHAN, ABSENT, EMPTY_ORPHAN], sentinels: DOWN, rules: RESTORES, after: 600_000, then: { kind: 'wait', why: 'only server 1 has data, as far as this one knows: it must return, or all begin anew with that of the restore' } },
  // docs/how-to/restore.md: why all that are left are deleted together
  { when: 'one that is left started again, and with it its Sentinel: no vote, however long', servers: [EMPTY, ABSENT, EMPTY_ORPHAN], sentinels: [BLANK, ABSENT, DOWN[0]], rules: RESTORES, after: 3_600_000, then: { kind: 'wait', why: 'the Sentinels name different servers' } },
  { when: 'or the lost one is back, empty', servers: [EMPTY, EMPTY, EMPTY_ORPHAN], sentinels: [BLANK, BLANK, DOWN[0]], rules: RESTORES, after: 60_000, then: { kind: 'restore' } },
  { when: 'all that are left started again: the data is copied anew', servers: [EMPTY, ABSENT, EMPTY], sentinels: [BLANK, ABSENT, BLANK], rules: RESTORES, after: 60_000, then: { kind: 'restore' } },
]);
