import { Manifest, Manifests } from './manifests';
import { schemaErrors } from './schema';
import { secretLeaks } from './secrets';
import { parseConfig } from '../../lib/agent/config/parse-config';

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;
const IMAGE = /^[a-z0-9][a-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$/;

/**
 * What is wrong with an installation, said without the library's own checks: rules of the API server that no schema holds, and what
 * the programs in the pods would not start with.
 */
export function brokenRules({ all }: Manifests): string[] {
  const names = all.map((one) => `${one.kind} ${one.metadata.name}`);
  return [
    ...names.filter((one, index) => names.indexOf(one) !== index).map((one) => `${one} exists twice`),
    ...all.flatMap((one) => [...schemaErrors('1.33', one), ...secretLeaks(one), ...rulesOf(one, all)].map((error) => `${one.kind} ${one.metadata.name}: ${error}`)),
  ];
}

function rulesOf(one: Manifest, all: readonly Manifest[]): string[] {
  const { metadata, spec } = one;
  const errors = [
    ...name('name', metadata.name, one.kind === 'StatefulSet' ? 52 : 63),
    ...labels(metadata.labels),
    ...keys('annotation', (metadata as any).annotations),
  ];
  switch (one.kind) {
    case 'Service': errors.push(...spec.ports.flatMap((port: any) => portRange(port.port))); break;
    case 'StatefulSet':
    case 'Deployment': errors.push(...pod(spec.template), ...count(spec.replicas, 1), ...(spec.volumeClaimTemplates ?? []).flatMap(claim)); break;
    case 'PodDisruptionBudget': errors.push(...budget(one, all)); break;
    case 'ConfigMap': for (const [file, text] of Object.entries<string>(one.data)) errors.push(...configuration(file, text, one.data).map((error) => `${file}: ${error}`)); break;
  }
  return errors;
}

function pod({ metadata, spec }: any): string[] {
  const volumes = new Set<string>((spec.volumes ?? []).map((volume: any) => volume.name));
  const ports = new Set<number>();
  return [
    ...labels(metadata.labels),
    ...keys('annotation', metadata.annotations),
    ...spec.priorityClassName === undefined ? [] : objectName(spec.priorityClassName),
    ...(spec.imagePullSecrets ?? []).flatMap((secret: any) => objectName(secret.name)),
    ...count(spec.terminationGracePeriodSeconds, 1),
    ...(spec.volumes ?? []).flatMap((volume: any) => [
      ...name('volume', volume.name, 63),
      ...volume.secret === undefined ? [] : objectName(volume.secret.secretName),
      ...volume.persistentVolumeClaim === undefined ? [] : objectName(volume.persistentVolumeClaim.claimName),
    ]),
    ...[...spec.initContainers ?? [], ...spec.containers].flatMap((container: any) => [
      ...name('container', container.name, 63),
      ...IMAGE.test(container.image) && !container.image.endsWith(':latest') ? [] : [`image ${container.image}`],
      ...(container.ports ?? []).flatMap(({ containerPort }: any) => {
        const twice = ports.has(containerPort) ? [`port ${containerPort} is listened on twice`] : [];
        ports.add(containerPort);
        return [...portRange(containerPort), ...twice];
      }),
      ...(container.volumeMounts ?? []).filter((mount: any) => mount.name !== 'data' && !volumes.has(mount.name)).map((mount: any) => `no volume ${mount.name}`),
      ...['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((probe) => (
        ['periodSeconds', 'timeoutSeconds', 'failureThreshold'].flatMap((field) => count(container[probe]?.[field] ?? 1, 1)))),
    ]),
  ];
}

function claim({ metadata, spec }: any): string[] {
  return [...keys('annotation', metadata.annotations), ...spec.storageClassName === undefined ? [] : objectName(spec.storageClassName)];
}

/** A budget that never lets a pod go. */
function budget({ spec }: Manifest, all: readonly Manifest[]): string[] {
  const selects = (given: { [key: string]: string }) => Object.entries(spec.selector.matchLabels).every(([key, value]) => given[key] === value);
  const pods = all.filter((one) => one.spec?.template && selects(one.spec.template.metadata.labels)).reduce((sum, one) => sum + one.spec.replicas, 0);
  // that of a single one may keep it where it is
  return (spec.minAvailable ?? 0) >= Math.max(2, pods) || spec.maxUnavailable === 0 ? [`no pod of ${pods} may ever go`] : [];
}

/** What a program in the pod would stumble over. */
function configuration(file: string, text: string, data: { readonly [file: string]: string }): string[] {
  switch (file) {
    case 'agent.json': return agent(text, data['members.json']);
    case 'redis.conf': return [
      ...directives(text), ...number(text, 'min-replicas-to-write', 0, 14), ...number(text, 'maxmemory', 2 ** 20, 2 ** 43),
      ...number(text, 'repl-backlog-size', 2 ** 14, 2 ** 43),
    ];
    case 'sentinel.conf': return directives(text);
    case 'haproxy.cfg': return haproxy(text);
    default: return [];
  }
}

function agent(text: string, members: string): string[] {
  try {
    parseConfig(text, 'redis-server-0', () => members);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Directives that stand twice, one of them as somebody wrote it who does not know of the other, and lines that are none. */
function directives(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !/^# (redis\.conf|sentinel\.conf|[A-Z])/.test(line));
  const names = lines.map((line) => (line.startsWith('sentinel ') ? line.split(' ').slice(0, 2).join(' ') : line.split(' ')[0]));
  return [
    ...names.filter((one, index) => names.indexOf(one) !== index).map((one) => `${one} is said twice`),
    ...lines.filter((line) => !/^[a-z][a-z-]* \S/.test(line)).map((line) => `"${line}" is no directive`),
  ];
}

function haproxy(text: string): string[] {
  const sections = [...text.matchAll(/^(?:frontend|backend|listen) (\S+)/gm)].map((match) => match[1]);
  const binds = [...text.matchAll(/^ +bind \S+:(\d+)"?$/gm)].map((match) => match[1]);
  return [
    ...sections.filter((one, index) => sections.indexOf(one) !== index).map((one) => `section ${one} exists twice`),
    ...binds.filter((one, index) => binds.indexOf(one) !== index).map((one) => `port ${one} is bound twice`),
    ...[...text.matchAll(/\b(inter|fastinter|timeout \w+|hard-stop-after) (\S+?)m?s\b/g)].flatMap(([all, , time]) => (/^[1-9]\d*$/.test(time) ? [] : [all])),
    ...number(text.replace(/^ +/gm, ''), 'presetenv MAXCONN', 1, 10 ** 7),
    ...text.includes('}}') || !/undefined|NaN/.test(text) ? [] : ['holds what is undefined'],
  ];
}

function number(text: string, directive: string, min: number, max: number): string[] {
  const value = new RegExp(`^${directive} (.*)$`, 'm').exec(text)?.[1] ?? String(min);
  return /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? [] : [`${directive} ${value}`];
}

function labels(all: { [key: string]: string } = {}): string[] {
  return [...keys('label', all), ...Object.values(all).filter((value) => !LABEL_VALUE.test(value) || value.length > 63).map((value) => `label value "${value}"`)];
}

function keys(what: string, all: { [key: string]: string } = {}): string[] {
  return Object.keys(all).filter((key) => !KEY.test(key)).map((key) => `name of the ${what} "${key}"`);
}

function name(what: string, value: string, length: number): string[] {
  return NAME.test(value) && value.length <= length ? [] : [`${what} "${value}"`];
}

function objectName(value: string): string[] {
  return OBJECT_NAME.test(value) ? [] : [`"${value}" is no name of an object`];
}

function portRange(port: number): string[] {
  return port >= 1024 && port <= 65535 ? [] : [`port ${port}`];
}

function count(value: number, min: number): string[] {
  return Number.isInteger(value) && value >= min ? [] : [`${value} is no count`];
}
