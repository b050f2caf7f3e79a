import { Keep, KubeObject, objectKey } from './objects';

/** Objects of one collection, and the same sorted. */
export class Store {
  private objects = new Map<string, KubeObject>();
  private cache?: readonly KubeObject[];

  constructor(
    /** Applied to every object before it is stored. */
    readonly keep: Keep,
  ) {}

  get(namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(`${namespace}/${name}`);
  }

  /** By namespace, then name. The same frozen array until something changes. */
  sorted(): readonly KubeObject[] {
    this.cache ??= Object.freeze([...this.objects.values()].sort(byNamespaceAndName));
    return this.cache;
  }

  /**
   * Replaces everything by objects that were kept already.
   *
   * @returns whether anything differs
   */
  replace(objects: KubeObject[]): boolean {
    const next = new Map(objects.map((object) => [objectKey(object), object]));
    const same = next.size === this.objects.size && objects.every((object) => this.has(object));
    this.objects = next;
    this.cache = undefined;
    return !same;
  }

  /** @returns whether it differs from the stored one */
  set(object: KubeObject): boolean {
    const changed = !this.has(object);
    this.objects.set(objectKey(object), this.keep(object));
    this.cache = undefined;
    return changed;
  }

  /** @returns whether it was there */
  remove(object: KubeObject): boolean {
    this.cache = undefined;
    return this.objects.delete(objectKey(object));
  }

  private has({ metadata }: KubeObject): boolean {
    const stored = this.get(metadata.namespace ?? '', metadata.name)?.metadata;
    // Without a version nothing tells whether they are the same.
    return stored?.resourceVersion !== undefined && stored.uid === metadata.uid && stored.resourceVersion === metadata.resourceVersion;
  }
}

function byNamespaceAndName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  return compare(a.namespace ?? '', b.namespace ?? '') || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
