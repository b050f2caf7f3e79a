import { Chart, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readAsset } from './assets';
import { checksum } from './pod-parts';

/** The programs that each chart has. */
const programs = new WeakMap<Chart, Map<string, kplus.ConfigMap>>();

/**
 * A program of ours as one immutable ConfigMap, mounted in a stock Node.js image: there is no image to publish. All
 * installations of a chart share it; its name changes with its content, so pods get a new program only when they are rolled.
 *
 * It belongs to the first part that asks for it: so it is applied before the pods that mount it, which would else wait for kubelet to look
 * again. A dependency would do that too, but cdk8s resolves all of an app's dependencies once for each chart.
 */
export function program(scope: Construct, name: 'agent' | 'kube-template'): kplus.ConfigMap {
  const chart = Chart.of(scope);
  const existing = programs.get(chart) ?? new Map<string, kplus.ConfigMap>();
  programs.set(chart, existing);
  let config = existing.get(name);
  if (config === undefined) {
    const text = readAsset(`bundles/${name}.js`);
    config = new kplus.ConfigMap(scope, `program-${name}`, {
      metadata: { name: `${Names.toDnsLabel(chart, { maxLen: 30, includeHash: false, extra: [name] })}-${checksum(text)}` },
      immutable: true,
      data: { [`${name}.js`]: text },
    });
    existing.set(name, config);
  }
  return config;
}
