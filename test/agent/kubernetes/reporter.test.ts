import { Happening } from '../../../lib/agent/kubernetes/outbox';
import { Reporter } from '../../../lib/agent/kubernetes/reporter';
import { Observation, SentinelView, ServerView } from '../../../lib/agent/observe/observation';
import { Role } from '../../../lib/agent/observe/role';
import { BLANK, names, standby } from '../support/views';

describe('what the agent of server 1 tells', () => {
  let now: number;
  let told: Happening[];
  let roles: Role[];
  let reporter: Reporter;

  beforeEach(() => {
    now = 1_000_000;
    told = [];
    roles = [];
    reporter = new Reporter(1, { tell: (happening) => { told.push(happening); }, show: (role) => { roles.push(role); } }, () => now);
  });

  /** A round in which all Sentinels name a server, and what the local server is. */
  function round(named: number | undefined, local: 'master' | 'slave' | 'gone', unusable?: string): void {
    const views = { gone: undefined, master: standby({ role: 'master', follows: undefined }), slave: standby({ follows: named }) };
    reporter.observe(seen(views[local], named === undefined ? BLANK : names(named)), unusable);
  }
  const seen = (local: ServerView | undefined, sentinel: SentinelView): Observation => (
    { at: now, servers: [undefined, local, undefined], sentinels: [sentinel, sentinel, sentinel] });
  const reasons = (): string[] => told.map(({ reason }) => reason);

  test('a failover, when nobody has said that it was something else', () => {
    round(0, 'slave');
    round(1, 'slave');
    const happened = now += 1_000;
    round(1, 'master');
    now += 5_999;
    round(1, 'master');
    expect(told).toEqual([]);
    now += 1;
    round(1, 'master');
    round(1, 'master');
    expect(told).toEqual([{ reason: 'FailoverDone', type: 'Warning', note: 'server 1 is the master in place of server 0', at: happened }]);
  });

  test.each(['before', 'after'])('a hand-over alone, when its word comes %s the new master is seen', (when) => {
    round(0, 'slave');
    if (when === 'before') reporter.tookOver(0, 45);
    round(1, 'master');
    if (when === 'after') reporter.tookOver(0, 45);
    now += 60_000;
    round(1, 'master');
    expect(told).toMatchObject([{ reason: 'HandOver', type: 'Normal', note: 'server 0 handed over to server 1, agreed after 45 ms' }]);
    // and later a failover is one
    round(2, 'slave');
    round(1, 'master');
    now += 6_000;
    round(1, 'master');
    expect(reasons()).toEqual(['HandOver', 'FailoverDone']);
  });

  test('an election alone; a vote that is lost is nothing', () => {
    reporter.voted(false);
    round(0, 'slave');
    round(undefined, 'slave');
    reporter.voted(true);
    round(1, 'master');
    now += 60_000;
    round(1, 'master');
    expect(reasons()).toEqual(['MasterElected']);
  });

  test('nothing of what other agents tell, and nothing when it starts beside a master', () => {
    round(1, 'master');
    for (const named of [0, 2, 0]) {
      now += 10_000;
      round(named, 'slave');
    }
    expect(told).toEqual([]);
  });

  test('both of two failovers in a row, if this server got the role and lost it within seconds', () => {
    round(0, 'slave');
    round(1, 'master');
    now += 1_000;
    round(2, 'slave');
    expect(told).toMatchObject([{ reason: 'FailoverDone', at: now - 1_000 }]);
  });

  test('a hand-over that failed: one that was done is told by the successor', () => {
    reporter.handedOver('done', 100);
    reporter.handedOver('given-up', 5_000.4);
    reporter.handedOver('undecided', 8_000);
    expect(told).toMatchObject([
      { reason: 'HandOverFailed', type: 'Warning', note: 'server 1 gave up to hand over after 5000 ms: writes go on here' },
      { reason: 'HandOverFailed', type: 'Warning', note: 'server 1 gave up to hand over after 8000 ms: writes stay paused, as the failover may still happen' },
    ]);
  });

  test('a start that is refused, once until the server has started or the reason is another one', () => {
    for (const reason of ['bad log', undefined, 'bad log', 'bad dump']) round(0, 'gone', reason);
    expect(told).toMatchObject([
      { reason: 'StartRefused', type: 'Warning', note: 'server 1 does not start: bad log' },
      { reason: 'StartRefused', note: 'server 1 does not start: bad dump' },
    ]);
    round(0, 'slave');
    round(0, 'gone', 'bad dump');
    expect(reasons()).toHaveLength(3);
  });

  test('the role of the local server, in the words of the metric', () => {
    round(undefined, 'gone');
    round(0, 'slave');
    round(1, 'master');
    reporter.observe(seen(standby(), BLANK), undefined);
    expect(roles).toEqual(['unknown', 'replica', 'master', 'standby']);
  });
});
