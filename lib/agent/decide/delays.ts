/** How long conditions hold before the agent acts on them, in milliseconds. The boot timeout is the user's. */

/** Who leads a failover moves the replicas that it reaches; the agents of the others attach them after this long. */
export const REATTACH_AFTER_MS = 2_000;

/** How long a server that is named and replicates another one is left to Sentinel. */
export const LEFT_TO_SENTINEL_MS = 10_000;

/** Sentinel demotes a master that it knows and does not name within 12 s; for one that it does not know, the agent acts. */
export const SECOND_MASTER_AFTER_MS = 30_000;

/** The same for one that knows that it was replaced: more than the Sentinels take to tell each other. */
export const REPLACED_AFTER_MS = 3_000;

/** Time for Sentinels and agents that are about to agree, before a master that none of them is sure of steps down. */
export const DOUBTFUL_MASTER_MS = 10_000;

/** A restarted master whose data survived takes over again when the failover to a replica was refused for this long. */
export const FAIL_OVER_FOR_MS = 15_000;

/** How long a restarted master looks for a replica that kept the data. */
export const LOOK_FOR_REPLICA_MS = 3_000;

/** A failover is overdue this long after the second attempt of the Sentinels should have ended. */
export const OVERDUE_MS = 10_000;

/**
 * A Sentinel begins within a second after a majority finds the master down, unless it gave its vote to somebody lately: then it waits for twice the failover
 * timeout, though whoever asked for the vote may be gone, or may have given up.
 */
export const LEFT_DOWN_MS = 2_000;

/** The Sentinels tell each other newer configurations within 2 s; one that still names another master after this is corrected. */
export const DISAGREES_AFTER_MS = 10_000;

/** How long a failover that can't end well is left to Sentinel. */
export const HOPELESS_MS = 500;

/** How long Sentinels that name different servers may take to agree by themselves. */
export const DIVIDED_MS = 15_000;

/** How long a replica in sync is kept from being elected while its master's agent says nothing: that one may be gone. */
export const UNRECORDED_MS = 5_000;

/** Sentinels are replaced one after the other: one that is not configured and down for this long does not come back. */
export const STALE_AFTER_MS = 30_000;

/** How long a script may go on in a server that was replaced: Sentinel kills it by itself, unless it has written or is a function. */
export const BUSY_MS = 10_000;
