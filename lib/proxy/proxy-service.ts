import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { families, servicePort } from '../manifests/objects';
import { Overrides } from '../manifests/overrides';
import { PartProps } from '../manifests/part-props';
import { ProxySettings } from '../settings/settings';

/** The Service that clients connect to. */
export function proxyService(scope: Construct, { settings, topology, proxy }: PartProps & { readonly proxy: ProxySettings }): k8s.KubeService {
  const { service } = proxy;
  const plain = settings.tls?.plainPorts.map(({ name, port }) => servicePort(name, port)) ?? [];
  const object = new k8s.KubeService(scope, 'Service', {
    metadata: { name: topology.frontDoor, labels: topology.labels('proxy'), annotations: service.annotations },
    spec: {
      type: service.type,
      loadBalancerClass: service.loadBalancerClass,
      loadBalancerSourceRanges: service.loadBalancerSourceRanges,
      externalTrafficPolicy: service.externalTrafficPolicy,
      selector: topology.selector('proxy'),
      ports: [servicePort('redis', proxy.port, service.nodePort), servicePort('redis-read', proxy.readPort, service.readNodePort), ...plain],
      ...families(settings.ipStack),
    },
  });
  if (service.specOverrides) Overrides.merge(object, { spec: service.specOverrides });
  return object;
}
