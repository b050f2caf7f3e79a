import { Actor } from './act';
import { pairs } from './observe';
import { Endpoint, Reply } from './resp';

/**
 * The actor, with the replicas that this Sentinel knows and the configuration does not: while an installation grows, servers of the newer
 * configuration run already, and Sentinel may elect one of them. They stand behind the configured servers.
 */
export async function withStrangers(actor: Actor, sentinel: Endpoint): Promise<Actor> {
  const { ports, config } = actor;
  const reply = await sentinel.call('SENTINEL', 'REPLICAS', config.masterName);
  const known = Array.isArray(reply) ? reply.map((each: Reply) => pairs(each).get('ip') ?? '') : [];
  const strangers = known.filter(address => address !== '' && !ports.addresses.includes(address));
  return {
    ...actor,
    ports: {
      ...ports,
      addresses: [...ports.addresses, ...strangers],
      servers: [...ports.servers, ...strangers.map(address => ports.serverAt(address))],
    },
  };
}
