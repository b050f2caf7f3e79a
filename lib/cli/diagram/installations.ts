import { KubeObject, Labels } from './objects';
import { Arrow, Box, Column, Picture } from './picture';
import { outsiders, PolicyView } from './policies';
import { COMPONENT, INSTALLATION, SENTINEL } from '../../topology/topology';


const WORKLOADS = ['StatefulSet', 'Deployment'];
const MONITORS = ['PodMonitor', 'ServiceMonitor'];
const COLUMNS: { readonly [component: string]: Column } = { proxy: Column.PROXY, sentinel: Column.SENTINEL, server: Column.SERVER };
/** Labels by which a Service selects one pod: its address is announced, or for outside, and no client here is told of it. */
const ONE_POD = ['statefulset.kubernetes.io/pod-name', SENTINEL];

/** A workload of an installation, with its box. */
interface Part {
  readonly object: KubeObject;
  readonly component: string;
  readonly labels: Labels;
  readonly containers: readonly string[];
  readonly id: string;
}

/** A picture of each installation that the objects make, in their order. */
export function picturesOf(objects: readonly KubeObject[]): Picture[] {
  const names = new Map<string, { name: string; namespace?: string }>();
  for (const object of objects.filter(({ kind }) => WORKLOADS.includes(kind))) {
    const name = podLabels(object)[INSTALLATION];
    const { namespace } = object.metadata;
    if (name !== undefined) names.set(`${namespace ?? ''}/${name}`, { name, namespace });
  }
  return [...names.values()].map(({ name, namespace }, index) => pictureOf(objects, name, namespace, `i${index}`));
}

function pictureOf(objects: readonly KubeObject[], name: string, namespace: string | undefined, prefix: string): Picture {
  const near = objects.filter(({ metadata }) => metadata.namespace === namespace);
  const parts = near.filter((object) => WORKLOADS.includes(object.kind) && podLabels(object)[INSTALLATION] === name).map((object, index): Part => ({
    object,
    component: podLabels(object)[COMPONENT],
    labels: podLabels(object),
    containers: containersOf(object),
    id: `${prefix}w${index}`,
  }));
  const services = near.filter((object) => object.kind === 'Service' && !isForMetrics(object));
  const forClients = services.filter((service) => !selectsOnePod(service) && parts.some((part) => leadsTo(service, part)));
  const policies = outsiders(objects, near, parts, prefix);
  const watching = monitors([...objects.filter(({ kind }) => MONITORS.includes(kind)), ...near.filter(isForMetrics)], parts, prefix);
  // where there are proxies, or agents lead clients, those have one address; other Services stand beside it, as they lead to the same servers
  const isFront = (service: KubeObject) => isLed(service) || parts.some((part) => part.component === 'proxy' && leadsTo(service, part));
  const offered = (service: KubeObject) => isFront(service) || !forClients.some(isFront);
  const boxes: Box[] = [
    { id: `${prefix}clients`, column: Column.OUTSIDE, title: 'clients', lines: [] },
    ...policies.boxes,
    ...watching.boxes,
    ...parts.map((part): Box => ({
      id: part.id,
      column: COLUMNS[part.component] ?? Column.PROXY,
      title: `${part.object.kind} ${part.object.metadata.name}`,
      lines: partLines(part, services, policies),
    })),
    ...forClients.map((service, index): Box => ({ id: `${prefix}s${index}`, column: offered(service) ? Column.SERVICE : Column.PROXY, title: `Service ${service.metadata.name}`, lines: serviceLines(service) })),
  ];
  const arrows: Arrow[] = [
    ...forClients.flatMap((service, index): Arrow[] => {
      const behind = parts.filter((part) => leadsTo(service, part));
      return [
        ...offered(service) ? [{ from: `${prefix}clients`, to: `${prefix}s${index}`, text: portsOf(service) }] : [],
        ...behind.map((part): Arrow => ({ from: `${prefix}s${index}`, to: part.id, text: '' })),
      ];
    }),
    ...parts.flatMap((part) => parts.flatMap((other) => talk(part, other))),
    ...policies.arrows,
    ...watching.arrows,
  ];
  return { title: namespace === undefined ? name : `${name} in namespace ${namespace}`, boxes, arrows };
}

/** Agents say where a Service leads that has no selector. */
function isLed({ spec }: KubeObject): boolean {
  return spec?.selector === undefined;
}

function leadsTo(service: KubeObject, { labels }: Part): boolean {
  const { [INSTALLATION]: installation, [COMPONENT]: component } = service.metadata.labels ?? {};
  return isLed(service) ? labels[INSTALLATION] === installation && labels[COMPONENT] === component : selects(service.spec?.selector, labels);
}

/** Who opens connections to whom, by what they are. */
function talk(from: Part, to: Part): Arrow[] {
  const arrow = (text: string): Arrow[] => [{ from: from.id, to: to.id, text }];
  const sidecar = to.containers.includes('sentinel');
  switch (`${from.component} ${to.component}`) {
    case 'proxy server': return arrow(sidecar ? 'commands; asks Sentinels for the master' : 'commands, checks');
    case 'proxy sentinel': return arrow('asks for the master');
    case 'sentinel server': return arrow('watches, fails over');
    case 'sentinel sentinel': return from === to ? [] : arrow('votes');
    case 'server sentinel': return from.containers.includes('agent') ? arrow('agents: watch, order') : [];
    case 'server server': return arrow(`replication${sidecar ? '; Sentinels watch and vote' : ''}${from.containers.includes('agent') ? '; agents compare' : ''}`);
    default: return [];
  }
}

function partLines(part: Part, services: readonly KubeObject[], { linesOf }: PolicyView): string[] {
  const { replicas = 1 } = part.object.spec ?? {};
  const own = services.filter((service) => selectsOnePod(service) && selects(withoutPod(service), part.labels));
  return [
    `${replicas} ${replicas === 1 ? 'pod' : 'pods'}: ${part.containers.join(', ')}`,
    ...own.map(({ metadata: { name } }) => `${/-member-\d+$/.test(name) ? 'from outside' : 'announced'}: ${name}`),
    ...linesOf(part),
  ];
}

/** Whether it is a Service by which Prometheus finds pods, which leads no client anywhere. */
function isForMetrics({ kind, metadata }: KubeObject): boolean {
  return kind === 'Service' && metadata.labels?.['app.kubernetes.io/component'] === 'monitoring';
}

/** Objects that have Prometheus read the metrics of pods. */
function monitors(objects: readonly KubeObject[], parts: readonly Part[], prefix: string): { boxes: Box[]; arrows: Arrow[] } {
  const reads = ({ spec }: KubeObject, { labels }: Part) => selects(spec?.selector?.matchLabels ?? spec?.selector, labels);
  const found = objects.filter((object) => parts.some((part) => reads(object, part)));
  return {
    boxes: found.map(({ kind, metadata }, index) => ({ id: `${prefix}m${index}`, column: Column.OUTSIDE, title: `Prometheus, by ${kind} ${metadata.name}`, lines: [] })),
    arrows: found.flatMap((monitor, index) => parts.filter((part) => reads(monitor, part))
      .map((part) => ({ from: `${prefix}m${index}`, to: part.id, text: 'metrics', dashed: true }))),
  };
}

function serviceLines(service: KubeObject): string[] {
  const { type, clusterIP } = service.spec ?? {};
  return [...clusterIP === 'None' ? ['headless'] : [], ...[undefined, 'ClusterIP'].includes(type) ? [] : [type]];
}

function portsOf(service: KubeObject): string {
  return (service.spec?.ports ?? []).map(({ port }: { port: number }) => port).join(', ');
}

function podLabels(object: KubeObject): Labels {
  return object.spec?.template?.metadata?.labels ?? {};
}

function containersOf(object: KubeObject): string[] {
  const { containers = [], initContainers = [] } = object.spec?.template?.spec ?? {};
  // one that is restarted runs beside the others
  const sidecars = initContainers.filter(({ restartPolicy }: { restartPolicy?: string }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].map(({ name }: { name: string }) => name);
}

function selectsOnePod(service: KubeObject): boolean {
  return ONE_POD.some((label) => service.spec?.selector?.[label] !== undefined);
}

/** A Sentinel of its own has its label on the pod; a pod of a StatefulSet gets one from Kubernetes. */
function withoutPod(service: KubeObject): Labels {
  const { [ONE_POD[0]]: _, ...others } = service.spec?.selector ?? {};
  return others;
}

function selects(selector: Labels | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.keys(selector).length > 0 && Object.entries(selector).every(([label, value]) => labels[label] === value);
}
