import { Duration } from 'cdk8s';
import { needsOwnNamespace, needsServers, podsBeside } from './add-on-rules';
import { dnsLabel, image, seconds, wholeNumber } from './checks';
import { reject, together } from './invalid-prop';
import { checked } from './kinds';
import { PodSettings } from './pod-settings';
import { resolvePod } from './resolve-pod';
import { redisOrderProps } from './shapes-add-ons';
import { LONGEST_PAUSE_SECONDS } from '../limits/pause';
import { Order, RedisOrderProps } from '../options/order';
import { Spread } from '../options/pod-options';

/** An order and the Job that gives it, with every default filled in. */
export interface OrderSettings {
  readonly name: string;
  /** What order.sh is told. */
  readonly words: readonly string[];
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly fixedIds: boolean;
  readonly pod: PodSettings;
}

/**
 * Props with every default filled in and every rule checked.
 *
 * @param namespace of the chart
 * @throws InvalidPropError naming each prop that is wrong, its value and what is accepted
 */
export function resolveOrder(given: RedisOrderProps, { id, namespace }: { readonly id: string; readonly namespace?: string }): OrderSettings {
  const props = checked(redisOrderProps, given);
  return together(() => {
    const { redis } = props;
    needsServers(redis);
    needsOwnNamespace(redis, namespace, 'the Job mounts its Secrets');
    return {
      name: dnsLabel('name', props.name ?? `${redis.name}-${id.toLowerCase()}`, 63),
      words: words(props.order, redis.serverHosts.length),
      image: props.image === undefined ? redis.serverImage : image('image', props.image),
      ...podsBeside(redis, props),
      pod: resolvePod('pod', props.pod, { spread: Spread.NONE, gracePeriod: Duration.seconds(5) }),
    };
  });
}

function words({ _order: order, _given: [factory] }: Order, servers: number): string[] {
  if (servers === 1 && (order.word === 'failover' || order.word === 'rebuild')) reject('order', factory, 'needs a replica, and the installation has one server');
  switch (order.word) {
    case 'failover': return ['failover', ...order.to === undefined ? [] : [String(wholeNumber('order.to', order.to, 0, servers - 1))]];
    case 'pause': return ['pause', String(seconds('order.time', order.time, 1, LONGEST_PAUSE_SECONDS))];
    case 'resume': return ['resume'];
    case 'rebuild': return ['rebuild', String(wholeNumber('order.server', order.server, 0, servers - 1))];
  }
}
