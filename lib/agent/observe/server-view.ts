import { Claim, findClaim } from './claim';
import { ReplicaView, ServerView } from './observation';
import { Config, sourcePort } from '../config/config';
import { Peers } from '../redis/peers';
import { infoFields, repliesOf } from '../redis/replies';
import { Endpoint, Reply } from '../redis/resp';

/**
 * A master pings its replicas every 10 s. Redis itself reports a silent link as up for a minute (`repl-timeout`), and for that long a start would
 * wait for a master that was lost with its node.
 */
const SILENT_LINK_SECONDS = 15;

/** How old the last word of a replica of now is at most: it acknowledges once a second, and Redis counts whole ones. In seconds. */
const FRESH_SECONDS = 2;

const INFO = ['server', 'replication', 'keyspace', 'persistence'].map((section) => ['INFO', section]);
/** The agent beside a server names its connection after what it knows of the data. */
const AGENTS = ['CLIENT', 'LIST', 'TYPE', 'pubsub'];

/** What a server says about itself, or undefined when it does not answer. */
export async function serverView(server: Endpoint, peers: Addresses, config: Ports): Promise<ServerView | undefined> {
  return parseInfo(await repliesOf(server, INFO), peers, config);
}

/** What all servers but the local one say about themselves, by ordinal. */
export async function otherServerViews(peers: Peers, config: Config): Promise<(ServerView | undefined)[]> {
  return Promise.all(peers.servers.map(async (server, ordinal) => ordinal === config.self ? undefined : serverView(server, peers, config)));
}

/** What a server says about itself, with what the agent beside it says. */
export async function serverViewWithClaim(server: Endpoint, peers: Peers, config: Config): Promise<ServerView | undefined> {
  const replies = await repliesOf(server, [...INFO, AGENTS]);
  const view = parseInfo(replies, peers, config);
  return view && { ...view, claim: claimIn(replies?.at(-1)) };
}

/** What the agent beside a server says about its data. */
export async function claimAt(server: Endpoint): Promise<Claim | undefined> {
  return claimIn((await repliesOf(server, [AGENTS]))?.[0]);
}

function claimIn(clients: Reply | undefined): Claim | undefined {
  return typeof clients === 'string' ? findClaim(clients) : undefined;
}

function parseInfo(replies: Reply[] | undefined, peers: Addresses, ports: Ports): ServerView | undefined {
  const sections = replies?.slice(0, INFO.length) ?? [];
  if (!sections.every((reply) => typeof reply === 'string')) return undefined;
  const fields = infoFields(sections.join('\r\n'));
  const role = fields.get('role');
  if (role !== 'master' && role !== 'slave') return undefined;
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const replica = role === 'slave';
  const databases = [...fields].flatMap(([name, line]) => /^db\d+$/.test(name) ? [line] : []);
  return {
    role,
    loading: fields.get('loading') === '1',
    runId: fields.get('run_id') ?? '',
    follows: replica ? followed(fields.get('master_host'), number('master_port'), peers, ports) : undefined,
    followsFormer: replica && !!peers.former?.has(fields.get('master_host') ?? ''),
    linkUp: fields.get('master_link_status') === 'up' && number('master_last_io_seconds_ago') < SILENT_LINK_SECONDS,
    offset: number(replica ? 'slave_repl_offset' : 'master_repl_offset'),
    streamId: fields.get('master_replid') ?? '',
    formerStream: number('second_repl_offset') > 0 ? { id: fields.get('master_replid2') ?? '', offset: number('second_repl_offset') - 1 } : undefined,
    replicas: replica ? undefined : replicasIn(fields, peers, ports.serverPort),
    priority: replica ? number('slave_priority') : undefined,
    appendOnly: fields.get('aof_enabled') === '1',
    rewriting: ['aof_rewrite_in_progress', 'aof_rewrite_scheduled'].some((name) => fields.get(name) === '1'),
    rewriteDue: fields.get('aof_rewrite_scheduled') === '1',
    backlog: fields.get('repl_backlog_active') === '1',
    received: fields.get('master_sync_in_progress') === '1' ? number('master_sync_read_bytes') : undefined,
    hasKeys: databases.length > 0,
    keys: databases.reduce((sum, line) => sum + Number(/^keys=(\d+)/.exec(line)?.[1] ?? 0), 0),
    linkDownSeconds: number('master_link_down_since_seconds'),
    claim: undefined,
  };
}

/**
 * Replicas of the local server whose last word is one of now.
 *
 * @returns undefined where it is no master, or does not answer
 */
export async function freshReplicas(peers: Peers, config: Config): Promise<readonly ReplicaView[] | undefined> {
  const view = await serverView(peers.local, peers, config);
  return view?.replicas?.filter(({ online, lagSeconds }) => online && lagSeconds >= 0 && lagSeconds <= FRESH_SECONDS);
}

/** The lines of a master about its replicas: `slave0:ip=10.43.0.7,port=6379,state=online,offset=1404,lag=1`. */
function replicasIn(fields: ReadonlyMap<string, string>, peers: Addresses, port: number): ReplicaView[] {
  return [...fields].filter(([name]) => /^slave\d+$/.test(name)).map(([, line]) => {
    const parts = new Map(line.split(',').map((part) => part.split('=') as [string, string]));
    const server = ordinalAt(parts.get('ip'), Number(parts.get('port')), peers, port);
    return {
      server: typeof server === 'number' ? server : 'unknown',
      online: parts.get('state') === 'online',
      offset: Number(parts.get('offset') ?? 0),
      lagSeconds: Number(parts.get('lag') ?? 0),
    };
  });
}

type Addresses = Pick<Peers, 'addresses' | 'former'>;
type Ports = Pick<Config, 'serverPort' | 'restoreSource' | 'follow'>;

/** Whom a replica follows. At the port of the source nobody else listens. A master outside is followed by the name that agents are told. */
function followed(host: string | undefined, port: number, peers: Addresses, ports: Ports): ServerView['follows'] {
  const { serverPort, follow } = ports;
  if (follow !== undefined && host === follow.host && port === follow.port) return 'external';
  return port === sourcePort(ports) ? 'source' : ordinalAt(host, port, peers, serverPort);
}

/** Which of the servers listens, or did before it got another address, at an address. */
export function ordinalAt(host: string | undefined, port: number, { addresses, former }: Addresses, expectedPort: number): number | 'nobody' | 'unknown' {
  // A server boots with "replicaof 127.0.0.1 1", where nobody listens.
  if (port === 1) return 'nobody';
  const now = addresses.indexOf(host ?? '');
  const ordinal = now >= 0 ? now : former?.get(host ?? '');
  return ordinal !== undefined && port === expectedPort ? ordinal : 'unknown';
}
