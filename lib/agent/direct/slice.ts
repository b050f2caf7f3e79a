import * as net from 'node:net';
import { Epoch, hasAll, isRefused } from './decide';
import { Log } from '../../log/log';
import { DirectConfig } from '../config/config';
import { FIELD_MANAGER, KubeApi, KubeError } from '../kubernetes/kube-api';

/** What a certain master wants in a slice. */
export interface Want {
  readonly addresses: readonly string[];
  readonly epoch: Epoch;
  readonly certainForMs: number;
}

/** Which slice it is. */
export interface SliceOptions extends DirectConfig {
  readonly name: string;
  /** The port of the Service that leads to it. */
  readonly portName: string;
  /** Where the servers listen. */
  readonly port: number;
}

/** An EndpointSlice of the Service that clients connect to. Whoever writes it has seen what was there, and that nobody wrote it since. */
export class Slice {
  /** How often it was written here. */
  public written = 0;
  private readonly path: string;
  private readonly annotation: string;
  private refused = false;

  constructor(private readonly api: KubeApi, private readonly options: SliceOptions, private readonly log: Log) {
    this.path = `/apis/discovery.k8s.io/v1/namespaces/${api.namespace}/endpointslices/${options.name}`;
    this.annotation = `${options.domain}/epoch`;
  }

  public get name(): string {
    return this.options.name;
  }

  /**
   * Makes it what a certain master wants.
   *
   * @param want looks who is the master, undefined if that is not certain. It is asked after the slice was read: one that was written since is not overwritten
   * @returns whether it is as wanted
   * @throws KubeError, also if somebody else wrote it meanwhile, or the Service has other endpoints
   */
  public async keep(want: () => Promise<Want | undefined>): Promise<boolean> {
    const [found, service] = await Promise.all([this.api.get(this.path), this.service()]);
    const wanted = await want();
    if (wanted === undefined) return false;
    if (service === undefined) throw new KubeError(`there is no Service ${this.options.service}`);
    if (hasSelector(service)) {
      await this.empty(found);
      throw new KubeError(`the Service ${this.options.service} has a selector: ${this.options.name} stays empty`);
    }
    const later = this.epochIn(found);
    const refused = isRefused(later, wanted.epoch, wanted.certainForMs);
    if (refused && !this.refused) this.log.warn('direct', `${this.options.name} was written in a later epoch, ${later!.term}.${later!.epoch}: left as it is`);
    this.refused = refused;
    if (!refused) await this.write(found, service, wanted.addresses, wanted.epoch);
    return !refused;
  }

  /** The addresses that it has. */
  public async addresses(): Promise<readonly string[]> {
    return addressesIn(await this.api.get(this.path));
  }

  /**
   * Takes out an address, and leaves the others, unless these are not for the Service any more.
   *
   * @param stillHasTo looks again, after the slice was read
   * @returns whether the slice does not have it now
   * @throws KubeError, also if somebody else wrote it meanwhile
   */
  public async leave(own: string, stillHasTo: () => boolean): Promise<boolean> {
    // one in doubt has to leave, whatever is known of the Service
    const [found, service] = await Promise.all([this.api.get(this.path), this.service().catch(() => undefined)]);
    const addresses = addressesIn(found);
    if (hasSelector(service) && stillHasTo()) {
      await this.empty(found);
      return true;
    }
    if (!addresses.includes(own)) return true;
    if (!stillHasTo()) return false;
    await this.write(found, service, addresses.filter((address) => address !== own), this.epochIn(found));
    return true;
  }

  /** As it is now: it may have been made anew, or lead to proxies. */
  private async service(): Promise<any> {
    return this.api.get(`/api/v1/namespaces/${this.api.namespace}/services/${this.options.service}`);
  }

  private epochIn(found: any): Epoch | undefined {
    const [, term, epoch] = /^(\d+)\.(\d+)$/.exec(found?.metadata.annotations?.[this.annotation] ?? '') ?? [];
    return term === undefined ? undefined : { term: Number(term), epoch: Number(epoch) };
  }

  private async empty(found: any): Promise<void> {
    if (addressesIn(found).length > 0) await this.write(found, undefined, [], this.epochIn(found));
  }

  /** Writes what is not so already. @param service that it goes with. Default: the one that it went with before */
  private async write(found: any, service: any, addresses: readonly string[], { term, epoch }: Epoch = { term: 0, epoch: 0 }): Promise<void> {
    const { name, portName, port, labels } = this.options;
    const owners: any[] = found?.metadata.ownerReferences ?? [];
    const owner = service && { apiVersion: 'v1', kind: 'Service', name: this.options.service, uid: service.metadata.uid };
    const wanted = {
      metadata: {
        labels: { ...labels, 'kubernetes.io/service-name': this.options.service, 'endpointslice.kubernetes.io/managed-by': FIELD_MANAGER },
        annotations: { [this.annotation]: `${term}.${epoch}` },
      },
      ports: [{ name: portName, port, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true, serving: true, terminating: false } })),
    };
    if (hasAll(found, wanted) && owners.some(({ uid }) => uid === owner?.uid)) return;
    await this.api.apply(this.path, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      ...wanted,
      metadata: { name, ...wanted.metadata, ownerReferences: owner ? [owner] : owners, resourceVersion: found?.metadata.resourceVersion },
      addressType: found?.addressType ?? (net.isIPv6(addresses[0]) ? 'IPv6' : 'IPv4'),
    });
    this.written++;
    this.log.info('direct', `${name} has ${addresses.join(', ') || 'nobody'}, in epoch ${term}.${epoch}`);
  }
}

function addressesIn(found: any): string[] {
  return (found?.endpoints ?? []).flatMap((one: any) => one.addresses);
}

/** Kubernetes itself writes its endpoints. */
function hasSelector(service: any): boolean {
  return Object.keys(service?.spec?.selector ?? {}).length > 0;
}
