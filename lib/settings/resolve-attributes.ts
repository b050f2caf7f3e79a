import { calling, reject, together } from './invalid-prop';
import { checked } from './kinds';
import { Place, resolveSettings } from './resolve';
import { withoutProxy } from './resolve-direct';
import { PersistenceSettings, Settings } from './settings';
import { redisHaAttributes } from './shapes';
import { RedisHaAttributes } from '../options/redis-ha-attributes';

/** Attributes by the paths of the props that they are in the installation's own chart. */
const NAMES = { 'server.port': 'serverPort', 'proxy.port': 'port', 'proxy.readPort': 'readPort', 'proxy.statsPort': 'statsPort' };

/**
 * Settings of an installation that is made elsewhere, by the same rules and defaults as there.
 *
 * @param chartNamespace where it is unless its attributes say otherwise
 * @throws InvalidPropError naming each attribute that is wrong
 */
export function resolveAttributes(
  given: RedisHaAttributes, chartNamespace: string | undefined,
): { readonly settings: Settings; readonly namespace?: string; readonly keeps?: PersistenceSettings } {
  const { name, namespace = chartNamespace, serverPort, port, readPort, statsPort, ...same } = checked(redisHaAttributes, given);
  const ports = Object.entries({ port, readPort, statsPort }).filter(([, value]) => value !== undefined);
  const place: Place = { defaultName: name, namespace };
  const settings = together(() => calling(NAMES, () => {
    const proxyless = same.routing && withoutProxy(same.routing);
    if (proxyless !== undefined) {
      const hint = same.routing!.kind === 'direct' ? ". Ports of its Service are options of 'Routing.direct'" : '';
      for (const [prop, value] of ports) reject(prop, value, `must not be given with ${proxyless}${hint}`);
    }
    const proxy = proxyless === undefined && ports.length > 0 ? Object.fromEntries(ports) : undefined;
    return resolveSettings({ ...same, name, server: { port: serverPort }, proxy }, place);
  }));
  return { settings, namespace, keeps: same.persistence && settings.persistence };
}
