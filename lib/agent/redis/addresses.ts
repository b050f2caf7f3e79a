import * as dns from 'node:dns/promises';
import * as net from 'node:net';
import { Log, messageOf } from '../base/log';

/** Between attempts to resolve a name. */
const RETRY_MS = 1_000;

/**
 * The IP address of each host, asked until it is there. It belongs to a Service and is stable for its life,
 * so names are needed only once and no failover waits for DNS.
 */
export async function resolveAll(hosts: readonly string[], family: 0 | 4 | 6, log: Log): Promise<string[]> {
  return Promise.all(hosts.map(async (host) => resolve(host, family, log)));
}

async function resolve(host: string, family: 0 | 4 | 6, log: Log): Promise<string> {
  if (net.isIP(host) !== 0) return host;
  for (let attempt = 0; ; attempt++) {
    try {
      const { address } = await dns.lookup(host, { family });
      return address;
    } catch (error) {
      if (attempt === 0) log.warn('address', `${host} has none yet: ${messageOf(error)}`);
    }
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
