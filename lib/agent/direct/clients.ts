import { isOfDefault } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/**
 * Ends all sessions at the local server but those of replicas, of Sentinels, and of its own pod, which come by its socket. Agents of other servers connect
 * again by themselves.
 *
 * @returns how many
 */
export async function cutClients(local: Endpoint): Promise<number> {
  const clients = String(await local.call('CLIENT', 'LIST')).split('\n').filter(isClient);
  const ids = clients.map((line) => / ?id=(\d+)/.exec(line)![1]);
  if (ids.length > 0) await local.batch(ids.map((id) => ['CLIENT', 'KILL', 'ID', id]));
  return ids.length;
}

function isClient(line: string): boolean {
  if (!line.startsWith('id=')) return false;
  const field = (name: string): string => new RegExp(` ${name}=(\\S*)`).exec(line)?.[1] ?? '';
  return !/[SM]/.test(field('flags')) && !(field('name').startsWith('sentinel-') && isOfDefault(line)) && !field('addr').startsWith('/');
}
