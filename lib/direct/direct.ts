import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { families } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { PROXY_PORTS } from '../settings/ports';
import { DirectSettings } from '../settings/proxy-settings';

/**
 * The Service that clients connect to where there is no proxy. Its two EndpointSlices, one for each port, are written by the servers' agents and not made here: whoever
 * applies the manifests again would empty them.
 */
export class Direct extends Construct {
  public readonly service: k8s.KubeService;

  constructor(scope: Construct, id: string, { settings, topology, direct }: PartProps & { readonly direct: DirectSettings }) {
    super(scope, id);
    const labels = topology.labels('server');
    const port = (name: string, number: number): k8s.ServicePort => (
      { name, port: number, protocol: 'TCP', targetPort: k8s.IntOrString.fromNumber(settings.server.port) });
    this.service = new k8s.KubeService(this, 'Service', {
      metadata: { name: topology.frontDoor, labels },
      // no selector: Kubernetes does not write its endpoints
      spec: { ports: [port(PROXY_PORTS.write, direct.port), port(PROXY_PORTS.read, direct.readPort)], ...families(settings.ipStack) },
    });
  }
}
