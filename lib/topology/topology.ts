import { LABEL_DOMAIN } from '../settings/label-domain';

/** What decides who exists. */
export interface TopologyInput {
  readonly name: string;
  readonly engineVersion: string;
  readonly replicas: number;
  readonly sentinel: { readonly sidecar: boolean; readonly count: number };
  readonly labels: { readonly [name: string]: string };
}

/** A server or a Sentinel: somebody with a name and an address of its own for life. */
export interface Member {
  /** Position among its kind, from 0. */
  readonly ordinal: number;
  /** Name of the Service whose ClusterIP it announces. */
  readonly service: string;
  /** Name of its pod (of its Deployment, for a Sentinel with one). */
  readonly workload: string;
}

/** Labels that select. */
export const INSTALLATION = `${LABEL_DOMAIN}/installation`;
export const COMPONENT = `${LABEL_DOMAIN}/component`;
export const SENTINEL = `${LABEL_DOMAIN}/sentinel`;
/** Annotation of the StatefulSet: it has no servers by design. */
export const HIBERNATES = `${LABEL_DOMAIN}/hibernates`;

/** The kinds of pods. */
export type Component = 'server' | 'sentinel' | 'proxy' | 'restore';

/**
 * Who exists, how each is named and found. Pure: it knows no constructs, and every name of an installation is made here.
 */
export class Topology {
  /** The servers, in order. */
  public readonly servers: readonly Member[];
  /** The Sentinels, in order. A sidecar shares the Service of its server. */
  public readonly sentinels: readonly Member[];
  /** Sentinels that make a majority. */
  public readonly majority: number;
  /** Name of the StatefulSet and of its headless Service. */
  public readonly serverSet: string;
  /**
   * What the names of the servers' announce Services start with. Not the pods' own names: a pod finds its own name in its hosts file,
   * with the pod's address in place of the Service's.
   */
  public readonly announcePrefix: string;
  /** Name of the Service that finds any Sentinel. */
  public readonly sentinelService: string;
  /** Name of the proxy's Deployment. */
  public readonly proxy: string;
  /** Name of the Service of the throw-away server that a restore copies from, and the start of the name of its Job. */
  public readonly restore: string;
  /** Name of the Service that clients connect to. */
  public readonly frontDoor: string;
  /** Names of its EndpointSlices where no proxy is behind it: with the master, and with replicas. */
  public readonly writeSlice: string;
  public readonly readSlice: string;

  constructor(private readonly input: TopologyInput) {
    this.serverSet = `${input.name}-server`;
    this.sentinelService = `${input.name}-sentinel`;
    this.proxy = `${input.name}-proxy`;
    this.restore = `${input.name}-restore`;
    this.frontDoor = input.name;
    this.writeSlice = `${input.name}-write`;
    this.readSlice = `${input.name}-read`;
    this.announcePrefix = `${input.name}-announce`;
    this.servers = members(this.announcePrefix, this.serverSet, input.replicas);
    this.sentinels = input.sentinel.sidecar ? this.servers : members(this.sentinelService, this.sentinelService, input.sentinel.count);
    this.majority = Math.floor(this.sentinels.length / 2) + 1;
  }

  /** Name of the Service by which a server is reached from outside. */
  public memberService(ordinal: number): string {
    return `${this.input.name}-member-${ordinal}`;
  }

  /** Labels that select the pods of one kind. They never change: a StatefulSet's selector is immutable. */
  public selector(component: Component): { [name: string]: string } {
    return { ...this.installation(), [COMPONENT]: component };
  }

  /** Labels that select the one pod of a Sentinel with a Deployment. */
  public sentinelSelector({ ordinal }: Member): { [name: string]: string } {
    return { ...this.selector('sentinel'), [SENTINEL]: String(ordinal) };
  }

  /** Labels that select everything of the installation. */
  public installation(): { [name: string]: string } {
    return { [INSTALLATION]: this.input.name };
  }

  /** Labels of the pods of one kind: those that select them, and what tools show. */
  public podLabels(component: Component): { [name: string]: string } {
    return { ...shownLabels(this.input.name, component), ...this.selector(component) };
  }

  /** Labels of the objects of one kind: not of their pods, which a new version would roll even where nothing else changes, and on nothing that is immutable. */
  public labels(component: Component): { [name: string]: string } {
    return {
      ...this.importedLabels(component),
      ...component === 'proxy' ? {} : { 'app.kubernetes.io/version': this.input.engineVersion },
      ...this.input.labels,
      ...this.podLabels(component),
    };
  }

  /** Those that are known of an installation that is made elsewhere: not its version, nor labels of its user. */
  public importedLabels(component: Component): { [name: string]: string } {
    return { ...objectLabels(this.input.name, component), ...this.selector(component) };
  }
}

/** What tools show of a pod. */
export function shownLabels(installation: string, component: string): { [name: string]: string } {
  return { 'app.kubernetes.io/name': 'redis-ha', 'app.kubernetes.io/instance': installation, 'app.kubernetes.io/component': component };
}

/** What they show of an object that belongs to an installation. */
export function objectLabels(installation: string, component: string): { [name: string]: string } {
  return { 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha', 'app.kubernetes.io/part-of': installation, ...shownLabels(installation, component) };
}

function members(services: string, workloads: string, count: number): Member[] {
  return Array.from({ length: count }, (_, ordinal) => ({ ordinal, service: `${services}-${ordinal}`, workload: `${workloads}-${ordinal}` }));
}
