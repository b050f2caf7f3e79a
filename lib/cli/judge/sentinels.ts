import { Facts, nameOf, several } from './facts';
import { Finding, finding } from './finding';
import { SentinelAnswer, SentinelReading } from '../read/reading';

type Answering = SentinelReading & { readonly answer: SentinelAnswer };

/** Whether the Sentinels agree, and know everybody. */
export function sentinelFindings(facts: Facts): Finding[] {
  const { reading: { sentinels, servers }, master, masterAnswer, majority, answering } = facts;
  // beside servers, of which there are none
  if (sentinels.length === 0) return [];
  const found: Finding[] = [];
  const lost = sentinels.filter(({ answer }) => answer === undefined);
  const rest = sentinels.filter((sentinel): sentinel is Answering => sentinel.answer !== undefined);
  const count = `${answering} of ${sentinels.length} Sentinels answer, and ${majority} are needed`;
  if (answering < majority) {
    found.push(finding('quorum-lost', 'degraded', `A failover is impossible: ${count}.`));
  } else if (answering === majority && lost.length > 0) {
    found.push(finding('quorum-at-risk', 'degraded', `If one more Sentinel is lost, a failover is impossible: ${count}.`));
  }
  for (const { ordinal, pod, silence } of lost) {
    found.push(finding('sentinel-down', 'degraded', `Sentinel ${ordinal}${pod ? ` (${pod.name})` : ''} does not answer: ${pod?.problem ?? silence}.`));
  }
  for (const { ordinal, answer } of rest) {
    if (master !== undefined && answer.names !== master) {
      found.push(finding('sentinel-disagrees', 'degraded', `Sentinel ${ordinal} names ${nameOf(answer.names)}, while server ${master} is the master.`));
    }
  }
  const which = (condition: (answer: SentinelAnswer) => boolean): number[] => (
    rest.filter(({ answer }) => condition(answer)).map(({ ordinal }) => ordinal));
  const naming = (answer: SentinelAnswer): boolean => answer.names !== 'nobody';
  const tooFew = which((answer) => naming(answer) && (answer.otherSentinels < sentinels.length - 1 || answer.replicas < servers.length - 1));
  // Sentinels know them as long as they copy
  const outside = masterAnswer?.replicas.filter(({ server }) => server === 'unknown').length ?? 0;
  const tooMany = which((answer) => (
    naming(answer) && (answer.otherSentinels > sentinels.length - 1 || answer.replicas > servers.length - 1 + outside)));
  const apart = rest.filter(({ answer }) => naming(answer) && answer.otherSentinelsDown > lost.length).map(({ ordinal }) => ordinal);
  const tilted = which(({ tilt }) => tilt);
  if (tooFew.length > 0) found.push(finding('sentinel-knows-too-few', 'degraded', `${several('Sentinel', tooFew)} ${tooFew.length > 1 ? 'know' : 'knows'} fewer Sentinels or replicas than there are.`));
  if (tooMany.length > 0) found.push(finding('sentinel-knows-too-many', 'degraded', `${several('Sentinel', tooMany)} ${tooMany.length > 1 ? 'remember' : 'remembers'} Sentinels or replicas that were removed.`));
  if (outside > 0) found.push(finding('copied-outside', 'note', `${outside > 1 ? `${outside} servers that are` : 'A server that is'} not of this installation ${outside > 1 ? 'copy' : 'copies'} the master.`));
  if (apart.length > 0) found.push(finding('sentinel-knows-too-few', 'degraded', `${several('Sentinel', apart)} can't reach other Sentinels, which answer us.`));
  if (tilted.length > 0) found.push(finding('sentinel-tilt', 'degraded', `${several('Sentinel', tilted)} ${tilted.length > 1 ? 'are' : 'is'} in TILT, and fail over nobody.`));
  return found;
}
