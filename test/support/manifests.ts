import { Chart, ChartProps, Testing } from 'cdk8s';
import { RedisHa, RedisHaProps } from '../../lib';

/** An object of the Kubernetes API, as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: { [name: string]: string } };
  readonly [field: string]: any;
}

/** The objects of one synthesis, found by kind and name. */
export class Manifests {
  constructor(public readonly all: readonly Manifest[]) {}

  /** The one object of a kind with a name. */
  public get(kind: string, name: string): Manifest {
    const found = this.find(kind, name);
    if (!found) throw new Error(`no ${kind} ${name}; there are ${this.all.map((one) => `${one.kind} ${one.metadata.name}`).join(', ')}`);
    return found;
  }

  /** The object of a kind with a name, if there is one. */
  public find(kind: string, name: string): Manifest | undefined {
    return this.all.find((one) => one.kind === kind && one.metadata.name === name);
  }

  /** Names of the objects of a kind. */
  public names(kind: string): string[] {
    return this.all.filter((one) => one.kind === kind).map((one) => one.metadata.name);
  }

  /** Template of the pods of a workload. */
  public podTemplate(kind: 'StatefulSet' | 'Deployment', name: string): any {
    return this.get(kind, name).spec.template;
  }

  /** Spec of the pods of a workload. */
  public podSpec(kind: 'StatefulSet' | 'Deployment', name: string): any {
    return this.podTemplate(kind, name).spec;
  }

  /** A container of a workload, init containers too. */
  public container(kind: 'StatefulSet' | 'Deployment', workload: string, name: string): any {
    const spec = this.podSpec(kind, workload);
    const all = [...spec.initContainers ?? [], ...spec.containers];
    const found = all.find((one: any) => one.name === name);
    if (!found) throw new Error(`no container ${name} in ${kind} ${workload}; there are ${all.map((one: any) => one.name).join(', ')}`);
    return found;
  }

  /** Variables of a container that have plain values. */
  public env(kind: 'StatefulSet' | 'Deployment', workload: string, container: string): { [name: string]: string } {
    return Object.fromEntries(this.container(kind, workload, container).env.map((one: any) => [one.name, one.value]));
  }
}

/** One installation named `redis` in a chart of its own. `then` may patch or connect before the synthesis. */
export function install(
  props: RedisHaProps = {}, then: (redis: RedisHa, chart: Chart) => void = () => undefined, chartProps: ChartProps = {},
): Manifests {
  const chart = new Chart(Testing.app(), 'test', chartProps);
  const redis = new RedisHa(chart, 'redis', { name: 'redis', ...props });
  then(redis, chart);
  return new Manifests(Testing.synth(chart));
}

/**
 * Manifests without what has tests of its own, our programs and scripts: their text, and the hashes of it in annotations.
 */
export function withoutPrograms(manifests: readonly Manifest[]): Manifest[] {
  const text = JSON.stringify(manifests, (key, value) => (/^[a-z0-9-]+\.(js|sh|lua)$|^redis-ha-[a-z]+\.json$/.test(key) ? 'PROGRAM' : value));
  return JSON.parse(text.replace(/("redis-ha\.cdk8s\.io\/[a-z]+-checksum":")[0-9a-f]{16}"/g, '$1HASH"'));
}
