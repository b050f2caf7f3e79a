import * as dns from 'node:dns/promises';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { Log, messageOf } from '../../log/log';
import { Config, ConfigError } from '../config/config';

/** Between attempts to resolve a name. */
const RETRY_MS = 1_000;

/**
 * The address of the local server's pod: of the installation's family, where a cluster has two.
 *
 * @param env POD_IPS, `status.podIPs` of the pod
 * @param option what needs it
 * @throws ConfigError if there is none
 */
export function ownAddress({ POD_IPS = '' }: NodeJS.ProcessEnv, { ipFamily }: Pick<Config, 'ipFamily'>, option: string): string {
  if (!POD_IPS) throw new ConfigError(`"${option}" needs the variable POD_IPS`);
  const own = POD_IPS.split(',').find((address) => ipFamily === 0 || net.isIP(address) === ipFamily);
  if (own === undefined) throw new ConfigError(`"${option}" needs an address of IPv${ipFamily}, and the pod has ${POD_IPS}`);
  return own;
}

/** Domains in which a name without dots is asked for. */
const RESOLV_CONF = '/etc/resolv.conf';

/**
 * The name of a Service in this namespace as DNS of the cluster has it, to its end: otherwise one that it does not know for a moment would be asked for in the
 * other domains of the node, and a wildcard there would answer with an address of somebody else. Other names as they are.
 *
 * @param file resolv.conf of the pod
 */
export function absolute(host: string, file = RESOLV_CONF): string {
  if (host.includes('.') || !fs.existsSync(file)) return host;
  const [search = ''] = /^search\s.*/m.exec(fs.readFileSync(file, 'utf8')) ?? [];
  const domain = search.split(/\s+/).find((one) => /^[^.]+\.svc\./.test(one));
  return domain === undefined ? host : `${host}.${domain}.`;
}

/**
 * The IP address of each host, asked until it is there.
 *
 * @param known the address that a host had when names resolved last: who starts again must need DNS as little as who goes on
 */
export async function resolveAll(
  hosts: readonly string[], family: 0 | 4 | 6, log: Log, known: (host: string) => string | undefined,
): Promise<string[]> {
  return Promise.all(hosts.map(async (host) => resolve(host, family, log, known(host))));
}

/**
 * The same, asked once. Who can't be resolved keeps the former address: it belongs to a Service and is stable for its life, and no failover waits for
 * DNS. A Service that is made anew has another one.
 */
export async function resolveAgain(hosts: readonly string[], former: readonly string[], family: 0 | 4 | 6): Promise<string[]> {
  return Promise.all(hosts.map(async (host, index) => {
    if (net.isIP(host) !== 0) return host;
    return dns.lookup(absolute(host), { family }).then(({ address }) => address, () => former[index]);
  }));
}

async function resolve(host: string, family: 0 | 4 | 6, log: Log, known: string | undefined): Promise<string> {
  if (net.isIP(host) !== 0) return host;
  for (let attempt = 0; ; attempt++) {
    try {
      const { address } = await dns.lookup(absolute(host), { family });
      return address;
    } catch (error) {
      if (known !== undefined) {
        log.warn('address', `${host} does not resolve, and keeps ${known}: ${messageOf(error)}`);
        return known;
      }
      if (attempt === 0) log.warn('address', `${host} has none yet: ${messageOf(error)}`);
    }
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
