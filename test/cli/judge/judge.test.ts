import { Advice, Condition, CONDITIONS } from '../../../lib/cli/judge/conditions';
import { Health, judge } from '../../../lib/cli/judge/judge';
import { SentinelAnswer, ServerName } from '../../../lib/cli/read/reading';
import { all, Changes, reading, standby } from '../support/readings';

const paused = { phase: 'steady', why: '', ageSeconds: 1, pausedUntil: '2026-11-28T12:10:00.000Z' };

/** A situation, how it is judged, which conditions are found, and whether a failover would work. */
type Situation = readonly [title: string, changes: Changes, health: Health, found: readonly Condition[], failover: boolean];

const slices = (writes: readonly ServerName[], reads: readonly ServerName[]): Changes => (
  { reading: { proxies: [], direct: { answer: { writes, reads } } } });

const NOBODY = { servers: [], sentinels: [], proxies: [] };
const foundDown = { findsMasterDown: true, findsDown: [0] };
const unlinked = { linkUp: false, linkDownSeconds: 70 };
const lost = { servers: { 0: undefined } };
const followed = [1, 2, 'unknown' as const].map((server) => ({ server, online: true, lagBytes: 0, lagSeconds: 0 }));
const blank = { names: 'nobody' as const, otherSentinels: 0, replicas: 0 };

const SITUATIONS: readonly Situation[] = [
  ['all is well', {}, 'healthy', [], true],
  ['all is well, without HAProxy', { reading: { proxies: [] } }, 'healthy', [], true],
  // who is master
  ['nobody is named', { sentinels: all(blank), servers: { 0: { role: 'replica', linkUp: true } }, proxies: all({ writes: [] }, 2) }, 'down', ['no-master', 'writes-not-routed'], false],
  ['each Sentinel names another', { sentinels: { 1: { names: 1 }, 2: { names: 2 } }, proxies: all({ writes: [] }, 2) }, 'down', ['no-master', 'writes-not-routed'], false],
  ['the master is gone', { ...lost, sentinels: all({ findsMasterDown: true, findsDown: [0] }), proxies: all({ writes: [] }, 2) }, 'down', ['master-down', 'writes-not-routed', 'server-down'], true],
  ['the named one is a replica', { servers: { 0: { role: 'replica', linkUp: true } }, proxies: all({ writes: [] }, 2) }, 'down', ['master-down', 'writes-not-routed'], true],
  ['two masters', { servers: { 2: { role: 'master' } } }, 'degraded', ['two-masters'], true],
  ['the master can\'t be asked, but is well', { ...lost, notReady: [] }, 'healthy', ['not-read'], true],
  // who is cut off the network, and answers in its pod
  ['the Sentinels find the master down, and no HAProxy leads to it', { sentinels: all(foundDown), reading: { proxies: [] } }, 'down', ['master-found-down'], true],
  ['the Sentinels find the master down, and HAProxy leads to it', { sentinels: all(foundDown) }, 'degraded', ['master-found-down'], true],
  ['the Sentinels find the master down, whose replicas have lost it', { sentinels: all({ ...foundDown, failoverInProgress: true }), servers: { 1: unlinked, 2: unlinked }, proxies: all({ writes: [] }, 2) }, 'down', ['master-found-down', 'writes-not-routed', 'replica-link-down', 'replica-link-down'], true],
  ['one Sentinel finds the master down', { sentinels: { 1: foundDown } }, 'healthy', [], true],
  ['a failover is in progress', { sentinels: { 1: { failoverInProgress: true } } }, 'degraded', ['failover-under-way'], true],
  ['one server alone, and its Sentinel finds it down', alone(foundDown), 'down', ['master-found-down'], false],
  ['the Sentinels find all replicas down', { sentinels: all({ findsDown: [1, 2] }) }, 'degraded', ['no-electable-replica'], false],
  // a master outside
  ['a standby', standby({ linkUp: true, bytes: 14, seconds: 0 }), 'healthy', ['standby'], false],
  ['a standby whose master outside does not answer', standby({ linkUp: true }), 'healthy', ['standby'], false],
  ['a standby whose link is down', standby({ linkUp: false }), 'degraded', ['standby-behind'], false],
  ['a standby that nobody copies', standby(undefined), 'degraded', ['standby-behind'], false],
  ['a standby that has taken over', { servers: { 0: { agent: { phase: 'steady', why: '', ageSeconds: 1 } } } }, 'healthy', [], true],
  // asleep
  ['it hibernates', { reading: { ...NOBODY, hibernation: { stopping: [] } } }, 'healthy', ['hibernates'], false],
  ['it hibernates, and has Sentinels of their own', { sentinels: all(undefined), reading: { servers: [], proxies: [], hibernation: { stopping: [] } } }, 'healthy', ['hibernates'], false],
  ['somebody scaled the servers alone to nothing', { proxies: all({ writes: [] }, 2), reading: { servers: [], sentinels: [] } }, 'down', ['no-master', 'writes-not-routed'], false],
  // a pause
  ['failovers are paused', { servers: all({ agent: paused }) }, 'healthy', ['failover-paused'], false],
  ['failovers are paused, and the master does not answer', { servers: { 0: undefined, 1: { agent: paused }, 2: { agent: paused } }, notReady: [] }, 'healthy', ['not-read', 'failover-paused'], false],
  ['a pod that was replaced remembers no pause', { servers: { 1: { agent: paused } } }, 'healthy', ['failover-paused'], true],
  // whether it accepts writes
  ['too few replicas keep up', { servers: { 0: { goodReplicas: 0 } } }, 'down', ['writes-refused'], true],
  ['its agent has the master refuse writes', { servers: { 0: { minReplicasToWrite: 100_000_001 } } }, 'down', ['writes-fenced'], true],
  ['another installation has cut over from this one', { servers: all({ minReplicasToWrite: 1_234_567_001 }) }, 'down', ['taken-over'], true],
  ['another installation has cut over, and a replica was told', { servers: { 1: { minReplicasToWrite: 1_234_567_001 } } }, 'degraded', ['taken-over'], true],
  ['memory is full', { servers: { 0: { usedMemoryBytes: 402_653_184 } } }, 'down', ['memory-near-limit'], true],
  ['memory is full, and keys are evicted', { servers: { 0: { usedMemoryBytes: 402_653_184, evicts: true } } }, 'healthy', ['memory-near-limit'], true],
  ['the master can\'t write its log', { servers: { 0: { persistenceFailures: ['append-only log'] } } }, 'down', ['persistence-fails'], true],
  ['writes are paused', { servers: { 0: { writesPaused: true } } }, 'degraded', ['writes-paused'], true],
  // HAProxy
  ['one HAProxy routes nowhere', { proxies: { 1: { writes: [] } } }, 'degraded', ['proxy-routes-nowhere'], true],
  ['no HAProxy routes', { proxies: all({ writes: [] }, 2) }, 'down', ['writes-not-routed'], true],
  ['one HAProxy routes nowhere, the other is gone', { proxies: { 0: { writes: [] }, 1: undefined } }, 'down', ['writes-not-routed', 'proxy-down'], true],
  ['a HAProxy routes to another server', { proxies: { 1: { writes: [2] } } }, 'degraded', ['proxy-routes-elsewhere'], true],
  ['a HAProxy routes to two servers', { proxies: { 1: { writes: [0, 2] } } }, 'degraded', ['proxy-routes-elsewhere'], true],
  ['a HAProxy is gone', { proxies: { 1: undefined } }, 'degraded', ['proxy-down'], true],
  ['all HAProxy are gone', { proxies: all(undefined, 2) }, 'down', ['proxy-down', 'proxy-down'], true],
  ['a HAProxy is ready, but can\'t be asked', { proxies: { 1: undefined }, notReady: [] }, 'healthy', ['not-read'], true],
  ['no HAProxy reads from a replica', { proxies: all({ reads: [] }, 2) }, 'degraded', ['reads-not-routed'], true],
  ['one HAProxy reads from no replica', { proxies: { 1: { reads: [] } } }, 'healthy', [], true],
  // no HAProxy
  ['the slices name the master and its replicas', slices([0], [1, 2]), 'healthy', [], true],
  ['the slice for writes names another server', slices([1], [1, 2]), 'down', ['slice-names-other'], true],
  ['the slice for writes names a pod that is no server', slices(['unknown'], [1, 2]), 'down', ['slice-names-other'], true],
  ['the slice for writes names nobody', slices([], [1, 2]), 'down', ['slice-names-other'], true],
  ['the slice for reads names nobody', slices([0], []), 'degraded', ['slice-names-other'], true],
  ['the slice for reads names a pod that is gone', slices([0], [1, 'unknown']), 'degraded', ['slice-names-other'], true],
  ['the slices may not be read', { reading: { proxies: [], direct: { silence: 'kubectl: forbidden' } } }, 'healthy', ['not-read'], true],
  // Sentinels
  ['the quorum is lost', { sentinels: { 1: undefined, 2: undefined } }, 'degraded', ['quorum-lost', 'sentinel-down', 'sentinel-down'], false],
  ['one more Sentinel lost stops failover', { sentinels: { 2: undefined } }, 'degraded', ['quorum-at-risk', 'sentinel-down'], true],
  ['five Sentinels, one is lost', { sentinels: { 2: undefined }, reading: fiveSentinels() }, 'degraded', ['sentinel-down'], true],
  ['a Sentinel names another server', { sentinels: { 2: { names: 1 } } }, 'degraded', ['sentinel-disagrees'], true],
  ['a Sentinel names nobody', { sentinels: { 2: blank } }, 'degraded', ['sentinel-disagrees'], true],
  ['a Sentinel knows too few others', { sentinels: { 2: { otherSentinels: 1 } } }, 'degraded', ['sentinel-knows-too-few'], true],
  ['a Sentinel knows too few replicas', { sentinels: { 2: { replicas: 0 } } }, 'degraded', ['sentinel-knows-too-few'], true],
  ['a Sentinel can\'t reach another one, which answers us', { sentinels: { 2: { otherSentinelsDown: 1 } } }, 'degraded', ['sentinel-knows-too-few'], true],
  ['a Sentinel finds the one down that is', { sentinels: { 1: undefined, 2: { otherSentinelsDown: 1 } } }, 'degraded', ['quorum-at-risk', 'sentinel-down'], true],
  ['a Sentinel remembers removed members', { sentinels: { 2: { replicas: 4 } } }, 'degraded', ['sentinel-knows-too-many'], true],
  ['another installation copies the master', { servers: { 0: { replicas: followed } }, sentinels: all({ replicas: 3 }) }, 'healthy', ['copied-outside'], true],
  ['the same, and a Sentinel remembers removed members', { servers: { 0: { replicas: followed } }, sentinels: { 2: { replicas: 4 } } }, 'degraded', ['sentinel-knows-too-many', 'copied-outside'], true],
  ['a Sentinel is in TILT', { sentinels: { 2: { tilt: true } } }, 'degraded', ['sentinel-tilt'], true],
  ['two Sentinels are in TILT', { sentinels: { 1: { tilt: true }, 2: { tilt: true } } }, 'degraded', ['sentinel-tilt'], false],
  ['the quorum is higher than the majority, and one is lost', { sentinels: { 0: { quorum: 3 }, 1: { quorum: 3 }, 2: undefined } }, 'degraded', ['quorum-at-risk', 'sentinel-down'], false],
  // replicas
  ['no replica may be elected', { servers: { 1: { priority: 0 }, 2: { priority: 0 } } }, 'degraded', ['no-electable-replica'], false],
  ['no replica is in sync', { servers: { 1: { linkUp: false, linkDownSeconds: 9 }, 2: undefined } }, 'degraded', ['replica-link-down', 'server-down', 'no-electable-replica'], false],
  ['a replica is gone', { servers: { 2: undefined } }, 'degraded', ['server-down'], true],
  ['a replica is ready, but can\'t be asked', { servers: { 2: undefined }, notReady: [] }, 'healthy', ['not-read'], true],
  ['a replica is ready, and the Sentinels find it down', { servers: { 2: undefined }, notReady: [], sentinels: all({ findsDown: [2] }) }, 'degraded', ['server-down'], true],
  ['the link of a replica is down', { servers: { 2: { linkUp: false, linkDownSeconds: 30 } } }, 'degraded', ['replica-link-down'], true],
  ['a replica loads', { servers: { 2: { loading: true, linkUp: false } } }, 'degraded', ['server-loading'], true],
  ['a replica follows another server', { servers: { 2: { follows: 1 } } }, 'degraded', ['replica-follows-other'], true],
  ['a server replicates nobody', { servers: { 2: { role: 'standby', follows: 'nobody', linkUp: false } } }, 'degraded', ['replica-follows-other'], true],
  ['the master does not know a replica', { servers: { 0: { replicas: [{ server: 1, online: true, lagBytes: 0, lagSeconds: 0 }] } } }, 'degraded', ['replica-link-down'], true],
  ['a replica lags by time', { servers: { 0: { replicas: lags(0, 5) } } }, 'degraded', ['replica-lags'], true],
  ['a replica lags by more than the backlog', { servers: { 0: { replicas: lags(20_000_000, 0) } } }, 'degraded', ['replica-lags'], true],
  ['a replica is as old as it may be', { servers: { 0: { replicas: lags(1_000, 2) } } }, 'healthy', [], true],
  ['one server alone', alone(), 'healthy', [], false],
  // room
  ['memory of a replica is near its limit', { servers: { 2: { usedMemoryBytes: 380_000_000 } } }, 'degraded', ['memory-near-limit'], true],
  ['there is no limit of memory', { servers: { 2: { usedMemoryBytes: 380_000_000, maxMemoryBytes: 0 } } }, 'healthy', [], true],
  ['clients are near their limit', { servers: { 0: { clients: 9_500 } } }, 'degraded', ['clients-near-limit'], true],
  ['the master can\'t write snapshots, and refuses writes without', { servers: { 0: { persistenceFailures: ['snapshot'], needsSnapshots: true } } }, 'down', ['persistence-fails'], true],
  ['a replica that would refuse writes can\'t write snapshots', { servers: { 1: { persistenceFailures: ['snapshot'], needsSnapshots: true } } }, 'degraded', ['persistence-fails'], true],
  ['a snapshot failed', { servers: { 0: { persistenceFailures: ['snapshot'] } } }, 'degraded', ['persistence-fails'], true],
  ['a replica can\'t write its log', { servers: { 1: { persistenceFailures: ['append-only log'] } } }, 'degraded', ['persistence-fails'], true],
  ['a volume is nearly full', { servers: { 1: { diskUsed: 0.95 } } }, 'degraded', ['disk-near-full'], true],
  // agents, versions, certificates, nodes
  ['an agent is silent', { servers: { 1: { agent: { phase: 'steady', why: '', ageSeconds: 60 } } } }, 'degraded', ['agent-silent'], true],
  ['an agent has not said anything', { servers: { 1: { agent: undefined } } }, 'degraded', ['agent-silent'], true],
  ['an agent waits', { servers: { 1: { agent: { phase: 'wait', why: 'too few Sentinels answer', ageSeconds: 0 } } } }, 'healthy', ['agent-waits'], true],
  ['versions differ', { servers: { 1: { version: '8.4.0' } } }, 'healthy', ['versions-differ'], true],
  ['the certificate ends soon', { reading: { certificateBegins: '2026-09-08T12:00:00.000Z', certificateEnds: '2026-12-08T12:00:00.000Z' } }, 'degraded', ['certificate-ends'], true],
  ['the certificate has ended', { reading: { certificateBegins: '2026-08-27T12:00:00.000Z', certificateEnds: '2026-11-27T12:00:00.000Z' } }, 'degraded', ['certificate-ends'], true],
  ['the certificate ends in a month', { reading: { certificateBegins: '2026-09-28T12:00:00.000Z', certificateEnds: '2026-12-28T12:00:00.000Z' } }, 'healthy', [], true],
  ['the certificate lives for a week, and ends in two days', { reading: { certificateBegins: '2026-11-23T12:00:00.000Z', certificateEnds: '2026-11-30T12:00:00.000Z' } }, 'healthy', [], true],
  ['the certificate lives for a week, and ends in a day', { reading: { certificateBegins: '2026-11-22T12:00:00.000Z', certificateEnds: '2026-11-29T12:00:00.000Z' } }, 'degraded', ['certificate-ends'], true],
  ['a server keeps its certificate, as that of the Secret does not fit', { servers: { 1: { agent: { phase: 'steady', why: '', ageSeconds: 1, certificate: { refused: 'tls.key is not the key of tls.crt' } } } } }, 'degraded', ['certificate-refused'], true],
  ['all run on one node', { reading: onNodes('a', 'a', 'a') }, 'healthy', ['one-node'], true],
  ['the only other Sentinels are on another node', { reading: onNodes('a', 'b', 'b') }, 'healthy', [], true],
];

function alone(sentinel: Partial<SentinelAnswer> = {}): Changes {
  const { servers, sentinels } = reading({
    servers: { 0: { minReplicasToWrite: 0, replicas: [] } },
    sentinels: { 0: { otherSentinels: 0, replicas: 0, quorum: 1, ...sentinel } },
  });
  return { reading: { servers: servers.slice(0, 1), sentinels: sentinels.slice(0, 1), proxies: [] } };
}

function lags(lagBytes: number, lagSeconds: number) {
  return [1, 2].map((server) => ({ server, online: true, ...server === 2 ? { lagBytes, lagSeconds } : { lagBytes: 0, lagSeconds: 0 } }));
}

function fiveSentinels() {
  const [first, , silent] = reading({ sentinels: { ...all({ otherSentinels: 4 }), 2: undefined } }).sentinels;
  return { sentinels: [0, 1, 2, 3, 4].map((ordinal) => ({ ...ordinal === 2 ? silent : first, ordinal, pod: undefined })) };
}

function onNodes(...nodes: string[]) {
  const { servers, sentinels } = reading();
  const at = <T extends { readonly ordinal: number; readonly pod?: any }>(member: T): T => (
    { ...member, pod: { ...member.pod, node: nodes[member.ordinal] } });
  return { servers: servers.map(at), sentinels: sentinels.map(at) };
}

test.each(SITUATIONS)('%s', (_, changes, health, found, possible) => {
  const judgement = judge(reading(changes));
  const codes = judgement.findings.map(({ code }) => code).sort();
  expect([judgement.health, codes, judgement.failover.possible]).toEqual([health, [...found].sort(), possible]);
  expect(judgement.failover.obstacles.length > 0).toBe(!possible);
});

test('every condition is found in some situation, and nothing else', () => {
  const found = new Set(SITUATIONS.flatMap(([, changes]) => judge(reading(changes)).findings.map(({ code }) => code)));
  expect([...found].sort()).toEqual(Object.keys(CONDITIONS).sort());
});

test('the worst comes first, and decides', () => {
  const { findings, health } = judge(reading({ servers: { 0: { goodReplicas: 0 }, 1: { version: '8.4.0' }, 2: { diskUsed: 0.95 } } }));
  expect(findings.map(({ weight }) => weight)).toEqual(['down', 'degraded', 'note']);
  expect(health).toBe('down');
});

test('findings name who, how much and why', () => {
  const sentences = (changes: Changes) => judge(reading(changes)).findings.map(({ what }) => what);
  expect(sentences({ sentinels: { 1: undefined } })).toEqual([
    'If one more Sentinel is lost, a failover is impossible: 2 of 3 Sentinels answer, and 2 are needed.',
    'Sentinel 1 (cache-sentinel-1) does not answer: kubectl: gone.',
  ]);
  expect(sentences({ servers: { 1: { priority: 0 }, 2: { linkUp: false, linkDownSeconds: 7 } } })).toEqual([
    'The link of server 2 to its master has been down for 7 s.',
    'No replica can become the master: server 1 has replica-priority 0, server 2 is not in sync.',
  ]);
  expect(sentences({ servers: all({ minReplicasToWrite: 1_234_567_001 }) })).toEqual(['Another installation has cut over from this one: servers 0, 1 and 2 refuse writes.']);
  expect(sentences({ servers: { 1: { minReplicasToWrite: 1_234_567_001 } }, proxies: all({ reads: [] }, 2) })).toEqual([
    'Another installation has cut over from this one: server 1 would, as the master, refuse writes.',
    'HAProxy 0 and 1 read from no replica, while servers 1 and 2 are in sync.',
  ]);
  expect(sentences({ sentinels: { 0: blank, 1: { names: 1 }, 2: undefined }, proxies: all({ writes: [] }, 2) }).slice(0, 2)).toEqual([
    'No majority of the Sentinels names a master (2 of 3 answer, 2 needed): Sentinel 0 names nobody, Sentinel 1 names server 1, Sentinel 2 does not answer.',
    'HAProxy 0 and 1 refuse writes; there is no master.',
  ]);
  expect(sentences({ reading: onNodes('a', 'a', 'b') })).toEqual(['If node a is lost with the master, a failover is impossible: 1 of 3 Sentinels would be left, and 2 are needed.']);
});

test('all remedies are sentences', () => {
  for (const { remedy } of Object.values<Advice>(CONDITIONS)) expect(remedy).toMatch(/^\w.*[.]$/);
});

test('a standby tells whom it copies, by which server and how far behind', () => {
  const { findings, standby: told, master } = judge(reading(standby({ linkUp: true, bytes: 14, seconds: 0.4 })));
  expect(findings.map(({ what }) => what)).toEqual(['It is a standby of old:6379, and takes no writes: server 1 copies it (14 bytes and 0 s behind).']);
  expect([told, master]).toEqual([{ master: 'old:6379', server: 1, lag: { linkUp: true, bytes: 14, seconds: 0.4 } }, undefined]);
});

test('an installation that hibernates tells what still stops', () => {
  const what = (stopping: string[]) => judge(reading({ reading: { ...NOBODY, hibernation: { stopping } } })).findings.map((one) => one.what);
  expect(what([])).toEqual(['It hibernates: it has no pods, and its data waits on the volumes.']);
  expect(what(['cache-server-0', 'cache-server-1'])).toEqual(['It hibernates: it has no pods, and its data waits on the volumes. Still stopping: cache-server-0, cache-server-1.']);
});

test('a pause tells its end, and whose agents know it', () => {
  const { findings, failover } = judge(reading({ servers: { 0: { agent: paused }, 2: { agent: { ...paused, pausedUntil: '2026-11-28T12:09:59.000Z' } } } }));
  expect(findings.map(({ what }) => what)).toEqual(['No failover because of a silent master until 2026-11-28T12:10:00Z, as the agents of servers 0 and 2 were told.']);
  expect(failover.obstacles).toEqual(['it is paused']);
});
