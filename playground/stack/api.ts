import * as fs from 'node:fs';
import * as path from 'node:path';
import { accountFolder, isAccount } from './folders';
import type { Network } from './network';
import type { Objects } from './objects';
import type { Pod } from './pod';
import { makeCertificate } from '../../test/kube-template/support/certificate';
import { FakeApi } from '../../test/kube-template/support/fake-api';

const NAMESPACE = 'default';
const SLICES = 'discovery.k8s.io/v1/endpointslices';

/** The Kubernetes API as far as kube-template and agents use it: this stack's pods, Services, Events, and the EndpointSlices of a Service without a selector. */
export class Api {
  /** @returns undefined for an installation that asks no API */
  public static async of(objects: Objects, network: Network, folder: string): Promise<Api | undefined> {
    const asked = objects.ofKind('Deployment').some(({ spec }) => spec.template.spec.containers.some(({ name }: any) => name === 'kube-template'));
    const written = objects.ofKind('StatefulSet').some(({ spec }) => spec.template.spec.volumes.some(isAccount));
    if (!asked && !written) return undefined;
    const address = network.address('service');
    const server = await FakeApi.start({ bookmarkMs: 1_000, certificate: makeCertificate(address) });
    await network.route(address, 443, [{ pod: 'kubernetes', host: '127.0.0.1', port: server.port }]);
    const files = accountFolder(folder);
    fs.mkdirSync(files);
    for (const [name, text] of Object.entries({ 'token': 'stack', 'namespace': NAMESPACE, 'ca.crt': server.certificate.cert })) fs.writeFileSync(path.join(files, name), text);
    return new Api(server, address, path.join(folder, 'kubeconfig'), written ? { KUBERNETES_SERVICE_HOST: address, KUBERNETES_SERVICE_PORT: '443' } : {});
  }

  /** @param env what programs find the API by that have no kubeconfig */
  private constructor(private readonly server: FakeApi, address: string, public readonly kubeconfig: string, public readonly env: NodeJS.ProcessEnv) {
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
    this.server.put('v1/pods', { metadata: { name, namespace: NAMESPACE, labels, uid: name }, status: { phase: 'Running', podIP: address } });
  }

  public removePod({ name }: Pod): void {
    this.server.remove('v1/pods', NAMESPACE, name);
  }

  public putService(name: string, labels: { readonly [name: string]: string } | undefined, clusterIP: string): void {
    this.server.put('v1/services', { metadata: { name, namespace: NAMESPACE, labels: { ...labels }, uid: name }, spec: { clusterIP } });
  }

  /** Is called when somebody has written an EndpointSlice. */
  public onSlice(changed: (slice: any) => void): void {
    this.server.collections.on('event', ({ collection, object }) => { if (collection === SLICES) changed(object); });
  }

  /** An EndpointSlice; undefined if nobody has written it. */
  public slice(name: string): any {
    return this.server.collections.get(`/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/${name}`);
  }

  /** A pod, with the labels that it has now. */
  public pod(name: string): any {
    return this.server.collections.get(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
  }

  /** Events, in the order in which they happened. */
  public get events(): any[] {
    const events: any[] = this.server.collections.select(`/apis/events.k8s.io/v1/namespaces/${NAMESPACE}/events`, new URLSearchParams());
    return events.sort((a, b) => a.eventTime.localeCompare(b.eventTime));
  }

  /** Allows nothing, until {@link heal}. */
  public forbid(): void { this.server.fail({ status: 403, message: 'forbidden', times: Infinity }); }

  /** Answers no request, until {@link heal}. */
  public hang(): void { this.server.fail({ hang: 'headers', times: Infinity }); }

  public heal(): void { this.server.heal(); }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
