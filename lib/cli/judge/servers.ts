import { Facts, nameOf } from './facts';
import { Finding, finding } from './finding';
import { refusingFailures } from './master';
import { AgentReading, Reading, ServerAnswer, ServerReading } from '../read/reading';

/** From this share of memory, connections or disk on, a limit is near. */
const NEAR = 0.9;
/** Agents tell every second what they do; a liveness probe ends one that hangs for 30 s. */
const SILENT_AGENT_SECONDS = 15;
/** A certificate has to be renewed this long before its end, or for one that is short-lived this share of its life. cert-manager does it a third of its life before. */
const CERTIFICATE_DAYS = 14;
const CERTIFICATE_SHARE = 1 / 4;
const DAY_MS = 86_400_000;

/** Whether each server is in its place, and has room. */
export function serverFindings(facts: Facts): Finding[] {
  const { reading } = facts;
  return [...reading.servers.flatMap((server) => (server.answer === undefined ? silent(facts, server) : [
    ...inPlace(facts, server.ordinal, server.answer),
    ...room(facts, server.ordinal, server.answer),
    ...agent(server.ordinal, server.answer.agent),
  ])), ...versions(reading), ...certificate(reading)];
}

function silent(facts: Facts, { ordinal, pod, silence }: ServerReading): Finding[] {
  // it may be our way to it that is broken: the Sentinels see it
  if (pod?.ready && !facts.isFoundDown(ordinal)) {
    return [finding('not-read', 'note', `Server ${ordinal} (${pod.name}) is ready and no Sentinel finds it down, but could not be asked: ${silence}.`)];
  }
  return [finding('server-down', 'degraded', `Server ${ordinal}${pod ? ` (${pod.name})` : ''} does not answer: ${pod?.problem ?? silence}.`)];
}

function inPlace({ master, masterAnswer }: Facts, ordinal: number, answer: ServerAnswer): Finding[] {
  if (ordinal === master || answer.role === 'master') return [];
  if (answer.loading) return [finding('server-loading', 'degraded', `Server ${ordinal} loads its data.`)];
  if (answer.role === 'standby') return [finding('replica-follows-other', 'degraded', `Server ${ordinal} replicates nobody.`)];
  if (master !== undefined && answer.follows !== master) {
    return [finding('replica-follows-other', 'degraded', `Server ${ordinal} follows ${nameOf(answer.follows)}, while server ${master} is the master.`)];
  }
  if (!answer.linkUp) return [finding('replica-link-down', 'degraded', `The link of server ${ordinal} to its master has been down for ${answer.linkDownSeconds} s.`)];
  const lag = masterAnswer?.replicas.find(({ server }) => server === ordinal);
  if (masterAnswer === undefined) return [];
  if (lag === undefined || !lag.online) return [finding('replica-link-down', 'degraded', `Server ${ordinal} says that it follows server ${master}, which does not send it the stream.`)];
  if (lag.lagSeconds > Math.max(1, masterAnswer.minReplicasMaxLagSeconds) || lag.lagBytes > masterAnswer.backlogBytes) {
    return [finding('replica-lags', 'degraded', `Server ${ordinal} is ${lag.lagBytes} bytes and ${lag.lagSeconds} s behind the master.`)];
  }
  return [];
}

function room({ master }: Facts, ordinal: number, answer: ServerAnswer): Finding[] {
  const found: Finding[] = [];
  const { usedMemoryBytes: used, maxMemoryBytes: most, clients, maxClients, persistenceFailures: failures, diskUsed = 0 } = answer;
  const percent = (share: number): string => `${Math.floor(share * 100)} %`;
  const full = most > 0 && used >= most && !answer.evicts && ordinal === master; // said of the master already
  if (most > 0 && used >= NEAR * most && !full) {
    // one that evicts is meant to be full
    found.push(finding('memory-near-limit', answer.evicts ? 'note' : 'degraded', `Server ${ordinal} uses ${percent(used / most)} of its maxmemory${answer.evicts ? ', and evicts keys' : ''}.`));
  }
  if (maxClients > 0 && clients >= NEAR * maxClients) found.push(finding('clients-near-limit', 'degraded', `Server ${ordinal} has ${clients} clients, and takes ${maxClients}.`));
  const told = failures.filter((one) => !(ordinal === master && refusingFailures(answer).has(one))); // said of the master already
  if (told.length > 0) found.push(finding('persistence-fails', 'degraded', `Server ${ordinal} could not write its data: ${told.join(', ')}.`));
  if (diskUsed >= NEAR) found.push(finding('disk-near-full', 'degraded', `The volume of server ${ordinal} is ${percent(diskUsed)} full.`));
  return found;
}

function agent(ordinal: number, says: AgentReading | undefined): Finding[] {
  if (says === undefined) return [finding('agent-silent', 'degraded', `The agent of server ${ordinal} has not said yet what it does.`)];
  if (says.ageSeconds > SILENT_AGENT_SECONDS) return [finding('agent-silent', 'degraded', `The agent of server ${ordinal} has said nothing for ${says.ageSeconds} s.`)];
  const refused = says.certificate?.refused;
  return [
    ...refused === undefined ? [] : [finding('certificate-refused', 'degraded', `Server ${ordinal} keeps the certificate that it has, as that of the Secret can't be used: ${refused}.`)],
    // what it keeps from being well has a finding of its own
    ...says.phase === 'wait' ? [finding('agent-waits', 'note', `The agent of server ${ordinal} waits: ${says.why}.`)] : [],
  ];
}

function versions({ servers }: Reading): Finding[] {
  const found = [...new Set(servers.flatMap(({ answer }) => (answer ? [`${answer.engine} ${answer.version}`] : [])))];
  return found.length < 2 ? [] : [finding('versions-differ', 'note', `Servers run ${found.sort().join(' and ')}.`)];
}

function certificate({ certificateBegins: begins, certificateEnds: ends, at }: Reading): Finding[] {
  if (begins === undefined || ends === undefined) return [];
  const days = (Date.parse(ends) - Date.parse(at)) / DAY_MS;
  const life = (Date.parse(ends) - Date.parse(begins)) / DAY_MS;
  if (days <= 0) return [finding('certificate-ends', 'degraded', `The certificate ended on ${ends}.`)];
  return days > Math.min(CERTIFICATE_DAYS, CERTIFICATE_SHARE * life) ? [] : [finding('certificate-ends', 'degraded', `The certificate ends in ${Math.floor(days)} days, on ${ends}.`)];
}
