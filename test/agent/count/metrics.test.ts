import { AgentMetrics } from '../../../lib/agent/count/agent-metrics';
import { HandOver } from '../../../lib/agent/count/last-hand-over';
import { Seen } from '../../../lib/agent/count/state-metrics';
import { Action } from '../../../lib/agent/decide/action';
import { SentinelView, ServerView } from '../../../lib/agent/observe/observation';
import { names } from '../support/views';

const MASTER: ServerView = {
  role: 'master',
  loading: false,
  runId: 'a',
  follows: undefined,
  linkUp: false,
  offset: 1000,
  streamId: 's',
  priority: undefined,
  appendOnly: true,
  hasKeys: true,
  linkDownSeconds: 0,
  claim: undefined,
  replicas: [{ server: 1, online: true, offset: 900, lagSeconds: 1 }, { server: 2, online: false, offset: 0, lagSeconds: 0 }],
};
const REPLICA: ServerView = { ...MASTER, role: 'slave', follows: 1, linkUp: true, priority: 100, replicas: undefined };
const VIEW = names(0);
const STEADY: Action = { kind: 'steady' };

describe('what the agent sees', () => {
  const observe = (given: Partial<Seen> & Partial<Seen['observation']> & { readonly action?: Action } = {}, metrics = new AgentMetrics()) => {
    const { at = 0, servers = [MASTER, undefined, undefined], sentinels = [VIEW, VIEW, undefined], action = STEADY, ...rest } = given;
    const observation = { at, servers, sentinels };
    metrics.state.observe({ self: 0, observation, record: undefined, spinning: [], unusable: false, ...rest });
    metrics.state.decided(action, at);
    return metrics;
  };
  const lines = (metrics: AgentMetrics, name: string) => metrics.text().split('\n')
    .filter((line) => line.startsWith(`redis_ha_${name}{`) || line.startsWith(`redis_ha_${name} `))
    .map((line) => line.slice(`redis_ha_${name}`.length).trim());

  test('the end of a pause, while it lasts', () => {
    const metrics = observe({ pausedUntil: new Date(1_800_000_000_500) });
    expect(lines(metrics, 'failover_paused_until_timestamp_seconds')).toEqual(['1800000000.5']);
    expect(lines(observe({}, metrics), 'failover_paused_until_timestamp_seconds')).toEqual([]);
  });

  test('a master, and its replicas as it sees them', () => {
    const metrics = observe();
    expect(lines(metrics, 'role')).toEqual(['{role="master"} 1', '{role="replica"} 0', '{role="standby"} 0', '{role="unknown"} 0']);
    expect(lines(metrics, 'replica_online')).toEqual(['{server="1"} 1', '{server="2"} 0']);
    // one that is not online confirms nothing, and its lag would be a number without meaning
    expect(lines(metrics, 'replica_lag_bytes')).toEqual(['{server="1"} 100']);
    expect(lines(metrics, 'replica_lag_seconds')).toEqual(['{server="1"} 1']);
    expect(lines(metrics, 'electable')).toEqual(['0']);
    expect(lines(metrics, 'link_up')).toEqual([]);
  });

  test.each<[string, ServerView | undefined, string, string]>([
    ['a replica in sync', REPLICA, 'replica', '1'],
    ['a replica without its link', { ...REPLICA, linkUp: false, linkDownSeconds: 7 }, 'replica', '0'],
    ['a replica that must not be elected', { ...REPLICA, priority: 0 }, 'replica', '0'],
    ['a standby', { ...REPLICA, follows: 'nobody', linkUp: false }, 'standby', '0'],
    ['a server that does not answer', undefined, 'unknown', '0'],
  ])('%s', (_, view, role, electable) => {
    const metrics = observe({ servers: [view, undefined, undefined] });
    expect(lines(metrics, 'role').filter((line) => line.endsWith(' 1'))).toEqual([`{role="${role}"} 1`]);
    expect(lines(metrics, 'electable')).toEqual([electable]);
    expect(lines(metrics, 'server_up')).toEqual([view ? '1' : '0']);
    expect(lines(metrics, 'link_down_seconds')).toEqual(role !== 'replica' ? [] : [String(view!.linkDownSeconds)]);
  });

  test('each Sentinel that answers, and whether a majority does', () => {
    const metrics = observe({ sentinels: [VIEW, { ...names('nobody'), epoch: 0, masterDown: true }, undefined] });
    expect(lines(metrics, 'sentinel_up')).toEqual(['{sentinel="0"} 1', '{sentinel="1"} 1', '{sentinel="2"} 0']);
    expect(lines(metrics, 'sentinel_names')).toEqual(['{sentinel="0",server="0"} 1', '{sentinel="1",server="nobody"} 1']);
    expect(lines(metrics, 'sentinel_finds_master_down')).toEqual(['{sentinel="0"} 0', '{sentinel="1"} 1']);
    expect(lines(metrics, 'sentinels_majority')).toEqual(['2']);
    expect(lines(metrics, 'majority_reachable')).toEqual(['1']);
    expect(lines(metrics, 'named_master')).toEqual([]);
    observe({ sentinels: [VIEW, undefined, undefined] }, metrics);
    expect(lines(metrics, 'majority_reachable')).toEqual(['0']);
    expect(lines(metrics, 'sentinel_names')).toEqual(['{sentinel="0",server="0"} 1']);
  });

  test('the named master with its epoch; one that is none of the servers has none', () => {
    const metrics = observe();
    expect(lines(metrics, 'named_master')).toEqual(['{server="0"} 1']);
    expect(lines(metrics, 'config_epoch')).toEqual(['3']);
    observe({ sentinels: [names('unknown'), names('unknown'), VIEW] }, metrics);
    expect(lines(metrics, 'named_master')).toEqual(['{server="unknown"} 1']);
    expect(lines(metrics, 'config_epoch')).toEqual([]);
  });

  test('only the agent of the master tells of Sentinels that spin', () => {
    expect(lines(observe({ spinning: [1] }), 'sentinel_spinning')).toEqual(['{sentinel="0"} 0', '{sentinel="1"} 1', '{sentinel="2"} 0']);
    expect(lines(observe({ self: 1, spinning: [1] }), 'sentinel_spinning')).toEqual([]);
  });

  test('time spent waiting, by a reason without numbers', () => {
    const wait = (why: string): Action => ({ kind: 'wait', why });
    const metrics = observe({ at: 1_000, action: wait('sees 1 of 3 servers') });
    observe({ at: 3_000, action: wait('sees 2 of 3 servers') }, metrics);
    observe({ at: 4_500, action: STEADY }, metrics);
    observe({ at: 9_000, action: STEADY }, metrics);
    expect(lines(metrics, 'wait_seconds_total')).toEqual(['{reason="sees N of N servers"} 3.5']);
  });

  test('since when it does what it does', () => {
    jest.useFakeTimers({ now: 5_000 });
    try {
      const metrics = observe();
      jest.setSystemTime(7_000);
      observe({}, metrics);
      expect(lines(metrics, 'phase')).toEqual(['{phase="steady"} 1']);
      expect(lines(metrics, 'phase_since_timestamp_seconds')).toEqual(['5']);
      observe({ action: { kind: 'wait', why: 'x' } }, metrics);
      expect(lines(metrics, 'phase')).toEqual(['{phase="wait"} 1']);
      expect(lines(metrics, 'phase_since_timestamp_seconds')).toEqual(['7']);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('what happened', () => {
  const at = (ms: number, master: SentinelView['names'] = 0, self: ServerView | undefined = MASTER) => (
    { at: ms, servers: [self, undefined, undefined], sentinels: [names(master), names(master), names(master)] });

  test('another master, whatever was between', () => {
    const { events } = new AgentMetrics();
    for (const master of [0, 0, 'nobody', 'unknown', 1, 1, 2] as const) events.observe(at(0, master), 0, undefined);
    expect(events.masterChanges.get()).toBe(2);
  });

  test('a failover that was asked for counts from the request until another one is named', () => {
    const { events } = new AgentMetrics();
    events.failoverLed(0, 'server 2 kept the data while this one restarted', true, 1_000);
    events.observe(at(1_200), 0, undefined);
    events.observe(at(2_500, 1), 0, undefined);
    events.observe(at(9_000, 1), 0, undefined);
    const cause = 'server N kept the data while this one restarted';
    expect(events.failovers.text()).toContain(`{cause="${cause}",outcome="done"} 1\n`);
    expect(events.failoverSeconds.text()).toContain(`_sum{cause="${cause}"} 1.5\n`);
  });

  test('one that this agent asked for of another server counts too, also when its own becomes the master', () => {
    const { events } = new AgentMetrics();
    events.failoverLed(1, 'nobody has answered for the pod of the master for 1400 ms', true, 1_000);
    events.observe(at(1_200, 1), 0, undefined);
    events.observe(at(1_900, 0), 0, undefined);
    expect(events.failovers.get({ cause: 'nobody has answered for the pod of the master for N ms', outcome: 'done' })).toBe(1);
  });

  test('one that was refused, and one that never came', () => {
    const { events } = new AgentMetrics();
    events.failoverLed(0, 'a', false, 0);
    events.failoverLed(0, 'b', true, 0);
    events.observe(at(59_000), 0, undefined);
    expect(events.failovers.total()).toBe(1);
    events.observe(at(61_000), 0, undefined);
    expect(events.failovers.get({ cause: 'a', outcome: 'refused' })).toBe(1);
    expect(events.failovers.get({ cause: 'b', outcome: 'timed out' })).toBe(1);
    expect(events.failoverSeconds.count({ cause: 'b' })).toBe(0);
  });

  test('a server that started without the data that it had; not while it loads, and once', () => {
    const record = { term: 1, epoch: 1, master: false, offset: 1, hasKeys: true, runId: 'before', streamId: 's' };
    const { events } = new AgentMetrics();
    const empty = { ...MASTER, hasKeys: false };
    events.observe(at(0, 0, { ...empty, loading: true }), 0, record);
    expect([events.serverStarts.get(), events.dataLost.get()]).toEqual([0, 0]);
    events.observe(at(0, 0, empty), 0, record);
    events.observe(at(0, 0, empty), 0, record);
    expect([events.serverStarts.get(), events.dataLost.get()]).toEqual([1, 1]);
    expect(Date.now() / 1_000 - events.lastDataLoss.get()!).toBeLessThan(5);
    events.observe(at(0, 0, { ...MASTER, runId: 'b' }), 0, record);
    expect([events.serverStarts.get(), events.dataLost.get()]).toEqual([2, 1]);
  });

  test('when the last round ended that did not fail: one after the other that fails is an agent that is stuck', () => {
    const now = jest.spyOn(Date, 'now');
    const lastRound = (metrics: AgentMetrics) => /^redis_ha_last_round_timestamp_seconds (\d+)$/m.exec(metrics.text())?.[1];
    now.mockReturnValue(1_000_000);
    const metrics = new AgentMetrics();
    now.mockReturnValue(2_000_000);
    metrics.events.roundEnded('failed');
    expect(lastRound(metrics)).toBe('1000');
    metrics.events.roundEnded('finished');
    expect(lastRound(metrics)).toBe('2000');
    now.mockRestore();
  });

  test('repairs, each Sentinel for itself, and a reset by its reason', () => {
    const { events } = new AgentMetrics();
    events.acted({ kind: 'reconcile-sentinels', register: [0, 1], replace: [], adjust: [2] }, []);
    events.acted({ kind: 'reset-sentinel', sentinel: 1, why: 'x' }, [1]);
    events.acted({ kind: 'reset-sentinel', sentinel: 2, why: 'x' }, [1]);
    events.acted({ kind: 'attach', to: 1, why: 'x' }, []);
    events.acted(STEADY, []);
    const done = events.actions.text().split('\n').filter((line) => !line.startsWith('#') && !line.endsWith(' 0')).map((line) => line.replace('redis_ha_actions_total', ''));
    expect(done).toEqual([
      '{action="attach"} 1', '{action="register-sentinel"} 2', '{action="adjust-sentinel"} 1', '{action="forget-stale-entries"} 1', '{action="end-spin"} 1', '',
    ]);
  });

  test('passwords and certificates, and how often they became others', () => {
    const { events } = new AgentMetrics();
    events.passwordsAccepted('a', 1, 0);
    events.passwordsAccepted('a', 2, 0);
    events.passwordsAccepted('b', 1, 1);
    expect([events.passwords.get({ kind: 'secret' }), events.passwords.get({ kind: 'former' }), events.passwordChanges.get()]).toEqual([1, 1, 1]);
    events.certificateUsed('x', new Date(5_000));
    events.certificateRefused();
    expect([events.certificateUsable.get(), events.certificateEnd.get(), events.certificateChanges.get()]).toEqual([0, 5, 0]);
    events.certificateUsed('y', new Date(9_000));
    expect([events.certificateUsable.get(), events.certificateEnd.get(), events.certificateChanges.get()]).toEqual([1, 9, 1]);
    // neither is named: whoever reads metrics must learn nothing of them
    expect(events.passwords.text() + events.passwordChanges.text()).not.toMatch(/"[ab]"/);
  });

  test('the last hand-over is kept, as its pod ends before anybody asks', () => {
    const kept: HandOver[] = [];
    const record = { read: () => kept.at(-1), write: (one: HandOver) => void kept.push(one) };
    const metrics = new AgentMetrics(record);
    metrics.events.handedOver('given-up', 30_000);
    expect(kept).toEqual([{ outcome: 'given-up', at: expect.any(Number), seconds: 30 }]);
    const text = new AgentMetrics(record).text();
    expect(text).toContain(`redis_ha_last_hand_over_timestamp_seconds{outcome="given-up"} ${kept[0].at}\n`);
    expect(text).toContain('redis_ha_last_hand_over_duration_seconds{outcome="given-up"} 30\n');
    expect(text).toContain('redis_ha_hand_overs_total{outcome="given-up"} 0\n');
    metrics.events.handedOver('done', 1_000);
    expect(metrics.text()).not.toContain('timestamp_seconds{outcome="given-up"}');
  });

  test('who handed over to this server, and how long that took: the last one', () => {
    const metrics = new AgentMetrics();
    metrics.events.tookOver(2, 529);
    metrics.events.tookOver(1, 412);
    expect(metrics.text()).toContain('redis_ha_last_take_over_duration_seconds{from="1"} 0.412\n');
    expect(metrics.text()).not.toContain('from="2"');
  });
});
