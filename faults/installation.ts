import { Chart, Testing, Yaml } from 'cdk8s';
import { api, kubectl, kubectlAsync, sleep, until } from './cluster';
import { PodProcesses } from './injection';
import { Probe, probeObjects } from './probe-pods';
import { RedisHa, RedisHaProps } from '../lib/index';
import { TestCa } from '../test/support/pki';

const PASSWORD = 'ha"0 $x\\%#';
/** The first crash restarts at once; after the second, kubelet waits longer and longer. */
const RESTARTS = 2;

export type Component = 'server' | 'sentinel' | 'proxy';
export type Manifest = { kind: string; metadata: { name: string }; [field: string]: any };

export interface Pod {
  readonly name: string;
  readonly component: Component;
  readonly node: string;
  readonly ip: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly restarts: number;
}

function synthesize(props: RedisHaProps): [RedisHa, Manifest[]] {
  const chart = new Chart(Testing.app(), 'fault');
  return [new RedisHa(chart, 'redis', props), Testing.synth(chart)];
}

/** An installation in a namespace of its own, with a probe on each node. */
export class Installation {
  public redis: RedisHa;
  public readonly sidecar: boolean;
  public probes: Probe[] = [];
  private ca?: TestCa;
  private manifests: Manifest[];
  private readonly addresses = new Map<string, string>();

  constructor(public readonly namespace: string, private props: RedisHaProps) {
    [this.redis, this.manifests] = synthesize(props);
    this.sidecar = this.redis.sentinelDeployments.length === 0;
  }

  /** Creates everything; `alter` may change the objects first. */
  public async up(alter?: (manifests: Manifest[]) => void | Promise<void>): Promise<void> {
    await alter?.(this.manifests);
    kubectl(['create', 'namespace', this.namespace]);
    kubectl(['label', 'namespace', this.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    this.run('create', 'secret', 'generic', this.redis.secretName!, `--from-literal=password=${PASSWORD}`);
    this.certify();
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], Yaml.stringify(...this.manifests));
    const nodes: string[] = (await api('/api/v1/nodes')).items.map((node: any) => node.metadata.name);
    kubectl(['create', '-f', '-'], Yaml.stringify(...probeObjects(this.namespace, this.redis, nodes)));
    this.probes = nodes.map((node) => new Probe(this.namespace, node));
    await this.learnAddresses();
    await this.ready(180_000);
  }

  /** Applies it with some props changed, as somebody does who synthesizes anew, waits for the rollouts, and removes the objects that are no more. */
  public async change(props: RedisHaProps): Promise<void> {
    const before = this.manifests;
    this.props = { ...this.props, ...props };
    [this.redis, this.manifests] = synthesize(this.props);
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], Yaml.stringify(...this.manifests));
    const gone = before.filter((old) => !this.manifests.some(({ kind, metadata }) => kind === old.kind && metadata.name === old.metadata.name));
    if (gone.length > 0) kubectl(['-n', this.namespace, 'delete', '--wait=false', '-f', '-'], Yaml.stringify(...gone));
    await this.learnAddresses();
    const workloads = this.manifests.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment');
    for (const { kind, metadata } of workloads) await this.rolledOut(`${kind}/${metadata.name}`);
  }

  /** Makes a certificate, and puts it into the Secret, where there is TLS: the first one, or another. */
  public certify(): void {
    const { tlsSecretName, tlsServerName } = this.redis;
    if (tlsSecretName === undefined) return;
    this.ca ??= new TestCa();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: tlsSecretName }, stringData: this.ca.leaf({ names: [tlsServerName!] }) };
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], JSON.stringify(secret));
  }

  /** Waits until a workload's pods are all of its newest revision. */
  public async rolledOut(workload: string): Promise<void> {
    await kubectlAsync(['-n', this.namespace, 'rollout', 'status', workload, '--timeout=240s']);
  }

  /** Changes what containers that start from now on find in their files. */
  public async alterFiles(alter: (manifests: Manifest[]) => void | Promise<void>): Promise<void> {
    await alter(this.manifests);
    const files = this.manifests.filter(({ kind }) => kind === 'ConfigMap');
    kubectl(['-n', this.namespace, 'replace', '-f', '-'], Yaml.stringify(...files));
    await this.refreshFiles();
  }

  /** Lets kubelet look at ConfigMaps and Secrets: of pods that change it does at once, of others within a minute. */
  public async refreshFiles(): Promise<void> {
    this.run('annotate', 'pod', '--all', '--overwrite', `fault/looked-at=${Date.now()}`);
    await sleep(5000);
  }

  public down(): void {
    this.ca?.remove();
    kubectl(['delete', 'namespace', this.namespace, '--wait=false', '--ignore-not-found']);
  }

  /** kubectl in the installation's namespace. */
  public run(...args: string[]): string {
    return kubectl(['-n', this.namespace, ...args]);
  }

  /** Waits until all pods are ready, the Sentinels agree on the master, and all others are in sync with it. @returns milliseconds */
  public ready(timeoutMs: number): Promise<number> {
    return until(`${this.namespace} is ready`, async () => {
      const pods = await this.pods();
      const { redis, props } = this;
      const expected = redis.announceServices.length + redis.sentinelDeployments.length + (props.proxy?.replicas ?? 3);
      return pods.length === expected && pods.every(({ ready }) => ready) && await this.probesReady() && await this.probes[0].settled();
    }, timeoutMs);
  }

  /** Brings the pods back to where a new installation has them: one of each kind on a node, none that kubelet restarts late. */
  public async reset(): Promise<void> {
    await this.ready(120_000);
    await until('every Sentinel trusts its clock', async () => (await this.probes[0].state()).sentinels.every(({ tilt }) => !tilt), 60_000);
    for (;;) {
      const pods = await this.pods();
      const master = await this.master();
      const tired = pods.find((pod) => pod.name !== master.name && (pod.restarts >= RESTARTS || this.doubled(pod, pods)));
      if (tired === undefined) return;
      await this.replace(tired, () => this.run('delete', 'pod', tired.name, '--wait=false'));
      await this.ready(120_000);
    }
  }

  public async pods(component?: Component): Promise<Pod[]> {
    const query = component ? `?labelSelector=app.kubernetes.io/component%3D${component}` : '?labelSelector=app.kubernetes.io/component';
    return (await this.list('pods', query)).items.map((pod: any) => ({
      name: pod.metadata.name,
      component: pod.metadata.labels['app.kubernetes.io/component'],
      node: pod.spec.nodeName,
      ip: pod.status.podIP,
      uid: pod.metadata.uid,
      ready: !pod.metadata.deletionTimestamp && (pod.status.conditions ?? []).some((one: any) => one.type === 'Ready' && one.status === 'True'),
      restarts: Math.max(0, ...(pod.status.containerStatuses ?? []).map((one: any) => one.restartCount)),
    }));
  }

  /** The pod of the server with an ordinal. */
  public async server(ordinal: number): Promise<Pod> {
    const name = `${this.redis.serverStatefulSet.name}-${ordinal}`;
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

  /** Pods that hold a Sentinel, in the order of the Sentinels. */
  public async sentinels(): Promise<Pod[]> {
    return (await this.pods(this.sidecar ? 'server' : 'sentinel')).sort((a, b) => a.name.localeCompare(b.name));
  }

  public processes(pod: Pod): PodProcesses {
    return new PodProcesses(pod.uid);
  }

  /** Every address of a pod: its own and those of the Services that lead to it alone. */
  public addressesOf(pod: Pod): string[] {
    const ordinal = /-(\d+)$/.exec(pod.name)?.[1];
    const service = pod.component === 'server' ? this.redis.announceServices[Number(ordinal)].name
      : this.redis.sentinelAnnounceServices.find(({ name }) => pod.name.startsWith(`${name}-`))?.name;
    const address = service && this.addresses.get(service);
    return address ? [pod.ip, address] : [pod.ip];
  }

  /** Does something that ends a pod, and waits until its successor is ready. */
  public async replace(pod: Pod, how: () => unknown, timeoutMs = 120_000): Promise<void> {
    const before = new Set((await this.pods(pod.component)).map(({ uid }) => uid));
    await how();
    await until(`a successor of ${pod.name}`, async () => {
      const pods = await this.pods(pod.component);
      return !pods.some(({ uid }) => uid === pod.uid) && pods.every(({ ready }) => ready) && pods.length >= before.size;
    }, timeoutMs);
  }

  private async learnAddresses(): Promise<void> {
    for (const service of (await this.list('services')).items) this.addresses.set(service.metadata.name, service.spec.clusterIP);
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

  private list(what: string, query = ''): Promise<any> {
    return api(`/api/v1/namespaces/${this.namespace}/${what}${query}`);
  }
}
