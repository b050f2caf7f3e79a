import { Facts, several } from './facts';
import { Finding, finding, Weight } from './finding';
import { ProxyReading } from '../read/reading';

/** Whether each HAProxy routes writes to the master. */
export function proxyFindings(facts: Facts): Finding[] {
  const { reading: { proxies }, master, standby, electable } = facts;
  const found: Finding[] = [];
  const which = (condition: (proxy: ProxyReading) => boolean): number[] => proxies.filter(condition).map(({ ordinal }) => ordinal);
  const nowhere = which(({ answer }) => answer?.writes.length === 0);
  const elsewhere = proxies.filter(({ answer }) => answer !== undefined && answer.writes.some((server) => server !== master));
  const gone = proxies.filter(({ answer, pod }) => answer === undefined && !pod?.ready);
  const unread = proxies.filter(({ answer, pod }) => answer === undefined && pod?.ready);
  // all that clients can reach
  const all = (count: number): Weight => (count === proxies.length ? 'down' : 'degraded');
  // a standby takes no writes
  if (nowhere.length > 0 && standby === undefined) {
    const whom = master === undefined ? 'there is no master' : `the Sentinels name server ${master}`;
    const weight = all(nowhere.length + gone.length);
    found.push(finding(weight === 'down' ? 'writes-not-routed' : 'proxy-routes-nowhere', weight, `${several('HAProxy', nowhere)} ${nowhere.length > 1 ? 'refuse' : 'refuses'} writes; ${whom}.`));
  }
  const asked = proxies.filter(({ answer }) => answer !== undefined);
  if (electable.length > 0 && asked.length > 0 && asked.every(({ answer }) => answer!.reads.length === 0)) {
    found.push(finding('reads-not-routed', 'degraded', `${several('HAProxy', asked.map(({ ordinal }) => ordinal))} ${asked.length > 1 ? 'read' : 'reads'} from no replica, while ${several('server', electable)} ${electable.length > 1 ? 'are' : 'is'} in sync.`));
  }
  for (const { ordinal, answer } of elsewhere) {
    const whom = master === undefined ? 'no server is certain to be the master' : `the Sentinels name server ${master}`;
    found.push(finding('proxy-routes-elsewhere', 'degraded', `HAProxy ${ordinal} routes writes to ${several('server', answer!.writes)}; ${whom}.`));
  }
  for (const { ordinal, pod, silence } of gone) {
    found.push(finding('proxy-down', all(gone.length), `HAProxy ${ordinal}${pod ? ` (${pod.name})` : ''} does not run: ${pod?.problem ?? silence}.`));
  }
  for (const { ordinal, pod, silence } of unread) {
    found.push(finding('not-read', 'note', `HAProxy ${ordinal} (${pod!.name}) is ready, but could not be asked: ${silence}.`));
  }
  return found;
}
