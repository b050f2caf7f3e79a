import { Action } from '../../../lib/agent/decide/action';
import { decide } from '../../../lib/agent/decide/decide';
import { BLANK_MEMORY, Follow, Rules } from '../../../lib/agent/decide/memory';
import { Claim } from '../../../lib/agent/observe/claim';
import { Observation, ServerView } from '../../../lib/agent/observe/observation';
import { Traits } from '../../../lib/agent/observe/traits';
import { BLANK, names, SETTINGS, standby } from '../support/views';

const MIB = 1024 * 1024;

/** Data that is a copy of the master outside, or none: nothing that a vote knows. */
const COPY: Claim = { term: 0, epoch: 0, master: false, offset: 0, live: true };

const server = (change: Partial<ServerView> = {}) => standby({ hasKeys: false, claim: COPY, ...change });
const EMPTY = server();
const LEADER = server({ follows: 'external', linkUp: true, hasKeys: true });
const REPLICA = server({ follows: 0, linkUp: true, hasKeys: true });
const OWN = server({ hasKeys: true, claim: { term: 1, epoch: 3, master: true, offset: 0, live: false } });
const OUTSIDE = server({ role: 'master', follows: undefined, priority: undefined, hasKeys: true, claim: undefined });
const ABSENT = undefined;

/** What differs there and here from two servers of which one can take the place of the other. */
function traits(there: Partial<Traits>, here: Partial<Traits> = {}): Follow['traits'] {
  const like = { databases: 16, clustered: false, dataset: 9 * MIB, used: 10 * MIB, limit: 384 * MIB, evicts: false, scriptsWrite: false };
  return { there: { ...like, limit: 0, ...there }, here: { ...like, ...here } };
}
const FULL = { used: 400 * MIB };
const CACHE = { evicts: true, limit: 384 * MIB };

const BLANKS = [BLANK, BLANK, BLANK];

const FOLLOW: Follow = { name: 'old:6379', master: OUTSIDE, copied: false, cutOver: false };
/** Data is there, and the record says what it is. */
const COPIED: Follow = { ...FOLLOW, copied: true };
const CUT_OVER: Follow = { ...COPIED, cutOver: true };

interface Row {
  readonly when: string;
  readonly servers: Observation['servers'];
  readonly sentinels?: Observation['sentinels'];
  readonly follow?: Follow;
  readonly self?: number;
  readonly after?: number;
  readonly stopping?: boolean;
  readonly then: Partial<Action>;
}

function table(name: string, rows: Row[]): void {
  describe(name, () => {
    test.each(rows.map((row) => [row.when, row] as const))('%s', (_, { servers, sentinels = BLANKS, follow = FOLLOW, self = 0, after = 0, stopping, then }) => {
      const rules: Rules = { self, bootTimeoutMs: 60_000, replicaPriority: 100, settings: SETTINGS, follow, stopping };
      const first = decide({ at: 1_000, servers, sentinels }, { ...BLANK_MEMORY, runId: 'a' }, rules);
      expect(after === 0 ? first.action : decide({ at: 1_000 + after, servers, sentinels }, first.memory, rules).action).toMatchObject(then);
    });
  });
}

table('nobody has data, and a master outside is followed', [
  { when: 'the lowest ordinal copies it', servers: [EMPTY, EMPTY, EMPTY], then: { kind: 'follow', why: 'nobody has data of this installation' } },
  { when: 'the others copy that one', servers: [EMPTY, EMPTY, EMPTY], self: 1, then: { kind: 'follow', via: 0 } },
  { when: 'a server is missing, which may have data: it waits', servers: [EMPTY, EMPTY, ABSENT], after: 59_000, then: { kind: 'wait', why: 'sees 2 of 3 servers: waits for the others before it follows old:6379' } },
  { when: 'a server is missing for the boot timeout: it copies', servers: [EMPTY, EMPTY, ABSENT], after: 60_000, then: { kind: 'follow' } },
  { when: 'a majority is missing: it waits', servers: [EMPTY, ABSENT, ABSENT], after: 600_000, then: { kind: 'wait' } },
  { when: 'it does not answer: nobody is elected', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, master: undefined }, after: 3_600_000, then: { kind: 'wait', why: 'old:6379, which is to be followed, does not answer' } },
  { when: 'it is a replica, of this very installation perhaps: it waits', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, master: REPLICA }, after: 3_600_000, then: { kind: 'wait', why: 'old:6379, which is to be followed, is a replica' } },
  { when: 'it has more databases: it waits', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, traits: traits({ databases: 64 }) }, after: 3_600_000, then: { kind: 'wait', why: "old:6379 has 64 databases, and this installation 16: its servers need 'databases 64' in server.directives" } },
  { when: 'it has fewer', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, traits: traits({ databases: 1 }) }, then: { kind: 'follow' } },
  { when: 'it is a node of a cluster: it waits', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, traits: traits({ clustered: true }) }, then: { kind: 'wait', why: 'old:6379 is a node of a Redis Cluster, and others have the rest of the data: it is not followed' } },
  { when: 'its data is larger than what servers here may have: it waits', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, traits: traits({ dataset: 400 * MIB }) }, then: { kind: 'wait', why: 'does not copy old:6379: its data needs 400 MiB, and the servers here have a maxmemory of 384 MiB' } },
  { when: 'the same, and servers here have no limit', servers: [EMPTY, EMPTY, EMPTY], follow: { ...FOLLOW, traits: traits({ dataset: 400 * MIB }, { limit: 0 }) }, then: { kind: 'follow' } },
  { when: 'it copies, and says how far it is', servers: [server({ follows: 'external', received: 5 * MIB }), EMPTY, EMPTY], then: { kind: 'wait', why: 'copies the data of old:6379: 4 MiB and more have arrived' } },
  { when: 'it is in sync', servers: [LEADER, REPLICA, REPLICA], follow: COPIED, then: { kind: 'following', why: 'in sync with old:6379' } },
  { when: 'it is behind', servers: [LEADER, REPLICA, REPLICA], follow: { ...COPIED, master: { ...OUTSIDE, offset: 9 * MIB } }, then: { kind: 'following', why: '8 MiB and more behind old:6379' } },
  { when: 'a replica of it is in sync', servers: [LEADER, REPLICA, REPLICA], self: 1, follow: COPIED, then: { kind: 'following' } },
  { when: 'it is away: nobody is elected', servers: [server({ ...LEADER, linkUp: false }), REPLICA, REPLICA], follow: COPIED, after: 3_600_000, then: { kind: 'wait', why: 'link to old:6379 is down' } },
  { when: 'another copies it already: it copies that one', servers: [EMPTY, LEADER, EMPTY], then: { kind: 'follow', via: 1 } },
  { when: 'two copy it: one is enough', servers: [LEADER, LEADER, EMPTY], self: 1, follow: COPIED, then: { kind: 'follow', via: 0 } },
  { when: 'the one that copied it is gone for the boot timeout: another one does', servers: [ABSENT, server({ ...REPLICA, linkUp: false }), server({ ...REPLICA, linkUp: false })], self: 1, follow: COPIED, after: 60_000, then: { kind: 'follow', why: 'nobody has data of this installation' } },
  { when: 'it was restarted: it copies again', servers: [server({ hasKeys: true }), server({ ...REPLICA, linkUp: false }), server({ ...REPLICA, linkUp: false })], follow: COPIED, then: { kind: 'follow', why: 'nobody has data of this installation' } },
  { when: 'it is about to stop', servers: [EMPTY, EMPTY, EMPTY], stopping: true, then: { kind: 'wait' } },
  { when: 'too few Sentinels answer to say that nobody is master', servers: [EMPTY, EMPTY, EMPTY], sentinels: [BLANK, ABSENT, ABSENT], then: { kind: 'wait', why: 'too few Sentinels answer' } },
]);

table('a master outside is never followed over data', [
  { when: 'it has data of the installation: it stands', servers: [OWN, EMPTY, EMPTY], then: { kind: 'start-vote' } },
  { when: 'another server has: it waits for that', servers: [EMPTY, OWN, EMPTY], then: { kind: 'wait', why: 'server 1 has better data and asks for the votes' } },
  { when: 'a server with data comes while it copies: it ends the copy', servers: [LEADER, EMPTY, OWN], follow: COPIED, then: { kind: 'step-down', why: 'server 2 has data of this installation: old:6379 is not followed' } },
  { when: 'the same, and it is to cut over', servers: [LEADER, REPLICA, OWN], follow: CUT_OVER, then: { kind: 'step-down' } },
  { when: 'all keys were deleted: it stands', servers: [server({ ...OWN, hasKeys: false }), EMPTY, EMPTY], then: { kind: 'start-vote' } },
  { when: 'it has keys that nobody knows: it waits, and no other goes on without it', servers: [server({ hasKeys: true }), EMPTY, EMPTY], after: 3_600_000, then: { kind: 'wait', why: "has keys that are no copy of another server's, and does not follow old:6379 over them: empty the volume, or remove 'follow'" } },
  { when: 'a replica has such keys', servers: [LEADER, server({ hasKeys: true }), EMPTY], self: 1, then: { kind: 'wait' } },
  { when: 'there is a master: it copies that', servers: [EMPTY, server({ role: 'master' }), EMPTY], sentinels: [names(1), names(1), names(1)], then: { kind: 'attach', to: 1 } },
  { when: 'another was elected while it copied: it follows that at once', servers: [LEADER, server({ role: 'master' }), EMPTY], sentinels: [names(1), names(1), names(1)], follow: COPIED, then: { kind: 'attach', to: 1 } },
]);

const IN_SYNC = [LEADER, REPLICA, REPLICA];
const not = (why: string): Partial<Action> => ({ kind: 'wait', why: `does not cut over yet: ${why}` });

table('it is to cut over', [
  { when: 'all are in sync', servers: IN_SYNC, follow: CUT_OVER, then: { kind: 'cut-over' } },
  { when: 'the others wait', servers: IN_SYNC, self: 1, follow: CUT_OVER, then: { kind: 'following' } },
  { when: 'one server is missing', servers: [LEADER, REPLICA, ABSENT], follow: CUT_OVER, then: { kind: 'cut-over' } },
  { when: 'two are missing', servers: [LEADER, ABSENT, ABSENT], follow: CUT_OVER, after: 3_600_000, then: not('too few servers answer') },
  { when: 'one is not in sync', servers: [LEADER, REPLICA, server({ ...REPLICA, linkUp: false })], follow: CUT_OVER, after: 3_600_000, then: not('server 2 is not in sync') },
  { when: 'the only server', servers: [LEADER], sentinels: [BLANK], follow: CUT_OVER, then: { kind: 'cut-over' } },
  { when: 'one Sentinel is missing', servers: IN_SYNC, sentinels: [BLANK, BLANK, ABSENT], follow: CUT_OVER, then: { kind: 'cut-over' } },
  { when: 'much is left to copy', servers: IN_SYNC, follow: { ...CUT_OVER, master: { ...OUTSIDE, offset: 3 * MIB } }, then: not('2 MiB and more behind old:6379') },
  { when: 'what is copied is not on the disk yet', servers: [server({ ...LEADER, rewriting: true }), REPLICA, REPLICA], follow: CUT_OVER, then: not('writes what it has copied to its disk') },
  { when: 'the link is down', servers: [server({ ...LEADER, linkUp: false }), REPLICA, REPLICA], follow: CUT_OVER, then: { kind: 'wait', why: 'link to old:6379 is down' } },
  { when: 'the master outside does not answer', servers: IN_SYNC, follow: { ...CUT_OVER, master: undefined }, then: not('old:6379 does not answer') },
  { when: 'it is a replica now', servers: IN_SYNC, follow: { ...CUT_OVER, master: REPLICA }, then: not('old:6379 is a replica') },
  { when: 'another server answers in its place', servers: IN_SYNC, follow: { ...CUT_OVER, master: { ...OUTSIDE, streamId: 'other' } }, then: not('who answers at old:6379 is not the server whose data this is') },
  { when: 'it has keys in a database that there is none of here', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits({ databases: 21 }) }, then: { kind: 'wait', why: expect.stringContaining('has 21 databases') } },
  { when: 'it would refuse writes, as its memory is full', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits({}, FULL) }, then: not('its data needs 400 MiB, and the servers here have a maxmemory of 384 MiB') },
  { when: 'it would drop keys that are kept there', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits({}, { ...FULL, evicts: true }) }, then: not('its data needs 400 MiB, and the servers here have a maxmemory of 384 MiB') },
  { when: 'it would drop keys, as the master outside does', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits(CACHE, { ...FULL, ...CACHE }) }, then: { kind: 'cut-over' } },
  { when: 'it has no limit of memory', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits({}, { ...FULL, limit: 0 }) }, then: { kind: 'cut-over' } },
  { when: 'it would refuse writes, as its disk is full', servers: IN_SYNC, follow: { ...CUT_OVER, traits: traits({}, { unwritten: 'its append-only log' }) }, then: not("it can't write its append-only log to its disk") },
  { when: 'it has failed just now', servers: IN_SYNC, follow: { ...CUT_OVER, held: 'given up: why' }, then: not('given up: why') },
  { when: 'votes are left of one that failed', servers: IN_SYNC, sentinels: [{ ...names(0), epoch: 0 }, BLANK, BLANK], follow: CUT_OVER, then: { kind: 'withdraw', sentinels: [0] } },
  { when: 'it is about to stop', servers: IN_SYNC, follow: CUT_OVER, stopping: true, then: { kind: 'wait' } },
  { when: 'it won the vote, and its agent was restarted: it is promoted', servers: [server({ hasKeys: true }), server({ ...REPLICA, linkUp: false }), server({ ...REPLICA, linkUp: false })], sentinels: [names(0), names(0), BLANK], follow: CUT_OVER, then: { kind: 'resume' } },
]);
