import { api, kubectl, kubectlAsync, until } from './cluster';
import { PodProcesses } from './injection';
import { Probe, probeObjects, Probed } from './probe-pods';

/** The first crash restarts at once; after the second, kubelet waits longer and longer. */
const RESTARTS = 2;

export type Component = 'server' | 'sentinel' | 'proxy';

export interface Pod {
  readonly name: string;
  readonly component: Component;
  readonly node: string;
  readonly ip: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** Servers, Sentinels and HAProxy in a namespace of their own, whoever made them, with a probe on each node. */
export abstract class Target {
  public probes: Probe[] = [];
  /** Name of the servers' StatefulSet. */
  public abstract readonly serverSet: string;
  /** How many servers there are. */
  public abstract readonly servers: number;

  /** @param patienceMs how long its pods may take until they are ready again after anything */
  constructor(public readonly namespace: string, private readonly patienceMs: number) {}

  /** Waits until all pods are ready, the Sentinels agree on the master, and all others are in sync with it. @returns milliseconds */
  public ready(timeoutMs: number): Promise<number> {
    return until(`${this.namespace} is ready`, async () => {
      const pods = await this.pods();
      return pods.length === this.expectedPods() && pods.every(({ ready }) => ready) && await this.probesReady() && await this.probes[0].settled();
    }, timeoutMs);
  }

  /** Brings the pods back to where a new installation has them: one of each kind on a node, none that kubelet restarts late. */
  public async reset(): Promise<void> {
    await this.ready(this.patienceMs);
    await until('every Sentinel trusts its clock', async () => (await this.probes[0].state()).sentinels.every(({ tilt }) => !tilt), 60_000);
    for (;;) {
      const pods = await this.pods();
      const master = await this.master();
      const tired = pods.find((pod) => pod.name !== master.name && (pod.restarts >= RESTARTS || this.doubled(pod, pods)));
      if (tired === undefined) return;
      await this.replace(tired, () => this.run('delete', 'pod', tired.name, '--wait=false'));
      await this.ready(this.patienceMs);
    }
  }

  public down(): void {
    kubectl(['delete', 'namespace', this.namespace, '--wait=false', '--ignore-not-found']);
  }

  /** kubectl in its namespace. */
  public run(...args: string[]): string {
    return kubectl(['-n', this.namespace, ...args]);
  }

  /** Waits until a workload's pods are all of its newest revision. */
  public async rolledOut(workload: string): Promise<void> {
    await kubectlAsync(['-n', this.namespace, 'rollout', 'status', workload, `--timeout=${2 * this.patienceMs}ms`]);
  }

  public async pods(component?: Component): Promise<Pod[]> {
    return (await this.list('pods')).items.flatMap((pod: any) => {
      const its = this.componentOf(pod.metadata.labels ?? {});
      return its === undefined || (component !== undefined && its !== component) ? [] : {
        name: pod.metadata.name,
        component: its,
        node: pod.spec.nodeName,
        ip: pod.status.podIP,
        uid: pod.metadata.uid,
        ready: !pod.metadata.deletionTimestamp && (pod.status.conditions ?? []).some((one: any) => one.type === 'Ready' && one.status === 'True'),
        restarts: Math.max(0, ...(pod.status.containerStatuses ?? []).map((one: any) => one.restartCount)),
      };
    });
  }

  /** The pod of the server with an ordinal. */
  public async server(ordinal: number): Promise<Pod> {
    const name = `${this.serverSet}-${ordinal}`;
    const pod = (await this.pods('server')).find((one) => one.name === name);
    if (!pod) throw new Error(`there is no pod ${name}`);
    return pod;
  }

  /** The pod of the only master. */
  public async master(): Promise<Pod> {
    const masters = (await this.probes[0].state()).servers.flatMap(({ role }, ordinal) => (role === 'master' ? ordinal : []));
    if (masters.length !== 1) throw new Error(`${masters.length} servers are master`);
    return this.server(masters[0]);
  }

  public async replicas(): Promise<Pod[]> {
    const master = await this.master();
    return (await this.pods('server')).filter(({ name }) => name !== master.name);
  }

  public processes(pod: Pod): PodProcesses {
    return new PodProcesses(pod.uid);
  }

  /** Does something that ends a pod, and waits until its successor is ready. */
  public async replace(pod: Pod, how: () => unknown): Promise<void> {
    const before = new Set((await this.pods(pod.component)).map(({ uid }) => uid));
    await how();
    await until(`a successor of ${pod.name}`, async () => {
      const pods = await this.pods(pod.component);
      return !pods.some(({ uid }) => uid === pod.uid) && pods.every(({ ready }) => ready) && pods.length >= before.size;
    }, this.patienceMs);
  }

  /** What a pod with these labels is, if it is one of these. */
  protected abstract componentOf(labels: { readonly [name: string]: string }): Component | undefined;

  /** How many pods there are when all are there. */
  protected abstract expectedPods(): number;

  /** Creates its namespace, in which only pods run that Pod Security `restricted` lets in. */
  protected createNamespace(): void {
    kubectl(['create', 'namespace', this.namespace]);
    kubectl(['label', 'namespace', this.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  }

  /** Starts the probes. */
  protected async probe(probed: Probed): Promise<void> {
    const nodes: string[] = (await api('/api/v1/nodes')).items.map((node: any) => node.metadata.name);
    kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: probeObjects(this.namespace, probed, nodes) }));
    this.probes = nodes.map((node) => new Probe(this.namespace, node));
  }

  protected list(what: string, query = ''): Promise<any> {
    return api(`/api/v1/namespaces/${this.namespace}/${what}${query}`);
  }

  private doubled(pod: Pod, pods: readonly Pod[]): boolean {
    const same = pods.filter(({ component }) => component === pod.component);
    const spread = new Set(same.map(({ node }) => node)).size === Math.min(same.length, this.probes.length);
    return !spread && same.some((other) => other !== pod && other.node === pod.node);
  }

  private async probesReady(): Promise<boolean> {
    const { items } = await this.list('pods', '?labelSelector=app%3Dprobe');
    return items.length === this.probes.length && items.every((pod: any) => pod.status.containerStatuses?.[0].ready);
  }
}
