import type { Container } from './container';
import type { Stack } from './stack';
import { pairs } from '../../lib/agent/redis/replies';
import { ReplyError } from '../../lib/agent/redis/resp';

/** What a server says of itself. */
export interface ServerLook {
  /** `syncing`: a replica whose link to its master is not up. */
  readonly role: 'master' | 'replica' | 'syncing' | 'down';
  /** Ordinal of the server that a replica follows, -1 for none of them. */
  readonly follows: number;
  /** Whether Sentinel may promote it. */
  readonly electable: boolean;
  readonly offset: number;
}

/** What a Sentinel says of the others. */
export interface SentinelLook {
  /** Ordinal of the server that it names, `nobody` if it knows no master, `stranger` if it is none of ours. */
  readonly names: number | 'nobody' | 'stranger' | 'down';
  /** Its flags of the master: `master`, or with what it thinks of it, `master,s_down`. */
  readonly flags: string;
  /** Other Sentinels and replicas that it knows. */
  readonly others: number;
  readonly replicas: number;
}

/** What all servers and Sentinels say at one time. */
export interface Look {
  readonly servers: readonly ServerLook[];
  readonly sentinels: readonly SentinelLook[];
}

const DOWN: ServerLook = { role: 'down', follows: -1, electable: false, offset: 0 };

/** Asks everybody, from within each pod. */
export async function lookAt(stack: Stack): Promise<Look> {
  const announced = stack.redis.announceServices.map(({ name }) => stack.serviceAddress(name));
  const [servers, sentinels] = await Promise.all([
    Promise.all(stack.servers.map(async (server) => serverLook(stack, server, announced).catch(() => DOWN))),
    Promise.all(stack.sentinels.map(async (sentinel) => sentinelLook(stack, sentinel, announced))),
  ]);
  return { servers, sentinels };
}

/** One master that all Sentinels name; they know everybody; all others follow it, are in sync and electable. */
export function isConverged({ servers, sentinels }: Look): boolean {
  const master = servers.findIndex(({ role }) => role === 'master');
  return master >= 0
    && servers.every(({ role, follows, electable }, ordinal) => ordinal === master || (role === 'replica' && follows === master && electable))
    && sentinels.every((one) => (
      one.names === master && one.flags === 'master' && one.others === sentinels.length - 1 && one.replicas === servers.length - 1));
}

async function serverLook(stack: Stack, server: Container, announced: readonly string[]): Promise<ServerLook> {
  const text = String(await stack.ask(server, 'INFO', 'replication'));
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
  if (field('role') === 'master') return { role: 'master', follows: -1, electable: true, offset: Number(field('master_repl_offset')) };
  return {
    role: field('master_link_status') === 'up' ? 'replica' : 'syncing',
    follows: announced.indexOf(field('master_host')),
    electable: Number(field('slave_priority')) > 0,
    offset: Number(field('slave_repl_offset')),
  };
}

async function sentinelLook(stack: Stack, sentinel: Container, announced: readonly string[]): Promise<SentinelLook> {
  const blank = { flags: '', others: 0, replicas: 0 };
  const name = stack.redis.masterName;
  try {
    // the question that HAProxy asks: the leader of a failover answers it before it is done
    const address = await stack.ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
    if (!Array.isArray(address)) return { ...blank, names: 'nobody' };
    const master = pairs(await stack.ask(sentinel, 'SENTINEL', 'MASTER', name));
    const ordinal = announced.indexOf(String(address[0]));
    return {
      names: ordinal < 0 ? 'stranger' : ordinal,
      flags: master.get('flags') ?? '',
      others: Number(master.get('num-other-sentinels')),
      replicas: Number(master.get('num-slaves')),
    };
  } catch (error) {
    return { ...blank, names: error instanceof ReplyError ? 'nobody' : 'down' };
  }
}
