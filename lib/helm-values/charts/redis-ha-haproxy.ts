import { Build } from '../base/build';
import { call, member } from '../base/expression';
import { anything, dictionary, flag, int, isEmpty, isObject, object, text, texts, time } from '../base/readers';
import { at, Entry, IDLE, mapped, noted, refused, Table } from '../base/table';
import { duration, resourcesEntry } from '../parts/amounts';
import { monitorEntries } from '../parts/monitors';
import { EGRESS_RULES, ingressEntry } from '../parts/network';
import { budgetEntries, containerSecurityEntry, labels, podSecurity, probeEntries } from '../parts/pods';

const OWN_CONFIG = "haproxy.cfg is the library's, as what it promises depends on it: give sections of your own by 'proxy.customSections'";
const NO_ACCOUNT = 'HAProxy needs no ServiceAccount';

/** A timeout of HAProxy, as one prop. */
const timeout = (...path: string[]): Entry => mapped(['proxy', ...path].join('.'), time('ms'), at(['proxy', ...path], duration));

/** A field of the Service that has no prop. */
const serviceField = (field: string): Entry => mapped('proxy.service.specOverrides', text, at(['proxy', 'service', 'specOverrides', field]));

const TYPES: { readonly [type: string]: string } = { ClusterIP: 'CLUSTER_IP', NodePort: 'NODE_PORT', LoadBalancer: 'LOAD_BALANCER' };
const POLICIES: { readonly [policy: string]: string } = { Cluster: 'CLUSTER', Local: 'LOCAL' };

/** The Service that clients connect to, of any chart. */
export function frontService(prefix: string, nodePort: string): Table {
  return {
    [`${prefix}.type`]: mapped('proxy.service.type', text, (build, value: string, key) => {
      const type = Object.hasOwn(TYPES, value) ? TYPES[value] : undefined;
      if (type === undefined) build.refuse(key, `must be one of ${Object.keys(TYPES).join(', ')}`);
      else build.put(['proxy', 'service', 'type'], member(`ProxyServiceType.${type}`), key);
    }, IDLE('ClusterIP')),
    [`${prefix}.clusterIP`]: serviceField('clusterIP'),
    [`${prefix}.${nodePort}`]: mapped('proxy.service.nodePort', int, at(['proxy', 'service', 'nodePort'])),
    [`${prefix}.loadBalancerIP`]: serviceField('loadBalancerIP'),
    [`${prefix}.loadBalancerClass`]: mapped('proxy.service.loadBalancerClass', text, at(['proxy', 'service', 'loadBalancerClass'])),
    [`${prefix}.externalTrafficPolicy`]: mapped('proxy.service.externalTrafficPolicy', text, (build, value: string, key) => {
      const policy = Object.hasOwn(POLICIES, value) ? POLICIES[value] : undefined;
      const type = build.text(`${prefix}.type`, 'ClusterIP');
      if (policy === undefined) build.refuse(key, 'must be Cluster or Local');
      else if (type !== 'ClusterIP') build.put(['proxy', 'service', 'externalTrafficPolicy'], member(`ExternalTrafficPolicy.${policy}`), key);
      else build.note(key, 'has no meaning for a Service of the type ClusterIP');
    }),
    [`${prefix}.externalIPs`]: mapped('proxy.service.specOverrides', anything, (build, value: unknown, key) => {
      // the chart takes an object for a list
      const list = isObject(value) ? Object.values(value) : value;
      if (Array.isArray(list) && list.every((one) => typeof one === 'string')) build.put(['proxy', 'service', 'specOverrides', 'externalIPs'], list, key);
      else build.refuse(key, 'must be a list of addresses');
    }),
    [`${prefix}.labels`]: mapped('Overrides.merge(redis.proxyService)', dictionary, (build, value, key) => build.override('proxyService', { metadata: { labels: value } }, key)),
    [`${prefix}.annotations`]: labels('proxy', 'service', 'annotations'),
    [`${prefix}.loadBalancerSourceRanges`]: mapped('proxy.service.loadBalancerSourceRanges', texts, (build, ranges: string[], key) => {
      for (const range of ranges) build.put(['proxy', 'service', 'loadBalancerSourceRanges', '+'], range, key);
    }),
    [`${prefix}.ipFamilyPolicy`]: serviceField('ipFamilyPolicy'),
    [`${prefix}.ipFamilies`]: mapped('proxy.service.specOverrides', texts, at(['proxy', 'service', 'specOverrides', 'ipFamilies'])),
  };
}

/** How HAProxy's pods are replaced. The API refuses the numbers of the library's own strategy beside another type. */
const STRATEGY: Entry = mapped('Overrides.merge(redis.proxyDeployment)', object, (build, value: any, key) => {
  const strategy = (value.type ?? 'RollingUpdate') === 'RollingUpdate' ? value : { ...value, rollingUpdate: null };
  build.override('proxyDeployment', { spec: { strategy } }, key);
}, IDLE({ type: 'RollingUpdate' }));

/** HAProxy of the chart redis-ha. */
export const HAPROXY: Table = {
  'haproxy.enabled': mapped('routing', flag, (build, on: boolean, key) => build.put(['routing'], call(on ? 'Routing.service' : 'Routing.none'), key),
    { note: 'true is `Routing.service()`, false is `Routing.none()`: clients ask the Sentinels' }),
  'haproxy.servicePort': mapped('proxy.port', int, at(['proxy', 'port'])),
  'haproxy.containerPort': noted("HAProxy listens on the port of its Service, 'proxy.port'", int),
  'haproxy.tls.enabled': mapped('tls', flag),
  'haproxy.tls.secretName': mapped('tls', text),
  'haproxy.tls.keyName': refused('the Secret must have the keys tls.crt, tls.key and ca.crt, as cert-manager and `kubectl create secret tls` write them: make it so'),
  'haproxy.tls.certMountPath': noted('the certificate is mounted where the library looks for it', text),
  'haproxy.readOnly.enabled': noted("the port for reads, 'proxy.readPort', is always there", flag),
  'haproxy.readOnly.port': mapped('proxy.readPort', int, at(['proxy', 'readPort'])),
  'haproxy.additionalPorts': refused('`proxy.extraPorts` has them with a name each: { name, port }'),
  'haproxy.replicas': mapped('proxy.replicas', int, at(['proxy', 'replicas'])),
  'haproxy.deploymentStrategy': STRATEGY,
  'haproxy.updateStrategy': STRATEGY,
  'haproxy.image.repository': mapped('proxy.image', text),
  'haproxy.image.tag': mapped('proxy.image', text),
  'haproxy.image.pullPolicy': mapped('proxy.pod.podSpecOverrides.containers', text, (build, policy: string, key) => build.container('proxy', 'proxy', { imagePullPolicy: policy }, key), IDLE('IfNotPresent')),
  'haproxy.labels': labels('proxy', 'pod', 'labels'),
  'haproxy.imagePullSecrets': mapped('imagePullSecrets', anything),
  'haproxy.annotations': labels('proxy', 'pod', 'annotations'),
  'haproxy.podAnnotations': labels('proxy', 'pod', 'annotations'),
  'haproxy.deploymentAnnotations': mapped('Overrides.merge(redis.proxyDeployment)', dictionary, (build, value, key) => build.override('proxyDeployment', { metadata: { annotations: value } }, key)),
  'haproxy.nodeSelector': labels('proxy', 'pod', 'nodeSelector'),
  ...probeEntries('haproxy', 'proxy'),
  'haproxy.resources': resourcesEntry(['proxy', 'resources']),
  'haproxy.emptyDir': noted('what HAProxy writes is small, and in memory', object),
  ...budgetEntries('haproxy.podDisruptionBudget', 'proxy'),
  'haproxy.podSecurityPolicy.*': noted('PodSecurityPolicies are gone from Kubernetes: all pods run under Pod Security "restricted"'),
  'haproxy.stickyBalancing': mapped('proxy.reads.balance', flag, (build, on: boolean, key) => {
    if (on) build.put(['proxy', 'reads', 'balance'], member('ReadBalance.SOURCE'), key);
  }),
  'haproxy.priorityClassName': mapped('proxy.pod.priorityClassName', text, at(['proxy', 'pod', 'priorityClassName'])),
  ...frontService('haproxy.service', 'nodePort'),
  'haproxy.serviceAccountName': noted(NO_ACCOUNT, text),
  'haproxy.serviceAccount.create': noted(NO_ACCOUNT, flag),
  'haproxy.serviceAccount.automountToken': noted(NO_ACCOUNT, flag),
  'haproxy.metrics.enabled': noted("metrics are always on, at /metrics of 'proxy.statsPort'", flag),
  'haproxy.metrics.port': mapped('proxy.statsPort', int, at(['proxy', 'statsPort'])),
  'haproxy.metrics.portName': refused('the port is called stats', 'http-exporter-port', 'exporter-port'),
  'haproxy.metrics.scrapePath': refused('metrics are at /metrics', '/metrics'),
  ...monitorEntries('haproxy.metrics.serviceMonitor'),
  'haproxy.init.resources': refused('there is no such container here'),
  'haproxy.timeout.connect': timeout('timeouts', 'connect'),
  'haproxy.timeout.server': timeout('timeouts', 'server'),
  'haproxy.timeout.client': timeout('timeouts', 'client'),
  'haproxy.timeout.check': timeout('checks', 'timeout'),
  'haproxy.timeout.tunnel': mapped('proxy.timeouts', time('ms'), undefined, { note: "HAProxy goes by it once both sides have spoken: it becomes 'proxy.timeouts.client' and 'server', in place of those of the chart" }),
  'haproxy.checkInterval': mapped('proxy.checks.sentinelInterval, proxy.checks.roleInterval', time('ms'), (build, ms: number, key) => {
    for (const check of ['sentinelInterval', 'roleInterval']) build.put(['proxy', 'checks', check], duration(ms), key);
  }),
  'haproxy.checkFall': refused('one answer of a server that it is no master counts at once; silence as the Sentinels count it', 1),
  'haproxy.securityContext': podSecurity('proxy'),
  'haproxy.containerSecurityContext': containerSecurityEntry(),
  'haproxy.hardAntiAffinity': mapped('proxy.pod.spread', flag, undefined, { whenNull: false }),
  'haproxy.additionalAffinities': mapped('proxy.pod.podSpecOverrides.affinity', anything),
  'haproxy.affinity': mapped('proxy.pod.spread, proxy.pod.podSpecOverrides.affinity', anything, undefined, { verbatim: true }),
  'haproxy.customConfig': refused(OWN_CONFIG),
  'haproxy.extraConfig': mapped('proxy.customSections', text, (build, value: string, key) => customSections(build, value, key), { verbatim: true }),
  'haproxy.lifecycle': noted('HAProxy drains by the hooks of the library', object),
  'haproxy.tests.*': noted('it tests what the chart makes'),
  'haproxy.IPv6.enabled': noted('HAProxy listens on all addresses, of both families', flag),
  'haproxy.networkPolicy.enabled': mapped('networkPolicies', flag),
  'haproxy.networkPolicy.annotations': refused('its policies have those of all objects: `annotations`'),
  'haproxy.networkPolicy.labels': refused('its policies have those of all objects: `labels`'),
  'haproxy.networkPolicy.ingressRules': ingressEntry(() => 'allowFrom'),
  'haproxy.networkPolicy.egressRules': EGRESS_RULES,
};

/** Sections are checked by the library; a template in them is none of Helm's that anybody fills in. */
function customSections(build: Build, value: string, key: string): void {
  if (value.includes('{{')) build.refuse(key, 'is a template of Helm, which nobody fills in here: give the text itself');
  else if (!isEmpty(value)) build.put(['proxy', 'customSections'], value, key);
}
