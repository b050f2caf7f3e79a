import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { evaluate } from './base/expression';
import { Model, Override } from './base/model';
import { Problem, Trial } from './trial';
import { Overrides } from '../manifests/overrides';
import { RedisMonitoring } from '../monitoring/redis-monitoring';
import { IRedisHa } from '../options/i-redis-ha';
import { RedisHaProps } from '../options/redis-ha-props';
import { InvalidPropError } from '../settings/invalid-prop';

/** An installation, and those of its objects that values may change. */
export type Installation = IRedisHa & { readonly [name in Override['object']]?: Construct };

/** Makes an installation. `RedisHa` hands it in, as its room stands above this one. */
export type Create<T extends Installation> = (scope: Construct, id: string, props: RedisHaProps) => T;

/** Makes what a model says, in the order in which a program does it. */
export function install<T extends Installation>(scope: Construct, id: string, model: Model, create: Create<T>, more: RedisHaProps = {}): T {
  const redis = create(scope, id, { ...more, ...evaluate(model.props()) });
  for (const { method, peer } of model.grants) redis[method](evaluate(peer));
  const monitoring = model.monitoringProps();
  if (monitoring !== undefined) new RedisMonitoring(scope, `${id}-monitoring`, { redis, ...evaluate(monitoring) });
  for (const { object, fields } of model.overrides) Overrides.merge(redis[object] as Construct, evaluate(fields));
  return redis;
}

/** A trial in an app of its own, where nobody sees it. */
export function trialOf(create: Create<Installation>, place: { readonly name: string; readonly namespace?: string }): Trial {
  return (model) => {
    const chart = new Chart(new App(), 'trial', { namespace: place.namespace });
    try {
      install(chart, 'trial', model, create, { name: place.name });
      Testing.synth(chart);
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  };
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof InvalidPropError) return error.all;
  // what a class of the API stumbles over
  return [{ message: `can't be written: ${(error as Error).message.split(': Error: ').pop()}` }];
}
