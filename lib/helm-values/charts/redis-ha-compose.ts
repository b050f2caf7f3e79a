import { allowFlush, annotatedPods, exporterArguments, keepPortsApart, pullSecrets } from './shared';
import { Build } from '../base/build';
import { call, Expression, member } from '../base/expression';
import { PRESENT } from '../base/model';
import { int, isEmpty, isTemplated, quantity, text } from '../base/readers';
import { duration, noMemoryLimit, sizeOfQuantity } from '../parts/amounts';
import { putEngine, putExporterImage, putProxyImage } from '../parts/image';
import { composeStartup, Part, putAffinity, putSpread, selectorOf } from '../parts/pods';
import { Directive, directivesOf, disablesFlush, ENGINE_SAVE, linesOf, persistenceMode, putDirectives } from '../parts/redis-conf';
import { putAuth } from '../parts/secrets';
import { putTls } from '../parts/tls';
import { parseYaml } from '../parts/yaml';

/** What several keys of the chart redis-ha say together. Where the values say nothing, the chart's own defaults count, so that clients and data find what they had. */
export function composeRedisHa(build: Build): void {
  const proxy = build.value('haproxy.enabled', false);
  if (!build.has('haproxy.enabled')) {
    build.put(['routing'], call('Routing.none'));
    build.assume('haproxy.enabled', 'off, as in the chart: clients ask the Sentinels. `Routing.service()` gives them one address');
  }
  if (!proxy && !build.has('redis.masterGroupName')) {
    build.put(['masterName'], 'mymaster');
    build.assume('redis.masterGroupName', 'mymaster, as in the chart: clients ask the Sentinels for it');
  }
  putEngine(build, { repository: build.value('image.repository', undefined), tag: build.value('image.tag', undefined), keys: build.given('image.tag', 'image.repository') });
  if (proxy) putProxyImage(build, { repository: build.value('haproxy.image.repository', undefined), tag: build.value('haproxy.image.tag', undefined), keys: build.given('haproxy.image.tag', 'haproxy.image.repository') });
  members(build);
  auth(build);
  tls(build, proxy);
  data(build);
  sentinelConfig(build);
  if (!build.has('redis.customConfig')) allowFlush(build, 'redis.disableCommands');
  scheduling(build, proxy);
  metrics(build);
  policies(build, proxy);
  timeouts(build);
  composeStartup(build, 'redis', 'server');
  if (proxy) composeStartup(build, 'haproxy', 'proxy');
  noMemoryLimit(build, 'redis.resources');
  keepPortsApart(build);
}

/** Sentinels beside an even number of servers could not decide. */
function members(build: Build): void {
  const replicas = build.value('replicas', 3);
  if (replicas > 0 && replicas % 2 === 0) {
    build.put(['sentinel', 'count'], 3, 'replicas');
    build.note('replicas', 'replicas: with an even number of servers, three Sentinels get pods of their own, as an even number of Sentinels survives no more losses');
  }
  const [port, tlsPort] = [build.value('sentinel.port', 26379), build.value('sentinel.tlsPort', 0)];
  if (port > 0 && tlsPort > 0) build.refuse('sentinel.tlsPort', 'there is one port: with TLS all connections are encrypted, and sentinel.port is where it is spoken');
  const used = port > 0 ? port : tlsPort;
  if (used === 0) for (const key of build.given('sentinel.port')) build.refuse(key, 'must be a port, where sentinel.tlsPort is none: 26379 is used');
  if (used > 0 && used !== 26379) build.put(['sentinel', 'port'], used, ...build.given('sentinel.port', 'sentinel.tlsPort'));
}

function auth(build: Build): void {
  if (!build.has('auth')) build.assume('auth', "off, as in the chart: no password is asked for. Better give one: 'auth'");
  if (!build.value('auth', false) && build.value('sentinel.auth', false)) build.refuse('sentinel.auth', 'Sentinels ask for the same password as servers, and auth is off: nobody asks for one');
  if (build.value('auth', false) && !build.has('sentinel.auth')) build.assume('sentinel.auth', 'off in the chart: here Sentinels ask for the password of the servers, and clients have to log in to them, too');
  putAuth(build, { on: build.value('auth', false), secret: 'existingSecret', key: 'authKey', switches: ['auth'], defaultKey: 'auth' });
}

function tls(build: Build, proxy: boolean): void {
  const [port, tlsPort] = [build.value('redis.port', 6379), build.value('redis.tlsPort', 0)];
  const used = port > 0 ? port : tlsPort;
  if (tlsPort > 0 && port > 0) build.refuse('redis.tlsPort', 'there is one port: with TLS all connections are encrypted, and redis.port is where it is spoken');
  if (used === 0) for (const key of build.given('redis.port')) build.refuse(key, 'must be a port, where redis.tlsPort is none: 6379 is used');
  if (used > 0 && used !== 6379) build.put(['server', 'port'], used, ...build.given('redis.port', 'redis.tlsPort'));
  putTls(build, {
    everywhere: tlsPort > 0 ? { switch: 'redis.tlsPort', secret: 'tls.secretName', ca: 'tls.caCertFile', certificate: 'tls.certFile', key: 'tls.keyFile' } : undefined,
    edge: proxy && build.value('haproxy.tls.enabled', false) ? { switch: 'haproxy.tls.enabled', secret: 'haproxy.tls.secretName' } : undefined,
    clientCertificates: build.text('redis.authClients', 'yes') !== 'no',
    optional: ['tls.certFile', 'tls.keyFile', 'tls.caCertFile', 'tls.secretName', 'redis.authClients', 'sentinel.authClients'],
  });
}

/** The chart keeps data on a volume unless told otherwise, and snapshots of it. */
function data(build: Build): void {
  const custom = build.value<string | undefined>('redis.customConfig', undefined);
  if (custom !== undefined && build.has('redis.config')) build.refuse('redis.config', 'redis.customConfig is in its place');
  const directives = custom === undefined ? directivesOf(build.value('redis.config', {}), 'redis.config', build) : linesOf(custom, 'redis.customConfig');
  const writing = putDirectives(build, directives);
  if (custom !== undefined) customFlush(build, directives);
  // a redis.conf of the user's own without `save` leaves the engine its defaults
  const gone = custom === undefined ? takenAway(build) : ['save', 'maxmemory-policy'];
  const mode = persistenceMode(build, writing, { appendonly: false, save: gone.includes('save') ? ENGINE_SAVE : '900 1' });
  if (!gone.includes('maxmemory-policy') && build.model.get('server', 'maxmemoryPolicy') === undefined) build.put(['server', 'maxmemoryPolicy'], member('MaxmemoryPolicy.VOLATILE_LRU'));
  const modeKeys = [writing.appendonly, ...writing.saves].flatMap((directive) => directive?.key ?? []);
  build.put(['persistence', 'mode'], member(`DurabilityMode.${mode}`), ...modeKeys);
  if (build.value('persistentVolume.enabled', true)) {
    if (!build.has('persistentVolume.size')) build.assume('persistentVolume.size', '10Gi, as in the chart');
    build.put(['persistence', 'usual'], call('Size.gibibytes', 10));
    if (build.has('persistentVolume.size')) build.put(['persistence', 'size'], sizeOfQuantity(build.text('persistentVolume.size')), 'persistentVolume.size');
    const storageClass = build.text('persistentVolume.storageClass');
    if (storageClass === '-') build.put(['persistence', 'specOverrides', 'storageClassName'], '', 'persistentVolume.storageClass');
    else if (storageClass !== '') build.put(['persistence', 'storageClass'], storageClass, 'persistentVolume.storageClass');
    for (const key of build.given('emptyDir', 'hostPath.path', 'hostPath.chown')) build.ignore(key, 'counts only without persistentVolume');
    return;
  }
  if (build.has('hostPath.path')) {
    build.put(['persistence', 'kind'], 'hostPath', 'hostPath.path');
    build.put(['persistence', 'path'], build.text('hostPath.path'), 'hostPath.path');
    return;
  }
  build.put(['persistence', 'kind'], 'emptyDir', ...build.given('persistentVolume.enabled'));
  for (const [field, value] of Object.entries(build.value<{ [field: string]: unknown }>('emptyDir', {}))) {
    const key = `emptyDir.${field}`;
    const size = quantity(value);
    if (field === 'medium' && value === 'Memory') build.put(['persistence', 'inMemory'], true, key);
    else if (field === 'sizeLimit' && 'value' in size) build.put(['persistence', 'sizeLimit'], sizeOfQuantity(size.value), key);
    else if (!isEmpty(value)) build.refuse(key, field === 'sizeLimit' ? 'must be a quantity' : 'is no field that can be taken over');
  }
}

/** A redis.conf of the user's own disables what it says itself. */
function customFlush(build: Build, directives: readonly Directive[]): void {
  for (const key of build.given('redis.disableCommands')) build.note(key, 'redis.customConfig is in its place');
  if (!directives.some(disablesFlush)) build.put(['server', 'allowFlush'], true, 'redis.customConfig');
}

/** Directives of the chart that null takes away: what is then is decided by the engine. */
function takenAway(build: Build): string[] {
  const gone = Object.entries(build.value<{ [name: string]: unknown }>('redis.config', {})).flatMap(([name, value]) => (value === null ? [name.toLowerCase()] : []));
  for (const name of gone) build.note(`redis.config.${name}`, 'null takes the default of the chart away: that of the engine counts, or of the library');
  return gone;
}

const MILLISECONDS: { readonly [directive: string]: string } = { 'down-after-milliseconds': 'downAfter', 'failover-timeout': 'failoverTimeout', 'master-reboot-down-after-period': 'masterRebootDownAfter' };

function sentinelConfig(build: Build): void {
  for (const [name, value] of Object.entries(build.value<{ [name: string]: unknown }>('sentinel.config', {}))) {
    const key = `sentinel.config.${name}`;
    const number = int(value);
    const line = text(value);
    if (isEmpty(value)) continue;
    if (Object.hasOwn(MILLISECONDS, name) || name === 'parallel-syncs') {
      if ('wrong' in number) {
        build.refuse(key, number.wrong);
      } else if (name === 'parallel-syncs') {
        build.put(['sentinel', 'parallelSyncs'], number.value, key);
        build.mapped(key, 'sentinel.parallelSyncs');
      } else {
        build.put(['sentinel', MILLISECONDS[name]], duration(number.value), key);
        build.mapped(key, `sentinel.${MILLISECONDS[name]}`);
      }
    } else if (name === 'maxclients' && 'value' in number) {
      build.put(['sentinel', 'directives', '+'], `maxclients ${number.value}`, key);
      build.mapped(key, 'sentinel.directives');
    } else {
      build.refuse(key, 'wrong' in line ? 'must be text or a number' : 'the library decides it: no master is known when a Sentinel starts');
    }
  }
}

function scheduling(build: Build, proxy: boolean): void {
  const parts: Part[] = proxy ? ['server', 'proxy'] : ['server'];
  for (const part of parts) {
    const prefix = part === 'server' ? '' : 'haproxy.';
    const whole = `${prefix}affinity`;
    if (build.has(whole) && affinity(build, part, build.value<unknown>(whole, {}), whole)) {
      for (const key of build.given(`${prefix}hardAntiAffinity`, `${prefix}additionalAffinities`)) build.note(key, `${whole} is in its place`);
    } else {
      if (build.has(`${prefix}hardAntiAffinity`)) putSpread(build, part, build.value(`${prefix}hardAntiAffinity`, true) ? 'ONE_PER_NODE' : 'PREFERRED', `${prefix}hardAntiAffinity`);
      for (const key of build.given(`${prefix}additionalAffinities`)) affinity(build, part, build.value<unknown>(key, {}), key);
    }
    for (const [name, value] of Object.entries(build.value<{ [name: string]: string }>('nodeSelector', {}))) {
      if (part === 'server' || build.model.get('proxy', 'pod', 'nodeSelector', name) === undefined) build.put([part, 'pod', 'nodeSelector', name], value, `nodeSelector.${name}`);
    }
    if (build.has('tolerations')) build.podSpec(part, { tolerations: build.value('tolerations', []) }, 'tolerations');
    if (build.has('global.priorityClassName') && !build.has(`${prefix}priorityClassName`)) {
      build.put([part, 'pod', 'priorityClassName'], build.text('global.priorityClassName'), 'global.priorityClassName');
    }
    if (build.value('topologySpreadConstraints.enabled', false)) spreadConstraint(build, part);
  }
  pullSecrets(build, 'imagePullSecrets');
  pullSecrets(build, 'haproxy.imagePullSecrets');
}

/** The chart takes text with YAML, which Helm fills in. @returns whether there is any */
function affinity(build: Build, part: Part, given: unknown, key: string): boolean {
  // comments that are left of an example
  const lines = typeof given === 'string' ? given.split('\n').filter((line) => !/^\s*(#|$)/.test(line)) : [];
  if (typeof given === 'string' && lines.length === 0) {
    build.report.replace(key, 'unused', 'empty');
    return false;
  }
  const parsed = typeof given !== 'string' ? { value: given } : isTemplated(given) ? undefined : parseYaml(lines.join('\n'));
  if (parsed === undefined) templatedAffinity(build, part, given as string, key);
  else if ('wrong' in parsed) build.refuse(key, `must be YAML: ${parsed.wrong}`);
  else putAffinity(build, part, parsed.value, key);
  return true;
}

/** Templates in it are the names of the release: pods that are to be kept apart from each other. */
function templatedAffinity(build: Build, part: Part, given: string, key: string): void {
  const kinds = [...given.matchAll(/^\s*(nodeAffinity|podAffinity|podAntiAffinity):/gm)].map((match) => match[1]);
  if (kinds.length !== 1 || kinds[0] !== 'podAntiAffinity') {
    return build.refuse(key, `is a template of Helm, which nobody fills in here: write it as '${part}.pod.affinity', or let '${part}.pod.spread' do it`);
  }
  const hard = /requiredDuringScheduling[^]*?topologyKey:\s*"?kubernetes\.io\/hostname/.test(given.split('preferredDuringScheduling')[0]);
  putSpread(build, part, hard ? 'ONE_PER_NODE' : given.includes('requiredDuringScheduling') ? 'REQUIRED' : 'PREFERRED', key);
  return build.note(key, `${part}.pod.spread: it keeps these pods apart from each other, over nodes and, if it can be had, over zones`);
}

function spreadConstraint(build: Build, part: Part): void {
  const key = (field: string): string => `topologySpreadConstraints.${field}`;
  const constraint: Expression = {
    maxSkew: build.value(key('maxSkew'), 1),
    topologyKey: build.text(key('topologyKey'), 'topology.kubernetes.io/zone'),
    whenUnsatisfiable: build.text(key('whenUnsatisfiable'), 'ScheduleAnyway'),
    labelSelector: selectorOf(build, part),
  };
  build.put([part, 'pod', 'topologySpreadConstraints', '+'], constraint, ...build.given(...['enabled', 'maxSkew', 'topologyKey', 'whenUnsatisfiable'].map(key)));
}

function metrics(build: Build): void {
  if (!build.value('exporter.enabled', false)) return;
  build.put(['metrics', PRESENT], true, 'exporter.enabled');
  putExporterImage(build, { repository: build.text('exporter.image', 'oliver006/redis_exporter'), tag: build.value('exporter.tag', undefined), keys: build.given('exporter.image', 'exporter.tag') });
  exporterArguments(build, 'exporter.extraArgs');
  if (!build.value('exporter.serviceMonitor.enabled', false)) annotatedPods(build, 'exporter.enabled');
}

/** The chart has no policies unless told: one for servers and Sentinels, and one for HAProxy. Here there are all or none. */
function policies(build: Build, proxy: boolean): void {
  const SWITCHES = ['networkPolicy.enabled', 'haproxy.networkPolicy.enabled'];
  const keys = build.given(...SWITCHES);
  const [on, off] = [true, false].map((wanted) => SWITCHES.slice(0, proxy ? 2 : 1).filter((key) => build.value(key, false) === wanted));
  if (on.length === 0) build.put(['networkPolicies'], false, ...keys);
  if (on.length === 0 && !build.has('networkPolicy.enabled')) build.assume('networkPolicy.enabled', "off, as in the chart: everybody is let in. Better leave 'networkPolicies' on, and let clients in by `redis.connectFrom(app)`");
  else if (on.length > 0 && build.model.grants.length === 0) for (const key of on) build.note(key, 'networkPolicies: clients are let in by `redis.connectFrom(app)` or `redis.allowFrom(peer)`, and nobody else is');
  const [open, method] = on[0] === SWITCHES[0] ? ['HAProxy', 'allowFrom'] : ['servers and Sentinels', 'allowSentinelFrom'];
  if (on.length > 0 && off.length > 0) build.note(on[0], `networkPolicies closes all pods: the chart lets everybody in to ${open}, as ${off[0]} is off. Here clients are let in to them by \`redis.connectFrom(app)\` or \`redis.${method}(peer)\`, and nobody else is`);
}

/** What counts in HAProxy once both sides have spoken. */
function timeouts(build: Build): void {
  const tunnel = 'haproxy.timeout.tunnel';
  const given = build.given('haproxy.timeout.client', 'haproxy.timeout.server');
  if (!build.has(tunnel) && given.length === 0) return;
  for (const side of ['client', 'server']) build.put(['proxy', 'timeouts', side], duration(build.value(tunnel, 3_600_000)), ...build.given(tunnel, `haproxy.timeout.${side}`));
  for (const key of given) build.note(key, build.has(tunnel) ? `${tunnel} is in its place` : `once both sides have spoken, ${tunnel} of the chart is in its place, 1h: so it is here`);
}
