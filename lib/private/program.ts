import { Chart, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readAsset } from './assets';
import { checksum } from './pod-parts';

/**
 * A program of ours as one immutable ConfigMap, mounted in a stock Node.js image: there is no image to publish. All
 * installations of a chart share it; its name changes with its content, so pods get a new program only when they are rolled.
 */
export function program(scope: Construct, name: 'agent' | 'kube-template'): kplus.ConfigMap {
  const chart = Chart.of(scope);
  const id = `redis-ha-${name}`;
  const existing = chart.node.tryFindChild(id);
  if (existing) return existing as kplus.ConfigMap;
  const text = readAsset(`bundles/${name}.js`);
  return new kplus.ConfigMap(chart, id, {
    metadata: { name: `${Names.toDnsLabel(chart, { maxLen: 30, includeHash: false, extra: [name] })}-${checksum(text)}` },
    immutable: true,
    data: { [`${name}.js`]: text },
  });
}
