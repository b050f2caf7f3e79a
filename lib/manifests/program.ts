import { Chart, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readAsset } from './assets';
import { checksum, configVolume } from './pod-parts';
import { LABEL_DOMAIN } from '../settings/label-domain';

/** Name of a program of ours. */
type Program = 'agent' | 'kube-template';

/**
 * The files of each program, a ConfigMap each. The library of regular expressions stands beside kube-template: together they would be more than the
 * 256 KiB that `kubectl apply` can write into its annotation.
 */
const FILES: { readonly [name in Program]: readonly string[] } = { 'agent': ['agent'], 'kube-template': ['kube-template', 're2js'] };

/** The ConfigMaps that each chart has, by file. */
const made = new WeakMap<Chart, Map<string, kplus.ConfigMap>>();

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
export function programVolume(scope: Construct, volume: string, name: Program): ProgramVolume {
  const configs = FILES[name].map((file) => programFile(scope, file));
  return {
    checksum: checksum(...FILES[name].map(textOf)),
    volume: configs.length === 1
      ? configVolume(volume, configs[0])
      : { name: volume, projected: { defaultMode: 0o444, sources: configs.map((config) => ({ configMap: { name: config.name } })) } },
  };
}

function textOf(file: string): string {
  return readAsset(`bundles/${file}.js`);
}

function programFile(scope: Construct, file: string): kplus.ConfigMap {
  const chart = Chart.of(scope);
  const existing = made.get(chart) ?? new Map<string, kplus.ConfigMap>();
  made.set(chart, existing);
  let config = existing.get(file);
  if (config === undefined) {
    const text = textOf(file);
    config = new kplus.ConfigMap(scope, `program-${file}`, {
      metadata: { name: chartLabel(chart, file), annotations: { [`${LABEL_DOMAIN}/program-checksum`]: checksum(text) } },
      data: { [`${file}.js`]: text },
    });
    existing.set(file, config);
  }
  return config;
}

/** Chart and file as a label. A long one is cut, and then ends with a hash of the chart's path: two charts may begin alike. */
function chartLabel(chart: Chart, file: string): string {
  const plain = Names.toDnsLabel(chart, { includeHash: false, extra: [file] });
  return plain.length <= 30 ? plain : Names.toDnsLabel(chart, { maxLen: 40, extra: [file] });
}
