import { Action } from './action';
import { BUSY_MS } from './delays';
import { Memory, Rules } from './memory';
import { Look, namedMaster, Observation } from '../observe/observation';

/** The master that took over from a server: named by a majority, and no failover away from it is under way. */
export function successorOf(self: number, { servers, sentinels }: Look): number | undefined {
  const named = namedMaster(sentinels);
  if (typeof named !== 'number' || named === self || servers[named]?.role !== 'master') return undefined;
  return sentinels.some((view) => view?.failoverInProgress) ? undefined : named;
}

/**
 * The local server runs a script that does not end, and answers nothing else. While it is the master that is the user's to judge, and the Sentinels
 * replace it. Once another one is master, nothing that the script does counts any more, and it keeps the server from following.
 */
export function decideBusy(observation: Observation, memory: Memory, rules: Rules): { action: Action; memory: Memory } {
  const { busy, ...since } = memory.since;
  const successor = successorOf(rules.self, observation);
  if (successor === undefined) {
    return { action: { kind: 'wait', why: 'the server is busy with a script' }, memory: { ...memory, since } };
  }
  const from = busy ?? observation.at;
  const kept = { ...memory, since: { ...since, busy: from } };
  const why = `a script does not end, and server ${successor} is the master`;
  return { action: observation.at - from < BUSY_MS ? { kind: 'wait', why } : { kind: 'end-script', why }, memory: kept };
}
