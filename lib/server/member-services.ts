import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { families, hostnameAnnotation, servicePort } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { MemberServiceOptions } from '../options/service-options';
import { memberHostname } from '../settings/resolve-service';

/** A Service for each server by which it is reached from outside. Nobody announces it, so that replication and failovers know nothing of it. */
export function memberServices(scope: Construct, { settings, topology }: PartProps, options: MemberServiceOptions): k8s.KubeService[] {
  const { type, annotations, nodePorts, loadBalancerClass, loadBalancerSourceRanges, externalTrafficPolicy, hostname } = options;
  return topology.servers.map(({ ordinal, workload }) => new k8s.KubeService(scope, `Member${ordinal}`, {
    metadata: {
      name: topology.memberService(ordinal),
      labels: topology.labels('server'),
      annotations: hostnameAnnotation(annotations, hostname && memberHostname(hostname, ordinal)),
    },
    spec: {
      type,
      loadBalancerClass,
      loadBalancerSourceRanges,
      externalTrafficPolicy,
      selector: { ...topology.selector('server'), 'statefulset.kubernetes.io/pod-name': workload },
      ports: [servicePort('redis', settings.server.port, nodePorts?.[ordinal])],
      ...families(settings.ipStack),
    },
  }));
}
