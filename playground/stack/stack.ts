import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Chart } from 'cdk8s';
import { Api } from './api';
import { Container } from './container';
import { ConfigFile, emptyDirsOf, mount, secretFolder } from './folders';
import { Job } from './job';
import { takenEverywhere } from './listening';
import { isConverged, Look, lookAt } from './look';
import { Network } from './network';
import { KubeObject, Objects } from './objects';
import type { Target } from './orders';
import { containersOf, initContainersOf, Pod, podsOf, portOf, portsOf } from './pod';
import { checkBundles, MissingProgramsError, which, writeOwnPrograms } from './programs';
import { until } from './until';
import type { RedisHa, RedisHaProps } from '../../lib';
import { RespClient } from '../../lib/agent/redis/resp-client';

/** Containers that can run here; others, that a user added, are left out. */
const KNOWN = ['server', 'sentinel', 'agent', 'proxy', 'kube-template', 'consul-template', 'exporter', 'sentinel-exporter'];

/** Between attempts of a container of a Job. */
const JOB_PAUSE_MS = 500;

/** Options of {@link Stack.create}. */
export interface StackOptions {
  /** The installation. Default: that of `new RedisHa(chart, 'redis')`. */
  readonly props?: RedisHaProps;
  /** Patches the installation, or connects to it, before the synthesis. */
  readonly then?: (redis: RedisHa, chart: Chart) => void;
  /** Paths of programs, by the names that the manifests have for them: `redis-server`, `redis-cli`, `haproxy`. Default: those on PATH. */
  readonly programs?: { readonly [name: string]: string };
  /** Default: one with characters that have to be quoted. */
  readonly password?: string;
  /** Further keys of Secrets, by the name of each. Default: none. */
  readonly secrets?: { readonly [name: string]: { readonly [key: string]: string } };
  /** Changes a file of a ConfigMap for one container. Default: none is changed. */
  readonly edit?: (file: ConfigFile) => string;
  /** Pause after which a process that ended starts again. In milliseconds. Default: it stays ended until it is started. */
  readonly restartMs?: number;
}

/**
 * An installation as processes of this machine, without Kubernetes: servers, Sentinels, agents and HAProxy, started from the manifests' own ConfigMaps,
 * scripts, variables and commands. Pods and Services have addresses of the loopback, 127.A.B.0/24, which no other stack has.
 *
 * It stands for: containers, hooks, probes (run by who asks), volumes, Services, cuts of the network. It does not for: limits of memory and CPU,
 * NetworkPolicies, the kubelet's restarts by probes, nodes.
 */
export class Stack {
  /**
   * Makes folders, network and containers, and starts nothing yet.
   *
   * @throws MissingProgramsError if programs are not installed
   * @throws Error if this is not Linux, or a port is taken
   */
  public static async create(options: StackOptions = {}): Promise<Stack> {
    checkBundles();
    const objects = Objects.of(options.props ?? {}, options.then);
    const programs = programsOf(objects, options.programs ?? {});
    checkPorts(objects);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stack-'));
    try {
      writeOwnPrograms(path.join(folder, 'programs'));
    } catch (error) {
      fs.rmSync(folder, { recursive: true });
      throw error;
    }
    const network = await Network.take(path.join(folder, 'programs', 'keeper.js'), folder);
    const stack = new Stack(folder, objects, network, options);
    try {
      stack.api = await Api.of(objects, network, stack.folder);
      stack.install(programs);
      await stack.connect();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** {@link create} and {@link start}. */
  public static async up(options: StackOptions = {}): Promise<Stack> {
    const stack = await Stack.create(options);
    stack.start();
    return stack;
  }

  public readonly pods: readonly Pod[];
  /** Those of servers, Sentinels and proxies. */
  public readonly containers: Container[] = [];
  public readonly jobs: Job[] = [];
  private readonly services = new Map<string, string>();
  private readonly clients = new Set<RespClient>();
  private readonly endings: (() => Promise<void>)[] = [];
  /** Undefined where nobody asks the Kubernetes API. */
  public api?: Api;
  private namesLost = false;

  /** @param folder of everything: logs, data, files of the containers. It goes with the stack */
  private constructor(
    public readonly folder: string, public readonly objects: Objects, private readonly network: Network, private readonly options: StackOptions,
  ) {
    const workloads = ['StatefulSet', 'Deployment', 'Job'].flatMap((kind) => objects.ofKind(kind));
    this.pods = podsOf(workloads, () => ({ inside: network.address('inside'), address: network.address('pod') }));
  }

  public get redis(): RedisHa { return this.objects.redis; }

  public get servers(): readonly Container[] { return this.named('server'); }
  public get sentinels(): readonly Container[] { return this.named('sentinel'); }
  public get agents(): readonly Container[] { return this.named('agent'); }
  public get proxies(): readonly Container[] { return this.named('proxy'); }

  /** Starts all containers at once, as Kubernetes does. */
  public start(): void {
    for (const one of [...this.containers, ...this.jobs]) one.start();
  }

  /** Ends everything that this stack started, and removes its folder. */
  public async stop(): Promise<void> {
    await Promise.all(this.endings.map(async (end) => end()));
    for (const client of this.clients) client.close();
    await Promise.all([...this.containers.map(async (container) => container.destroy()), ...this.jobs.map(async (job) => job.stop())]);
    await this.api?.stop();
    await this.network.close();
  }

  /** Cuts a pod off from all others, and from clients: packets vanish, nobody is told. Within the pod, and by {@link ask}, all is reached. */
  public async cut(pod: Pod): Promise<void> {
    await this.network.tell({ kind: 'cut', pod: pod.name });
  }

  /** Lets no other pod reach this one, which reaches them; clients reach it too. */
  public async cutOneWay(pod: Pod): Promise<void> {
    await this.network.tell({ kind: 'cut-one-way', pod: pod.name });
  }

  /** Ends a {@link cut} of either kind. What was sent meanwhile arrives. */
  public async join(pod: Pod): Promise<void> {
    await this.network.tell({ kind: 'join', pod: pod.name });
  }

  /** Ends all containers of a pod as the kubelet does: hooks, SIGTERM. */
  public async terminate(pod: Pod): Promise<void> {
    await Promise.all(this.containersOf(pod).map(async (container) => container.terminate()));
  }

  /** Ends a pod as {@link terminate} does, and starts it elsewhere: with another address and empty volumes, but for those of claims. */
  public async replace(pod: Pod): Promise<void> {
    await this.terminate(pod);
    this.api?.removePod(pod);
    for (const port of portsOf(pod)) await this.network.tell({ kind: 'unroute', address: pod.address, port });
    pod.address = this.network.address('pod');
    for (const folder of emptyDirsOf(this.folder, pod)) {
      for (const entry of fs.readdirSync(folder)) fs.rmSync(path.join(folder, entry), { recursive: true });
    }
    await this.connectPod(pod);
    for (const container of this.containersOf(pod)) container.start();
  }

  public containersOf(pod: Pod): Container[] {
    return this.containers.filter((container) => container.pod === pod);
  }

  /** Address of a Service. @throws Error if it has none */
  public serviceAddress(name: string): string {
    const address = this.services.get(name);
    if (!address) throw new Error(`no Service ${name} with an address; there are ${[...this.services.keys()].join(', ')}`);
    return address;
  }

  /** Gives a Service another address, as if it had been deleted and made anew. Connections over the former one end; nobody is told. */
  public async readdress(name: string): Promise<string> {
    const former = this.serviceAddress(name);
    const service = this.objects.get('Service', name);
    this.services.set(name, this.network.address('service'));
    this.writeHosts();
    await this.route(service);
    for (const { port } of service.spec.ports) await this.network.tell({ kind: 'unroute', address: former, port });
    return this.serviceAddress(name);
  }

  /** Takes the DNS away: no pod can resolve a name, until {@link restoreNames}. */
  public loseNames(): void {
    this.namesLost = true;
    this.writeHosts();
  }

  public restoreNames(): void {
    this.namesLost = false;
    this.writeHosts();
  }

  /** The password that clients are to use. */
  public get password(): string | undefined {
    const { secretName, secretKey } = this.redis;
    return secretName === undefined ? undefined : fs.readFileSync(this.secretFile(secretKey!), 'utf8').trim();
  }

  /** The file that is a key of a Secret, by default of that with the password. */
  public secretFile(key: string, name: string = this.redis.secretName!): string {
    return path.join(secretFolder(this.folder, name), key);
  }

  /** Writes or removes a key of a Secret, by default that with the password; all pods see it at once. */
  public writeSecret(key: string, value: string | undefined, name: string = this.redis.secretName!): void {
    const file = this.secretFile(key, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (value === undefined) return fs.rmSync(file);
    fs.writeFileSync(`${file}.new`, value, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }

  /** Writes a file of ConfigMaps; all containers that have it see it at once. */
  public writeConfig(name: string, text: string): void {
    for (const container of this.containers) {
      const file = path.join(container.file('/etc/redis-ha'), name);
      if (fs.existsSync(file)) fs.writeFileSync(file, text);
    }
  }

  /** Is called when the stack stops, so that nobody goes on asking it. */
  public whenItStops(end: () => Promise<void>): void {
    this.endings.push(end);
  }

  /** A client of the proxies' Service. It is closed with the stack. */
  public client(options: { readonly read?: boolean; readonly timeoutMs?: number } = {}): RespClient {
    const port = (options.read ? this.redis.readPort : this.redis.port)!;
    return this.clientOf(this.serviceAddress(this.redis.host!.split('.')[0]), port, options.timeoutMs);
  }

  /** What clients need for TLS: the CAs as they are, the name that they look for, and a certificate for servers that ask. Undefined without. */
  public get tls(): { readonly ca: string; readonly cert: string; readonly key: string; readonly servername: string } | undefined {
    const { tlsSecretName, tlsServerName } = this.redis;
    if (tlsSecretName === undefined) return undefined;
    const read = (key: string) => fs.readFileSync(this.secretFile(key, tlsSecretName), 'utf8');
    return { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key'), servername: tlsServerName! };
  }

  /** A client of any address. It is closed with the stack. */
  public clientOf(host: string, port: number, timeoutMs = 2_000): RespClient {
    const client = new RespClient({ host, port, password: () => this.password, tls: this.tls && (() => this.tls!), timeoutMs });
    this.clients.add(client);
    return client;
  }

  /** Asks a server or a Sentinel, from within its pod. */
  public async ask(member: Container, ...command: string[]): Promise<any> {
    const client = this.clientOf(path.join(member.file('/run/redis-ha'), `${member.name}.sock`), 0);
    return client.call(...command).finally(() => {
      client.close();
      this.clients.delete(client);
    });
  }

  /** What everybody says now. */
  public async look(): Promise<Look> {
    return lookAt(this);
  }

  /** Waits until one master is named by all Sentinels, which know everybody, and all replicas are in sync and electable. @returns its ordinal */
  public async converged(timeoutMs?: number): Promise<number> {
    let look: Look | undefined;
    try {
      await until('one master, named by all, with all replicas in sync', async () => {
        look = await this.look();
        return isConverged(look);
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${JSON.stringify(look)}\n${this.logs()}`);
    }
    return look!.servers.findIndex(({ role }) => role === 'master');
  }

  /** What all agents and proxies printed, for a test that failed. */
  public logs(): string {
    return [...this.agents, ...this.proxies].map((container) => `--- ${container.pod.name}/${container.name}\n${container.log()}`).join('\n');
  }

  private named(name: string): Container[] {
    return this.containers.filter((container) => container.name === name);
  }

  private install(programs: ReadonlyMap<string, string>): void {
    const bin = path.join(this.folder, 'bin');
    fs.mkdirSync(bin);
    for (const [name, file] of programs) fs.symlinkSync(file, path.join(bin, name));
    // names of Services, for the scripts; pod-runtime.ts has them for the agents
    fs.writeFileSync(path.join(bin, 'getent'), '#!/bin/sh\n# getent ahosts NAME\nawk -v name="$2" \'$2 == name { print $1, "STREAM", name; found = 1 } END { exit !found }\' "$STACK_HOSTS"\n', { mode: 0o755 });
    const { secretName, secretKey } = this.redis;
    if (secretName !== undefined) {
      fs.mkdirSync(secretFolder(this.folder, secretName), { recursive: true });
      this.writeSecret(secretKey!, this.options.password ?? 's3cret$x%!');
    }
    for (const [name, keys] of Object.entries(this.options.secrets ?? {})) {
      for (const [key, value] of Object.entries(keys)) this.writeSecret(key, value, name);
    }
    for (const service of this.objects.ofKind('Service')) {
      if (service.spec.clusterIP !== 'None') this.services.set(service.metadata.name, this.network.address('service'));
    }
    this.writeHosts();
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      STACK_HOSTS: this.hostsFile,
      KUBECONFIG: this.api?.kubeconfig,
      KUBERNETES_SERVICE_HOST: undefined, // of whoever runs us in a pod
      ...this.api?.env,
      NODE_OPTIONS: `--require ${path.join(this.folder, 'programs', 'pod-runtime.js')}`,
    };
    const { edit = ({ text }) => text, restartMs } = this.options;
    for (const pod of this.pods) {
      const { restartPolicy } = pod.spec;
      const isJob = restartPolicy !== undefined;
      const specs = isJob ? [...initContainersOf(pod), ...containersOf(pod)] : containersOf(pod).filter(({ name }) => KNOWN.includes(name));
      const containers = specs.map((spec) => new Container({
        pod,
        spec,
        env,
        mounts: mount(this.folder, pod, spec, this.objects, edit),
        logFile: path.join(this.folder, pod.name, `${spec.name}.log`),
        network: this.network,
        secret: (name, key) => readIfThere(this.secretFile(key, name)),
        restartMs: isJob ? undefined : restartMs,
      }));
      if (isJob) this.jobs.push(new Job(containers, restartPolicy === 'OnFailure' ? JOB_PAUSE_MS : undefined));
      else this.containers.push(...containers);
    }
  }

  private async connect(): Promise<void> {
    for (const pod of this.pods) await this.connectPod(pod);
    for (const service of this.objects.ofKind('Service')) await this.route(service);
    this.api?.onSlice((slice) => void this.lead(slice).catch(() => undefined)); // the stack may be stopping
  }

  private async connectPod(pod: Pod): Promise<void> {
    const { name, inside, address } = pod;
    await this.network.tell({ kind: 'pod', address: inside, pod: name });
    for (const port of portsOf(pod)) await this.network.route(address, port, [{ pod: name, host: inside, port }]);
    this.api?.putPod(pod);
  }

  private async route({ metadata, spec }: KubeObject): Promise<void> {
    const address = this.services.get(metadata.name);
    if (!address) return;
    this.api?.putService(metadata.name, metadata.labels, address);
    // one without a selector leads where its slices say
    const selected = Object.entries(spec.selector ?? {});
    const pods = this.pods.filter(({ labels }) => selected.length > 0 && selected.every(([name, value]) => labels[name] === value));
    for (const { port, targetPort } of spec.ports) await this.network.route(address, port, targetsAt(pods, targetPort));
  }

  /** A port of a Service leads to the pods that its slice names, new connections only. A server tells where it listens as its pod's address. */
  private async lead({ metadata, ports: [{ name }], endpoints }: any): Promise<void> {
    const service = metadata.labels['kubernetes.io/service-name'];
    const { port, targetPort } = this.objects.get('Service', service).spec.ports.find((one: any) => one.name === name);
    const addresses = new Set<string>(endpoints.flatMap((one: any) => one.addresses));
    const pods = this.pods.filter((pod) => addresses.has(pod.address) || addresses.has(pod.inside));
    await this.network.route(this.serviceAddress(service), port, targetsAt(pods, targetPort));
  }

  private get hostsFile(): string {
    return path.join(this.folder, 'hosts');
  }

  private writeHosts(): void {
    const lines = this.namesLost ? [] : [...this.services].map(([name, address]) => `${address} ${name}\n`);
    fs.writeFileSync(`${this.hostsFile}.new`, lines.join(''));
    fs.renameSync(`${this.hostsFile}.new`, this.hostsFile);
  }
}

/** Where pods listen. */
function targetsAt(pods: readonly Pod[], targetPort: string | number): Target[] {
  return pods.map((pod) => ({ pod: pod.name, host: pod.inside, port: portOf(pod, targetPort)! }));
}

/** @throws Error if the loopback is not as needed */
function checkPorts(objects: Objects): void {
  if (process.platform !== 'linux') throw new Error(`Linux is needed, for addresses from all of 127.0.0.0/8; this is ${process.platform}`);
  const templates = ['StatefulSet', 'Deployment', 'Job'].flatMap((kind) => objects.ofKind(kind)).map(({ spec }) => spec.template as Pod);
  const [taken] = takenEverywhere([...new Set(templates.flatMap(portsOf))]);
  if (taken !== undefined) throw new Error(`port ${taken} is taken by a program that listens at all addresses of this machine: end it`);
}

/** The programs that the manifests run, and their paths. @throws MissingProgramsError */
function programsOf(objects: Objects, given: { readonly [name: string]: string }): Map<string, string> {
  const containers = ['StatefulSet', 'Deployment', 'Job'].flatMap((kind) => objects.ofKind(kind)).flatMap(({ spec }) => {
    const pod = { spec: spec.template.spec } as Pod;
    return [...containersOf(pod), ...initContainersOf(pod)];
  });
  const names = new Set(containers.flatMap(({ name, env = [] }) => [
    ...env.filter((one: any) => ['SERVER_BIN', 'CLI_BIN'].includes(one.name)).map(({ value }: any) => value),
    ...name === 'proxy' ? ['haproxy'] : [],
    ...name.endsWith('exporter') ? ['redis_exporter'] : [],
    ...name === 'fetch' ? ['restic'] : [],
    ...name === 'consul-template' ? [name] : [],
    ...name === 'kube-template' || env.some((one: any) => one.name === 'POD_IPS') ? ['openssl'] : [], // a certificate for its API server
  ]));
  const found = new Map<string, string>([['node', process.execPath]]);
  for (const name of names) {
    const file = which(given[name] ?? name);
    if (file) found.set(name, file);
  }
  const missing = [...names].filter((name) => !found.has(name));
  if (missing.length > 0) throw new MissingProgramsError(missing);
  return found;
}

function readIfThere(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}
