import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PartProps } from '../redis-ha/part-props';
import { Component } from '../topology/topology';

/**
 * Who may reach whom: servers and Sentinels are reached by each other and by the proxy, the proxy by the clients that are granted,
 * and where there is no proxy, servers and Sentinels by those clients. All else is refused.
 */
export class NetworkPolicies extends Construct {
  /** One policy for each kind of pod that exists. */
  public readonly policies: kplus.NetworkPolicy[] = [];
  private readonly forClients: { readonly policy: kplus.NetworkPolicy; readonly ports: kplus.NetworkPolicyPort[] }[] = [];

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
      const memberPorts = membersPorts[kind]?.map((port) => kplus.NetworkPolicyPort.tcp(port));
      if (memberPorts) for (const member of kinds) policy.addIngressRule(pods.get(member)!, memberPorts);
      if (proxy && kind === 'proxy') {
        this.forClients.push({ policy, ports: [proxy.port, proxy.readPort].map((port) => kplus.NetworkPolicyPort.tcp(port)) });
      } else if (!proxy) {
        this.forClients.push({ policy, ports: memberPorts ?? [] });
      }
    }
  }

  /** Lets a client in. */
  public grant(client: kplus.INetworkPolicyPeer): void {
    for (const { policy, ports } of this.forClients) policy.addIngressRule(client, ports);
  }
}
