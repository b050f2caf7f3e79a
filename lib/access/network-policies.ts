import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PartProps } from '../manifests/part-props';
import { KUBE_TEMPLATE_PORT } from '../settings/ports';
import { Component } from '../topology/topology';

/**
 * Who may reach whom: servers and Sentinels are reached by each other and by the proxy, the proxy by the clients that are granted,
 * and where there is no proxy, servers and Sentinels by those clients; metrics by whom they are granted to. All else is refused.
 */
export class NetworkPolicies extends Construct {
  /** One policy for each kind of pod that exists. */
  public readonly policies: kplus.NetworkPolicy[] = [];
  private readonly forClients: Opening[] = [];
  private readonly forMetrics: Opening[] = [];

  constructor(scope: Construct, id: string, { settings, topology }: PartProps) {
    super(scope, id);
    const { proxy, sentinel, server } = settings;
    const kinds: Component[] = ['server', ...sentinel.sidecar ? [] : ['sentinel' as const], ...proxy ? ['proxy' as const] : []];
    const pods = new Map(kinds.map((kind) => [kind, kplus.Pods.select(this, `${kind}-pods`, { labels: topology.selector(kind) })]));

    const membersPorts: { [kind: string]: number[] } = {
      server: [server.port, ...sentinel.sidecar ? [sentinel.port] : []],
      sentinel: [sentinel.port],
    };
    for (const kind of kinds) {
      const policy = new kplus.NetworkPolicy(this, kind, {
        metadata: { name: `${settings.name}-${kind}`, labels: topology.labels(kind) },
        selector: pods.get(kind),
        // a policy that selects a pod and has no rule refuses everything
        ingress: { default: kplus.NetworkPolicyTrafficDefault.DENY },
      });
      this.policies.push(policy);
      const memberPorts = membersPorts[kind] && tcp(...membersPorts[kind]);
      if (memberPorts) for (const member of kinds) policy.addIngressRule(pods.get(member)!, memberPorts);
      if (proxy && kind === 'proxy') {
        this.forClients.push({ policy, ports: tcp(proxy.port, proxy.readPort) });
        this.forMetrics.push({ policy, ports: tcp(proxy.statsPort, ...proxy.kubeTemplate ? [KUBE_TEMPLATE_PORT] : []) });
      } else if (!proxy) {
        this.forClients.push({ policy, ports: memberPorts ?? [] });
      }
    }
  }

  /** Lets a client in. */
  public grant(client: kplus.INetworkPolicyPeer): void {
    for (const { policy, ports } of this.forClients) policy.addIngressRule(client, ports);
  }

  /** Lets somebody read metrics. */
  public grantMetrics(reader: kplus.INetworkPolicyPeer): void {
    for (const { policy, ports } of this.forMetrics) policy.addIngressRule(reader, ports);
  }
}

/** Ports of a policy that somebody may be let in to. */
interface Opening {
  readonly policy: kplus.NetworkPolicy;
  readonly ports: kplus.NetworkPolicyPort[];
}

function tcp(...ports: number[]): kplus.NetworkPolicyPort[] {
  return ports.map((port) => kplus.NetworkPolicyPort.tcp(port));
}
