import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { families, servicePort } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';

/** The Service that finds any Sentinel: where Sentinel-aware clients start. */
export function sentinelService(scope: Construct, { settings, topology }: PartProps): k8s.KubeService {
  const component = settings.sentinel.sidecar ? 'server' : 'sentinel';
  return new k8s.KubeService(scope, 'SentinelService', {
    metadata: { name: topology.sentinelService, labels: topology.labels(component) },
    spec: {
      // a Sentinel beside a server that still loads answers as well as any
      publishNotReadyAddresses: true,
      selector: topology.selector(component),
      ports: [servicePort('sentinel', settings.sentinel.port)],
      ...families(settings.ipStack),
    },
  });
}
