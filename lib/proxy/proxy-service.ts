import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { families, hostnameAnnotation, servicePort } from '../manifests/objects';
import { Overrides } from '../manifests/overrides';
import { PartProps } from '../manifests/part-props';
import { rewrite } from '../manifests/rewrite';
import { PROXY_PORTS } from '../settings/ports';
import { ProxySettings } from '../settings/proxy-settings';

/** The Service that clients connect to. */
export function proxyService(scope: Construct, { settings, topology, proxy }: PartProps & { readonly proxy: ProxySettings }): k8s.KubeService {
  const { service } = proxy;
  const plain = settings.tls?.plainPorts.map(({ name, port }) => servicePort(name, port)) ?? [];
  const extra = proxy.extraPorts.map(({ name, port, nodePort }) => servicePort(name, port, nodePort));
  const affinity = service.sessionAffinity?.toSeconds();
  const object = new k8s.KubeService(scope, 'Service', {
    metadata: { name: topology.frontDoor, labels: topology.labels('proxy'), annotations: hostnameAnnotation(service.annotations, service.hostname) },
    spec: {
      type: service.type,
      loadBalancerClass: service.loadBalancerClass,
      loadBalancerSourceRanges: service.loadBalancerSourceRanges,
      externalTrafficPolicy: service.externalTrafficPolicy,
      sessionAffinity: affinity === undefined ? undefined : 'ClientIP',
      sessionAffinityConfig: affinity === undefined ? undefined : { clientIp: { timeoutSeconds: affinity } },
      selector: topology.selector('proxy'),
      ports: [
        servicePort(PROXY_PORTS.write, proxy.port, service.nodePort),
        servicePort(PROXY_PORTS.read, proxy.readPort, service.readNodePort),
        ...plain,
        ...extra,
      ],
      ...families(settings.ipStack),
    },
  });
  const { trafficDistribution } = service;
  // which is younger than the class
  if (trafficDistribution) rewrite(object, 'own', (manifest) => ({ ...manifest, spec: { ...manifest.spec, trafficDistribution } }));
  if (service.specOverrides) Overrides.merge(object, { spec: service.specOverrides });
  return object;
}
