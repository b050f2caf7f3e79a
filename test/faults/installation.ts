import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Chart, Testing, Yaml } from 'cdk8s';
import { Pods } from 'cdk8s-plus-27';
import { kubectl, until } from './kubectl';
import { RedisHa, RedisHaProps } from '../../lib';

const PASSWORD = 'ha"0 $x\\%#';

/** An installation in a namespace of its own. */
export class Installation {
  public readonly redis: RedisHa;
  private readonly manifests: string;

  constructor(public readonly namespace: string, props: RedisHaProps) {
    const chart = new Chart(Testing.app(), 'fault');
    this.redis = new RedisHa(chart, 'redis', props);
    this.redis.allowFrom(Pods.select(chart, 'Probe', { labels: { app: 'probe' } }));
    this.manifests = Yaml.stringify(...Testing.synth(chart));
  }

  public async up(): Promise<void> {
    kubectl(['create', 'namespace', this.namespace]);
    kubectl(['label', 'namespace', this.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    kubectl(['-n', this.namespace, 'create', 'secret', 'generic', this.redis.secretName!, `--from-literal=password=${PASSWORD}`]);
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], this.manifests);
    await this.settled(120_000);
  }

  public down(): void {
    kubectl(['delete', 'namespace', this.namespace, '--wait=false']);
  }

  /** Waits until all pods are ready, with one master and all others linked to it. @returns milliseconds */
  public settled(timeoutMs: number): Promise<number> {
    return until(`${this.namespace} settled`, () => this.podsReady() && this.roles().every((role) => role !== 'down') && this.masters().length === 1, timeoutMs);
  }

  public pods(component: string): { name: string; node: string; ready: boolean }[] {
    const list = JSON.parse(kubectl(['-n', this.namespace, 'get', 'pods', '-l', `app.kubernetes.io/component=${component}`, '-o', 'json']));
    return list.items.map((pod: any) => ({
      name: pod.metadata.name,
      node: pod.spec.nodeName,
      ready: !pod.metadata.deletionTimestamp && (pod.status.conditions ?? []).some((one: any) => one.type === 'Ready' && one.status === 'True'),
    }));
  }

  /** Names of the pods whose server says master. */
  public masters(): string[] {
    return this.pods('server').filter(({ name }) => this.role(name) === 'master').map(({ name }) => name);
  }

  /** Kills or stops a process of a pod's container from the node. */
  public signal(pod: string, program: RegExp, signal: 'KILL' | 'STOP' | 'CONT'): void {
    const uid = kubectl(['-n', this.namespace, 'get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}']);
    const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isProgramOf(pid, uid, program));
    if (pids.length === 0) throw new Error(`${pod} runs no ${program}`);
    execFileSync('kill', [`-${signal}`, ...pids]);
  }

  private podsReady(): boolean {
    return ['server', 'sentinel', 'proxy'].every((component) => this.pods(component).every(({ ready }) => ready))
      && this.pods('server').length === JSON.parse(kubectl(['-n', this.namespace, 'get', 'statefulset', this.redis.serverStatefulSet.name, '-o', 'jsonpath={.spec.replicas}']));
  }

  private roles(): string[] {
    return this.pods('server').map(({ name }) => this.role(name));
  }

  private role(pod: string): 'master' | 'linked' | 'down' {
    const script = 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" INFO replication';
    const info = kubectl(['-n', this.namespace, 'exec', pod, '-c', 'server', '--', 'sh', '-c', script]);
    if (/role:master/.test(info)) return 'master';
    return /master_link_status:up/.test(info) ? 'linked' : 'down';
  }
}

function isProgramOf(pid: string, podUid: string, program: RegExp): boolean {
  try {
    return program.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(podUid);
  } catch {
    return false; // it ended meanwhile
  }
}
