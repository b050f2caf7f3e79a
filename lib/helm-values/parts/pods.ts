import { duration } from './amounts';
import { Build } from '../base/build';
import { call, Expression, member } from '../base/expression';
import { Path } from '../base/model';
import { anything, dictionary, flag, int, isEmpty, isObject, isTemplated, named, objects, text } from '../base/readers';
import { at, Entry, IDLE, mapped, noted, refused, Table } from '../base/table';

/** The two kinds of pods that the charts configure. */
export type Part = 'server' | 'proxy';

/** Names of containers and volumes that the library's own pods have: a patch of that name would change them. */
export const OWN_NAMES: { readonly [part in Part]: { readonly containers: readonly string[]; readonly volumes: readonly string[] } } = {
  server: {
    containers: ['server', 'exporter', 'sentinel-exporter', 'sentinel', 'agent'],
    volumes: ['config', 'program', 'run', 'auth', 'metrics-auth', 'data', 'tls'],
  },
  proxy: { containers: ['proxy', 'kube-template'], volumes: ['config', 'run', 'templates', 'program', 'auth', 'tls'] },
};

/** How changed pods of servers take the place of those that run: what a StatefulSet can. Former versions of the charts take the type alone. */
export function putUpdateStrategy(build: Build, strategy: { readonly [field: string]: any }, key: string): void {
  const { type = 'RollingUpdate', rollingUpdate } = strategy;
  const { partition, ...more } = isObject(rollingUpdate) ? rollingUpdate : {} as any;
  if (type === 'OnDelete') return build.put(['server', 'updateStrategy'], call('UpdateStrategy.onDelete'), key);
  if (type !== 'RollingUpdate') return build.refuse(key, `${String(type)} is no strategy of a StatefulSet: pods are replaced one by one`);
  for (const field of Object.keys(more)) build.refuse(`${key}.rollingUpdate.${field}`, 'pods are replaced one by one');
  if (partition !== undefined && partition !== null && partition !== 0) build.put(['server', 'updateStrategy'], call('UpdateStrategy.rolling', { partition }), key);
}

/** Each name of a dictionary by itself, so that one that the library refuses takes no other with it. */
export function names(...path: string[]): (build: Build, value: { readonly [name: string]: string }, key: string) => void {
  return (build, value, key) => { for (const [name, one] of Object.entries(value)) build.put([...path, name], one, `${key}.${name}`); };
}

export const labels = (...path: string[]): Entry => mapped(path.join('.'), dictionary, names(...path));

/** Items of a list that pods have in addition: containers, init containers, volumes. */
export function additions(part: Part, list: 'containers' | 'initContainers' | 'volumes'): Entry {
  const own = OWN_NAMES[part][list === 'volumes' ? 'volumes' : 'containers'];
  return mapped(`${part}.pod.podSpecOverrides.${list}`, named, (build, items: any[], key) => {
    items.forEach((item, index) => {
      const here = `${key}[${index}]`;
      if (own.includes(item.name)) build.refuse(here, `the name ${item.name} is one of the library's own (${own.join(', ')}): take another`);
      else build.put([part, 'pod', 'podSpecOverrides', list, '+'], item, here);
    });
  });
}

/** Further mounts, variables or sources of variables of a container. */
export function containerList(part: Part, container: string, field: string): Entry {
  return mapped(`${part}.pod.podSpecOverrides.containers`, field === 'envFrom' ? objects : named, (build, items: any[], key) => {
    items.forEach((item, index) => build.container(part, container, { [field]: [item] }, `${key}[${index}]`));
  });
}

/** Probes of the main container of pods. */
export function probeEntries(prefix: string, part: Part): Table {
  return Object.assign({}, ...(['liveness', 'readiness', 'startup'] as const).map((kind): Table => {
    const key = `${prefix}.${kind}Probe`;
    const path = [part, 'probes', kind];
    return {
      [`${key}.enabled`]: {
        ...noted('what probes ask is fixed, and all are on', flag, IDLE(true)),
        set: (build, on, here) => { if (!on && kind !== 'startup') build.refuse(here, 'none can be switched off: failovers and rolling updates go by them'); },
      },
      [`${key}.initialDelaySeconds`]: kind === 'startup'
        ? mapped(`${part}.probes.startup`, int, undefined, { note: 'added to failureThreshold' })
        : noted('there is a start-up probe, after which this one begins', int),
      [`${key}.periodSeconds`]: mapped(`${part}.probes.${kind}.period`, int, at([...path, 'period'], (value: number) => duration(value * 1000))),
      [`${key}.timeoutSeconds`]: mapped(`${part}.probes.${kind}.timeout`, int, at([...path, 'timeout'], (value: number) => duration(value * 1000))),
      [`${key}.successThreshold`]: refused('one success is enough', 1),
      [`${key}.failureThreshold`]: mapped(`${part}.probes.${kind}.failureThreshold`, int, at([...path, 'failureThreshold'])),
    };
  }));
}

/** The time before a start-up probe begins is time that the server gets, too. */
export function composeStartup(build: Build, prefix: string, part: Part): void {
  const key = (field: string): string => `${prefix}.startupProbe.${field}`;
  const delay = build.value(key('initialDelaySeconds'), 0);
  const [failures, period] = [build.value(key('failureThreshold'), 0), build.value(key('periodSeconds'), 0)];
  if (delay > 0 && failures > 0 && period > 0) {
    build.put([part, 'probes', 'startup', 'failureThreshold'], failures + Math.ceil(delay / period), key('failureThreshold'));
  } else if (delay > 0) {
    build.note(key('initialDelaySeconds'), `a server gets 10 minutes to load its data, unless '${part}.probes.startup' says otherwise`);
  }
}

/** PodDisruptionBudget. */
export function budgetEntries(prefix: string, part: Part): Table {
  const one = (field: 'minAvailable' | 'maxUnavailable'): Entry => mapped(`${part}.disruptionBudget.${field}`, text, (build, value: string, key) => {
    if (/^\d+$/.test(value)) build.put([part, 'disruptionBudget', field], Number(value), key);
    else build.refuse(key, 'a percentage has no prop: give a number of pods');
  });
  return { [`${prefix}.minAvailable`]: one('minAvailable'), [`${prefix}.maxUnavailable`]: one('maxUnavailable') };
}

/** Fields of a pod's security context that are more than the library's own: those may be laid over it. */
const LAID_OVER = ['fsGroupChangePolicy', 'sysctls', 'seLinuxOptions', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'];
const IDS = ['runAsUser', 'runAsGroup', 'fsGroup'];
const RESTRICTED = 'all pods run under Pod Security "restricted"';

function putId(build: Build, path: Path, value: unknown, key: string): void {
  const id = int(value);
  if ('wrong' in id) build.refuse(key, id.wrong);
  else if (id.value === 0 && path.includes('runAsUser')) build.refuse(key, `${RESTRICTED}: nothing runs as root`);
  else build.put(path, id.value, key);
}

/** A pod's security context. */
export function podSecurity(part: Part): Entry {
  return mapped(`${part}.pod.podSpecOverrides.securityContext`, anything, (build, context, key) => {
    if (!isObject(context)) return build.refuse(key, 'must be an object');
    const on = flag(context.enabled ?? true);
    if ('value' in on && !on.value) {
      return build.note(key, "enabled is off, so that none of it counts. Pods run as the library's own users: as any that the platform gives them with `fixedIds: false`");
    }
    for (const [field, value] of Object.entries(context)) {
      const here = `${key}.${field}`;
      if (isEmpty(value)) continue;
      if (field === 'enabled' && 'wrong' in on) build.refuse(here, on.wrong);
      else if (field === 'enabled') build.note(here, 'is always on');
      else if (field === 'runAsNonRoot' || field === 'seccompProfile') restricted(build, here, value === true || (value as any).type === 'RuntimeDefault');
      else if (field === 'supplementalGroups') (Array.isArray(value) ? value : [value]).forEach((one, index) => putId(build, [part, 'pod', 'podSpecOverrides', 'securityContext', field, '+'], one, `${here}[${index}]`));
      else if (IDS.includes(field)) putId(build, [part, 'pod', 'podSpecOverrides', 'securityContext', field], value, here);
      else if (LAID_OVER.includes(field)) build.put([part, 'pod', 'podSpecOverrides', 'securityContext', field], value as Expression, here);
      else build.refuse(here, "is no field of a pod's security context that can be taken over");
    }
  });
}

/** A container's security context, which the library's own is at least as strict as. */
const containerSecurity: Entry = noted(`${RESTRICTED}, and with a read-only root`, anything, {});

/** The same, field by field. */
export function containerSecurityEntry(): Entry {
  return {
    ...containerSecurity,
    set: (build, context, key) => {
      if (!isObject(context)) return build.refuse(key, 'must be an object');
      for (const [field, value] of Object.entries(context)) {
        const here = `${key}.${field}`;
        const capabilities = isObject(value) ? value : {};
        if (isEmpty(value) || field === 'enabled') continue;
        if (field === 'runAsUser' || field === 'runAsGroup') {build.note(here, 'all containers of a pod run as the user and the group of the pod');} else if (field === 'seLinuxOptions') {build.refuse(here, "give it for the pod: 'pod.podSpecOverrides.securityContext'");} else if (field === 'capabilities') { if (!isEmpty(capabilities.add)) build.refuse(here, `${RESTRICTED}: no capability is added`); } else if (field === 'seccompProfile') {restricted(build, here, capabilities.type === 'RuntimeDefault');} else if (field === 'runAsNonRoot') {restricted(build, here, value === true);} else if (field === 'readOnlyRootFilesystem') {build.note(here, 'the root is read-only: what is written is on volumes');} else if (field === 'allowPrivilegeEscalation' || field === 'privileged') {restricted(build, here, value === false);} else {build.refuse(here, 'is no field of a security context that is known here');}
      }
    },
  };
}

function restricted(build: Build, key: string, ok: boolean): void {
  if (ok) build.note(key, 'is so here');
  else build.refuse(key, RESTRICTED);
}

/** What selects the pods of one kind. */
export function selectorOf(build: Build, part: Part): Expression {
  return { matchLabels: { 'redis-ha.cdk8s.io/installation': build.name, 'redis-ha.cdk8s.io/component': part } };
}

/** Affinity as the API has it. What selects the pods of the chart's own release would select nothing here. */
export function putAffinity(build: Build, part: Part, affinity: unknown, key: string): void {
  if (!isObject(affinity)) return build.refuse(key, 'must be an affinity: an object with nodeAffinity, podAffinity or podAntiAffinity');
  for (const [kind, value] of Object.entries(affinity)) {
    const here = `${key}.${kind}`;
    if (isEmpty(value)) continue;
    const own = isObject(value) && kind !== 'nodeAffinity' ? termsOf(value).filter((term) => selectsRelease(build, term)) : [];
    if (kind !== 'nodeAffinity' && kind !== 'podAffinity' && kind !== 'podAntiAffinity') build.refuse(here, 'is no kind of affinity');
    else if (kind === 'podAntiAffinity' && own.length > 0) antiAffinity(build, part, value, own, here);
    else if (isTemplated(value)) build.refuse(here, TEMPLATE);
    else if (own.length > 0) build.refuse(here, `selects pods of the chart by labels that pods have not here: write it with 'redis-ha.cdk8s.io/installation' ('${part}.pod.affinity')`);
    else if (isObject(value)) build.put([part, 'pod', 'podSpecOverrides', 'affinity', kind], value as Expression, here);
    else build.refuse(here, 'must be an object');
  }
}

const TEMPLATE = 'is a template of Helm, which nobody fills in here: give the value itself';

/** Labels that charts give their own pods; those that say which application it is are the first. */
const RELEASE_LABELS = ['app', 'app.kubernetes.io/name', 'release', 'component', 'app.kubernetes.io/instance', 'app.kubernetes.io/component'];

/** Terms that must hold, and those that should. */
function termsOf(affinity: { readonly [when: string]: unknown }): readonly any[] {
  return Object.values(affinity).flat();
}

/** Whether a term speaks of the chart's own release, and not of another application. */
function selectsRelease(build: Build, term: any): boolean {
  if (isTemplated(term)) return true;
  const { matchLabels, matchExpressions } = (term?.podAffinityTerm ?? term)?.labelSelector ?? {};
  const expressions = [matchExpressions ?? []].flat().flatMap((one: any) => [one?.values ?? []].flat().map((value: unknown) => [one.key, value]));
  const selected = [...Object.entries(matchLabels ?? {}), ...expressions];
  const applications = selected.filter(([label]) => RELEASE_LABELS.slice(0, 2).includes(label)).map(([, value]) => String(value));
  if (applications.length === 0) return selected.some(([label]) => RELEASE_LABELS.includes(label));
  return applications.some((one) => /redis|valkey/.test(one) || [build.name, build.text('nameOverride')].includes(one));
}

/** Anti-affinity of the pods to each other is what `spread` is for. Beside other terms it is one of them: a list takes the place of the library's. */
function antiAffinity(build: Build, part: Part, value: { readonly [when: string]: unknown }, own: readonly unknown[], key: string): void {
  if (own.length < termsOf(value).length) {
    const labelSelector = selectorOf(build, part);
    const ours = ({ podAffinityTerm, ...term }: any): any => (
      podAffinityTerm === undefined ? { ...term, labelSelector } : { ...term, podAffinityTerm: ours(podAffinityTerm) });
    const selecting = (term: unknown): any => (isObject(term) && own.includes(term) ? ours(term) : term);
    const terms = Object.fromEntries(Object.entries(value).map(([when, list]) => [when, [list].flat().map(selecting)]));
    if (isTemplated(terms)) return build.refuse(key, TEMPLATE);
    build.put([part, 'pod', 'podSpecOverrides', 'affinity', 'podAntiAffinity'], terms, key);
    return build.note(key, "what selected the chart's own pods selects these");
  }
  const hard = [value.requiredDuringSchedulingIgnoredDuringExecution ?? []].flat();
  const nodes = hard.some((term: any) => term?.topologyKey === 'kubernetes.io/hostname');
  putSpread(build, part, nodes ? 'ONE_PER_NODE' : hard.length > 0 ? 'REQUIRED' : 'PREFERRED', key);
  return build.note(key, `${part}.pod.spread: it keeps these pods apart from each other`);
}

export function putSpread(build: Build, part: Part, spread: 'ONE_PER_NODE' | 'REQUIRED' | 'PREFERRED' | 'NONE', ...keys: string[]): void {
  build.put([part, 'pod', 'spread'], member(`Spread.${spread}`), ...keys);
}
