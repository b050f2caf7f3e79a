import * as fs from 'node:fs';
import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ServerList, TEMPLATE } from './server-list';
import { PODS, Stage } from './stage';
import { KubeTemplate } from '../../lib/index';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { app } from '../../test/e2e/support/app';
import { until } from '../../test/e2e/support/until';
import { PodProcesses } from '../injection';

const TIMEOUT_MILLIS = 120_000;
const IMAGE = defaultImage(IMAGES.node);

/** Runs kube-template in a pod of a node, and gives its file to `use`: read on this machine, for nobody reaches a node that is cut off. */
export async function withPod<T>(stage: Stage, node: string, use: (list: ServerList) => Promise<T>): Promise<T> {
  const chart = new Chart(new App(), 'pod', { namespace: stage.namespace.name });
  const deployment = app(chart, 'follower', IMAGE);
  KubeTemplate.attachTo(deployment, { templates: [{ file: 'servers', template: TEMPLATE }] });
  deployment.scheduling.assign(kplus.Node.named(node));
  const manifests = chart.toJson();
  await stage.namespace.apply(manifests);
  const pod = await until('the pod', TIMEOUT_MILLIS, async () => (await stage.namespace.pods('cdk8s.io/metadata.addr')).find(({ ready }) => ready));
  const [pid] = new PodProcesses(pod.uid).find(/^node .*kube-template\.js/);
  if (pid === undefined) throw new Error(`${pod.name} runs no kube-template`);
  const file = `/proc/${pid}/root/shared/servers`;
  await until('its file', TIMEOUT_MILLIS, async () => fs.existsSync(file));
  const list = new ServerList(file, PODS);
  try {
    return await use(list);
  } finally {
    list.close();
    await stage.namespace.delete(manifests);
  }
}
