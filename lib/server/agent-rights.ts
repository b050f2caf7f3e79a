import { Chart } from 'cdk8s';
import { k8s, ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PartProps } from '../manifests/part-props';
import { accountsOf } from '../manifests/pod-overlay';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** What the agents may do at the Kubernetes API: an account for the pods of the servers, and a Role with each object by its name where it has one. */
export class AgentRights extends Construct {
  constructor(scope: Construct, id: string, { settings, topology }: PartProps) {
    super(scope, id);
    const name = topology.serverSet;
    const metadata = { name, labels: topology.labels('server') };
    new ServiceAccount(this, 'Account', { metadata, automountToken: false });
    new k8s.KubeRole(this, 'Role', { metadata, rules: rules(settings, topology) });
    new k8s.KubeRoleBinding(this, 'Binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: accountsOf(settings.server.pod, name, Chart.of(this).namespace),
    });
  }
}

function rules({ direct, kubernetes }: Settings, topology: Topology): k8s.PolicyRule[] {
  return [
    ...direct ? [
      // server-side apply creates one that is not there yet: with a name, unlike other ways to create
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], resourceNames: [topology.writeSlice, topology.readSlice], verbs: ['get', 'create', 'patch'] },
      { apiGroups: [''], resources: ['services'], resourceNames: [topology.frontDoor], verbs: ['get'] },
    ] : [],
    // each has a name of its own, which no rule can tell beforehand
    ...kubernetes?.events ? [{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] }] : [],
    ...kubernetes?.roleLabel ? [{ apiGroups: [''], resources: ['pods'], resourceNames: topology.servers.map(({ workload }) => workload), verbs: ['patch'] }] : [],
  ];
}
