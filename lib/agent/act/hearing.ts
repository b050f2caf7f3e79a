import { Actor } from './actor';
import { patienceMs, PING_AGE_MS } from '../decide/lost-master';
import { HearingWatch, HearingWatchOptions } from '../observe/hearing-watch';
import { isReplaced } from '../observe/record';
import { earlySentinelViews } from '../observe/sentinel-view';
import { serverView } from '../observe/server-view';
import { WATCH_MS } from '../observe/silence-watch';
import { isOfDefault } from '../redis/replies';
import { Reply } from '../redis/resp';

/** Sentinels that find the master down have replaced it so long after that, or can't. In milliseconds. */
const FAILOVER_MS = 5_000;

/** A Sentinel's connection for commands, blocked: a pause of writes stops what it publishes, and its pings wait behind that. */
const PAUSED_SENTINEL = / name=sentinel-\w+-cmd .* flags=\w*b/;

/** Watches whether the Sentinels hear the local server, while it is a master. @param current the actor at each moment: members change */
export function watchHearing(current: () => Actor, tells: Pick<HearingWatchOptions, 'heard' | 'unheard' | 'replaced'>): HearingWatch {
  const { peers: { clock }, config } = current();
  return new HearingWatch({
    ...tells,
    clock,
    self: config.self,
    unansweredAfterMs: Math.max(WATCH_MS, patienceMs(config) - PING_AGE_MS),
    atMostMs: config.downAfterMs + FAILOVER_MS,
    downAfterMs: config.downAfterMs,
    runs: async () => current().peers.local.call('PING').then((reply) => reply === 'PONG', () => false),
    paused: async () => current().peers.local.call('CLIENT', 'LIST', 'TYPE', 'normal').then(hasPausedSentinel, () => false),
    knownAsNamed: async (named, views) => {
      const actor = current();
      const self = await serverView(actor.peers.local, actor.peers, actor.config);
      return self !== undefined && isReplaced(named, self, actor.record(), views);
    },
    ask: async (late) => earlySentinelViews(late, current().peers, current().config),
  });
}

function hasPausedSentinel(clients: Reply): boolean {
  return String(clients).split('\n').some((line) => isOfDefault(line) && PAUSED_SENTINEL.test(line));
}
