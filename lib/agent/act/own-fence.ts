import { changeMinReplicas, withoutFence } from './min-replicas';
import { FENCES } from '../../limits/fences';
import { Endpoint } from '../redis/resp';

/** Makes the local server refuse writes, unless it does. @returns whether it took them before */
export async function refuseWrites(local: Endpoint): Promise<boolean> {
  const takesWrites = (minReplicas: number): boolean => minReplicas < FENCES.own;
  const former = await changeMinReplicas(local, (now) => (takesWrites(now) ? FENCES.own + now : undefined));
  return former !== undefined && takesWrites(former);
}

/** Takes that back, but not what a cut-over from this server did. @returns whether it refused them before; undefined if it takes no orders now */
export async function acceptWrites(local: Endpoint): Promise<boolean | undefined> {
  const refusedHere = (minReplicas: number): boolean => minReplicas >= FENCES.own && minReplicas < FENCES.cutOver;
  const former = await changeMinReplicas(local, (now) => (refusedHere(now) ? withoutFence(now) : undefined));
  return former === undefined ? undefined : refusedHere(former);
}
