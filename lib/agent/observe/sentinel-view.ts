import { SentinelSettings, SentinelView } from './observation';
import { ordinalAt } from './server-view';
import { Config } from '../config/config';
import { Peers } from '../redis/peers';
import { pairs, repliesOf } from '../redis/replies';
import { Endpoint } from '../redis/resp';

type Known = Pick<Peers, 'addresses' | 'former' | 'sentinelAddresses' | 'local' | 'servers'>;

/** How old something is that a Sentinel noted of the master. */
const AGES = ['last-ok-ping-reply', 'info-refresh'];

const BLANK: SentinelView = {
  names: 'nobody',
  epoch: 0,
  masterSilentMs: 0,
  pingUnansweredMs: 0,
  masterDown: false,
  failoverInProgress: false,
  otherSentinels: 0,
  replicas: 0,
  staleEntries: 0,
  settings: undefined,
};

/** What each Sentinel says about the master. */
export async function sentinelViews(peers: Pick<Peers, 'sentinels'> & Known, config: Config): Promise<(SentinelView | undefined)[]> {
  return Promise.all(peers.sentinels.map(async (sentinel) => sentinelView(sentinel, peers, config)));
}

/** The same, for who can't wait: whoever answers after `late` counts as absent. The parameters are those of {@link askEarly}. */
export async function earlySentinelViews(...asked: Parameters<typeof askEarly>): Promise<(SentinelView | undefined)[]> {
  return Promise.all(askEarly(...asked));
}

/**
 * The same of each by itself, for who needs some of them.
 *
 * @param lost ordinal of one that is known to be gone, and is not asked
 */
export function askEarly(
  late: Promise<undefined>, peers: Pick<Peers, 'sentinels'> & Known, config: Config, lost?: number,
): Promise<SentinelView | undefined>[] {
  return peers.sentinels.map(async (sentinel, index) => index === lost ? undefined : Promise.race([sentinelView(sentinel, peers, config), late]));
}

/** What a Sentinel says about the master, or undefined when it does not answer. */
export async function sentinelView(sentinel: Endpoint, peers: Known, config: Config): Promise<SentinelView | undefined> {
  const replies = await repliesOf(sentinel, [
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', config.masterName],
    ['SENTINEL', 'MASTER', config.masterName],
  ]);
  if (!replies) return undefined;
  const [address, details] = replies;
  if (address === null) return BLANK;
  if (!Array.isArray(address) || !Array.isArray(details)) return undefined;
  const fields = pairs(details);
  const flags = (fields.get('flags') ?? '').split(',');
  const named = ordinalAt(String(address[0]), Number(address[1]), peers, config.serverPort);
  const otherSentinels = Number(fields.get('num-other-sentinels') ?? 0);
  const replicas = Number(fields.get('num-slaves') ?? 0);
  const knowsMore = otherSentinels >= peers.sentinelAddresses.length || replicas >= peers.addresses.length;
  return {
    names: typeof named === 'number' ? named : 'unknown',
    namesFormer: !!peers.former?.has(String(address[0])),
    masterRunId: fields.get('runid') ?? '',
    epoch: Number(fields.get('config-epoch') ?? 0),
    masterSilentMs: Number(fields.get('last-ok-ping-reply') ?? 0),
    pingUnansweredMs: Number(fields.get('last-ping-sent') ?? 0),
    clockBackMs: Math.max(0, ...AGES.map((name) => -Number(fields.get(name) ?? 0))),
    masterDown: flags.includes('s_down') || flags.includes('o_down'),
    failoverInProgress: flags.includes('failover_in_progress'),
    otherSentinels,
    replicas,
    staleEntries: knowsMore ? await staleEntries(sentinel, peers, config, named) : 0,
    settings: settingsIn(fields),
  };
}

/**
 * Whom a Sentinel remembers that is not configured and down. One that is not configured and lives may be of a newer configuration. One that the master has as a
 * replica now would be learned again: another installation that follows this one announces a port where nobody listens.
 */
async function staleEntries(sentinel: Endpoint, peers: Known, { masterName, self }: Config, named: number | string): Promise<number> {
  const lists = await repliesOf(sentinel, [['SENTINEL', 'SENTINELS', masterName], ['SENTINEL', 'REPLICAS', masterName]]);
  const stale = (lists ?? []).flatMap((list, index) => {
    const configured = index === 0 ? peers.sentinelAddresses : peers.addresses;
    if (!Array.isArray(list)) return [];
    return list.map(pairs).filter((each) => !configured.includes(each.get('ip') ?? '')
      && (each.get('flags')?.includes('s_down') || (index === 1 && peers.former?.has(each.get('ip')!))));
  });
  if (stale.length === 0 || typeof named !== 'number') return stale.length;
  const info = String(await repliesOf(named === self ? peers.local : peers.servers[named], [['INFO', 'replication']]));
  return stale.filter((each) => !info.includes(`:ip=${each.get('ip')},port=${each.get('port')},`)).length;
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
