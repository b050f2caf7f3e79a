import { FENCES, MIN_REPLICAS, minReplicasOf, withoutFence } from './min-replicas';
import { Endpoint } from '../redis/resp';

/** Makes the local server refuse writes, unless it does. @returns whether it took them before */
export async function refuseWrites(local: Endpoint): Promise<boolean> {
  const minReplicas = await minReplicasOf(local);
  if (minReplicas === undefined || minReplicas >= FENCES.own) return false;
  await local.call('CONFIG', 'SET', MIN_REPLICAS, String(FENCES.own + minReplicas));
  return true;
}

/** Takes that back, but not what a cut-over from this server did. @returns whether it refused them before; undefined if it takes no orders now */
export async function acceptWrites(local: Endpoint): Promise<boolean | undefined> {
  const minReplicas = await minReplicasOf(local);
  if (minReplicas === undefined) return undefined;
  if (minReplicas < FENCES.own || minReplicas >= FENCES.cutOver) return false;
  await local.call('CONFIG', 'SET', MIN_REPLICAS, String(withoutFence(minReplicas)));
  return true;
}
