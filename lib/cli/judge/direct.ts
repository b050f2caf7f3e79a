import { Facts, nameOf } from './facts';
import { Finding, finding } from './finding';
import { ServerName } from '../read/reading';

/** Whether the EndpointSlices lead clients to the master, where no proxy does. */
export function directFindings({ reading: { direct }, master, standby }: Facts): Finding[] {
  if (direct === undefined) return [];
  if (direct.answer === undefined) return [finding('not-read', 'note', `Where clients are led to could not be read: ${direct.silence}.`)];
  const { writes, reads } = direct.answer;
  const found: Finding[] = [];
  const whom = master === undefined ? 'there is no master' : `the Sentinels name server ${master}`;
  // a standby takes no writes
  if (standby === undefined && (writes.length === 0 || writes.some((server) => server !== master))) {
    found.push(finding('slice-names-other', 'down', `The EndpointSlice for writes names ${names(writes)}; ${whom}.`));
  }
  if (reads.length === 0 || reads.includes('unknown')) found.push(finding('slice-names-other', 'degraded', `The EndpointSlice for reads names ${names(reads)}.`));
  return found;
}

function names(servers: readonly ServerName[]): string {
  return servers.length === 0 ? 'nobody' : servers.map(nameOf).join(' and ');
}
