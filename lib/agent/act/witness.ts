/** How a hand-over ended: with another master; without one, writes going on; or with writes paused, as the failover may still happen. */
export type HandOverOutcome = 'done' | 'given-up' | 'undecided';

/** Is told what became of what takes longer than an action, for whoever counts it. Times are in milliseconds. */
export interface Witness {
  /** @param ms from the request to the end, also that of the second attempt */
  handedOver(outcome: HandOverOutcome, ms: number): void;
  /** Writes were paused for a hand-over, until the clients were let go or write on. */
  writesPaused(ms: number): void;
  /**
   * A Sentinel accepted a failover away from the local server, or may have; or none did.
   *
   * @param at on the clock of the observations
   */
  failoverAsked(why: string, accepted: boolean, at: number): void;
  voted(won: boolean): void;
}
