import { ProxyAnswer, ProxyReading, Reading, SentinelAnswer, SentinelReading, ServerAnswer, ServerReading } from '../../../lib/cli/read/reading';

/** When all readings of tests were made. */
const AT = '2026-11-28T12:00:00.000Z';

/** Changes of what one member says; undefined: it does not answer. */
type Change<Answer> = Partial<Answer> | undefined;

/** What differs from an installation in which all is well: by kind and ordinal. */
export interface Changes {
  readonly servers?: { readonly [ordinal: number]: Change<ServerAnswer> };
  readonly sentinels?: { readonly [ordinal: number]: Change<SentinelAnswer> };
  readonly proxies?: { readonly [ordinal: number]: Change<ProxyAnswer> };
  /** Members whose pod is not ready, such as `server 1`; all that do not answer, if not given. */
  readonly notReady?: readonly string[];
  readonly reading?: Partial<Reading>;
}

const MASTER: ServerAnswer = {
  engine: 'redis',
  version: '8.2.10',
  role: 'master',
  follows: 'nobody',
  linkUp: false,
  linkDownSeconds: 0,
  loading: false,
  priority: 0,
  uptimeSeconds: 7_205,
  replicas: [1, 2].map((server) => ({ server, online: true, lagBytes: 14, lagSeconds: 0 })),
  goodReplicas: 2,
  minReplicasToWrite: 1,
  minReplicasMaxLagSeconds: 2,
  backlogBytes: 16_777_216,
  usedMemoryBytes: 1_600_000,
  maxMemoryBytes: 402_653_184,
  evicts: false,
  clients: 20,
  maxClients: 10_000,
  persistenceFailures: [],
  needsSnapshots: false,
  diskUsed: 0.3,
  agent: { phase: 'steady', why: '', ageSeconds: 1 },
};
const REPLICA: ServerAnswer = { ...MASTER, role: 'replica', follows: 0, linkUp: true, priority: 100, replicas: [], goodReplicas: 0 };
const SENTINEL: SentinelAnswer = {
  version: '8.2.10',
  names: 0,
  epoch: 4,
  quorum: 2,
  namesSinceSeconds: 7_200,
  findsMasterDown: false,
  failoverInProgress: false,
  tilt: false,
  findsDown: [],
  otherSentinels: 2,
  otherSentinelsDown: 0,
  replicas: 2,
};
const PROXY: ProxyAnswer = { writes: [0], reads: [1, 2], clients: 5 };

/** Server 0 is the master, servers 1 and 2 follow it; a Sentinel beside each, on a node each; two HAProxy. */
export function reading(changes: Changes = {}): Reading {
  const member = <Answer>(kind: 'server' | 'sentinel' | 'proxy', ordinal: number, answer: Answer, changed: { readonly [ordinal: number]: Change<Answer> } = {}) => {
    const silent = ordinal in changed && changed[ordinal] === undefined;
    const ready = changes.notReady ? !changes.notReady.includes(`${kind} ${ordinal}`) : !silent;
    const pod = { name: `cache-${kind}-${ordinal}`, node: `node-${ordinal}`, ready, stopping: false, restarts: 0 };
    return { ordinal, pod, ...silent ? { silence: 'kubectl: gone' } : { answer: { ...answer, ...changed[ordinal] } } };
  };
  return {
    name: 'cache',
    namespace: 'shop',
    at: AT,
    servers: [0, 1, 2].map((ordinal): ServerReading => member('server', ordinal, ordinal === 0 ? MASTER : REPLICA, changes.servers)),
    sentinels: [0, 1, 2].map((ordinal): SentinelReading => member('sentinel', ordinal, SENTINEL, changes.sentinels)),
    sentinelsBesideServers: true,
    proxies: [0, 1].map((ordinal): ProxyReading => member('proxy', ordinal, PROXY, changes.proxies)),
    ...changes.reading,
  };
}

/** All servers, or all Sentinels, with the same change. */
export function all<T>(change: T, count = 3): { readonly [ordinal: number]: T } {
  return Object.fromEntries(Array.from({ length: count }, (_, ordinal) => [ordinal, change]));
}

/** A standby: server 1 copies a master outside, the others copy server 1, none is electable, and nobody is named. */
export const standby = (lag: object | undefined, rest: Changes = {}): Changes => {
  const agent = (own?: object) => ({ phase: 'following', why: 'in sync', ageSeconds: 1, follow: { master: 'old:6379', lag: own } });
  return {
    servers: {
      0: { role: 'replica', follows: 1, linkUp: true, priority: 0, agent: agent() as any },
      1: { role: 'replica', follows: 'unknown', linkUp: true, priority: 0, agent: agent(lag) as any },
      2: { follows: 1, priority: 0, agent: agent() as any },
    },
    sentinels: all({ names: 'nobody' as const, otherSentinels: 0, replicas: 0 }),
    proxies: all({ writes: [] }, 2),
    ...rest,
  };
};
