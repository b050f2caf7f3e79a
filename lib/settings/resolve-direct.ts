import { containerPort, distinctPorts } from './checks';
import { reject } from './invalid-prop';
import { DirectSettings } from './proxy-settings';
import { IpStack } from '../options/redis-ha-props';
import { Routing } from '../options/routing';

/** The ways without a proxy, as errors name them. */
export function withoutProxy({ kind }: Routing): string | undefined {
  return kind === 'none' || kind === 'direct' ? `'routing' ${kind}: there is no proxy` : undefined;
}

/** The Service whose EndpointSlices the agents write, with defaults; undefined with another routing. */
export function resolveDirect({ kind, directOptions }: Routing, ipStack: IpStack | undefined): DirectSettings | undefined {
  if (kind !== 'direct') return undefined;
  // a slice has addresses of one family
  if (ipStack === IpStack.DUAL_STACK || ipStack === IpStack.DUAL_STACK_IPV6) reject('ipStack', ipStack, `must be ${IpStack.IPV4} or ${IpStack.IPV6} with 'routing' direct`);
  const port = containerPort('routing.port', directOptions.port ?? 6379);
  const readPort = containerPort('routing.readPort', directOptions.readPort ?? 6380);
  distinctPorts({ 'routing.port': port, 'routing.readPort': readPort });
  return { port, readPort };
}
