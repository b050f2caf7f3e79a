import { ApiObject, Chart, Names } from 'cdk8s';
import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readAsset } from './assets';
import { configMap } from './config-map';
import { checksum, configVolume } from './pod-parts';
import { rewrite } from './rewrite';
import { LABEL_DOMAIN } from '../settings/label-domain';

/** Name of a program of ours. */
type Program = 'agent' | 'kube-template';

/**
 * The ConfigMaps of each program, and the files in them. Libraries that not all runs of kube-template need stand beside it: together they would be more than
 * the 256 KiB that `kubectl apply` can write into its annotation.
 */
const CONFIGS: { readonly [name in Program]: { readonly [config: string]: readonly string[] } } = {
  'agent': { agent: ['agent'] },
  'kube-template': { 'kube-template': ['kube-template'], 'libraries': ['re2js', 'js-yaml'] },
};

/** Labels and annotations of a user. */
export interface Metadata {
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** Who mounts a program: where the pods are, if not in the chart's namespace, and what the objects beside them bear. */
export interface ProgramUser extends Metadata {
  readonly namespace?: string;
}

/** A ConfigMap, and all who share it. */
interface Shared {
  readonly config: ConfigMap;
  readonly users: ProgramUser[];
}

/** The ConfigMaps that each chart has, by namespace and name. */
const made = new WeakMap<Chart, Map<string, Shared>>();
const programs = new WeakSet<ApiObject>();

/** Whether an object is a program's ConfigMap, which belongs to no installation alone. */
export function isProgram(object: ApiObject): boolean {
  return programs.has(object);
}

/** A program of ours in a pod. */
export interface ProgramVolume {
  readonly volume: k8s.Volume;
  /** Changes with the program, which starts anew only with its pod. */
  readonly checksum: string;
}

/**
 * A program of ours as a volume, mounted in a stock Node.js image: there is no image to publish. All installations of a chart share its ConfigMaps.
 *
 * Their names stay when the program changes, as those of all our ConfigMaps do: a pod of the former revision that comes back on another node, or
 * after its node was restarted, must find what it mounts, and GitOps tools delete at once what a new version no longer names.
 *
 * They belong to the first part that asks for them: so they are applied before the pods that mount them, which would else wait for kubelet to look
 * again. A dependency would do that too, but cdk8s resolves all of an app's dependencies once for each chart.
 */
export function programVolume(scope: Construct, volume: string, name: Program, user: ProgramUser): ProgramVolume {
  const files = Object.entries(CONFIGS[name]);
  const configs = files.map(([config, these]) => programConfig(scope, config, these, user));
  return {
    checksum: checksumOf(files.flatMap(([, these]) => these)),
    volume: configs.length === 1
      ? configVolume(volume, configs[0])
      : { name: volume, projected: { defaultMode: 0o444, sources: configs.map((config) => ({ configMap: { name: config.name } })) } },
  };
}

function textOf(file: string): string {
  // nobody runs the agent where the package is installed: it ships a third of its size
  return readAsset(file === 'agent' ? 'bundles/agent.js.gz' : `bundles/${file}.js`);
}

const checksums = new Map<string, string>();

/** Of files of ours together. Computed once for each text: an app may hold a thousand installations. */
function checksumOf(files: readonly string[]): string {
  const texts = files.map(textOf);
  const key = texts.join('\0');
  const sum = checksums.get(key) ?? checksum(...texts);
  checksums.set(key, sum);
  return sum;
}

function programConfig(scope: Construct, name: string, files: readonly string[], user: ProgramUser): ConfigMap {
  const chart = Chart.of(scope);
  const existing = made.get(chart) ?? new Map<string, Shared>();
  made.set(chart, existing);
  const namespace = user.namespace ?? chart.namespace;
  const key = `${namespace ?? ''}/${name}`;
  let shared = existing.get(key);
  if (shared === undefined) {
    const config = configMap(
      scope, `program-${name}`,
      { name: chartLabel(chart, name), namespace, annotations: { [`${LABEL_DOMAIN}/program-checksum`]: checksumOf(files) } },
      Object.fromEntries(files.map((file) => [`${file}.js`, textOf(file)])),
    );
    shared = { config, users: [] };
    existing.set(key, shared);
    bearMetadata(shared, name);
  }
  shared.users.push(user);
  return shared.config;
}

/** Gives a program's ConfigMap what its users bear, at synth, when they are all known: which of them comes first must not matter. */
function bearMetadata({ config, users }: Shared, name: string): void {
  const object = ApiObject.of(config);
  programs.add(object);
  const ours = { 'app.kubernetes.io/name': 'redis-ha', 'app.kubernetes.io/component': name, 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha' };
  rewrite(object, 'own', (manifest) => {
    const { metadata } = manifest;
    metadata.labels = { ...undisputed(users.map(({ labels }) => labels)), ...metadata.labels, ...ours };
    const annotations = { ...undisputed(users.map((one) => one.annotations)), ...metadata.annotations };
    if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    return manifest;
  });
}

/** What some give, and nobody gives another value. */
function undisputed(all: readonly { readonly [name: string]: string }[]): { [name: string]: string } {
  const names = [...new Set(all.flatMap(Object.keys))].sort();
  return Object.fromEntries(names.flatMap((name) => {
    const [value, ...others] = new Set(all.filter((one) => name in one).map((one) => one[name]));
    return others.length === 0 ? [[name, value]] : [];
  }));
}

/** Chart and name as a label. A long one is cut, and then ends with a hash of the chart's path: two charts may begin alike. */
function chartLabel(chart: Chart, name: string): string {
  const plain = Names.toDnsLabel(chart, { includeHash: false, extra: [name] });
  return plain.length <= 30 ? plain : Names.toDnsLabel(chart, { maxLen: 40, extra: [name] });
}
