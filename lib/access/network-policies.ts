import { Chart, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { egressRules } from './egress-rules';
import { metricsEndpoints } from './metrics-endpoints';
import { peersOf } from './peers';
import { PartProps } from '../manifests/part-props';
import { checksum } from '../manifests/pod-parts';
import { rewrite } from '../manifests/rewrite';
import { MetricsOptions } from '../options/connect-options';
import { wholeNumber } from '../settings/checks';
import { InvalidPropError } from '../settings/invalid-prop';
import { Settings } from '../settings/settings';
import { Component } from '../topology/topology';

/** Pods that have a policy here: that of a restore's Job is written beside it. */
type Kind = Exclude<Component, 'restore'>;

/** Ports of pods that clients connect to. */
export function clientPorts({ frontDoor, server, sentinel, tls, proxy }: Settings): number[] {
  if (!frontDoor) return [server.port, sentinel.port];
  return [...frontDoor.podPorts, ...[...tls?.plainPorts ?? [], ...proxy?.extraPorts ?? []].map(({ port }) => port)];
}

/** Whose policies these are. */
export interface NetworkPoliciesProps extends PartProps {
  /** Namespace of the installation, if it is known. */
  readonly namespace?: string;
  /**
   * Whether another chart makes the installation and its policies. Then one more policy is made for each kind of pods that somebody is let in to: policies add up.
   */
  readonly foreign: boolean;
}

/**
 * Who may reach whom: servers and Sentinels are reached by each other and by the proxy, the proxy by the clients that are granted,
 * and where there is no proxy, the servers by those clients, and without a front door the Sentinels too; metrics by whom they are granted to. All else is refused.
 */
export class NetworkPolicies extends Construct {
  /** One policy for each kind of pod that exists; of a foreign installation, for each that somebody was let in to. */
  public readonly policies: k8s.KubeNetworkPolicy[] = [];
  private readonly kinds: readonly Kind[];
  private readonly rules = new Map<Kind, Rules>();

  constructor(scope: Construct, id: string, private readonly props: NetworkPoliciesProps) {
    super(scope, id);
    const { settings: { sentinel, proxy }, topology } = props;
    this.kinds = ['server', ...sentinel.sidecar ? [] : ['sentinel' as const], ...proxy ? ['proxy' as const] : []];
    if (props.foreign || !props.settings.networkPolicies) return;
    for (const kind of this.kinds) {
      const rules = this.rulesOf(kind);
      if (kind === 'proxy') continue;
      for (const member of this.kinds) rules.add([{ podSelector: { matchLabels: topology.selector(member) } }], this.memberPorts(kind));
    }
  }

  /** Lets a client in: to the pods behind the front door, or where there is none, to servers and Sentinels. */
  public grant(client: IConstruct): void {
    const { settings } = this.props;
    if (settings.frontDoor) this.open(settings.frontDoor.component, clientPorts(settings), 'client', client);
    else this.grantSentinel(client);
  }

  /** Lets a client in to servers and Sentinels. */
  public grantSentinel(client: IConstruct): void {
    for (const kind of this.kinds) {
      if (kind !== 'proxy') this.open(kind, this.memberPorts(kind), 'client', client);
    }
  }

  /** Lets somebody read metrics. */
  public grantMetrics(reader: IConstruct, { serverPorts = [], sentinelPorts = [], proxyPorts = [] }: MetricsOptions): void {
    const endpoints = metricsEndpoints(this.props, this.props.foreign);
    const own = (kind: Kind) => endpoints.filter(({ component }) => component === kind).map(({ port }) => port);
    const ports = { server: [...own('server'), ...serverPorts], sentinel: [...own('sentinel'), ...sentinelPorts], proxy: [...own('proxy'), ...proxyPorts] };
    for (const kind of ['server', 'sentinel', 'proxy'] as const) {
      if (ports[kind].length === 0) continue;
      if (!this.kinds.includes(kind)) throw new InvalidPropError(`${kind}Ports`, ports[kind], `must not be given: there are no pods of the ${kind} alone`);
      for (const port of ports[kind]) wholeNumber(`${kind}Ports`, port, 1, 65535);
      this.open(kind, ports[kind], 'reader', reader);
    }
  }

  private open(kind: Kind, ports: readonly number[], prop: string, client: IConstruct): void {
    const { namespace, settings: { networkPolicies } } = this.props;
    const peers = () => peersOf(prop, client, { path: this.node.scope!.node.path, namespace, open: !networkPolicies });
    // what is wrong is told also where everybody may in
    if (networkPolicies) this.rulesOf(kind).addClient(client, ports, peers); else peers();
  }

  /** Ports of which members know each other. */
  private memberPorts(kind: 'server' | 'sentinel'): number[] {
    const { server, sentinel } = this.props.settings;
    return kind === 'server' ? [server.port, ...sentinel.sidecar ? [sentinel.port] : []] : [sentinel.port];
  }

  /** The rules of a kind's policy, which is made if it is not there yet. */
  private rulesOf(kind: Kind): Rules {
    const existing = this.rules.get(kind);
    if (existing) return existing;
    const rules = new Rules();
    this.rules.set(kind, rules);
    const { settings, topology, namespace, foreign } = this.props;
    const egress = egressRules(kind, this.props, this.node.scope!.node.path);
    const name = `${settings.name}-${kind}`;
    const policy = new k8s.KubeNetworkPolicy(this, kind, {
      metadata: { name, namespace, labels: foreign ? topology.importedLabels(kind) : topology.labels(kind) },
      // a policy that selects a pod and has no rule refuses everything
      spec: {
        podSelector: { matchLabels: topology.selector(kind) },
        ingress: rules.lazily(),
        policyTypes: ['Ingress', ...egress ? ['Egress'] : []],
        egress,
      },
    });
    this.policies.push(policy);
    if (foreign) {
      // others that let their clients in must not overwrite it, of another repository with a chart of the same name neither
      rewrite(policy, 'own', (manifest) => {
        manifest.metadata.name = `${name}-from-${checksum(Chart.of(this).namespace ?? '', this.node.path, JSON.stringify(manifest.spec.ingress))}`;
        return manifest;
      });
    }
    return rules;
  }
}

/** Rules of one policy. Who they let in is resolved at synth. */
class Rules {
  private readonly rules: { peers: () => k8s.NetworkPolicyPeer[]; readonly ports: readonly number[]; readonly client?: IConstruct }[] = [];

  public add(peers: k8s.NetworkPolicyPeer[], ports: readonly number[]): void {
    this.rules.push({ peers: () => peers, ports });
  }

  /** A rule for a client, once for the same ports: of what a construct holds, with what it holds now. */
  public addClient(client: IConstruct, ports: readonly number[], peers: () => () => k8s.NetworkPolicyPeer[]): void {
    const known = this.rules.find((rule) => rule.client === client && rule.ports.join() === ports.join());
    if (known) known.peers = peers(); else this.rules.push({ peers: peers(), ports, client });
  }

  public lazily(): k8s.NetworkPolicyIngressRule[] {
    const produce = () => (this.rules.length === 0 ? undefined : this.rules.map(({ peers, ports }) => ({
      from: peers(),
      ports: ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' })),
    })));
    return Lazy.any({ produce }) as k8s.NetworkPolicyIngressRule[];
  }
}
