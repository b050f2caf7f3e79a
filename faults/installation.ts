import { Chart, Testing, Yaml } from 'cdk8s';
import { kubectl, sleep } from './cluster';
import { Probed, probedInstallation } from './probe-pods';
import { Component, Pod, Target } from './target';
import { RedisHa, RedisHaProps } from '../lib/index';
import { TestCa } from '../test/support/pki';

const PASSWORD = 'ha"0 $x\\%#';
const PATIENCE_MS = 120_000;

const COMPONENTS: readonly Component[] = ['server', 'sentinel', 'proxy'];

export type Manifest = { kind: string; metadata: { name: string }; [field: string]: any };

/** How somebody changes an installation. */
export interface ChangeOptions {
  /** Said of the installation beside its props. */
  readonly extend?: (redis: RedisHa) => void;
  /** Whether objects that are no more in the manifests are removed. Default: they are. */
  readonly prune?: boolean;
}

function synthesize(props: RedisHaProps, extend?: (redis: RedisHa) => void): [RedisHa, Manifest[]] {
  const chart = new Chart(Testing.app(), 'fault');
  const redis = new RedisHa(chart, 'redis', props);
  extend?.(redis);
  return [redis, Testing.synth(chart)];
}

/** An installation of this library. */
export class Installation extends Target {
  public redis: RedisHa;
  public readonly sidecar: boolean;
  protected readonly password: string = PASSWORD;
  private ca?: TestCa;
  private manifests: Manifest[];
  private readonly addresses = new Map<string, string>();

  constructor(namespace: string, private props: RedisHaProps) {
    super(namespace, PATIENCE_MS);
    [this.redis, this.manifests] = synthesize(props);
    this.sidecar = this.redis.sentinelDeployments.length === 0;
  }

  public get serverSet(): string { return this.redis.serverStatefulSet.name; }

  public get servers(): number { return this.redis.announceServices.length; }

  /** Creates everything, and waits until it is ready; `alter` may change the objects first. */
  public async up(alter?: (manifests: Manifest[]) => void | Promise<void>): Promise<void> {
    await this.create(alter);
    await this.ready(180_000);
  }

  /** Creates everything. */
  public async create(alter?: (manifests: Manifest[]) => void | Promise<void>): Promise<void> {
    await alter?.(this.manifests);
    this.createNamespace();
    this.run('create', 'secret', 'generic', this.redis.secretName!, `--from-literal=password=${this.password}`);
    this.certify();
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], Yaml.stringify(...this.manifests));
    await this.probe(this.probed());
    await this.learnAddresses();
  }

  /** Applies it with some props changed, as somebody does who synthesizes anew, and removes the objects that are no more. */
  public async apply(props: RedisHaProps, { extend, prune = true }: ChangeOptions = {}): Promise<void> {
    const before = prune ? this.manifests : [];
    this.props = { ...this.props, ...props };
    [this.redis, this.manifests] = synthesize(this.props, extend);
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], Yaml.stringify(...this.manifests));
    const gone = before.filter((old) => !this.manifests.some(({ kind, metadata }) => kind === old.kind && metadata.name === old.metadata.name));
    if (gone.length > 0) kubectl(['-n', this.namespace, 'delete', '--wait=false', '-f', '-'], Yaml.stringify(...gone));
    await this.learnAddresses();
  }

  /** The same, and waits for the rollouts. */
  public async change(props: RedisHaProps, options?: ChangeOptions): Promise<void> {
    await this.apply(props, options);
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

  public override down(): void {
    this.ca?.remove();
    super.down();
  }

  /** Pods that hold a Sentinel, in the order of the Sentinels. */
  public async sentinels(): Promise<Pod[]> {
    return (await this.pods(this.sidecar ? 'server' : 'sentinel')).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** The Service that leads to a server or Sentinel alone. */
  public serviceOf(pod: Pod): string | undefined {
    const ordinal = /-(\d+)$/.exec(pod.name)?.[1];
    return pod.component === 'server' ? this.redis.announceServices[Number(ordinal)].name
      : this.redis.sentinelAnnounceServices.find(({ name }) => pod.name.startsWith(`${name}-`))?.name;
  }

  /** Needed again after a Service was made anew. */
  public async learnAddresses(): Promise<void> {
    for (const service of (await this.list('services')).items) this.addresses.set(service.metadata.name, service.spec.clusterIP);
  }

  /** Every address of a pod: its own and those of the Services that lead to it alone. */
  public addressesOf(pod: Pod): string[] {
    const service = this.serviceOf(pod);
    const address = service && this.addresses.get(service);
    return address ? [pod.ip, address] : [pod.ip];
  }

  protected componentOf(labels: { readonly [name: string]: string }): Component | undefined {
    // pods of Jobs beside it have other kinds
    return COMPONENTS.find((one) => one === labels['app.kubernetes.io/component']);
  }

  /** What the probes write to and watch. */
  protected probed(): Probed {
    return probedInstallation(this.redis);
  }

  protected expectedPods(): number {
    return this.servers + this.redis.sentinelDeployments.length + (this.redis.proxyDeployment ? this.props.proxy?.replicas ?? 3 : 0);
  }
}
