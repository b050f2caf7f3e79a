import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { READ_PORT, WRITE_PORT } from '../manifests/direct';
import { families } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { DirectSettings } from '../settings/settings';

/**
 * The Service that clients connect to where there is no proxy, and the right of the servers' agents to write its two EndpointSlices: one for each port. The slices
 * are not made here: whoever applies the manifests again would empty them.
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
      spec: { ports: [port(WRITE_PORT, direct.port), port(READ_PORT, direct.readPort)], ...families(settings.ipStack) },
    });

    const name = topology.serverSet;
    const { namespace } = Chart.of(this);
    const metadata = { name, labels };
    new kplus.ServiceAccount(this, 'Account', { metadata, automountToken: false });
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [
        // server-side apply creates one that is not there yet: with a name, unlike other ways to create
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], resourceNames: [topology.writeSlice, topology.readSlice], verbs: ['get', 'create', 'patch'] },
        { apiGroups: [''], resources: ['services'], resourceNames: [topology.frontDoor], verbs: ['get'] },
      ],
    });
    new k8s.KubeRoleBinding(this, 'Binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}
