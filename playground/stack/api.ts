import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Network } from './network';
import type { Objects } from './objects';
import type { Pod } from './pod';
import { FakeApi } from '../../test/kube-template/support/fake-api';

const NAMESPACE = 'default';

/** The Kubernetes API as far as kube-template reads it: this stack's pods and Services. */
export class Api {
  /** @returns undefined for an installation that asks no API */
  public static async of(objects: Objects, network: Network, folder: string): Promise<Api | undefined> {
    const asked = objects.ofKind('Deployment').some(({ spec }) => spec.template.spec.containers.some(({ name }: any) => name === 'kube-template'));
    if (!asked) return undefined;
    const server = await FakeApi.start({ bookmarkMs: 1_000 });
    const address = network.address('service');
    await network.route(address, 443, [{ pod: 'kubernetes', host: '127.0.0.1', port: server.port }]);
    return new Api(server, address, path.join(folder, 'kubeconfig'));
  }

  private constructor(private readonly server: FakeApi, address: string, public readonly kubeconfig: string) {
    const { cert } = server.certificate;
    fs.writeFileSync(kubeconfig, JSON.stringify({
      'current-context': 'stack',
      'contexts': [{ name: 'stack', context: { cluster: 'stack', user: 'stack', namespace: NAMESPACE } }],
      'clusters': [{
        name: 'stack',
        cluster: {
          'server': `https://${address}:443`, 'tls-server-name': 'localhost', 'certificate-authority-data': Buffer.from(cert).toString('base64'),
        },
      }],
      'users': [{ name: 'stack', user: { token: 'stack' } }],
    }));
  }

  public putPod({ name, labels, address }: Pod): void {
    this.server.put('v1/pods', { metadata: { name, namespace: NAMESPACE, labels }, status: { phase: 'Running', podIP: address } });
  }

  public removePod({ name }: Pod): void {
    this.server.remove('v1/pods', NAMESPACE, name);
  }

  public putService(name: string, labels: { readonly [name: string]: string } | undefined, clusterIP: string): void {
    this.server.put('v1/services', { metadata: { name, namespace: NAMESPACE, labels: { ...labels } }, spec: { clusterIP } });
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
