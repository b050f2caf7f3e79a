import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { RedisHaBase } from './redis-ha-base';
import { NetworkPolicies } from '../access/network-policies';
import { RedisHaAttributes } from '../options/redis-ha-attributes';
import { checked } from '../settings/kinds';
import { resolveSettings } from '../settings/resolve';
import { redisHaAttributes } from '../settings/shapes';

/** An installation that another chart or repository makes: what is derived of it here is derived there by the same code. */
export class ImportedRedisHa extends RedisHaBase {
  protected readonly _access?: NetworkPolicies;

  constructor(scope: Construct, id: string, given: RedisHaAttributes) {
    const attributes = checked(redisHaAttributes, given);
    const { name, masterName, engine, replicas, sentinel, routing, auth, serverPort, port, readPort, statsPort, networkPolicies } = attributes;
    const proxy = Object.values({ port, readPort, statsPort }).some((one) => one !== undefined) ? { port, readPort, statsPort } : undefined;
    const props = { name, masterName, engine, replicas, sentinel, routing, auth, server: { port: serverPort }, proxy, networkPolicies };
    super(scope, id, attributes.namespace ?? Chart.of(scope).namespace, (_, namespace) => resolveSettings(props, { defaultName: name, namespace }));
    const { settings } = this._part;
    this._access = settings.networkPolicies ? new NetworkPolicies(this, 'Access', { ...this._part, namespace: this.namespace, foreign: true }) : undefined;
  }
}
