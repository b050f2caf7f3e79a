import { list, made, number, oneOf, required, secret, struct, text } from './kinds';
import { duration, overrides, size, texts } from './shapes-common';
import { Egress, EgressRule, NetworkOptions, RestrictedEgressOptions } from '../options/network-options';
import { Peer, PeerCidrOptions, PeerPodsOptions } from '../options/peer';
import { HaproxyLines, ProxyReadOptions, ReadBalance } from '../options/proxy-behaviour';
import { ProxyAutoscaling, ProxyPort, ProxyRollout, TcpRouteOptions } from '../options/proxy-workload';
import { ExternalTrafficPolicy, MemberServiceOptions, ProxyServiceOptions, ProxyServiceType, TrafficDistribution } from '../options/service-options';

// What props of Services, of the ways to them, and of where pods may connect to may be.

/** A peer of ours, as it was made. */
export const peer = made<Peer, typeof Peer>(Peer, 'Peer', 'Peer.namespace("NAME")', {
  pods: [['', required(struct<PeerPodsOptions>({ labels: required(texts), namespace: text, namespaceLabels: texts }))]],
  namespace: [['.namespace', required(text)]],
  namespaces: [['.namespaceLabels', required(texts)]],
  cidr: [['', required(text)], ['', struct<PeerCidrOptions>({ except: list(text) })]],
});

const egressRule = struct<EgressRule>({ to: peer, ports: list(number) });
const egress = made<Egress, typeof Egress>(Egress, 'Egress', 'Egress.restricted()', {
  any: [],
  restricted: [['', struct<RestrictedEgressOptions>({ dns: egressRule, apiServer: egressRule, more: list(egressRule) })]],
});
export const network = struct<NetworkOptions>({ egress, appProtocol: text });

const serviceType = oneOf('ProxyServiceType', ProxyServiceType);
const externalTrafficPolicy = oneOf('ExternalTrafficPolicy', ExternalTrafficPolicy);

export const proxyService = struct<ProxyServiceOptions>({
  type: serviceType,
  annotations: texts,
  nodePort: number,
  readNodePort: number,
  loadBalancerClass: text,
  loadBalancerSourceRanges: list(text),
  externalTrafficPolicy,
  hostname: text,
  sessionAffinity: duration,
  trafficDistribution: oneOf('TrafficDistribution', TrafficDistribution),
  specOverrides: overrides('Service'),
});

export const memberServices = struct<MemberServiceOptions>({
  type: serviceType,
  annotations: texts,
  nodePorts: list(number),
  loadBalancerClass: text,
  loadBalancerSourceRanges: list(text),
  externalTrafficPolicy,
  hostname: text,
});

export const extraPorts = list(struct<ProxyPort>({ name: required(text), port: required(number), nodePort: number }));
export const reads = struct<ProxyReadOptions>({ balance: oneOf('ReadBalance', ReadBalance), maxLag: size, otherZoneWeight: number });
export const autoscaling = struct<ProxyAutoscaling>({
  minReplicas: number, maxReplicas: required(number), cpuPercent: number, memoryPercent: number,
});
export const rollout = struct<ProxyRollout>({ maxSurge: number, maxUnavailable: number, minReady: duration, revisionHistoryLimit: number });
export const tcpRoute = struct<TcpRouteOptions>({ gateway: required(text), namespace: text, listener: text, readListener: text });

const lines = secret(list(text));
export const haproxyLines = struct<HaproxyLines>({ global: lines, defaults: lines, write: lines, read: lines, master: lines, replicas: lines });
