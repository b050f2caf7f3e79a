import { pullSecrets } from './checks';
import { reject } from './invalid-prop';
import { IRedisHa } from '../options/i-redis-ha';

/** What pods beside an installation do as its own, unless their props say otherwise. */
interface PodsBeside {
  readonly imagePullSecrets: readonly string[];
  readonly fixedIds: boolean;
}

export function podsBeside(redis: IRedisHa, { imagePullSecrets, fixedIds }: Partial<PodsBeside>): PodsBeside {
  return { imagePullSecrets: pullSecrets(imagePullSecrets ?? redis.imagePullSecrets), fixedIds: fixedIds ?? redis.fixedIds };
}

/** Refuses an installation of another namespace. @param namespace of the chart @param why what its Job needs there */
export function needsOwnNamespace(redis: IRedisHa, namespace: string | undefined, why: string): void {
  if (redis.namespace === namespace) return;
  reject('redis', redis.node.path, `must be an installation of the chart's namespace, ${namespace ?? 'of which nothing is known'}: ${why}`);
}

/** Refuses an installation that hibernates, whose servers a Job would wait for in vain. */
export function needsServers(redis: IRedisHa): void {
  if (redis.hibernates) reject('redis', redis.node.path, "must have servers: it hibernates ('hibernate')");
}

/** Refuses a client without a certificate. Whether clients are asked for one is for the caller to say: at the edge only HAProxy asks. */
export function needsCertificate(prop: string, given: string | undefined): void {
  if (given === undefined) reject(prop, given, "must name a Secret with a certificate: the installation asks every client for one ('clients' of its 'tls')");
}
