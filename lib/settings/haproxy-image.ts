import { image } from './checks';

/** What was warned of: once is enough, however many installations there are. */
const warned = new Set<string>();

/**
 * Image of HAProxy. Warns of the releases whose sessions hang for `timeout client` when they connect while their server is marked down, as it is at each
 * failover ("stream: Fix a possible freeze during a forced shut", 2025-04-03).
 */
export function haproxyImage(prop: string, value: string): string {
  const checked = image(prop, value);
  if (/haproxy:3\.0\.(\d|1[01])(?!\d)/.test(checked) && !warned.has(checked)) {
    warned.add(checked);
    process.emitWarning(
      `'${prop}' (${JSON.stringify(checked)}) freezes clients that connect while the master changes, until their timeout: use HAProxy 3.0.12, 3.2 or newer`,
      { type: 'cdk8s-redis-ha', code: 'HAPROXY_FREEZES_SESSIONS' },
    );
  }
  return checked;
}
