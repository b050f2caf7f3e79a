import { EventEmitter } from 'node:events';
import type { KubeObject } from '../../../lib/kube-template/kube';

/** A change, as watches tell it. */
export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly object: KubeObject;
  readonly version: number;
}

/** The objects of a fake API server and their history. */
export class Collections extends EventEmitter<{ event: [StoredEvent] }> {
  /** Resource version of the latest change. */
  public version = 1000;
  /** Versions before this one are forgotten. */
  public compacted = 0;
  private readonly objects = new Map<string, { collection: string; object: KubeObject }>();
  private log: StoredEvent[] = [];

  public put(collection: string, object: KubeObject): KubeObject {
    const key = keyOf(collection, object.metadata.namespace, object.metadata.name);
    const type = this.objects.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.stamp({ ...typeOf(collection), ...object });
    this.objects.set(key, { collection, object: stored });
    this.record(type, collection, stored);
    return stored;
  }

  public remove(collection: string, namespace: string, name: string): void {
    const key = keyOf(collection, namespace, name);
    const { object } = this.objects.get(key)!;
    this.objects.delete(key);
    this.record('DELETED', collection, this.stamp(object));
  }

  /** The object at a path like `/api/v1/namespaces/cache/pods/web`. */
  public get(path: string): KubeObject | undefined {
    return this.select(path.slice(0, path.lastIndexOf('/')), new URLSearchParams()).find(({ metadata }) => path.endsWith(`/${metadata.name}`));
  }

  /**
   * Server-side apply, as far as a manager never takes back a field: creates, or changes what is given.
   *
   * @returns undefined if the version or the UID that was given is not that of the object
   */
  public apply(path: string, object: KubeObject): KubeObject | undefined {
    const found = this.get(path);
    for (const field of ['resourceVersion', 'uid'] as const) {
      const given = object.metadata[field];
      if (given !== undefined && found?.metadata[field] !== given) return undefined;
    }
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const labels = { ...found?.metadata.labels, ...object.metadata.labels };
    return this.put(collectionOf(path.slice(0, path.lastIndexOf('/'))), { ...found, ...object, metadata: { ...found?.metadata, ...object.metadata, labels, namespace } });
  }

  /** @returns undefined if there is one with its name */
  public create(path: string, object: KubeObject): KubeObject | undefined {
    return this.get(`${path}/${object.metadata.name}`) ? undefined : this.put(collectionOf(path), object);
  }

  /** Goes back to an old resource version, as after a restore of the storage from a backup. */
  public restore(version: number): void {
    this.version = version;
    this.log = [];
  }

  public compact(): void {
    this.compacted = this.version + 1;
    this.version++;
  }

  /** Objects that a list of this path and query gives, in the order of their keys. */
  public select(path: string, query: URLSearchParams): KubeObject[] {
    return [...this.objects.keys()].sort()
      .map((key) => this.objects.get(key)!)
      .filter(({ collection, object }) => inPath(path, collection, object) && isSelected(query, object))
      .map(({ object }) => object);
  }

  /** Changes after a version. */
  public since(version: number): StoredEvent[] { return this.log.filter((event) => event.version > version); }

  public matches(path: string, query: URLSearchParams, { collection, object }: StoredEvent): boolean {
    return inPath(path, collection, object) && isSelected(query, object);
  }

  /** Kind and apiVersion of a list. */
  public listType(path: string): { kind: string; apiVersion: string } {
    const { kind, apiVersion } = typeOf(collectionOf(path));
    return { kind: `${kind}List`, apiVersion };
  }

  private stamp(object: KubeObject): KubeObject {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } };
  }

  private record(type: StoredEvent['type'], collection: string, object: KubeObject): void {
    const event = { type, collection, object, version: this.version };
    this.log.push(event);
    this.emit('event', event);
  }
}

const KIND_NAMES: Record<string, string> = {
  pods: 'Pod', secrets: 'Secret', nodes: 'Node', endpoints: 'Endpoints', endpointslices: 'EndpointSlice', statefulsets: 'StatefulSet',
};

function keyOf(collection: string, namespace: string | undefined, name: string): string {
  return [collection, namespace ?? '', name].join(' ');
}

/** `/api/v1/namespaces/cache/pods` and `/api/v1/pods` are both the collection `v1/pods`. */
function collectionOf(path: string): string {
  return path.replace(/^\/apis?\//, '').replace(/namespaces\/[^/]+\//, '');
}

function typeOf(collection: string): { apiVersion: string; kind: string } {
  const slash = collection.lastIndexOf('/');
  return { apiVersion: collection.slice(0, slash), kind: KIND_NAMES[collection.slice(slash + 1)] ?? 'Thing' };
}

function inPath(path: string, collection: string, object: KubeObject): boolean {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  return collectionOf(path) === collection && (namespace === undefined || object.metadata.namespace === namespace);
}

/** Knows `key`, `key=value` and `key!=value`, and the field selector `metadata.name=NAME`. */
function isSelected(query: URLSearchParams, { metadata }: KubeObject): boolean {
  const name = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  if (name !== undefined && metadata.name !== name) return false;
  const requirements = (query.get('labelSelector') ?? '').split(',').filter((requirement) => requirement !== '');
  return requirements.every((requirement) => {
    const [, key, operator, value] = /^([^!=]+)(!=|=|)(.*)$/.exec(requirement)!;
    const actual = metadata.labels?.[key];
    if (operator === '') return actual !== undefined;
    return operator === '=' ? actual === value : actual !== value;
  });
}
