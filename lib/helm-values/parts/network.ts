import { Build } from '../base/build';
import { call, Expression } from '../base/expression';
import { Grant } from '../base/model';
import { isEmpty, isObject, objects } from '../base/readers';
import { Entry, mapped, refused } from '../base/table';

/** Ports of redis_exporter and HAProxy's metrics, as the charts have them, and what they may be called. */
const METRICS = /^(9121|9122|9101)$|metrics|exporter|stat/;

const NAMESPACE = 'kubernetes.io/metadata.name';

/** What pods may reach. */
export const EGRESS_RULES = refused("rules for outgoing traffic have no place: 'network': { egress: Egress.restricted({ more }) } restricts it to what the pods need, and more");

/** Clients that policies let in, in the form of the API or in that of the chart redis-ha, where they are called selectors. */
export function ingressEntry(method: (build: Build) => Grant['method']): Entry {
  return mapped('allowFrom, allowSentinelFrom, allowMetricsFrom', objects, (build, rules: any[], key) => rulePeers(build, rules, key, method));
}

/** Who the rules of a policy name. */
export function rulePeers(build: Build, rules: readonly any[], key: string, method: (build: Build) => Grant['method']): void {
  rules.forEach((rule, index) => {
    const here = `${key}[${index}]`;
    const from = rule.selectors ?? rule.from;
    if (!Array.isArray(from) || from.length === 0) return build.refuse(here, "must name who is let in: to let everybody in, set 'networkPolicies' to false");
    const ports: unknown[] = Array.isArray(rule.ports) ? rule.ports.map((port: unknown) => (isObject(port) ? port.port : port)) : [];
    const ofMetrics = ports.filter((port) => METRICS.test(String(port))).length;
    // who reads metrics has nothing to do with the data
    const methods: Grant['method'][] = [...ofMetrics < ports.length || ports.length === 0 ? [method(build)] : [], ...ofMetrics > 0 ? ['allowMetricsFrom' as const] : []];
    if (methods[0] !== 'allowMetricsFrom' && ports.length > 0) build.note(`${here}.ports`, 'who is let in is let in to the ports of the proxy, or with `Routing.none()` to those of servers and Sentinels');
    for (const field of Object.keys(rule)) if (!['selectors', 'from', 'ports'].includes(field)) build.refuse(`${here}.${field}`, 'is no field of a rule');
    from.forEach((peer, at) => {
      const place = `${here}.${rule.selectors === undefined ? 'from' : 'selectors'}[${at}]`;
      for (const one of peersOf(build, peer, place)) build.model.grants.push(...methods.map((by) => ({ method: by, peer: one, keys: [place] })));
    });
  });
}

function peersOf(build: Build, peer: unknown, key: string): Expression[] {
  const no = (reason: string): Expression[] => { build.refuse(key, reason); return []; };
  if (!isObject(peer)) return no('must be an object with podSelector, namespaceSelector or ipBlock');
  const { podSelector, namespaceSelector, ipBlock, ...more } = peer;
  if (Object.keys(more).length > 0) return no(`has fields that no peer has: ${Object.keys(more).join(', ')}`);
  if (ipBlock !== undefined && ipBlock !== null) {
    const { cidr, except } = isObject(ipBlock) ? ipBlock : {} as any;
    if (typeof cidr !== 'string' || (except !== undefined && !(Array.isArray(except) && except.every((one) => typeof one === 'string')))) return no('must have a CIDR');
    return [call('Peer.cidr', cidr, ...except === undefined ? [] : [{ except }])];
  }
  const pods = labelsOf(podSelector);
  const namespaces = labelsOf(namespaceSelector);
  if (pods === 'else' || namespaces === 'else') return no("only matchLabels can be taken over: write the peer with cdk8s-plus, and give it to 'allowFrom'");
  const name = namespaces && Object.keys(namespaces).length === 1 ? namespaces[NAMESPACE] : undefined;
  if (pods === undefined) {
    if (namespaces === undefined || Object.keys(namespaces).length === 0) return no("would let everybody in: set 'networkPolicies' to false, or name who is let in");
    return [name === undefined ? call('Peer.namespaces', namespaces) : call('Peer.namespace', name)];
  }
  if (Object.keys(pods).length === 0) {
    if (namespaces === undefined || Object.keys(namespaces).length === 0) return no('would let all pods in: name them by a label');
    return [name === undefined ? call('Peer.namespaces', namespaces) : call('Peer.namespace', name)];
  }
  if (namespaces !== undefined && Object.keys(namespaces).length === 0) return no("pods of any namespace can't be named by labels alone: name the namespaces by a label");
  return [call('Peer.pods', { labels: pods, ...name === undefined ? namespaces === undefined ? {} : { namespaceLabels: namespaces } : { namespace: name } })];
}

/** Labels of a selector; undefined where there is none. */
function labelsOf(selector: unknown): { readonly [name: string]: string } | 'else' | undefined {
  if (selector === undefined || selector === null) return undefined;
  if (!isObject(selector)) return 'else';
  const { matchLabels = {}, matchExpressions, ...more } = selector;
  if (!isEmpty(matchExpressions) || Object.keys(more).length > 0 || !isObject(matchLabels ?? {})) return 'else';
  const entries = Object.entries(matchLabels ?? {});
  return entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)) ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) : 'else';
}
