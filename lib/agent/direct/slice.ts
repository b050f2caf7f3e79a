import * as net from 'node:net';
import { change, Epoch, FoundSlice } from './decide';
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
  private readonly path: string;
  private readonly annotation: string;
  private refused = false;

  constructor(private readonly api: KubeApi, private readonly options: SliceOptions, private readonly log: Log) {
    this.path = `/apis/discovery.k8s.io/v1/namespaces/${api.namespace}/endpointslices/${options.name}`;
    this.annotation = `${options.domain}/epoch`;
  }

  /**
   * Makes it what a certain master wants.
   *
   * @param want looks who is the master, undefined if that is not certain. It is asked after the slice was read: one that was written since is not overwritten
   * @returns whether it is as wanted
   * @throws KubeError, also if somebody else wrote it meanwhile
   */
  public async keep(want: () => Promise<Want | undefined>): Promise<boolean> {
    const found = await this.api.get(this.path);
    const wanted = await want();
    if (wanted === undefined) return false;
    const decided = change(found && this.parsed(found), wanted.addresses, wanted.epoch, wanted.certainForMs);
    if (decided === 'write') await this.write(found, wanted.addresses, wanted.epoch);
    if (decided === 'refuse' && !this.refused) this.log.warn('direct', `${this.options.name} was written in a later epoch, ${found.metadata.annotations[this.annotation]}: left as it is`);
    this.refused = decided === 'refuse';
    return decided !== 'refuse';
  }

  public get name(): string {
    return this.options.name;
  }

  /** Whether it has an address. */
  public async has(address: string): Promise<boolean> {
    const found = await this.api.get(this.path);
    return found !== undefined && this.parsed(found).addresses.includes(address);
  }

  /**
   * Takes out an address, and leaves the others.
   *
   * @param stillHasTo looks again, after the slice was read
   * @returns whether the slice does not have it now
   * @throws KubeError, also if somebody else wrote it meanwhile
   */
  public async leave(own: string, stillHasTo: () => boolean): Promise<boolean> {
    const found = await this.api.get(this.path);
    if (found === undefined) return true;
    const { addresses, epoch } = this.parsed(found);
    if (!addresses.includes(own)) return true;
    if (!stillHasTo()) return false;
    await this.write(found, addresses.filter((address) => address !== own), epoch ?? { term: 0, epoch: 0 });
    return true;
  }

  private parsed({ endpoints, metadata }: any): FoundSlice {
    const [, term, epoch] = /^(\d+)\.(\d+)$/.exec(metadata.annotations?.[this.annotation] ?? '') ?? [];
    return {
      addresses: (endpoints ?? []).flatMap((one: any) => one.addresses),
      epoch: term === undefined ? undefined : { term: Number(term), epoch: Number(epoch) },
    };
  }

  private async write(found: any, addresses: readonly string[], { term, epoch }: Epoch): Promise<void> {
    const { name, portName, port, service, labels } = this.options;
    await this.api.apply(this.path, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name,
        labels: { ...labels, 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': FIELD_MANAGER },
        annotations: { [this.annotation]: `${term}.${epoch}` },
        ownerReferences: found?.metadata.ownerReferences ?? [await this.owner()],
        resourceVersion: found?.metadata.resourceVersion,
      },
      addressType: found?.addressType ?? (net.isIPv6(addresses[0]) ? 'IPv6' : 'IPv4'),
      ports: [{ name: portName, port, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true, serving: true, terminating: false } })),
    });
    this.log.info('direct', `${name} has ${addresses.join(', ') || 'nobody'}, in epoch ${term}.${epoch}`);
  }

  /** The slice goes with the Service. */
  private async owner(): Promise<object> {
    const { service } = this.options;
    const found = await this.api.get(`/api/v1/namespaces/${this.api.namespace}/services/${service}`);
    if (found === undefined) throw new KubeError(`there is no Service ${service}`);
    return { apiVersion: 'v1', kind: 'Service', name: service, uid: found.metadata.uid };
  }
}
