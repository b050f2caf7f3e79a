import { Alert } from '../../lib';
import { describeWith, PROMTOOL } from '../support/binaries';
import { firing, rulesOf, Series, someOf } from '../support/rule-tests';

const RULES = rulesOf();
/** Which of some alerts fire at each time. */
const told = (alerts: readonly Alert[], series: Series, at: readonly string[], rules = RULES): string[][] => (
  firing(someOf(rules, alerts), [{ series, at }])[0]);
/** A series of an agent: `of('role', 0, ',role="master"')`. */
const of = (name: string, server: number, more = '') => `redis_ha_${name}{instance="redis-server-${server}"${more}}`;
const minutes = (last: number) => Array.from({ length: last }, (_, minute) => `${minute + 1}m`);
const never = (last: number) => minutes(last).map(() => []);

describeWith([PROMTOOL])('what Prometheus does not see', () => {
  /** Three servers, the first of which is the master; what its agent tells, and what the others tell of their links. */
  const three = (values: string, links: string): Series => Object.fromEntries([0, 1, 2].flatMap((n): [string, string][] => [
    [of('server_up', n), n === 0 ? values : '1x30'],
    [of('servers', n), n === 0 ? values.replaceAll('1', '3') : '3x30'],
    [of('role', n, ',role="master"'), n === 0 ? values : '0x30'],
    [of('direct_leads', n), n === 0 ? values : '0x30'],
    ...n === 0 ? [] : [[of('link_up', n), links] as [string, string]],
  ]));
  const both = [Alert.NO_MASTER, Alert.SLICE_WITHOUT_MASTER];

  test('is a master whose agent is not scraped: its replicas have their links', () => {
    expect(told(both, three('1x5 stale _x5 1x20', '1x30'), minutes(20))).toEqual(never(20));
  });

  test('is a master that is lost: its replicas have none', () => {
    expect(told(both, three('1x5 stale', '1x5 0x25'), ['6m', '7m', '20m'])).toEqual([[], both, both]);
  });

  test('is not a master that says nothing to its own agent', () => {
    const series = { ...three('1x30', '1x30'), [of('role', 0, ',role="master"')]: '1x5 0x25', [of('direct_leads', 0)]: '1x5 0x25' };
    expect(told(both, series, ['6m', '7m', '20m'])).toEqual([[], both, both]);
  });

  test('was a loss of data a day ago, when one scrape was missed an hour ago, or all for half an hour', () => {
    const series = { [of('last_data_loss_timestamp_seconds', 0)]: '_x3 240x100 stale 240x100 stale _x30 240x100' };
    const at = Array.from({ length: 200 }, (_, index) => `${100 + index}m`);
    expect(told([Alert.DATA_LOST], series, at).flat()).toEqual([]);
  });

  test('are the commands of a server to which its exporter does not get', () => {
    const series = { 'up{instance="redis-server-0",endpoint="redis-stats"}': '1x30', 'redis_up{instance="redis-server-0",endpoint="redis-stats"}': '1x5 0x25' };
    expect(told([Alert.TARGET_DOWN], series, ['15m', '16m'])).toEqual([[], [Alert.TARGET_DOWN]]);
  });
});

describeWith([PROMTOOL])('a pod', () => {
  const up = (instance: string, more = '') => `up{instance="${instance}",component="${instance.split('-')[1]}"${more}}`;

  test('that takes eight minutes to start, and is well then, is not told', () => {
    const series = { [up('redis-server-3')]: '0x7 1x30', [of('sentinel_up', 0, ',sentinel="3"')]: '0x7 1x30', [of('server_up', 0)]: '1x40' };
    expect(told([Alert.TARGET_DOWN, Alert.SENTINEL_DOWN], series, minutes(30))).toEqual(never(30));
  });

  test('whose server starts again and again is told, though it has a role now and then', () => {
    const crashing = '1x3 0 '.repeat(12).trim();
    const series = {
      [of('server_up', 2)]: '0x3 1 '.repeat(12).trim(),
      [of('role', 2, ',role="unknown"')]: crashing,
      [of('role', 2, ',role="standby"')]: '0x50',
      [of('role', 2, ',role="replica"')]: '0x3 1 '.repeat(12).trim(),
    };
    expect(told([Alert.SERVER_WITHOUT_ROLE], series, ['9m', '45m'])).toEqual([[], [Alert.SERVER_WITHOUT_ROLE]]);
  });

  test('whose server loads its data for eight minutes is not told', () => {
    const series = { [of('server_up', 2)]: '1x40', [of('role', 2, ',role="unknown"')]: '1x4 0x36', [of('role', 2, ',role="standby"')]: '0x4 1x3 0x33' };
    expect(told([Alert.SERVER_WITHOUT_ROLE], series, minutes(30))).toEqual(never(30));
  });

  test('that is missing is told, while another one starts again and again', () => {
    const series = {
      ...Object.fromEntries([0, 1].flatMap((n): [string, string][] => [[of('server_up', n), '1x40'], [of('servers', n), '3x40'], [up(`redis-server-${n}`), '1x40']])),
      [up('redis-proxy-0')]: '1 0 '.repeat(20).trim(),
    };
    expect(told([Alert.TARGET_DOWN], series, ['9m', '11m'])).toEqual([[], [Alert.TARGET_DOWN]]);
  });

  test('of an agent that is not scraped is not missing, too', () => {
    const ofAll = (n: number, values: string): [string, string][] => [[of('server_up', n), values], [of('servers', n), values.replaceAll('1', '3')]];
    const series = {
      ...Object.fromEntries([...ofAll(0, '1x40'), ...ofAll(1, '1x40'), ...ofAll(2, '1x5 stale')]),
      ...Object.fromEntries(['agent-stats', 'redis-stats'].map((endpoint) => [up('redis-server-2', `,endpoint="${endpoint}"`), endpoint === 'agent-stats' ? '1x5 0x30' : '1x40'])),
    };
    const [rule] = (someOf(RULES, [Alert.TARGET_DOWN]) as any).groups[0].rules;
    expect(told([Alert.TARGET_DOWN], series, ['20m'], { groups: [{ name: 'x', rules: [{ ...rule, expr: `count(${rule.expr}) == 1` }] }] })).toEqual([[Alert.TARGET_DOWN]]);
  });
});

describeWith([PROMTOOL])('a replica', () => {
  // the master gives it up after a minute: nothing is told of it any more
  const silent = { [of('replica_lag_seconds', 0, ',server="1"')]: '0x5 15 45 stale', [of('replica_lag_seconds', 0, ',server="2"')]: '1x40', [of('named_master', 0, ',server="0"')]: '1x40' };

  test('that is silent is told, though its master gives it up sooner', () => {
    expect(told([Alert.REPLICA_SILENT], silent, ['7m', '9m', '14m'])).toEqual([[], [Alert.REPLICA_SILENT], [Alert.REPLICA_SILENT]]);
  });

  test('that leaves, or comes back, or is the master of those who know it no more, is not told', () => {
    const leaves = { [of('replica_lag_seconds', 0, ',server="1"')]: '1x5 stale' };
    const back = { ...silent, [of('replica_lag_seconds', 0, ',server="1"')]: '0x5 15 stale 0x40' };
    const elected = { ...silent, [of('named_master', 0, ',server="0"')]: '1x7 stale', [of('named_master', 1, ',server="1"')]: '_x7 1x40' };
    for (const series of [leaves, back, elected]) expect(told([Alert.REPLICA_SILENT], series, minutes(30))).toEqual(never(30));
  });
});

describeWith([PROMTOOL])('a standby', () => {
  const servers = (values: string) => Object.fromEntries([0, 1, 2].flatMap((n): [string, string][] => [[of('server_up', n), '1x30'], [of('servers', n), '3x30'], [of('role', n, ',role="master"'), values]]));

  test('of which nobody copies the master outside for three minutes, as the one that did is moved, is without a master as before', () => {
    const series = { ...servers('0x30'), [of('follow_link_up', 0)]: '1x5 stale', [of('follow_link_up', 1)]: '_x9 1x20' };
    expect(told([Alert.NO_MASTER, Alert.PROXY_NO_WRITES], series, minutes(20))).toEqual(never(20));
  });

  test('that has cut over and lost its master is none any more', () => {
    const series = { ...servers('0x6 0x24'), [of('role', 0, ',role="master"')]: '0x5 1 0x23', [of('follow_link_up', 0)]: '1x5 stale', [of('named_master', 1, ',server="0"')]: '_x6 1x23' };
    expect(told([Alert.NO_MASTER], series, ['6m', '8m'])).toEqual([[], [Alert.NO_MASTER]]);
  });

  test('whose HAProxy are all gone is told, though none of them had a master', () => {
    const series = { ...servers('0x30'), [of('follow_link_up', 0)]: '1x30', 'haproxy_process_max_connections{instance="redis-proxy-0"}': '100x5 stale' };
    expect(told([Alert.PROXY_MISSING, Alert.PROXY_NO_WRITES], series, ['9m', '25m'])).toEqual([[], [Alert.PROXY_MISSING]]);
  });
});

describeWith([PROMTOOL])('another installation of the same name and namespace, in another cluster of one Prometheus,', () => {
  const one = (cluster: string, master: string, sentinel: string): Series => Object.fromEntries([0, 1, 2].flatMap((n): [string, string][] => {
    const mine = `,cluster="${cluster}"`;
    return [
      [of('server_up', n, mine), '1x40'],
      [of('servers', n, mine), '3x40'],
      [of('role', n, `${mine},role="master"`), n === 0 ? master : '0x40'],
      [of('electable', n, mine), n === 0 ? '0x40' : '1x40'],
      [of('sentinels', n, mine), '3x40'],
      [of('sentinels_majority', n, mine), '2x40'],
      ...[0, 1, 2].map((id): [string, string] => [of('sentinel_up', n, `${mine},sentinel="${id}"`), id === 0 ? sentinel : '1x40']),
      [of('sentinel_names', n, `${mine},sentinel="0",server="${cluster === 'a' ? 0 : 1}"`), '1x40'],
      [`haproxy_server_status{instance="redis-proxy-${n}"${mine},proxy="master_0",server="R0",state="UP"}`, '1x40'],
      [`haproxy_process_max_connections{instance="redis-proxy-${n}"${mine}}`, '100x40'],
    ];
  }));

  test('is not taken for a part of it', () => {
    expect(firing(RULES, [{ series: { ...one('a', '1x40', '1x40'), ...one('b', '1x40', '1x40') }, at: ['30m'] }])[0]).toEqual([[]]);
  });

  test('does not hide what it lacks', () => {
    expect(firing(RULES, [{ series: { ...one('a', '0x40', '0x40'), ...one('b', '1x40', '1x40') }, at: ['30m'] }])[0])
      .toEqual([[Alert.NO_MASTER, Alert.SENTINEL_MAJORITY_AT_RISK, Alert.SENTINEL_DOWN]]);
  });
});

test('HAProxy are not counted where the namespace is not known, in which another installation of the name may have fewer', () => {
  const named = (rules: any) => rules.groups[0].rules.map(({ alert }: any) => alert);
  expect(named(RULES).filter((alert: Alert) => !named(rulesOf(undefined, undefined, {})).includes(alert))).toEqual([Alert.PROXY_MISSING]);
});
