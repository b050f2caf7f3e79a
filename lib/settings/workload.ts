import { Size } from 'cdk8s';
import { reject } from './invalid-prop';
import { PersistenceSettings, ServerSettings, Warning } from './settings';
import { DurabilityMode, Fsync, Persistence } from '../options/persistence';
import { MaxmemoryPolicy } from '../options/server-options';
import { Workload } from '../options/workload';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Part of maxmemory, and its bounds in bytes. */
interface Share {
  readonly part: number;
  readonly least: number;
  readonly most: number;
}

/** What counts where no prop says otherwise. */
interface Preset {
  readonly maxmemoryPolicy: MaxmemoryPolicy;
  readonly fsync: Fsync;
  /** Whether data is kept on a volume. */
  readonly onVolume: boolean;
  /** Replicas in sync that a write needs, of three servers and more. */
  readonly minReplicas: (replicas: number) => number;
  /** The stream for replicas that come back; it takes room from the data. */
  readonly backlog: Share;
  /** Part of maxmemory that the buffers of all clients may take. */
  readonly clients: number;
}

/** Without a workload: what was the default before there were any. */
const NONE: Preset = {
  maxmemoryPolicy: MaxmemoryPolicy.NOEVICTION,
  fsync: Fsync.EVERY_SECOND,
  onVolume: false,
  minReplicas: () => 1,
  backlog: { part: 0, least: 16 * MIB, most: 16 * MIB },
  clients: 1 / 4,
};

const PRESETS: { readonly [workload in Workload]: Preset } = {
  [Workload.CACHE]: {
    ...NONE,
    maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LRU,
    minReplicas: () => 0,
    // a replica that was away for longer copies everything, which costs no data
    backlog: { part: 1 / 32, least: MIB, most: 64 * MIB },
  },
  [Workload.QUEUE]: {
    ...NONE,
    onVolume: true,
    // a job is written several times in its life: the stream is long in proportion to the data
    backlog: { part: 1 / 8, least: 16 * MIB, most: GIB },
    // nothing is evicted for the buffers of clients: what they take, writes are refused for
    clients: 1 / 8,
  },
  [Workload.STORE]: {
    ...NONE,
    fsync: Fsync.ALWAYS,
    onVolume: true,
    // with the master they are a majority of the servers
    minReplicas: (replicas) => Math.floor(replicas / 2),
    backlog: { part: 1 / 16, least: 16 * MIB, most: GIB },
    clients: 1 / 8,
  },
};

/** What a workload asks for, as far as it is known without the memory. */
export function presetOf(workload: Workload | undefined): Preset {
  return workload === undefined ? NONE : PRESETS[workload];
}

/** Replicas in sync that a write needs. With two servers none: the one that restarts would stop all writes. */
export function minReplicasOf(preset: Preset, replicas: number): number {
  return replicas >= 3 ? preset.minReplicas(replicas) : 0;
}

/** Bytes of the replication backlog; without maxmemory the least, as there is nothing to take a part of. */
export function backlogOf({ backlog: { part, least, most } }: Preset, maxmemory: number | undefined): number {
  if (maxmemory === undefined) return least;
  // it counts as used memory: as large as maxmemory, it would leave no room for data
  const room = Math.max(MIB, Math.floor(maxmemory / 4));
  return Math.min(room, most, Math.max(least, Math.floor(maxmemory * part)));
}

/** Where data is kept if nothing is said: on a volume for three times the memory, as a log grows to twice the data before it is rewritten beside the old one. */
export function persistenceOf(workload: Workload | undefined, memoryLimit: number | undefined): Persistence {
  if (!presetOf(workload).onVolume) return Persistence.emptyDir();
  if (memoryLimit === undefined) {
    reject('persistence', undefined, `must be given with 'workload' "${workload}" and no memory limit of the servers: the size of a volume follows from the limit`);
  }
  return Persistence.volume(Size.gibibytes(Math.max(1, Math.ceil(3 * (memoryLimit ?? 0) / GIB))));
}

/** What was given and defeats what the workload is for. */
export function workloadWarnings(
  workload: Workload | undefined, { maxmemoryPolicy }: Pick<ServerSettings, 'maxmemoryPolicy'>, { kind, mode }: Pick<PersistenceSettings, 'kind' | 'mode'>,
): Warning[] {
  if (!presetOf(workload).onVolume) return [];
  const code = 'WORKLOAD_MAY_BE_LOST';
  return [
    ...kind === 'emptyDir' || mode === DurabilityMode.NONE
      ? [{ code, message: `'persistence' keeps nothing of a ${workload} ('workload') when all servers are lost at once: leave it out, or use Persistence.volume` }]
      : [],
    ...maxmemoryPolicy.startsWith('allkeys-')
      ? [{ code, message: `'server.maxmemoryPolicy' ("${maxmemoryPolicy}") throws keys of a ${workload} ('workload') away when memory is full: leave it out` }]
      : [],
  ];
}
