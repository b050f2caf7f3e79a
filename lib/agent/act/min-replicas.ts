import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { FENCES } from '../../limits/fences';
import { Config } from '../config/config';
import { absolute } from '../redis/addresses';
import { pairs } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/**
 * The directive that a hand-over sets to 0 while writes are paused: a master whose replicas left refuses a write (NOREPLICAS) before it would pause it, and clients
 * don't repeat refused writes. More than there can be replicas makes a master refuse writes.
 */
export const MIN_REPLICAS = 'min-replicas-to-write';

/** Its value now; undefined where the server takes no orders, as while a script runs. */
export async function minReplicasOf(server: Endpoint): Promise<number | undefined> {
  const value = pairs(await server.call('CONFIG', 'GET', MIN_REPLICAS)).get(MIN_REPLICAS);
  return value === undefined ? undefined : Number(value);
}

/** Where it is kept what the server was given last, first by its start script. */
export function givenFile({ runDir }: Pick<Config, 'runDir'>): string {
  return path.join(runDir, 'min-replicas');
}

/** What the server was given last: what is configured may have to wait. Undefined if that is not known. */
export function givenMinReplicas(config: Pick<Config, 'runDir'>): number | undefined {
  const file = givenFile(config);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

const turns = new WeakMap<Endpoint, Promise<unknown>>();

/**
 * Makes another value of it, one change after the other: a fence that comes between the look and the order would be gone.
 *
 * @param to undefined to leave it
 * @returns what it was; undefined where the server takes no orders
 */
export async function changeMinReplicas(server: Endpoint, to: (now: number) => number | undefined): Promise<number | undefined> {
  const change = async (): Promise<number | undefined> => {
    const now = await minReplicasOf(server);
    const next = now === undefined ? undefined : to(now);
    if (next !== undefined) await server.call('CONFIG', 'SET', MIN_REPLICAS, String(next));
    return now;
  };
  const turn = (turns.get(server) ?? Promise.resolve()).then(change);
  turns.set(server, turn.catch(() => undefined));
  return turn;
}

/** What is below it in a value with one of the {@link FENCES} is the former value. */
export const FORMER = 1_000;

/** What an installation adds that cuts over: others that follow the same master must not take it back. The largest fits into what Redis takes, 31 bits. */
export function cutOverFence({ masterName, servers }: Pick<Config, 'masterName' | 'servers'>): number {
  const hash = createHash('sha256').update(`${masterName} ${absolute(servers[0])}`).digest().readUInt32BE();
  return FENCES.cutOver + hash % 1_000_000 * FORMER;
}

/** The value without any fence. */
export function withoutFence(minReplicas: number): number {
  return minReplicas < FENCES.own ? minReplicas : minReplicas % FORMER;
}
