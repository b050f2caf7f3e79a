import { wholeNumber } from './checks';
import { reject } from './invalid-prop';
import { EgressRuleSettings, EgressSettings } from './settings';
import { EgressRule, NetworkOptions, RestrictedEgressOptions } from '../options/network-options';

/** Where pods may connect to, with defaults; undefined where that is anywhere. */
export function resolveEgress(prop: string, { egress }: NetworkOptions = {}, networkPolicies: boolean): EgressSettings | undefined {
  const options = egress?._restricted;
  if (options === undefined) return undefined;
  if (!networkPolicies) reject(prop, 'restricted', "needs 'networkPolicies', they are switched off");
  const rule = (at: 'dns' | 'apiServer', ports: readonly number[]): EgressRuleSettings => egressRule(`${prop}.${at}`, options[at] ?? { ports: [...ports] });
  return { dns: rule('dns', [53]), apiServer: rule('apiServer', [443, 6443]), more: moreRules(`${prop}.more`, options) };
}

function moreRules(prop: string, { more = [] }: RestrictedEgressOptions): EgressRuleSettings[] {
  return more.map((rule, index) => egressRule(`${prop}[${index}]`, rule));
}

function egressRule(prop: string, { to, ports }: EgressRule): EgressRuleSettings {
  if (to === undefined && (ports ?? []).length === 0) reject(prop, { to, ports }, "must have 'to', 'ports', or both: Egress.any() lets pods connect to anywhere");
  for (const [index, port] of (ports ?? []).entries()) wholeNumber(`${prop}.ports[${index}]`, port, 1, 65535);
  return { prop, to, ports: ports?.length === 0 ? undefined : ports };
}

/** What Services say of their ports. */
export function resolveAppProtocol(prop: string, { appProtocol }: NetworkOptions = {}): string | undefined {
  if (appProtocol !== undefined && !/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(appProtocol)) {
    reject(prop, appProtocol, 'must be a protocol like "tcp", with an optional "domain/" before it');
  }
  return appProtocol;
}
