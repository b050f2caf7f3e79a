import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { DisruptionBudget } from '../options/pod-options';
import { IpStack } from '../options/redis-ha-props';
import { HOSTNAME_ANNOTATION } from '../settings/resolve-service';

/** Families of a Service, as the API takes them; nothing for the cluster's default. */
export function families(stack?: IpStack): Pick<k8s.ServiceSpec, 'ipFamilies' | 'ipFamilyPolicy'> {
  switch (stack) {
    case undefined: return {};
    case IpStack.IPV4: return { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] };
    case IpStack.IPV6: return { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] };
    case IpStack.DUAL_STACK_IPV6: return { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] };
    case IpStack.DUAL_STACK: return { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] };
  }
}

/** Family of the addresses that the control plane speaks; undefined where Services have one family only, that of the cluster. */
export function ipFamily(stack?: IpStack): 4 | 6 | undefined {
  switch (stack) {
    case undefined: return undefined;
    case IpStack.IPV6:
    case IpStack.DUAL_STACK_IPV6: return 6;
    default: return 4;
  }
}

/** A named TCP port of a Service, whose target is the container's port of the same name. */
export function servicePort(name: string, port: number, nodePort?: number): k8s.ServicePort {
  return { name, port, protocol: 'TCP', targetPort: k8s.IntOrString.fromString(name), nodePort };
}

/** Annotations of a Service, with that by which external-dns gives it a name. */
export function hostnameAnnotation(
  annotations: { [name: string]: string } | undefined, hostname: string | undefined,
): { [name: string]: string } | undefined {
  return hostname === undefined ? annotations : { ...annotations, [HOSTNAME_ANNOTATION]: hostname };
}

/** A PodDisruptionBudget, where there is to be one. */
export function disruptionBudget(scope: Construct, id: string, options: {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly selector: { readonly [name: string]: string };
  readonly budget?: DisruptionBudget;
}): k8s.KubePodDisruptionBudget | undefined {
  if (options.budget === undefined) return undefined;
  const number = (value?: number) => (value === undefined ? undefined : k8s.IntOrString.fromNumber(value));
  return new k8s.KubePodDisruptionBudget(scope, id, {
    metadata: { name: options.name, labels: { ...options.labels } },
    spec: {
      minAvailable: number(options.budget.minAvailable),
      maxUnavailable: number(options.budget.maxUnavailable),
      // a pod that never becomes ready must not keep its node from being drained
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...options.selector } },
    },
  });
}
