import { Facts, nameOf, several, Standby } from './facts';
import { Finding, finding, Weight } from './finding';
import { FENCES } from '../../limits/fences';
import { ServerAnswer } from '../read/reading';

/** What is added to a sentence while somebody is in a failover. */
const GOING = ' A failover is in progress.';

/** Whether there is one master, and it accepts writes. */
export function masterFindings(facts: Facts): Finding[] {
  return [...whoIsMaster(facts), ...twoMasters(facts), ...refusals(facts), ...takenOver(facts), ...paused(facts)];
}

function whoIsMaster(facts: Facts): Finding[] {
  const { reading: { servers, proxies }, named: agreed, master } = facts;
  if (facts.standby !== undefined) return standby(facts.standby);
  const going = facts.failingOver ? GOING : '';
  // HAProxy has its own eyes; where one routes, clients write
  const weight = proxies.some(({ answer }) => answer && answer.writes.length > 0) ? 'degraded' : 'down';
  if (facts.masterFoundDown) return [finding('master-found-down', weight, `Server ${master} says that it is the master, and a majority of the Sentinels finds it down.${going}`)];
  if (master !== undefined) return going === '' ? [] : [finding('failover-under-way', 'degraded', `Sentinels name server ${master}.${going}`)];
  if (agreed !== undefined) {
    const { answer, silence = 'there is no pod' } = servers[agreed];
    const how = answer === undefined ? `does not answer (${silence})` : `says that it is a ${answer.role}`;
    return [finding('master-down', weight, `The Sentinels name server ${agreed}, which ${how}.${going}`)];
  }
  if (servers.length === 0) return [finding('no-master', weight, 'There are no servers: the StatefulSet has 0 replicas.')];
  return [nobodyNamed(facts, weight)];
}

function nobodyNamed({ reading: { sentinels }, failingOver, answering, majority }: Facts, weight: Weight): Finding {
  const words = sentinels.map(({ ordinal, answer }) => `Sentinel ${ordinal} ${answer === undefined ? 'does not answer' : `names ${nameOf(answer.names)}`}`);
  const going = failingOver ? GOING : '';
  const count = `${answering} of ${sentinels.length} answer, ${majority} needed`;
  return finding('no-master', weight, `No majority of the Sentinels names a master (${count}): ${words.join(', ')}.${going}`);
}

/** There is no master by design. */
function standby({ master, server, lag }: Standby): Finding[] {
  const not = (why: string): Finding[] => [finding('standby-behind', 'degraded', `It is a standby of ${master}, ${why}.`)];
  if (server === undefined) return not('which no server copies');
  if (!lag?.linkUp) return not(`and server ${server}, which copies it, is not in sync`);
  const behind = lag.bytes === undefined ? `${master} does not answer` : `${lag.bytes} bytes and ${Math.round(lag.seconds ?? 0)} s behind`;
  const what = `It is a standby of ${master}, and takes no writes: server ${server} copies it (${behind}).`;
  return [finding('standby', 'note', what)];
}

/** Somebody wants no failover. */
function paused({ reading: { servers } }: Facts): Finding[] {
  const until = servers.flatMap(({ ordinal, answer }) =>
    (answer?.agent?.pausedUntil === undefined ? [] : [{ ordinal, at: answer.agent.pausedUntil }]));
  if (until.length === 0) return [];
  const [last] = until.map(({ at }) => at).sort().reverse();
  return [finding('failover-paused', 'note', `No failover because of a silent master until ${last.replace(/\.\d+Z$/, 'Z')}, as the agents of ${several('server', until.map(({ ordinal }) => ordinal))} were told.`)];
}

function twoMasters({ reading: { servers }, master }: Facts): Finding[] {
  const masters = servers.filter(({ answer }) => answer?.role === 'master').map(({ ordinal }) => ordinal);
  if (masters.length < 2) return [];
  const right = master === undefined ? 'none of them is certain to be it' : `the Sentinels name server ${master}`;
  return [finding('two-masters', 'degraded', `${several('Server', masters)} say that they are the master; ${right}.`)];
}

/** Another installation has cut over from these, also from those that may be the master once. */
function takenOver({ reading: { servers }, master }: Facts): Finding[] {
  const fenced = servers.filter(({ answer }) => answer !== undefined && answer.minReplicasToWrite >= FENCES.cutOver).map(({ ordinal }) => ordinal);
  if (fenced.length === 0) return [];
  const refuses = master !== undefined && fenced.includes(master);
  return [finding('taken-over', refuses ? 'down' : 'degraded', `Another installation has cut over from this one: ${several('server', fenced)} ${refuses ? '' : 'would, as the master, '}refuse writes.`)];
}

/** Failures to write its data for which a master refuses writes, and how that is said. */
export function refusingFailures({ needsSnapshots }: ServerAnswer): Map<string, string> {
  return new Map([['append-only log', "it can't write its append-only log"], ...needsSnapshots ? [['snapshot', 'its last snapshot has failed'] as const] : []]);
}

/** Why the master answers writes with an error. */
function refusals({ masterAnswer: answer, master }: Facts): Finding[] {
  if (answer === undefined) return [];
  const found: Finding[] = [];
  if (answer.minReplicasToWrite >= FENCES.own) {
    const why = 'its agent has it refuse them, as it is cut off or another one is to be the master';
    if (answer.minReplicasToWrite < FENCES.cutOver) found.push(finding('writes-fenced', 'down', `Server ${master}, the master, refuses writes: ${why}.`));
  } else if (answer.goodReplicas < answer.minReplicasToWrite) {
    found.push(finding('writes-refused', 'down', `Server ${master}, the master, refuses writes: ${answer.goodReplicas} of its replicas are no more than `
      + `${answer.minReplicasMaxLagSeconds} s behind, and it needs ${answer.minReplicasToWrite}.`));
  }
  if (answer.maxMemoryBytes > 0 && answer.usedMemoryBytes >= answer.maxMemoryBytes && !answer.evicts) {
    found.push(finding('memory-near-limit', 'down', `Server ${master}, the master, refuses writes: its memory is full, and there is nothing that it may evict.`));
  }
  for (const [failure, why] of refusingFailures(answer)) {
    if (answer.persistenceFailures.includes(failure)) found.push(finding('persistence-fails', 'down', `Server ${master}, the master, refuses writes: ${why}.`));
  }
  if (answer.writesPaused) found.push(finding('writes-paused', 'degraded', `Writes are paused at server ${master}, the master.`));
  return found;
}
