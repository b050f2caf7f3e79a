/** Port of kube-template's probes and metrics. */
export const KUBE_TEMPLATE_PORT = 9099;

/** Port of the agent's metrics. */
export const AGENT_PORT = 9098;

export { RESTORE_PORT } from '../limits/restore-port';

/** Ports of the exporters beside servers and Sentinels. */
export const EXPORTER_PORT = 9121;
export const SENTINEL_EXPORTER_PORT = 9122;

/** First of the loopback ports on which HAProxy asks itself for the consensus, one a server. */
export const CONSENSUS_PORT = 18000;

/**
 * Names of our ports in the pods of the proxy, and in the Service that clients connect to: no other port there may have one of them. Without a proxy, each port of that Service
 * leads to the EndpointSlice with a port of the same name.
 */
export const PROXY_PORTS = {
  write: 'redis',
  read: 'redis-read',
  plainWrite: 'redis-plain',
  plainRead: 'plain-read',
  stats: 'stats',
  kubeTemplate: 'templates',
} as const;

/** Name of a port without TLS. */
export type PlainPort = typeof PROXY_PORTS['plainWrite' | 'plainRead'];
