import { Addresses } from './addresses';
import { infoOf, pairsOf, partsOf, refusal } from './answer';
import { AgentReading, ReplicaOfMaster, ServerAnswer } from './reading';

type Fields = ReadonlyMap<string, string>;

/** Statuses in `INFO persistence`, and what each is of. */
const PERSISTENCE = {
  aof_last_write_status: 'append-only log', aof_last_bgrewrite_status: 'rewrite of the append-only log', rdb_last_bgsave_status: 'snapshot',
};

/** Port at which a server that has just started looks for a master: nobody listens there. */
const NOBODY = '1';

/** What a server said. @returns the reason instead, if it said nothing of itself */
export function serverAnswer(text: string, addresses: Addresses): ServerAnswer | string {
  const parts = partsOf(text);
  const part = (name: string): string => parts.get(name) ?? '';
  const info = infoOf(part('info'));
  const config = pairsOf(part('config').split(/\r?\n/));
  const number = (name: string): number => Number(info.get(name) ?? 0);
  if (!info.has('role')) return refusal(part('info'));
  const isMaster = info.get('role') === 'master';
  const standby = !isMaster && info.get('master_port') === NOBODY;
  return {
    engine: info.has('valkey_version') ? 'valkey' : 'redis',
    version: info.get('valkey_version') ?? info.get('redis_version') ?? '',
    role: isMaster ? 'master' : standby ? 'standby' : 'replica',
    follows: isMaster || standby ? 'nobody' : addresses.of(info.get('master_host')),
    linkUp: info.get('master_link_status') === 'up',
    // -1: there never was one
    linkDownSeconds: Math.max(0, number('master_link_down_since_seconds')),
    loading: info.get('loading') === '1' || info.get('async_loading') === '1' || info.get('master_sync_in_progress') === '1',
    priority: number('slave_priority'),
    uptimeSeconds: number('uptime_in_seconds'),
    replicas: isMaster ? replicasIn(info, addresses) : [],
    goodReplicas: number('min_slaves_good_slaves'),
    minReplicasToWrite: Number(config.get('min-replicas-to-write') ?? 0),
    minReplicasMaxLagSeconds: Number(config.get('min-replicas-max-lag') ?? 0),
    backlogBytes: number('repl_backlog_size'),
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    evicts: evicts(info),
    clients: number('connected_clients'),
    maxClients: number('maxclients'),
    writesPaused: info.has('paused_actions') ? info.get('paused_actions') !== 'none' : undefined,
    persistenceFailures: Object.entries(PERSISTENCE).flatMap(([field, what]) => (info.get(field) === 'err' ? [what] : [])),
    needsSnapshots: config.get('stop-writes-on-bgsave-error') === 'yes' && !['', undefined].includes(config.get('save')),
    diskUsed: diskUsed(part('disk')),
    agent: agentIn(part('agent'), part('agent-age')),
  };
}

/** Whether there is something that it may evict: with `volatile-*` only keys with an end. */
function evicts(info: Fields): boolean {
  const policy = info.get('maxmemory_policy') ?? '';
  const expiring = [...info].some(([name, value]) => /^db\d+$/.test(name) && Number(/,expires=(\d+)/.exec(value)?.[1] ?? 0) > 0);
  return policy.startsWith('volatile-') ? expiring : policy !== 'noeviction';
}

/** `slave0:ip=10.0.0.1,port=6379,state=online,offset=42,lag=1` */
function replicasIn(info: Fields, addresses: Addresses): ReplicaOfMaster[] {
  const written = Number(info.get('master_repl_offset') ?? 0);
  return [...info].filter(([name]) => /^slave\d+$/.test(name)).map(([, value]) => {
    const fields = new Map(value.split(',').map((field): [string, string] => [field.split('=')[0], field.slice(field.indexOf('=') + 1)]));
    return {
      server: addresses.of(fields.get('ip')),
      online: fields.get('state') === 'online',
      lagBytes: Math.max(0, written - Number(fields.get('offset') ?? 0)),
      lagSeconds: Number(fields.get('lag') ?? 0),
    };
  });
}

/** The line of `df -Pk`. */
function diskUsed(line: string): number | undefined {
  const [, used, free] = /\s(\d+)\s+(\d+)\s+\d+%\s/.exec(line) ?? [];
  const all = Number(used) + Number(free);
  return all > 0 ? Number(used) / all : undefined;
}

function agentIn(status: string, age: string): AgentReading | undefined {
  try {
    const { phase, why, pausedUntil, follow, certificate } = JSON.parse(status);
    return { phase: String(phase), why: String(why ?? ''), ageSeconds: Math.max(0, Number(age)), pausedUntil, follow, certificate };
  } catch {
    return undefined;
  }
}
