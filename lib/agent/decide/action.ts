/** What the agent does next. Servers and Sentinels are given by their ordinals. */
export type Action =
  /** Nothing; the reason is logged when it changes. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Make the local server a replica of this server. */
  | { readonly kind: 'attach'; readonly to: number; readonly why: string }
  /** Make the local server copy the data of a restore, as there is none yet. */
  | { readonly kind: 'restore'; readonly why: string }
  /** Make the local server copy the master outside, or this server, which does. */
  | { readonly kind: 'follow'; readonly via?: number; readonly why: string }
  /** Nothing: the local server copies the master outside, directly or not. */
  | { readonly kind: 'following'; readonly why: string }
  /** Stop writes at the master outside, which the local server copies, and make that the master in its place. */
  | { readonly kind: 'cut-over'; readonly why: string }
  /** Set the `replica-priority` at which Sentinel may elect the local server. */
  | { readonly kind: 'make-electable'; readonly why: string }
  /** Make the local server, a master that was replaced, a standby. */
  | { readonly kind: 'step-down'; readonly why: string }
  /** End the script that keeps the local server, which was replaced, from answering; or the server, if the script has written. */
  | { readonly kind: 'end-script'; readonly why: string }
  /** Promote the local server: the majority names it. */
  | { readonly kind: 'resume'; readonly why: string }
  /** Replace this server, which may be the local one, by its best replica. */
  | { readonly kind: 'fail-over'; readonly of: number; readonly why: string }
  /** Make these Sentinels abort a failover, as its replica was restarted. */
  | { readonly kind: 'abort-failover'; readonly sentinels: readonly number[]; readonly why: string }
  /** Make these Sentinels, which name the local server, forget it. */
  | { readonly kind: 'withdraw'; readonly sentinels: readonly number[]; readonly why: string }
  /** Ask the blank Sentinels for their votes; promote the local server when a majority accepts, and these forgot an older master. */
  | { readonly kind: 'start-vote'; readonly clear: readonly number[]; readonly why: string }
  /** As the agent of the master: register it at these Sentinels, replace what those name, and correct the settings of the rest. */
  | {
    readonly kind: 'reconcile-sentinels';
    readonly register: readonly number[];
    readonly replace: readonly number[];
    readonly adjust: readonly number[];
  }
  /** As the agent of the master, whose address changed: register it anew at these Sentinels, all that name it. */
  | { readonly kind: 'renew-address'; readonly sentinels: readonly number[] }
  /** Make a Sentinel forget servers and Sentinels that were removed. */
  | { readonly kind: 'reset-sentinel'; readonly sentinel: number; readonly why: string }
  /** Make these Sentinels accept replicas that lost the master longer ago, because they elect none. */
  | { readonly kind: 'relax-election'; readonly sentinels: readonly number[]; readonly downAfterMs: number; readonly why: string }
  /** Nothing: everything is as it should be. */
  | { readonly kind: 'steady' };

/** Nothing is to be done now, for this reason. */
export function wait(why: string): Action {
  return { kind: 'wait', why };
}
