import { Actor } from './actor';
import { serverView } from '../observe/server-view';
import { pairs } from '../redis/replies';
import { ReplyError } from '../redis/resp';

/**
 * A port where nobody listens, which a server that copies a master outside announces there: Sentinels that watch that one find its replicas by what they announce,
 * and if they reached this server, they would make it a replica of theirs again, seconds after it became the master here. It also tells that a server has the
 * user and password of the other one.
 */
const UNREACHABLE = '1';

/** Makes the local server copy the master outside, or a server that does. From now on its data is a copy, and the record says so before the data comes. */
export async function follow(action: { readonly via?: number; readonly why: string }, actor: Actor): Promise<void> {
  const { peers, config, log } = actor;
  const { offset, hasKeys, runId, streamId } = (await serverView(peers.local, peers, config))!;
  if (actor.record() === undefined) await actor.remember({ term: 0, epoch: 0, master: false, offset, hasKeys, runId, streamId });
  if (action.via === undefined) {
    const { host, port } = config.follow!;
    await useExternal(actor);
    await peers.local.call('REPLICAOF', host, String(port));
    log.info('follow', `copies ${host}:${port}: ${action.why}`);
  } else {
    await useOwn(actor);
    await peers.local.call('REPLICAOF', peers.addresses[action.via], String(config.serverPort));
    log.info('follow', `copies server ${action.via}, ${action.why}`);
  }
}

/** Gives the local server user, password and TLS of the master outside. */
export async function useExternal({ peers, config }: Actor): Promise<void> {
  const { user, tls, passwordFile, host } = config.follow!;
  const password = peers.external!.password();
  if (passwordFile !== undefined && password === undefined) throw new Error(`the password of ${host} can't be read yet`);
  await set(peers.local, { 'replica-announce-port': UNREACHABLE, 'masteruser': user ?? '', 'masterauth': password ?? '', ...config.tls ? { 'tls-replication': yesNo(tls) } : {} });
}

/** Gives the local server back what it uses with the others of the installation, if it has something else. @returns whether it had */
export async function useOwn({ peers, config, registration }: Actor): Promise<boolean> {
  const announced = pairs(await peers.local.call('CONFIG', 'GET', 'replica-announce-port')).get('replica-announce-port');
  if (announced !== UNREACHABLE) return false;
  const own = { masteruser: '', masterauth: registration.password() ?? '', ...config.tls ? { 'tls-replication': 'yes' } : {} };
  // last, as it tells that the rest is to be set
  await set(peers.local, { ...own, 'replica-announce-port': String(config.serverPort) });
  return true;
}

async function set(server: Actor['peers']['local'], values: { readonly [name: string]: string }): Promise<void> {
  const replies = await server.batch(Object.entries(values).map(([name, value]) => ['CONFIG', 'SET', name, value]));
  const failed = replies.find((reply): reply is ReplyError => reply instanceof ReplyError);
  if (failed) throw failed;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
