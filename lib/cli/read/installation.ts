import { Hibernation, PodReading } from './reading';
import { Component, COMPONENT, HIBERNATES, INSTALLATION, SENTINEL, Topology } from '../../topology/topology';
import { CliError, EXIT } from '../base/command';
import { Kubectl, KubeObject } from '../kubectl/kubectl';

/** A member of an installation, and its pod. */
export interface Member {
  readonly ordinal: number;
  readonly pod?: MemberPod;
}

/** A pod, with what is needed to reach into it. */
export interface MemberPod {
  readonly reading: PodReading;
  /** Another one when a pod of the same name takes its place. */
  readonly uid: string;
  /** Where certificates are mounted: its containers can show theirs. */
  readonly hasCertificate: boolean;
  /** Of each family that the cluster has. */
  readonly addresses: readonly string[];
  /** Port of HAProxy's statistics. */
  readonly statsPort?: number;
}

/** EndpointSlices of the Service that clients connect to: its name, and theirs. */
export interface Slices {
  readonly service: string;
  readonly write: string;
  readonly read: string;
}

/** What the objects of an installation say of it. */
export interface Installation {
  readonly name: string;
  readonly namespace: string;
  readonly servers: readonly Member[];
  readonly sentinels: readonly Member[];
  readonly sentinelsBesideServers: boolean;
  readonly proxies: readonly Member[];
  /** Addresses that each server's Service has, by ordinal. */
  readonly addresses: readonly (readonly string[])[];
  /** What leads clients to the master where no proxy does; undefined with others. */
  readonly slices?: Slices;
  /** Undefined while it is awake. */
  readonly hibernation?: Hibernation;
}

const KINDS = 'pods,services,statefulsets,deployments';
/** Kinds of pods that an installation consists of: Jobs beside it have others. */
const MEMBERS: readonly string[] = ['server', 'sentinel', 'proxy'] satisfies Component[];
/** Folder of the certificate, in each container that has one. */
const TLS_DIR = '/etc/redis-ha-tls';

/**
 * Finds an installation by its labels.
 *
 * @param name undefined where there is only one
 * @throws CliError if there is none, or if there are several to choose from
 */
export async function findInstallation(kubectl: Kubectl, name: string | undefined): Promise<Installation> {
  const selector = name === undefined ? INSTALLATION : `${INSTALLATION}=${name}`;
  const items = await kubectl.list(KINDS, selector);
  const sets = items.filter(({ kind }) => kind === 'StatefulSet');
  const names = [...new Set(sets.map((set) => String(set.metadata.labels[INSTALLATION])))].sort();
  if (names.length > 1) throw new CliError(`there are several installations, name one of them: ${names.join(', ')}`, EXIT.usage);
  if (names.length === 0) {
    throw new CliError(`there is no installation${name === undefined ? '' : ` ${name}`} here (no StatefulSet with the label ${selector}): is it another --namespace or --context?`, EXIT.notFound);
  }
  return installationOf(names[0], items);
}

/** Finds an installation that has servers: one that hibernates has nobody who could carry out an order. @throws CliError also if it has none */
export async function findAwake(kubectl: Kubectl, name: string | undefined): Promise<Installation> {
  const installation = await findInstallation(kubectl, name);
  if (installation.servers.length === 0) throw new CliError(`${installation.name} has no servers: ${installation.hibernation ? 'it hibernates' : 'its StatefulSet has 0 replicas'}`, EXIT.refused);
  return installation;
}

/** @param items all objects with the installation's label, and no others of the same kinds */
export function installationOf(name: string, items: readonly KubeObject[]): Installation {
  const ofKind = (kind: string, component?: string): KubeObject[] => items.filter((one) => (
    one.kind === kind && one.metadata.labels[INSTALLATION] === name && (component === undefined || one.metadata.labels[COMPONENT] === component)));
  const [set] = ofKind('StatefulSet');
  const own = ofKind('Deployment', 'sentinel');
  const sidecar = own.length === 0;
  const replicas = set.spec.replicas ?? 1;
  const topology = new Topology({ name, engineVersion: '', replicas, sentinel: { sidecar, count: own.length }, labels: {} });
  const services = new Map(ofKind('Service').map((service): [string, KubeObject] => [service.metadata.name, service]));
  const serverPods = new Map(ofKind('Pod', 'server').map((pod): [string, KubeObject] => [pod.metadata.name, pod]));
  const servers = topology.servers.map(({ ordinal, workload }) => ({ ordinal, pod: podOf(serverPods.get(workload)) }));
  const sentinelPod = (ordinal: number): MemberPod | undefined => podOf(latest(ofKind('Pod', 'sentinel').filter((pod) => pod.metadata.labels[SENTINEL] === String(ordinal))));
  const [proxy] = ofKind('Deployment', 'proxy');
  const staying = ofKind('Pod', 'proxy').filter((pod) => !pod.metadata.deletionTimestamp).sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const running = staying.filter((pod) => !hasEnded(pod));
  // servers that somebody scaled to nothing do not, though there may be nothing else
  const hibernates = set.metadata.annotations?.[HIBERNATES] === 'true' && [set, ...own, ...proxy ? [proxy] : []].every(({ spec }) => spec.replicas === 0);
  // one that somebody scaled to nothing is not a design without HAProxy: clients can't get in
  const wanted = proxy === undefined || hibernates ? 0 : Math.max(1, proxy.spec.replicas ?? 1);
  const proxyCount = Math.max(running.length, wanted);
  // those that have ended tell why, where nobody has taken their place
  const proxyPods = [...running, ...staying.filter(hasEnded)].slice(0, proxyCount);
  return {
    name,
    namespace: set.metadata.namespace,
    servers,
    sentinels: sidecar ? servers : topology.sentinels.map(({ ordinal }) => ({ ordinal, pod: sentinelPod(ordinal) })),
    sentinelsBesideServers: sidecar,
    proxies: Array.from({ length: proxyCount }, (_, ordinal) => ({ ordinal, pod: podOf(proxyPods[ordinal]) })),
    addresses: topology.servers.map(({ service }) => addressesOf(services.get(service))),
    // HAProxy's Service selects pods; there is none where clients ask the Sentinels
    slices: proxy === undefined && services.has(topology.frontDoor)
      ? { service: topology.frontDoor, write: topology.writeSlice, read: topology.readSlice }
      : undefined,
    hibernation: hibernates
      ? { stopping: ofKind('Pod').filter((pod) => MEMBERS.includes(pod.metadata.labels[COMPONENT]) && !hasEnded(pod)).map(({ metadata }) => String(metadata.name)).sort() }
      : undefined,
  };
}

function addressesOf(service: KubeObject): string[] {
  return service?.spec.clusterIPs ?? (service?.spec.clusterIP ? [service.spec.clusterIP] : []);
}

/** One that is on its way out, or that has ended, may still be there beside the one that takes its place. */
function latest(pods: readonly KubeObject[]): KubeObject {
  const former = (pod: KubeObject): number => Number(!!pod.metadata.deletionTimestamp) + Number(hasEnded(pod));
  return [...pods].sort((a, b) => former(a) - former(b))[0];
}

/** Evicted, or ended with its node: a Deployment has made another one, and the cluster keeps this one for days. */
function hasEnded({ status }: KubeObject): boolean {
  return ['Failed', 'Succeeded'].includes(status?.phase);
}

function podOf(pod: KubeObject): MemberPod | undefined {
  if (pod === undefined) return undefined;
  const { metadata, spec, status = {} } = pod;
  const containers: KubeObject[] = [...spec.containers, ...spec.initContainers ?? []];
  const statuses: KubeObject[] = [...status.containerStatuses ?? [], ...status.initContainerStatuses ?? []];
  return {
    reading: {
      name: metadata.name,
      node: spec.nodeName,
      ready: isTrue(status, 'Ready'),
      stopping: metadata.deletionTimestamp !== undefined,
      restarts: statuses.reduce((sum, one) => sum + (one.restartCount ?? 0), 0),
      problem: problemOf(status, statuses),
    },
    uid: metadata.uid,
    addresses: (status.podIPs ?? []).map(({ ip }: KubeObject) => ip),
    hasCertificate: containers.some(({ volumeMounts = [] }) => volumeMounts.some(({ mountPath }: KubeObject) => mountPath === TLS_DIR)),
    statsPort: containers.flatMap(({ ports = [] }) => ports).find(({ name }: KubeObject) => name === 'stats')?.containerPort,
  };
}

function isTrue({ conditions = [] }: KubeObject, type: string): boolean {
  return conditions.some((one: KubeObject) => one.type === type && one.status === 'True');
}

function exitCode(state: KubeObject): string {
  return state?.terminated === undefined ? '' : ` (exit code ${state.terminated.exitCode})`;
}

/** What keeps a pod from running, as the cluster says it. */
function problemOf(status: KubeObject, statuses: readonly KubeObject[]): string | undefined {
  const unscheduled = (status.conditions ?? []).find((one: KubeObject) => one.type === 'PodScheduled' && one.status === 'False');
  if (unscheduled) return `${unscheduled.reason}: ${unscheduled.message}`;
  const waiting = statuses.find((one) => one.state?.waiting && !['PodInitializing', 'ContainerCreating'].includes(one.state.waiting.reason));
  if (waiting) return `container ${waiting.name}: ${waiting.state.waiting.reason}${exitCode(waiting.lastState)}`;
  const ended = statuses.find((one) => one.state?.terminated && one.state.terminated.exitCode !== 0);
  if (ended) return `container ${ended.name}: ${ended.state.terminated.reason}${exitCode(ended.state)}`;
  return status.phase === 'Running' ? undefined : [status.phase, status.reason].filter((one) => one !== undefined).join(': ');
}
