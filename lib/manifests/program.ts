import { Chart, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readAsset } from './assets';
import { checksum, configVolume } from './pod-parts';

/** Name of a program of ours. */
type Program = 'agent' | 'kube-template';

/**
 * The files of each program, a ConfigMap each. The library of regular expressions stands beside kube-template: together they would be more than the
 * 256 KiB that `kubectl apply` can write into its annotation.
 */
const FILES: { readonly [name in Program]: readonly string[] } = { 'agent': ['agent'], 'kube-template': ['kube-template', 're2js'] };

/** The ConfigMaps that each chart has, by file. */
const made = new WeakMap<Chart, Map<string, kplus.ConfigMap>>();

/**
 * A program of ours as a volume, mounted in a stock Node.js image: there is no image to publish. Its ConfigMaps are immutable, and all
 * installations of a chart share them; their names change with their content, so pods get a new program only when they are rolled.
 *
 * They belong to the first part that asks for them: so they are applied before the pods that mount them, which would else wait for kubelet to look
 * again. A dependency would do that too, but cdk8s resolves all of an app's dependencies once for each chart.
 */
export function programVolume(scope: Construct, volume: string, name: Program): k8s.Volume {
  const configs = FILES[name].map((file) => programFile(scope, file));
  if (configs.length === 1) return configVolume(volume, configs[0]);
  return { name: volume, projected: { defaultMode: 0o444, sources: configs.map((config) => ({ configMap: { name: config.name } })) } };
}

function programFile(scope: Construct, file: string): kplus.ConfigMap {
  const chart = Chart.of(scope);
  const existing = made.get(chart) ?? new Map<string, kplus.ConfigMap>();
  made.set(chart, existing);
  let config = existing.get(file);
  if (config === undefined) {
    const text = readAsset(`bundles/${file}.js`);
    config = new kplus.ConfigMap(scope, `program-${file}`, {
      metadata: { name: `${chartLabel(chart, file)}-${checksum(text)}` },
      immutable: true,
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
