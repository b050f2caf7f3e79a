import { Actor } from './actor';
import { pairs } from '../redis/replies';
import { Endpoint, Reply } from '../redis/resp';

/**
 * The actor, with the replicas that this Sentinel knows and the configuration does not: while an installation grows, servers of the newer
 * configuration run already, and Sentinel may elect one of them. They follow the configured servers in the lists.
 */
export async function withUnlistedReplicas(actor: Actor, sentinel: Endpoint): Promise<Actor> {
  const { peers, config } = actor;
  const reply = await sentinel.call('SENTINEL', 'REPLICAS', config.masterName);
  const known = Array.isArray(reply) ? reply.map((each: Reply) => pairs(each).get('ip') ?? '') : [];
  const unlisted = known.filter((address) => address !== '' && !peers.addresses.includes(address));
  return {
    ...actor,
    peers: {
      ...peers,
      addresses: [...peers.addresses, ...unlisted],
      servers: [...peers.servers, ...unlisted.map((address) => peers.serverAt(address))],
    },
  };
}
