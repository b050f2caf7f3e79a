import { Config } from './config';
import { Claim, namedMaster, Observation, SentinelSettings, SentinelView, ServerView } from './observation';
import { Ports } from './ports';
import { claimOf, DataRecord, findClaim } from './record';
import { Endpoint, Reply, ReplyError } from './resp';

/**
 * A master pings its replicas every 10 s. Redis itself takes a silent link for up for a minute: as long would a new start wait for a master
 * that was lost together with its node.
 */
const SILENT_LINK_SECONDS = 15;

const SECTIONS = ['server', 'replication', 'keyspace', 'persistence'].map(section => ['INFO', section]);

/**
 * Asks the own server and all Sentinels at once and, unless all is settled, the other servers too.
 *
 * @param unsettled nothing was settled the last time: all are asked at once, as some may not answer.
 */
export async function observe(ports: Ports, config: Config, record: DataRecord | undefined, unsettled = false): Promise<Observation> {
  const askPeers = async (): Promise<Observation['servers']> => Promise.all(ports.servers.map(async (server, ordinal) =>
    ordinal === config.self ? undefined : peerView(server, ports, config)));
  const [own, sentinels, early] = await Promise.all([
    serverView(ports.own, ports, config),
    Promise.all(ports.sentinels.map(async sentinel => sentinelView(sentinel, ports, config))),
    unsettled ? askPeers() : undefined,
  ]);
  const self = own && { ...own, claim: claimOf(record, own) };
  const settled = !self || isSettled(self, config.self, namedMaster(sentinels));
  const peers = settled ? [] : early ?? await askPeers();
  const servers = ports.servers.map((_, ordinal) => ordinal === config.self ? self : peers[ordinal]);
  return { at: ports.clock.now(), servers, sentinels };
}

/** A look at all Sentinels and other servers that takes no longer than this: who answers later counts as absent. */
export async function glance(ports: Ports, config: Config, withinMs: number): Promise<Pick<Observation, 'servers' | 'sentinels'>> {
  const late = ports.clock.sleep(withinMs).then(() => undefined);
  const [servers, sentinels] = await Promise.all([
    Promise.all(ports.servers.map(async (server, ordinal) =>
      ordinal === config.self ? undefined : Promise.race([serverView(server, ports, config), late]))),
    Promise.all(ports.sentinels.map(async sentinel => Promise.race([sentinelView(sentinel, ports, config), late]))),
  ]);
  return { servers, sentinels };
}

function isSettled(self: ServerView, ordinal: number, named: number | 'unknown' | undefined): boolean {
  if (self.role === 'master') return named === ordinal;
  return named !== undefined && self.follows === named && self.linkUp;
}

/** What a server says about itself, or undefined when it does not answer. */
export async function serverView(
  server: Endpoint, ports: Pick<Ports, 'addresses'>, config: Pick<Config, 'serverPort'>,
): Promise<ServerView | undefined> {
  return parseInfo(await answers(server, SECTIONS), ports.addresses, config.serverPort);
}

/** The same of another server, with what its agent says. */
async function peerView(server: Endpoint, ports: Ports, config: Config): Promise<ServerView | undefined> {
  const replies = await answers(server, [...SECTIONS, ['CLIENT', 'LIST', 'TYPE', 'pubsub']]);
  const view = parseInfo(replies, ports.addresses, config.serverPort);
  const clients = replies?.at(-1);
  return view && { ...view, claim: typeof clients === 'string' ? findClaim(clients) : undefined };
}

/** What the agent beside a server says about its data. */
export async function claimAt(server: Endpoint): Promise<Claim | undefined> {
  const clients = (await answers(server, [['CLIENT', 'LIST', 'TYPE', 'pubsub']]))?.[0];
  return typeof clients === 'string' ? findClaim(clients) : undefined;
}

async function answers(endpoint: Endpoint, commands: string[][]): Promise<Reply[] | undefined> {
  try {
    return await endpoint.batch(commands);
  } catch {
    return undefined;
  }
}

function parseInfo(replies: Reply[] | undefined, addresses: readonly string[], port: number): ServerView | undefined {
  const fields = new Map<string, string>();
  for (const reply of replies?.slice(0, SECTIONS.length) ?? []) {
    if (typeof reply !== 'string') return undefined;
    for (const line of reply.split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
    }
  }
  const role = fields.get('role');
  if (role !== 'master' && role !== 'slave') return undefined;
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const replica = role === 'slave';
  return {
    role,
    loading: fields.get('loading') === '1',
    runId: fields.get('run_id') ?? '',
    follows: replica ? ordinalAt(fields.get('master_host'), number('master_port'), addresses, port) : undefined,
    linkUp: fields.get('master_link_status') === 'up' && number('master_last_io_seconds_ago') < SILENT_LINK_SECONDS,
    offset: number(replica ? 'slave_repl_offset' : 'master_repl_offset'),
    streamId: fields.get('master_replid') ?? '',
    priority: replica ? number('slave_priority') : undefined,
    appendOnly: fields.get('aof_enabled') === '1',
    hasKeys: [...fields.keys()].some(key => /^db\d+$/.test(key)),
    linkDownSeconds: number('master_link_down_since_seconds'),
    claim: undefined,
  };
}

function ordinalAt(host: string | undefined, port: number, addresses: readonly string[], expectedPort: number): ServerView['follows'] {
  // A server boots with "replicaof 127.0.0.1 1", where nobody listens.
  if (port === 1) return 'nobody';
  const ordinal = addresses.indexOf(host ?? '');
  return ordinal >= 0 && port === expectedPort ? ordinal : 'unknown';
}

type SentinelPorts = Pick<Ports, 'addresses' | 'sentinelAddresses'>;

/** What a Sentinel says about the master, or undefined when it does not answer. */
export async function sentinelView(sentinel: Endpoint, ports: SentinelPorts, config: Config): Promise<SentinelView | undefined> {
  const replies = await answers(sentinel, [
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', config.masterName],
    ['SENTINEL', 'MASTER', config.masterName],
  ]);
  if (!replies) return undefined;
  const [address, details] = replies;
  if (address === null) return blankSentinel();
  if (!Array.isArray(address) || !Array.isArray(details)) return undefined;
  const fields = pairs(details);
  const flags = (fields.get('flags') ?? '').split(',');
  const named = ordinalAt(String(address[0]), Number(address[1]), ports.addresses, config.serverPort);
  const otherSentinels = Number(fields.get('num-other-sentinels') ?? 0);
  const replicas = Number(fields.get('num-slaves') ?? 0);
  return {
    names: typeof named === 'number' ? named : 'unknown',
    epoch: Number(fields.get('config-epoch') ?? 0),
    masterDown: flags.includes('s_down') || flags.includes('o_down'),
    failoverInProgress: flags.includes('failover_in_progress'),
    otherSentinels,
    replicas,
    ghosts: otherSentinels < ports.sentinelAddresses.length && replicas < ports.addresses.length ? 0 : await ghosts(sentinel, ports, config),
    settings: settingsIn(fields),
  };
}

/** Whom a Sentinel remembers that is none of ours and down. One that is none of ours and lives may be of a newer configuration. */
async function ghosts(sentinel: Endpoint, ports: SentinelPorts, { masterName }: Config): Promise<number> {
  const lists = await answers(sentinel, [['SENTINEL', 'SENTINELS', masterName], ['SENTINEL', 'REPLICAS', masterName]]);
  return (lists ?? []).flatMap((list, index) => {
    const ours = index === 0 ? ports.sentinelAddresses : ports.addresses;
    return Array.isArray(list) ? list.map(pairs).filter(each => each.get('flags')?.includes('s_down') && !ours.includes(each.get('ip') ?? '')) : [];
  }).length;
}

function settingsIn(fields: Map<string, string>): SentinelSettings {
  const number = (name: string): number => Number(fields.get(name));
  return {
    quorum: number('quorum'),
    downAfterMs: number('down-after-milliseconds'),
    failoverTimeoutMs: number('failover-timeout'),
    parallelSyncs: number('parallel-syncs'),
  };
}

function blankSentinel(): SentinelView {
  return {
    names: 'nobody', epoch: 0, masterDown: false, failoverInProgress: false, otherSentinels: 0, replicas: 0, ghosts: 0, settings: undefined,
  };
}

/** A flat list of names and values, as Sentinel answers. */
export function pairs(reply: Reply): Map<string, string> {
  const fields = new Map<string, string>();
  if (!Array.isArray(reply)) return fields;
  for (let index = 0; index + 1 < reply.length; index += 2) fields.set(String(reply[index]), String(reply[index + 1]));
  return fields;
}

/** Whether a reply is the error with this word in it. */
export function isError(reply: Reply, word: string): boolean {
  return reply instanceof ReplyError && reply.message.includes(word);
}
