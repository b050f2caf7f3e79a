import { randomBytes } from 'node:crypto';
import { attempt, kubectl, Outcome } from './kubectl';
import { until } from './until';
import { Manifest } from '../../support/manifests';

/** What every namespace holds without anybody asking, or what passes by itself. */
const ALWAYS_THERE = /^(configmap\/kube-root-ca\.crt|serviceaccount\/default|event(\.events\.k8s\.io)?\/.*)$/;

/** A pod as far as the tests look at it. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  /** Its IP; undefined while it has none. */
  readonly address?: string;
  readonly node: string;
  readonly containers: readonly any[];
}

/** A fresh namespace that enforces Pod Security `restricted`. */
export class Namespace {
  /** Makes one with a name that nobody else has. */
  public static async create(purpose: string): Promise<Namespace> {
    const name = `e2e-${purpose}-${randomBytes(3).toString('hex')}`;
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' };
    await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }));
    return new Namespace(name);
  }

  private constructor(public readonly name: string) {}

  /** Makes a Secret; its values are in no command line. */
  public async secret(name: string, values: { readonly [key: string]: string }): Promise<void> {
    await this.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: values }));
  }

  /** Lets nobody create pods in it: objects are stored, and nothing runs. */
  public async forbidPods(): Promise<void> {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-pods' }, spec: { hard: { pods: '0' } } };
    await this.kubectl(['create', '-f', '-'], JSON.stringify(quota));
  }

  /** Applies objects to this namespace, whatever namespace they name. */
  public async apply(manifests: readonly Manifest[], ...flags: string[]): Promise<string> {
    return this.kubectl(['apply', ...flags, '-f', '-'], this.list(manifests));
  }

  /** What `kubectl diff` prints: nothing when applying these objects would change nothing. */
  public async diff(manifests: readonly Manifest[]): Promise<string> {
    const { code, stdout, stderr } = await attempt(['-n', this.name, 'diff', '-f', '-'], this.list(manifests));
    if (code > 1) throw new Error(`kubectl diff: exit code ${code}: ${stderr}`);
    return stdout;
  }

  /** The objects as the API server has them, in the same order. */
  public async stored(manifests: readonly Manifest[]): Promise<Manifest[]> {
    return JSON.parse(await this.kubectl(['get', '--show-managed-fields', '-o', 'json', '-f', '-'], this.list(manifests))).items;
  }

  /** Deletes objects and waits until the API server has them no longer. */
  public async delete(manifests: readonly Manifest[]): Promise<void> {
    await this.kubectl(['delete', '--ignore-not-found', '-f', '-'], this.list(manifests));
  }

  /** Deletes a pod as an eviction does, without waiting. */
  public async deletePod(name: string): Promise<void> {
    await this.kubectl(['delete', 'pod', name, '--wait=false']);
  }

  /** Its pods that are not on their way out. */
  public async pods(selector: string = ''): Promise<Pod[]> {
    const { items } = JSON.parse(await this.kubectl(['get', 'pods', '-o', 'json', '-l', selector]));
    return items.filter((pod: any) => !pod.metadata.deletionTimestamp).map((pod: any) => ({
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      ready: (pod.status.conditions ?? []).some((one: any) => one.type === 'Ready' && one.status === 'True'),
      address: pod.status.podIP,
      node: pod.spec.nodeName,
      containers: pod.spec.containers,
    }));
  }

  /** Waits until as many pods are ready as the workloads among these objects ask for. */
  public async ready(manifests: readonly Manifest[], timeoutMillis: number): Promise<void> {
    const wanted = manifests.filter((one) => /^(Deployment|StatefulSet)$/.test(one.kind)).reduce((sum, one) => sum + (one.spec.replicas ?? 1), 0);
    await until(`${wanted} ready pods in ${this.name}`, timeoutMillis, async () => {
      const pods = await this.pods();
      if (pods.length === wanted && pods.every((pod) => pod.ready)) return true;
      throw new Error(pods.map((pod) => `${pod.name} is ${pod.ready ? '' : 'not '}ready`).join(', ') || 'there are no pods');
    });
  }

  /** Runs a shell script in a container. */
  public exec(pod: string, container: string, script: string): Promise<Outcome> {
    return attempt(['-n', this.name, 'exec', pod, '-c', container, '--', 'sh', '-c', script]);
  }

  /** Names of all objects that somebody made in it, like `secret/redis-auth`. */
  public async contents(): Promise<string[]> {
    const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list,delete', '-o', 'name'])).trim().split('\n');
    const names = await this.kubectl(['get', kinds.join(','), '-o', 'name', '--ignore-not-found']);
    return names.split('\n').filter((name) => name !== '' && !ALWAYS_THERE.test(name)).sort();
  }

  /** Deletes the namespace with all that is in it. */
  public async remove(): Promise<void> {
    await kubectl(['delete', 'namespace', this.name, '--wait=false']);
  }

  /** The objects as they are applied: their namespace is this one. */
  public placed(manifests: readonly Manifest[]): Manifest[] {
    const items = manifests.map((one) => ({ ...one, metadata: { ...one.metadata, namespace: this.name } }));
    // NetworkPolicies find the namespace by its name
    const theirs = new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []));
    return JSON.parse([...theirs].reduce((text, name) => (
      text.replaceAll(`"kubernetes.io/metadata.name":"${name}"`, `"kubernetes.io/metadata.name":"${this.name}"`)
    ), JSON.stringify(items)));
  }

  private kubectl(args: readonly string[], input?: string): Promise<string> {
    return kubectl(['-n', this.name, ...args], input);
  }

  private list(manifests: readonly Manifest[]): string {
    return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: this.placed(manifests) });
  }
}
