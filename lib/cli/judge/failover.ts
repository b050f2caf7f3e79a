import { Facts } from './facts';
import { Finding, finding } from './finding';

/** Whether the next failover would work. */
export interface Failover {
  readonly possible: boolean;
  /** Servers that may become the master. */
  readonly candidates: readonly number[];
  /** Why not; empty if it is possible. */
  readonly obstacles: readonly string[];
}

/** What would become of the master's end. */
export function failover(facts: Facts): { readonly failover: Failover; readonly findings: readonly Finding[] } {
  const { reading: { servers, sentinels }, master, electable, answering, majority, standby } = facts;
  if (standby) return { failover: { possible: false, candidates: [], obstacles: [`it is a standby of ${standby.master}, and nobody is elected before it takes over`] }, findings: [] };
  const obstacles: string[] = [];
  const findings: Finding[] = [];
  const tilted = sentinels.filter(({ answer }) => answer?.tilt).length;
  const able = sentinels.filter(({ answer }) => answer && answer.names === (master ?? answer.names) && answer.names !== 'nobody' && !answer.tilt);
  const quorum = Math.max(0, ...able.map(({ answer }) => answer!.quorum));
  if (answering < majority) obstacles.push(`${answering} of ${sentinels.length} Sentinels answer, ${majority} are needed`);
  else if (able.length < Math.max(majority, quorum)) obstacles.push(`${able.length} Sentinels could take part, ${Math.max(majority, quorum)} are needed${tilted > 0 ? ` (${tilted} in TILT)` : ''}`);
  // one that does not answer was told like the others
  const knows = master !== undefined && servers[master].answer ? [servers[master]] : servers;
  if (knows.some(({ answer }) => answer?.agent?.pausedUntil !== undefined)) obstacles.push('it is paused');
  if (servers.length === 1) {
    obstacles.push('there is only one server');
  } else if (electable.length === 0) {
    obstacles.push('no replica is in sync and may be elected');
    if (master !== undefined) findings.push(finding('no-electable-replica', 'degraded', `No replica can become the master: ${servers.filter(({ ordinal }) => ordinal !== master).map(({ ordinal }) => unelectable(facts, ordinal)).join(', ')}.`));
  }
  if (obstacles.length === 0) findings.push(...afterItsNode(facts));
  return { failover: { possible: obstacles.length === 0, candidates: electable, obstacles }, findings };
}

function unelectable(facts: Facts, ordinal: number): string {
  const { answer } = facts.reading.servers[ordinal];
  if (answer === undefined) return `server ${ordinal} does not answer`;
  if (answer.role !== 'replica' || !answer.linkUp) return `server ${ordinal} is not in sync`;
  if (facts.isFoundDown(ordinal)) return `the Sentinels find server ${ordinal} down`;
  return answer.priority === 0 ? `server ${ordinal} has replica-priority 0` : `server ${ordinal} can't be elected yet`;
}

/** What is lost together with the master's node, wherever all are well now. */
function afterItsNode({ reading: { servers, sentinels }, master, majority }: Facts): Finding[] {
  const node = master === undefined ? undefined : servers[master].pod?.node;
  if (node === undefined) return [];
  const left = sentinels.filter(({ pod }) => pod?.node !== node).length;
  const heirs = servers.filter(({ pod }) => pod?.node !== node).length;
  if (left >= majority && heirs > 0) return [];
  const why = left < majority ? `${left} of ${sentinels.length} Sentinels would be left, and ${majority} are needed` : 'all servers are there';
  return [finding('one-node', 'note', `If node ${node} is lost with the master, a failover is impossible: ${why}.`)];
}
