import { Manifest } from './manifests';
import { selects } from './selection';

type Labels = { readonly [label: string]: string };

/** The pods of a workload, and where they are. */
interface Pods {
  readonly title: string;
  readonly namespace?: string;
  readonly labels: Labels;
  readonly spec: any;
}

/** What a workload makes, of whichever kind it is. */
function podsOf({ kind, metadata, spec }: Manifest): Pods | undefined {
  const template = spec?.jobTemplate?.spec.template ?? spec?.template;
  return template?.spec && { title: `${kind} ${metadata.name}`, namespace: metadata.namespace, labels: template.metadata?.labels ?? {}, spec: template.spec };
}

const containersOf = ({ spec }: Pods): any[] => [...spec.initContainers ?? [], ...spec.containers];

/** What is made by hand beside the objects: names by kind. */
export interface Outside { readonly [kind: string]: RegExp }

/** References between objects of a synthesis that lead nowhere, and objects that are in each other's way. */
export function danglingReferences(all: readonly Manifest[], outside: Outside): string[] {
  const has = (kind: string, name: string, namespace?: string): boolean => (
    outside[kind]?.test(name) === true || all.some((one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace)
    // cert-manager and StatefulSets make these
    || (kind === 'Secret' && all.some((one) => one.kind === 'Certificate' && one.spec.secretName === name)));
  const pods = all.flatMap((one) => podsOf(one) ?? []);
  return [
    ...twice(all.map(({ apiVersion, kind, metadata: { name, namespace } }) => `${apiVersion.split('/')[0]} ${kind} ${namespace ?? ''}/${name}`)).map((one) => `${one} exists twice`),
    ...all.flatMap(({ kind, metadata: { name } }) => (nameFits(kind, name) ? [] : [`${kind} ${name} has no name of its kind`])),
    ...pods.flatMap((one) => volumes(one, all, has)),
    ...all.flatMap((one) => selectors(one, pods)),
    ...all.flatMap(({ kind, metadata: { name, namespace }, spec, ...rest }) => {
      if (kind === 'HorizontalPodAutoscaler') return has(spec.scaleTargetRef.kind, spec.scaleTargetRef.name, namespace) ? [] : [`${kind} ${name} scales nothing`];
      if (!/^(Cluster)?RoleBinding$/.test(kind)) return [];
      const { roleRef, subjects } = rest as any;
      return [
        ...has(roleRef.kind, roleRef.name, namespace) ? [] : [`${kind} ${name}: no ${roleRef.kind} ${roleRef.name}`],
        ...subjects.filter((subject: any) => subject.name !== 'default' && !has(subject.kind, subject.name, subject.namespace ?? namespace)).map((subject: any) => `${kind} ${name}: no ${subject.kind} ${subject.name}`),
      ];
    }),
  ];
}

/** As the API takes names; those of StatefulSets and CronJobs get something appended, which has to fit into a label and a name. */
function nameFits(kind: string, name: string): boolean {
  if (kind === 'Service') return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
  const most = kind === 'StatefulSet' || kind === 'CronJob' ? 52 : /^(Deployment|Job|PodMonitor|PodDisruptionBudget)$/.test(kind) ? 63 : 253;
  return name.length <= most && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name);
}

function volumes(one: Pods, all: readonly Manifest[], has: (kind: string, name: string, namespace?: string) => boolean): string[] {
  const { spec, namespace, title } = one;
  const claims: string[] = all.filter((other) => `${other.kind} ${other.metadata.name}` === title && other.metadata.namespace === namespace)
    .flatMap((other) => (other.spec.volumeClaimTemplates ?? []).map((claim: any) => claim.metadata.name));
  const errors: string[] = [];
  const need = (kind: string, name: string | undefined, optional?: boolean, keys: readonly string[] = []): void => {
    if (name === undefined || optional === true) return;
    if (!has(kind, name, namespace)) errors.push(`no ${kind} ${name}`);
    const data = all.find((other) => other.kind === kind && other.metadata.name === name && other.metadata.namespace === namespace)?.data;
    if (data) for (const key of keys) if (!(key in data)) errors.push(`${kind} ${name} has no ${key}`);
  };
  const source = ({ secret, configMap, persistentVolumeClaim }: any): void => {
    need('Secret', secret?.secretName ?? secret?.name, secret?.optional);
    need('ConfigMap', configMap?.name, configMap?.optional, (configMap?.items ?? []).map(({ key }: any) => key));
    need('PersistentVolumeClaim', persistentVolumeClaim?.claimName);
  };
  for (const volume of spec.volumes ?? []) {
    source(volume);
    for (const part of volume.projected?.sources ?? []) source(part);
  }
  if (spec.serviceAccountName !== undefined && spec.serviceAccountName !== 'default') need('ServiceAccount', spec.serviceAccountName);
  const known = [...(spec.volumes ?? []).map((volume: any) => volume.name), ...claims];
  errors.push(...twice(known).map((name) => `volume ${name} exists twice`), ...twice(containersOf(one).map(({ name }) => name)).map((name) => `container ${name} exists twice`));
  for (const { name, volumeMounts = [], env = [], envFrom = [], ports = [], ...probes } of containersOf(one)) {
    for (const mount of volumeMounts) if (!known.includes(mount.name)) errors.push(`${name}: no volume ${mount.name}`);
    errors.push(...twice(volumeMounts.map(({ mountPath }: any) => mountPath)).map((path) => `${name}: ${path} is mounted twice`));
    errors.push(...twice(env.map((variable: any) => variable.name)).map((variable) => `${name}: ${variable} is said twice`));
    for (const { valueFrom } of env) {
      need('Secret', valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional);
      need('ConfigMap', valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional, [valueFrom?.configMapKeyRef?.key]);
    }
    for (const { secretRef, configMapRef } of envFrom) source({ secret: secretRef, configMap: configMapRef });
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      const port = probes[probe]?.httpGet?.port ?? probes[probe]?.tcpSocket?.port;
      if (typeof port === 'string' && !ports.some((one2: any) => one2.name === port)) errors.push(`${name}: ${probe} asks port ${port}`);
    }
  }
  const names = containersOf(one).flatMap(({ ports = [] }) => ports.map((port: any) => port.name)).filter((name) => name !== undefined);
  errors.push(...twice(names).map((name) => `port ${name} exists twice`), ...names.filter((name) => name.length > 15).map((name) => `port ${name} has a long name`));
  return errors.map((error) => `${title}: ${error}`);
}

function selectors({ kind, metadata: { name, namespace }, spec }: Manifest, pods: readonly Pods[]): string[] {
  const here = pods.filter((one) => one.namespace === namespace);
  const title = `${kind} ${name}`;
  const matched = (selector: any): readonly Pods[] => here.filter(({ labels }) => selects(selector, labels));
  switch (kind) {
    case 'Service': {
      if (!spec.selector) return [];
      const { 'statefulset.kubernetes.io/pod-name': _, ...matchLabels } = spec.selector;
      const found = matched({ matchLabels });
      if (found.length === 0) return [`${title} selects nothing`];
      return spec.ports.flatMap(({ port, targetPort = port }: any) => (
        found.filter((one) => !portsOf(one).some((open) => open.name === targetPort || open.containerPort === targetPort))
          .map((one) => `${title}: ${one.title} has no port ${targetPort}`)));
    }
    case 'StatefulSet':
    case 'Deployment': {
      const found = matched(spec.selector).map((one) => one.title);
      return found.join() === title ? [] : [`${title} selects the pods of ${found.join(', ') || 'nobody'}`];
    }
    case 'PodDisruptionBudget': return matched(spec.selector).length === 0 ? [`${title} selects nothing`] : [];
    case 'PodMonitor': {
      const [where = namespace] = spec.namespaceSelector?.matchNames ?? [];
      const found = pods.filter((one) => one.namespace === where && selects(spec.selector, one.labels));
      return found.length === 0 ? [`${title} selects nothing`] : spec.podMetricsEndpoints.flatMap(({ port }: any) => (
        found.some((one) => portsOf(one).some((open) => open.name === port)) ? [] : [`${title}: no pod has the port ${port}`]));
    }
    case 'NetworkPolicy': {
      const rules = [...spec.ingress ?? [], ...spec.egress ?? []].flatMap((rule: any) => [...rule.from ?? [], ...rule.to ?? []]);
      return [
        ...matched(spec.podSelector).length === 0 && !name.includes('-from-') ? [`${title} is for nobody`] : [],
        ...rules.filter((peer: any) => peer.podSelector && !peer.namespaceSelector && matched(peer.podSelector).length === 0).map((peer: any) => `${title} lets nobody in: ${JSON.stringify(peer.podSelector)}`),
      ];
    }
    default: return [];
  }
}

const portsOf = (one: Pods): any[] => containersOf(one).flatMap(({ ports = [] }) => ports);

/** Connections that pods need by what they are told, and that lead to no Service or port, or that a policy refuses. */
export function refusedConnections(all: readonly Manifest[]): string[] {
  const pods = all.flatMap((one) => podsOf(one) ?? []);
  return pods.flatMap((from) => [...wanted(from), ...members(from, all)].flatMap(({ host, port }) => {
    const [service, namespace = from.namespace] = host.split('.');
    const target = all.find((one) => one.kind === 'Service' && one.metadata.name === service && one.metadata.namespace === namespace);
    if (!target) return [`${from.title}: no Service ${host}`];
    const open = target.spec.ports.find((one: any) => one.port === port);
    if (!open && target.spec.clusterIP !== 'None') return [`${from.title}: Service ${host} has no port ${port}`];
    if (!target.spec.selector) return [];
    const { 'statefulset.kubernetes.io/pod-name': _, ...matchLabels } = target.spec.selector;
    return pods.filter((to) => to.namespace === target.metadata.namespace && selects({ matchLabels }, to.labels)).flatMap((to) => {
      const targetPort = open?.targetPort ?? port;
      const number = typeof targetPort === 'number' ? targetPort : portsOf(to).find(({ name }) => name === targetPort)?.containerPort;
      return [
        ...allowed(all, from, to, number, 'Ingress') ? [] : [`${to.title} does not let ${from.title} in at ${number}`],
        ...allowed(all, from, to, number, 'Egress') ? [] : [`${from.title} is not let out to ${to.title} at ${number}`],
      ];
    });
  }));
}

const INSTALLATION = 'redis-ha.cdk8s.io/installation';
const COMPONENT = 'redis-ha.cdk8s.io/component';

/** Whom servers, Sentinels and proxies talk to without a variable: all servers and Sentinels, and servers the source of a restore. */
function members({ labels, namespace }: Pods, all: readonly Manifest[]): { readonly host: string; readonly port: number }[] {
  const from = labels[COMPONENT];
  if (!['server', 'sentinel', 'proxy'].includes(from)) return [];
  const services = all.filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === namespace && metadata.labels?.[INSTALLATION] === labels[INSTALLATION]);
  return services.flatMap(({ metadata: { name, labels: own }, spec: { ports, clusterIP } }) => (
    (clusterIP !== 'None' && /-(announce|sentinel)-\d+$/.test(name) && /^(server|sentinel)$/.test(own![COMPONENT])) || (from === 'server' && own![COMPONENT] === 'restore')
      ? ports.map(({ port }: any) => ({ host: name, port })) : []));
}

/** Addresses in the variables of containers. */
function wanted(one: Pods): { readonly host: string; readonly port: number }[] {
  return containersOf(one).flatMap(({ env = [] }) => {
    const values: { readonly [name: string]: string } = Object.fromEntries(env.map(({ name, value }: any) => [name, value]));
    return Object.entries(values).flatMap(([name, value]) => {
      if (typeof value !== 'string' || value === '') return [];
      if (/_SENTINELS$/.test(name)) return value.split(',').map((item) => ({ host: item.split(':')[0], port: Number(item.split(':')[1]) }));
      if (/_HOST$/.test(name) && values[name.replace(/HOST$/, 'PORT')] !== undefined) {
        return ['PORT', 'READ_PORT'].map((suffix) => values[name.replace(/HOST$/, suffix)]).filter((port) => port !== undefined).map((port) => ({ host: value, port: Number(port) }));
      }
      if (name === 'HOSTS') return value.split(' ').map((host) => ({ host, port: Number(values.PORT) }));
      if (name === 'SERVERS' && values.SERVER_PORT !== undefined) return value.split(' ').map((host) => ({ host, port: Number(values.SERVER_PORT) }));
      if (name === 'SENTINEL_SERVICE') return [{ host: value, port: Number(values.SENTINEL_PORT) }];
      return [];
    });
  });
}

function allowed(all: readonly Manifest[], from: Pods, to: Pods, port: number, type: 'Ingress' | 'Egress'): boolean {
  const [self, peer] = type === 'Ingress' ? [to, from] : [from, to];
  const policies = all.filter(({ kind, metadata, spec }) => kind === 'NetworkPolicy' && metadata.namespace === self.namespace && spec.policyTypes.includes(type) && selects(spec.podSelector, self.labels));
  return policies.length === 0 || policies.some(({ metadata, spec }) => (spec[type.toLowerCase()] ?? []).some((rule: any) => (
    (rule.ports === undefined || rule.ports.some((one: any) => one.port === undefined || one.port === port || (one.endPort !== undefined && one.port <= port && port <= one.endPort) || typeof one.port === 'string'))
    && ((rule.from ?? rule.to) === undefined || (rule.from ?? rule.to).some(({ podSelector, namespaceSelector, ipBlock }: any) => (
      ipBlock !== undefined ? false
        : (namespaceSelector !== undefined ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': peer.namespace ?? '' }) : peer.namespace === metadata.namespace)
          && selects(podSelector ?? {}, peer.labels)))))));
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, index) => names.indexOf(one) !== index))];
}
