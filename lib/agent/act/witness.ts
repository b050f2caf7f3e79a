import { Absence } from '../observe/master-watch';

/** Why an agent fails over most often. */
export const SERVER_DIED = 'the server died as the master';

/** Why the agent of another server does. @param ms N in metrics */
export function masterAbsent(absence: Absence, ms: number | 'N'): string {
  switch (absence) {
    case 'lost': return `nobody has answered for the pod of the master for ${ms} ms`;
    case 'gone': return `the server of the master has refused connections for ${ms} ms`;
  }
}

/** How a hand-over ended: with another master; without one, writes going on; or with writes paused, as the failover may still happen. */
export type HandOverOutcome = 'done' | 'given-up' | 'undecided';

/** Is told what became of what takes longer than an action, for whoever counts it. Times are in milliseconds. */
export interface Witness {
  /** @param ms from the request to the end, also that of the second attempt */
  handedOver(outcome: HandOverOutcome, ms: number): void;
  /** The local server got the master's role by a hand-over. @param ms from the pause of writes until the Sentinels agreed */
  tookOver(from: number, ms: number): void;
  /** Writes were paused for a hand-over, until the clients were let go or write on. */
  writesPaused(ms: number): void;
  /**
   * A master that was gone was replaced, or may be soon; or could not be.
   *
   * @param since on the clock of the observations
   */
  failoverLed(from: number, why: string, done: boolean, since: number): void;
  voted(won: boolean): void;
  /**
   * How many passwords of the Secret the local server accepts for `default`, and how many that others use still.
   *
   * @param current names the first of the Secret; not told to anybody
   */
  passwordsAccepted(current: string, own: number, former: number): void;
  /** The local server uses the certificate of the Secret. */
  certificateUsed(id: string, end: Date): void;
  /** It does not, as that can't be used. */
  certificateRefused(): void;
}

/** What of it people should see, beside numbers. */
export type Happenings = Pick<Witness, 'handedOver' | 'tookOver' | 'voted'>;
