import { PartProps } from '../manifests/part-props';
import { MetricsEndpoint } from '../options/metrics-endpoint';
import { AGENT_PORT, EXPORTER_PORT, KUBE_TEMPLATE_PORT, PROXY_PORTS, SENTINEL_EXPORTER_PORT } from '../settings/ports';
import { Component } from '../topology/topology';

/**
 * Where the pods of an installation tell metrics.
 *
 * @param foreign it is made elsewhere, where the number of proxies is said
 */
export function metricsEndpoints({ settings: { exporter, sentinel, proxy, hibernate }, topology }: PartProps, foreign: boolean): MetricsEndpoint[] {
  const counts: { readonly [component: string]: number | undefined } = {
    server: topology.servers.length,
    sentinel: topology.sentinels.length,
    proxy: foreign ? undefined : proxy?.autoscaling?.minReplicas ?? proxy?.replicas,
  };
  const endpoint = (component: Component, portName: string, port: number): MetricsEndpoint => (
    { component, podSelector: topology.selector(component), portName, port, pods: hibernate ? 0 : counts[component] });
  return [
    endpoint('server', 'agent-stats', AGENT_PORT),
    ...exporter ? [endpoint('server', 'redis-stats', EXPORTER_PORT), endpoint(sentinel.sidecar ? 'server' : 'sentinel', 'sentinel-stats', SENTINEL_EXPORTER_PORT)] : [],
    ...proxy ? [{ ...endpoint('proxy', PROXY_PORTS.stats, proxy.statsPort), customFronts: foreign ? undefined : proxy.customFronts }] : [],
    ...proxy?.kubeTemplate ? [endpoint('proxy', PROXY_PORTS.kubeTemplate, KUBE_TEMPLATE_PORT)] : [],
  ];
}
