import { annotations, cidr, hostName, seconds } from './checks';
import { reject } from './invalid-prop';
import { PROXY_PORTS } from './ports';
import { ProxyPort } from '../options/proxy-workload';
import { MemberServiceOptions, ProxyServiceOptions, ProxyServiceType } from '../options/service-options';

/** By which external-dns gives a Service a name. */
export const HOSTNAME_ANNOTATION = 'external-dns.alpha.kubernetes.io/hostname';

const OUTSIDE = [ProxyServiceType.NODE_PORT, ProxyServiceType.LOAD_BALANCER];

/** The Service that clients connect to, with defaults. */
export function resolveService(prop: string, service: ProxyServiceOptions): ProxyServiceOptions {
  const type = service.type ?? ProxyServiceType.CLUSTER_IP;
  checkOutside(prop, service, type);
  for (const option of ['nodePort', 'readNodePort'] as const) {
    if (service[option] === undefined) continue;
    needs(`${prop}.${option}`, service[option], type, OUTSIDE);
    nodePort(`${prop}.${option}`, service[option]);
  }
  if (service.sessionAffinity !== undefined) seconds(`${prop}.sessionAffinity`, service.sessionAffinity, 1, 86_400);
  if (service.hostname !== undefined) hostName(`${prop}.hostname`, service.hostname);
  return { ...service, type };
}

/** Further ports of that Service. Which numbers are taken, the proxy knows. */
export function resolveExtraPorts(prop: string, ports: readonly ProxyPort[], { type }: ProxyServiceOptions): readonly ProxyPort[] {
  for (const [index, { name, nodePort: port }] of ports.entries()) {
    if (!/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 15) {
      reject(`${prop}[${index}].name`, name, 'must be at most 15 lower-case letters, digits and "-", with a letter');
    }
    const taken = [...Object.values<string>(PROXY_PORTS), ...ports.slice(0, index).map((other) => other.name)];
    if (taken.includes(name)) reject(`${prop}[${index}].name`, name, `must be none of ${taken.join(', ')}`);
    if (port === undefined) continue;
    needs(`${prop}[${index}].nodePort`, port, type!, OUTSIDE);
    nodePort(`${prop}[${index}].nodePort`, port);
  }
  return ports;
}

/** Services of the servers for outside, with defaults. */
export function resolveMemberServices(prop: string, services: MemberServiceOptions | undefined, replicas: number): MemberServiceOptions | undefined {
  if (services === undefined) return undefined;
  const type = services.type ?? ProxyServiceType.LOAD_BALANCER;
  checkOutside(prop, services, type);
  const { nodePorts, hostname } = services;
  if (nodePorts !== undefined) {
    needs(`${prop}.nodePorts`, nodePorts, type, OUTSIDE);
    if (nodePorts.length !== replicas) reject(`${prop}.nodePorts`, nodePorts, `must have one port for each server, 'replicas' is ${replicas}`);
    for (const [index, port] of nodePorts.entries()) nodePort(`${prop}.nodePorts[${index}]`, port);
  }
  if (hostname !== undefined) {
    if (replicas > 1 && !hostname.includes('{ordinal}')) reject(`${prop}.hostname`, hostname, 'must have "{ordinal}" in it: each server needs a name of its own');
    else hostName(`${prop}.hostname`, memberHostname(hostname, 0));
  }
  return { ...services, type };
}

/** Name of one server's Service for outside. */
export function memberHostname(hostname: string, ordinal: number): string {
  return hostname.replaceAll('{ordinal}', String(ordinal));
}

/** What Services of both kinds have for outside. */
function checkOutside(prop: string, service: Omit<MemberServiceOptions, 'type' | 'nodePorts'>, type: ProxyServiceType): void {
  if (service.externalTrafficPolicy !== undefined) needs(`${prop}.externalTrafficPolicy`, service.externalTrafficPolicy, type, OUTSIDE);
  if (service.loadBalancerClass !== undefined) {
    needs(`${prop}.loadBalancerClass`, service.loadBalancerClass, type, [ProxyServiceType.LOAD_BALANCER]);
  }
  for (const [index, range] of (service.loadBalancerSourceRanges ?? []).entries()) cidr(`${prop}.loadBalancerSourceRanges[${index}]`, range);
  if (service.loadBalancerSourceRanges !== undefined) {
    needs(`${prop}.loadBalancerSourceRanges`, service.loadBalancerSourceRanges, type, [ProxyServiceType.LOAD_BALANCER]);
  }
  annotations(`${prop}.annotations`, service.annotations);
  if (service.hostname !== undefined && service.annotations?.[HOSTNAME_ANNOTATION] !== undefined) {
    reject(`${prop}.annotations["${HOSTNAME_ANNOTATION}"]`, service.annotations[HOSTNAME_ANNOTATION], `must be left out with '${prop}.hostname', which is that annotation`);
  }
}

function needs(prop: string, value: unknown, type: ProxyServiceType, types: readonly ProxyServiceType[]): void {
  if (!types.includes(type)) reject(prop, value, `needs '${prop.replace(/(\[\d+\])?\.\w+$/, '').replace('proxy.extraPorts', 'proxy.service')}.type' ${types.join(' or ')}, it is ${type}`);
}

function nodePort(prop: string, value: number): void {
  if (!Number.isInteger(value) || value < 30000 || value > 32767) {
    reject(prop, value, 'must be a whole number from 30000 to 32767 (for a cluster with another range, patch the Service)');
  }
}

/** All Services of a cluster share its node ports. */
export function distinctNodePorts(
  proxy: { readonly service: ProxyServiceOptions; readonly extraPorts: readonly ProxyPort[] } | undefined, members: MemberServiceOptions | undefined,
): void {
  const owners = new Map<number, string>();
  const claim = (prop: string, port: number | undefined): void => {
    if (port === undefined) return;
    const owner = owners.get(port);
    if (owner === undefined) owners.set(port, prop);
    else reject(prop, port, `must differ from '${owner}'`);
  };
  claim('proxy.service.nodePort', proxy?.service.nodePort);
  claim('proxy.service.readNodePort', proxy?.service.readNodePort);
  for (const [index, { nodePort: port }] of (proxy?.extraPorts ?? []).entries()) claim(`proxy.extraPorts[${index}].nodePort`, port);
  for (const [index, port] of (members?.nodePorts ?? []).entries()) claim(`server.memberServices.nodePorts[${index}]`, port);
}
