import { ServerView } from './observation';

/** What a server is; a standby replicates nobody and can't be elected. */
export const ROLES = ['master', 'replica', 'standby', 'unknown'] as const;
/** One of {@link ROLES}. */
export type Role = typeof ROLES[number];

/** @param view undefined if the server does not answer */
export function roleOf(view: ServerView | undefined): Role {
  if (!view) return 'unknown';
  if (view.role === 'master') return 'master';
  return ['nobody', 'source'].includes(String(view.follows)) ? 'standby' : 'replica';
}
