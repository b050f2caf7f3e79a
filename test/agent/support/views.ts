import { Claim } from '../../../lib/agent/observe/claim';
import { SentinelView, ServerView } from '../../../lib/agent/observe/observation';

/** What Sentinels should have. */
export const SETTINGS = { quorum: 2, downAfterMs: 3_500, failoverTimeoutMs: 6_000, parallelSyncs: 1 };

export function claim(change: Partial<Claim> = {}): Claim {
  return { term: 1, epoch: 3, master: false, offset: 0, live: false, ...change };
}

/** A server that follows nobody. */
export function standby(change: Partial<ServerView> = {}): ServerView {
  return {
    role: 'slave',
    loading: false,
    runId: 'a',
    follows: 'nobody',
    linkUp: false,
    offset: 10,
    streamId: 's',
    priority: 0,
    appendOnly: true,
    hasKeys: true,
    linkDownSeconds: -1,
    claim: claim(),
    ...change,
  };
}

/** A Sentinel that names a server, and knows all others. */
export function names(ordinal: SentinelView['names'], change: Partial<SentinelView> = {}): SentinelView {
  return {
    names: ordinal,
    epoch: 3,
    masterSilentMs: 0,
    pingUnansweredMs: 0,
    masterDown: false,
    failoverInProgress: false,
    otherSentinels: 2,
    replicas: 2,
    staleEntries: 0,
    settings: SETTINGS,
    ...change,
  };
}

/** A Sentinel that monitors no master. */
export const BLANK: SentinelView = names('nobody', { epoch: 0, otherSentinels: 0, replicas: 0, settings: undefined });
