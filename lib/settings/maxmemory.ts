import { Size } from 'cdk8s';
import { LEAST_REPLICA_BUFFER } from './buffers';
import { bytes } from './checks';
import { reject } from './invalid-prop';
import { storageLimit } from './resolve-resources';
import { PersistenceSettings, ServerSettings, Warning } from './settings';
import { DurabilityMode } from '../options/persistence';

/**
 * How many files as large as the data there may be at once. A replica that copies everything writes a snapshot before it loads it; the next
 * snapshot is written beside the last one, and a log grows to twice the data before it is rewritten beside the old one.
 */
const FILES: { readonly [mode in DurabilityMode]: number } = {
  [DurabilityMode.NONE]: 1,
  [DurabilityMode.SNAPSHOT]: 2,
  [DurabilityMode.APPEND_ONLY]: 3,
};

/** What a server may hold. In bytes. */
export interface ServerMemory {
  /** Undefined for no bound. */
  readonly maxmemoryBytes: number | undefined;
  /** The memory limit without what files in memory take of it; undefined without one. */
  readonly limitBesideFiles: number | undefined;
}

/**
 * Room for data, with a default: three quarters of the memory limit, for the data and for the files of it that are in memory too.
 *
 * @throws through `reject` where the server would be killed before it is full
 */
export function resolveMaxmemory(given: Size | undefined, limit: number | undefined, { inMemory, mode }: PersistenceSettings): ServerMemory {
  const files = inMemory ? FILES[mode] : 0;
  if (limit === undefined) return { maxmemoryBytes: given && bytes('server.maxmemory', given, 1), limitBesideFiles: undefined };
  const maxmemoryBytes = given ? givenMaxmemory(given, limit, inMemory) : Math.floor(limit * 0.75 / (1 + files));
  return { maxmemoryBytes, limitBesideFiles: limit - files * maxmemoryBytes };
}

function givenMaxmemory(given: Size, limit: number, inMemory: boolean): number {
  const maxmemory = bytes('server.maxmemory', given, 1);
  const refuse = (rule: string) => reject('server.maxmemory', `${maxmemory} bytes`, `must ${rule}: it would be killed before it is full`);
  if (maxmemory > limit) {
    refuse(`not exceed the memory limit of the server (${limit} bytes)`);
  } else if (maxmemory > limit - LEAST_REPLICA_BUFFER) {
    refuse(`leave ${LEAST_REPLICA_BUFFER} bytes of the memory limit of the server (${limit} bytes) for buffers of replicas`);
  } else if (inMemory && 2 * maxmemory > limit - LEAST_REPLICA_BUFFER) {
    // snapshots are mostly smaller than the data, logs larger: what holds for both is one file as large
    refuse(`leave as much again, and ${LEAST_REPLICA_BUFFER} bytes for buffers of replicas, of the memory limit of the server (${limit} bytes), which with 'persistence.inMemory' files of the data count against`);
  }
  return maxmemory;
}

/**
 * What to tell where a volume has less room than the files of a full server may need.
 *
 * @throws through `reject` where it is no volume: kubelets would evict all servers at the same time, and all data with them
 */
export function roomWarnings(
  { kind, mode, inMemory, sizeBytes }: PersistenceSettings, { maxmemoryBytes, resources }: Pick<ServerSettings, 'maxmemoryBytes' | 'resources'>,
): Warning[] {
  const [files, maxmemory] = [FILES[mode], maxmemoryBytes ?? 0];
  const needed = files * maxmemory;
  const why = `${needed} bytes: there may be ${files > 1 ? `${files} files` : 'a file'} as large as 'server.maxmemory' (${maxmemory} bytes)`;
  if (kind === 'emptyDir') {
    const rooms = { 'persistence.sizeLimit': sizeBytes, 'server.resources.limits.ephemeral-storage': inMemory ? undefined : storageLimit(resources) };
    for (const [prop, room] of Object.entries(rooms)) {
      if (room !== undefined && room < needed) reject(prop, `${room} bytes`, `must be at least ${why}, and all servers may be evicted at the same time, with all data`);
    }
  }
  return kind === 'volume' && sizeBytes! < needed
    ? [{ code: 'VOLUME_MAY_FILL', message: `'persistence' (${sizeBytes} bytes) has less than ${why}, and writes are refused once it is full` }]
    : [];
}
