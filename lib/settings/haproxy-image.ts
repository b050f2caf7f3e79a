import { Warning } from './settings';

/**
 * Warns of the releases of HAProxy whose sessions hang for `timeout client` when they connect while their server is marked down, as it is at each
 * failover ("stream: Fix a possible freeze during a forced shut", 2025-04-03).
 */
export function haproxyWarnings(prop: string, image: string): Warning[] {
  if (!/haproxy:3\.0\.(\d|1[01])(?!\d)/.test(image)) return [];
  return [{
    code: 'HAPROXY_FREEZES_SESSIONS',
    message: `'${prop}' (${JSON.stringify(image)}) freezes clients that connect while the master changes, until their timeout: use HAProxy 3.0.12, 3.2 or newer`,
  }];
}
