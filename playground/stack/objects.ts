import { App, Chart } from 'cdk8s';
import { RedisHa, RedisHaProps } from '../../lib';

/** An object of the Kubernetes API, as it is written. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: { readonly [name: string]: string } };
  readonly [field: string]: any;
}

/** What one installation consists of. */
export class Objects {
  /** One installation named `redis`. `then` may patch it, or connect to it, before the synthesis. */
  public static of(props: RedisHaProps, then: (redis: RedisHa, chart: Chart) => void = () => undefined): Objects {
    const chart = new Chart(new App(), 'stack');
    const redis = new RedisHa(chart, 'redis', { name: 'redis', ...props });
    then(redis, chart);
    return new Objects(redis, chart.toJson());
  }

  private constructor(public readonly redis: RedisHa, public readonly all: readonly KubeObject[]) {}

  public ofKind(kind: string): KubeObject[] {
    return this.all.filter((one) => one.kind === kind);
  }

  /** @throws Error if there is none */
  public get(kind: string, name: string): KubeObject {
    const found = this.ofKind(kind).find((one) => one.metadata.name === name);
    if (!found) throw new Error(`no ${kind} ${name}; there are ${this.ofKind(kind).map((one) => one.metadata.name).join(', ')}`);
    return found;
  }
}
