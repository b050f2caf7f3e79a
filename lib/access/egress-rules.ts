import * as net from 'node:net';
import { k8s } from 'cdk8s-plus-27';
import { peersOf } from './peers';
import { agentsAskApi } from '../manifests/api-access';
import { PartProps } from '../manifests/part-props';
import { RESTORE_PORT } from '../settings/ports';
import { EgressRuleSettings, Settings } from '../settings/settings';
import { Component } from '../topology/topology';

/**
 * Where pods of a kind may connect to, as their NetworkPolicy says it; undefined where that is anywhere.
 *
 * @param path of the installation, for errors
 */
export function egressRules(
  kind: Exclude<Component, 'restore'>, { settings, topology, namespace }: PartProps & { readonly namespace?: string }, path: string,
): k8s.NetworkPolicyEgressRule[] | undefined {
  const { egress } = settings;
  if (egress === undefined) return undefined;
  const pods = (component: Component) => [{ podSelector: { matchLabels: topology.selector(component) } }];
  const { sentinel, server } = settings;
  const members: k8s.NetworkPolicyEgressRule[] = [
    { to: pods('server'), ports: tcp([server.port, ...sentinel.sidecar ? [sentinel.port] : []]) },
    ...sentinel.sidecar ? [] : [{ to: pods('sentinel'), ports: tcp([sentinel.port]) }],
  ];
  const ruled = ({ prop, to, ports }: EgressRuleSettings, protocols: readonly string[] = ['TCP']): k8s.NetworkPolicyEgressRule => ({
    to: to && peersOf(`${prop}.to`, to, { path, namespace })(),
    ports: ports && protocols.flatMap((protocol) => portsOf(ports, protocol)),
  });
  return [
    ...members,
    ruled(egress.dns, ['UDP', 'TCP']),
    ...asksApiServer(kind, settings) ? [ruled(egress.apiServer)] : [],
    ...kind === 'sentinel' ? [] : consul(settings),
    ...kind === 'server' ? [
      ...settings.follow ? [{ to: addresses(settings.follow.host), ports: tcp([settings.follow.port]) }] : [],
      ...settings.restore ? [{ to: pods('restore'), ports: tcp([RESTORE_PORT]) }] : [],
    ] : [],
    ...egress.more.map((rule) => ruled(rule)),
  ];
}

/** Whether containers of ours in these pods use the Kubernetes API. */
function asksApiServer(kind: Component, settings: Settings): boolean {
  return (kind === 'proxy' && settings.proxy?.kubeTemplate !== undefined) || (kind === 'server' && agentsAskApi(settings));
}

/** To the HTTP API of Consul, by its port: where it is, only its URL says, which may have a name. */
function consul({ proxy }: Settings): k8s.NetworkPolicyEgressRule[] {
  if (proxy?.consul === undefined) return [];
  const { protocol, port } = new URL(proxy.consul.address.replace(/\[?\$\(HOST_IP\)\]?/, 'host'));
  return [{ ports: tcp([port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)]) }];
}

/** An address as a policy takes it; a name may stand for any. */
function addresses(host: string): k8s.NetworkPolicyPeer[] | undefined {
  const family = net.isIP(host);
  return family === 0 ? undefined : [{ ipBlock: { cidr: `${host}/${family === 4 ? 32 : 128}` } }];
}

function tcp(ports: readonly number[]): k8s.NetworkPolicyPort[] {
  return portsOf(ports, 'TCP');
}

function portsOf(ports: readonly number[], protocol: string): k8s.NetworkPolicyPort[] {
  return ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol }));
}
