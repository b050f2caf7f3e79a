import { Style, styleOf } from './style';
import { Cell, table } from './table';
import { bytes, duration, milliseconds } from './units';
import { Standby } from '../judge/facts';
import { Judgement } from '../judge/judge';
import { MasterChange, PodReading, ProxyReading, Reading, SentinelReading, ServerAnswer, ServerName, ServerReading } from '../read/reading';

/** A reading and what it means, as a screen of text. */
export function statusLines(reading: Reading, judgement: Judgement, style: Style): string[] {
  const findings = judgement.findings.map(({ weight, code, what }) => `${styleOf(weight, style)(weight.padEnd(8))}  ${code}: ${what}`);
  if (reading.hibernation) return [headline(reading, judgement, style), '', ...findings];
  return [
    headline(reading, judgement, style),
    '',
    ...table(SERVERS, reading.servers.map((server) => serverRow(server, reading, judgement, style)), style.dim),
    '',
    ...table(SENTINELS, reading.sentinels.map((sentinel) => sentinelRow(sentinel, judgement, style)), style.dim),
    ...reading.proxies.length === 0 ? [] : ['', ...table(PROXIES, reading.proxies.map((proxy) => proxyRow(proxy, judgement, style)), style.dim)],
    ...directLines(reading),
    '',
    masterLine(reading, judgement),
    failoverLine(judgement, style),
    ...findings.length === 0 ? [] : ['', ...findings],
  ];
}

/** What it is, and how it is. */
export function headline({ name, namespace, at, hibernation }: Reading, { health }: Judgement, style: Style): string {
  const shown = { healthy: style.good, degraded: style.warning, down: style.bad };
  return `${style.bold(name)} in namespace ${namespace}: ${hibernation ? 'hibernates' : shown[health](health)}  ${style.dim(at.replace(/\.\d+Z$/, 'Z'))}`;
}

/** Whether the master may fail. */
export function failoverLine({ failover: { possible, candidates, obstacles } }: Judgement, style: Style): string {
  return `next failover: ${possible ? `${style.good('would work')}, to server ${candidates.join(' or ')}` : `${style.bad('would not work')}: ${obstacles.join('; ')}`}`;
}

const SERVERS = ['SERVER', 'ROLE', 'IN SYNC', 'LAG', 'ELECTABLE', 'MEMORY', 'CLIENTS', 'UPTIME', 'VERSION', 'NODE', 'AGENT'];
const SENTINELS = ['SENTINEL', 'NAMES', 'SINCE', 'EPOCH', 'KNOWS', 'NODE'];
const PROXIES = ['HAPROXY', 'WRITES TO', 'READS FROM', 'CLIENTS', 'POD', 'NODE'];

function serverRow({ ordinal, answer, pod }: ServerReading, { servers }: Reading, { master, standby }: Judgement, style: Style): (Cell | string)[] {
  const name = String(ordinal);
  const node = pod?.node ?? '';
  if (answer === undefined) return [name, { text: unheard(pod), style: style.bad }, '', '', '', '', '', '', '', node, ''];
  const { role, follows, linkUp, linkDownSeconds, loading, priority, agent } = answer;
  const isReplica = role !== 'master';
  const copies = standby !== undefined && ordinal === standby.server;
  const inSync = isReplica && linkUp && (copies || follows === (standby ? standby.server : master)) && !loading;
  const sync = inSync ? copies ? `yes, with ${standby.master}` : 'yes' : loading ? 'loads' : `no, ${linkUp ? `follows ${short(follows)}` : `${linkDownSeconds} s`}`;
  return [
    name,
    { text: role, style: ordinal === master ? style.good : isReplica ? undefined : style.bad },
    isReplica ? { text: sync, style: inSync ? undefined : style.bad } : '',
    copies ? outsideLag(standby) : isReplica ? lag(master === undefined ? undefined : servers[master].answer, ordinal) : '',
    standby ? 'no' : isReplica ? inSync && priority > 0 ? 'yes' : { text: 'no', style: style.warning } : '',
    answer.maxMemoryBytes > 0 ? `${bytes(answer.usedMemoryBytes)} of ${bytes(answer.maxMemoryBytes)}` : bytes(answer.usedMemoryBytes),
    String(answer.clients),
    duration(answer.uptimeSeconds),
    answer.version,
    node,
    agent === undefined ? '' : { text: agent.why === '' ? agent.phase : `${agent.phase}: ${agent.why}`, style: ['steady', 'following'].includes(agent.phase) ? undefined : style.warning },
  ];
}

function lag(master: ServerAnswer | undefined, ordinal: number): string {
  const replica = master?.replicas.find(({ server }) => server === ordinal);
  return replica?.online ? `${bytes(replica.lagBytes)}, ${replica.lagSeconds} s` : '';
}

function outsideLag({ lag: behind }: Standby): string {
  return behind?.bytes === undefined ? '' : `${bytes(behind.bytes)}, ${Math.round(behind.seconds ?? 0)} s`;
}

function sentinelRow({ ordinal, answer, pod }: SentinelReading, { master, standby }: Judgement, style: Style): (Cell | string)[] {
  const node = pod?.node ?? '';
  if (answer === undefined) return [String(ordinal), { text: unheard(pod), style: style.bad }, '', '', '', node];
  const { names, findsMasterDown, failoverInProgress, otherSentinels, replicas, tilt } = answer;
  const opinion = [failoverInProgress ? 'fails over' : '', findsMasterDown ? 'finds it down' : '', tilt ? 'TILT' : ''].filter((one) => one !== '');
  const well = (standby ? names === 'nobody' : names === master && master !== undefined) && opinion.length === 0;
  return [
    String(ordinal),
    { text: `${short(names)}${opinion.length > 0 ? ` (${opinion.join(', ')})` : ''}`, style: well ? undefined : style.bad },
    names === 'nobody' ? '' : duration(answer.namesSinceSeconds),
    names === 'nobody' ? '' : String(answer.epoch),
    names === 'nobody' ? '' : `${otherSentinels} Sentinels, ${replicas} replicas`,
    node,
  ];
}

function proxyRow({ ordinal, answer, pod }: ProxyReading, { master, standby }: Judgement, style: Style): (Cell | string)[] {
  const rest = [pod?.name ?? '', pod?.node ?? ''];
  if (answer === undefined) return [String(ordinal), { text: unheard(pod), style: style.bad }, '', '', ...rest];
  const { writes, reads } = answer;
  const well = standby ? writes.length === 0 : writes.length === 1 && writes[0] === master;
  return [
    String(ordinal),
    { text: writes.length === 0 ? 'nobody' : `server ${writes.join(', ')}`, style: well ? undefined : style.bad },
    reads.length === 0 ? 'nobody' : `server ${reads.join(', ')}`,
    String(answer.clients),
    ...rest,
  ];
}

/** Where no proxy leads clients. */
function directLines({ direct }: Reading): string[] {
  if (direct?.answer === undefined) return [];
  const { writes, reads } = direct.answer;
  return ['', `EndpointSlices: writes to ${list(writes)}, reads from ${list(reads)}`];
}

function list(servers: readonly ServerName[]): string {
  return servers.length === 0 ? 'nobody' : servers.map(short).join(', ');
}

/** Why is said in the findings. */
function unheard(pod: PodReading | undefined): string {
  return pod === undefined ? 'no pod' : 'no answer';
}

function short(server: ServerName): string {
  return typeof server === 'number' ? `server ${server}` : server === 'nobody' ? 'nobody' : 'a stranger';
}

function masterLine({ sentinels, lastChange, at }: Reading, { master, standby }: Judgement): string {
  if (standby) return `master: ${standby.master}, outside, ${standby.server === undefined ? 'which nobody copies' : `which server ${standby.server} copies`}`;
  if (master === undefined) return 'master: none';
  // a Sentinel that was restarted knows it for a shorter time
  const since = Math.max(...sentinels.map(({ answer }) => (answer?.names === master ? answer.namesSinceSeconds : 0)));
  const line = `master: server ${master}${since > 0 ? `, for ${duration(since)}` : ''}`;
  return lastChange?.to === master ? `${line}, ${change(lastChange)} ${duration((Date.parse(at) - Date.parse(lastChange.at)) / 1000)} ago` : line;
}

function change({ kind, from, why, durationMs }: MasterChange): string {
  const origin = from === undefined ? '' : ` from server ${from}`;
  const took = durationMs === undefined ? '' : `, which took ${milliseconds(durationMs)}`;
  const reason = why === '' ? '' : ` (${why})`;
  switch (kind) {
    case 'hand-over': return `by a hand-over${origin}${reason}${took},`;
    case 'failover': return `by a failover${origin}${reason}${took},`;
    case 'vote': return `by a vote of the agents${reason},`;
    case 'unknown': return `changed${origin}`;
  }
}
