import { needsOwnNamespace, needsServers, podsBeside } from './add-on-rules';
import { dnsLabel, image, wholeNumber } from './checks';
import { reject, together } from './invalid-prop';
import { checked } from './kinds';
import { resources } from './resolve-resources';
import { resolveSource } from './resolve-restore';
import { RestoreSettings } from './settings';
import { keyRestoreProps } from './shapes-add-ons';
import { RedisKeyRestoreProps } from '../options/key-restore';

/** Keys that are copied into a running installation, with every default filled in. */
export interface KeyRestoreSettings {
  readonly name: string;
  readonly from: RestoreSettings;
  readonly pattern: string;
  readonly replace: boolean;
  readonly databases?: readonly number[];
  readonly engineImage: string;
  readonly imagePullSecrets: readonly string[];
  readonly fixedIds: boolean;
}

/**
 * Props with every default filled in and every rule checked.
 *
 * @param namespace of the chart
 * @throws InvalidPropError naming each prop that is wrong, its value and what is accepted
 */
export function resolveKeyRestore(
  given: RedisKeyRestoreProps, { id, namespace }: { readonly id: string; readonly namespace?: string },
): KeyRestoreSettings {
  const props = checked(keyRestoreProps, given);
  return together(() => {
    const { redis, pattern, databases } = props;
    needsServers(redis);
    needsOwnNamespace(redis, namespace, 'the Job reads its Secrets');
    if (pattern === '') reject('pattern', pattern, 'must be a pattern of keys, like "user:*"; "*" is all');
    databases?.forEach((database, index) => wholeNumber(`databases[${index}]`, database, 0));
    return {
      name: dnsLabel('name', props.name ?? `${redis.name}-${id.toLowerCase()}`, 63),
      // how much data there is, nobody can say here
      from: resolveSource('from', props.from, redis.imageRegistry, { requests: resources('100m', '512Mi', '512Mi').requests }),
      pattern,
      replace: props.replace ?? false,
      databases,
      engineImage: props.engineImage === undefined ? redis.serverImage : image('engineImage', props.engineImage),
      ...podsBeside(redis, props),
    };
  });
}
