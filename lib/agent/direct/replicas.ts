import * as net from 'node:net';
import { Config } from '../config/config';
import { serverView } from '../observe/server-view';
import { Peers } from '../redis/peers';
import { repliesOf } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** Addresses of the pods of all replicas that are in sync with the local server, but of those that are about to stop, unless there are no others. @param own of the local server's pod: others are of its family */
export async function replicasInSync(peers: Peers, config: Config, own: string): Promise<string[]> {
  const replicas = await Promise.all(peers.servers.map(async (server, ordinal) => {
    if (ordinal === config.self) return [];
    const [view, address] = await Promise.all([serverView(server, peers, config), podAddress(server)]);
    const inSync = view?.role === 'slave' && view.follows === config.self && view.linkUp && !view.loading;
    return inSync && address !== undefined && address !== own && net.isIP(address) === net.isIP(own) ? [{ address, stops: view.priority === 0 }] : [];
  }));
  const staying = replicas.flat().filter(({ stops }) => !stops);
  return (staying.length > 0 ? staying : replicas.flat()).map(({ address }) => address).sort();
}

/** The address at which a server took our connection: its pod's, behind the Service that we reach it by. */
async function podAddress(server: Endpoint): Promise<string | undefined> {
  const [info] = await repliesOf(server, [['CLIENT', 'INFO']]) ?? [];
  return typeof info === 'string' ? / laddr=\[?([^\] ]+?)\]?:\d+ /.exec(info)?.[1] : undefined;
}
