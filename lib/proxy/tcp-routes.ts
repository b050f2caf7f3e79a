import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PartProps } from '../manifests/part-props';
import { TcpRouteOptions } from '../options/proxy-workload';
import { ProxySettings } from '../settings/proxy-settings';

/** Routes from a Gateway to the Service: for writes, and for reads if they have a listener. */
export function tcpRoutes(
  scope: Construct, { topology, proxy }: PartProps & { readonly proxy: ProxySettings }, options: TcpRouteOptions,
): ApiObject[] {
  const { gateway, namespace, listener, readListener } = options;
  const route = (id: string, name: string, sectionName: string | undefined, port: number) => new ApiObject(scope, id, {
    apiVersion: 'gateway.networking.k8s.io/v1alpha2',
    kind: 'TCPRoute',
    metadata: { name, labels: topology.labels('proxy') },
    spec: { parentRefs: [{ name: gateway, namespace, sectionName }], rules: [{ backendRefs: [{ name: topology.frontDoor, port }] }] },
  });
  return [
    route('Route', topology.frontDoor, listener, proxy.port),
    ...readListener === undefined ? [] : [route('ReadRoute', `${topology.frontDoor}-read`, readListener, proxy.readPort)],
  ];
}
