import { isOfDefault } from '../redis/replies';

/** What an agent tells the others about the data of its server. */
export interface Claim {
  /** Counts how often the Sentinels lost their state and began again at epoch 0. 0: nothing is known of the data. */
  readonly term: number;
  /** The configuration epoch of the Sentinels, comparable within a term. */
  readonly epoch: number;
  /** It was the master at that epoch. */
  readonly master: boolean;
  /** Replication offset when the data was last known good; 0 when live. */
  readonly offset: number;
  /** The process that runs now is the one that was known good: it has not restarted since. */
  readonly live: boolean;
}

const CLAIM = /^redis-ha:t(\d+)\.e(\d+)\.m([01])\.o(\d+)\.l([01])$/;

/** A claim as the name of a connection. */
export function formatClaim(claim: Claim): string {
  return `redis-ha:t${claim.term}.e${claim.epoch}.m${Number(claim.master)}.o${claim.offset}.l${Number(claim.live)}`;
}

/** The claim among the connections of a server, as `CLIENT LIST` tells them. */
export function findClaim(clientList: string): Claim | undefined {
  for (const line of clientList.split('\n').filter(isOfDefault)) {
    const match = CLAIM.exec(/ name=(\S*)/.exec(line)?.[1] ?? '');
    if (match) {
      return {
        term: Number(match[1]), epoch: Number(match[2]), master: match[3] === '1', offset: Number(match[4]), live: match[5] === '1',
      };
    }
  }
  return undefined;
}
