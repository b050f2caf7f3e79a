import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { RedisHaBase } from './redis-ha-base';
import { NetworkPolicies } from '../access/network-policies';
import { RedisHaAttributes } from '../options/redis-ha-attributes';
import { resolveAttributes } from '../settings/resolve-attributes';

/** An installation that another chart or repository makes: what is derived of it here is derived there by the same code. */
export class ImportedRedisHa extends RedisHaBase {
  protected readonly _access: NetworkPolicies;

  constructor(scope: Construct, id: string, attributes: RedisHaAttributes) {
    super(scope, id, (self) => resolveAttributes(attributes, Chart.of(self).namespace), true);
    this._access = new NetworkPolicies(this, 'Access', { ...this._part, namespace: this.namespace, foreign: true });
  }
}
