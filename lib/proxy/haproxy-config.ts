import { tlsWords } from './tls-words';
import { RUN_DIR } from '../manifests/pod-parts';
import { renderAsset } from '../manifests/render';
import { Consensus } from '../options/proxy-options';
import { totalConnections } from '../settings/connections';
import { reject, together } from '../settings/invalid-prop';
import { CONSENSUS_PORT } from '../settings/ports';
import { ProxySettings, ReadSettings } from '../settings/proxy-settings';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** How haproxy.cfg writes what only the running cluster knows. */
export interface Addressing {
  /** File from which HAProxy learns the states of its servers, so that none counts as up before its first check. */
  readonly stateFile?: string;
  /** What comes before the configuration. */
  head(topology: Topology, reads: ReadSettings): string;
  /** Address that server `ordinal` takes connections at. */
  server(ordinal: number): string;
  /** Address that Sentinel `ordinal` takes connections at. */
  sentinel(ordinal: number): string;
  /** Weight of server `ordinal` among those for reads. */
  readWeight?(ordinal: number): string;
  /** Text of the user, so that it arrives as it is. */
  literal(text: string): string;
}

/** Addresses of the announce Services, which the start script puts into the environment. */
export const SERVICE_ADDRESSING: Addressing = {
  head: () => '',
  server: (ordinal) => `"\${SERVER_${ordinal}}"`,
  sentinel: (ordinal) => `"\${SENTINEL_${ordinal}}"`,
  literal: (text) => text,
};

/** Addresses of pods for the data and for the role checks, of Services for Sentinels and for what they name: kube-template fills them in. */
export const POD_IP_ADDRESSING: Addressing = {
  head: (topology, { otherZoneWeight }) => renderAsset('addresses.tmpl', {
    otherZoneWeight: otherZoneWeight < 100 ? otherZoneWeight : 0,
    frontDoor: topology.frontDoor,
    serverSet: topology.serverSet,
    servers: topology.servers.map(({ ordinal, service, workload }) => ({ index: ordinal, service, pod: workload })),
    sentinels: topology.sentinels.map(({ ordinal, service }) => ({ index: ordinal, service })),
  }),
  stateFile: `${RUN_DIR}/server-state`,
  server: (ordinal) => `{{ $server${ordinal} }}`,
  sentinel: (ordinal) => `{{ $sentinel${ordinal} }}`,
  readWeight: (ordinal) => `{{ $weight${ordinal} }}`,
  literal: (text) => text.replace(/\{\{/g, '{{ "{{" }}'),
};

/** Addresses that Sentinels name servers by, for kube-template to fill in: the file that start-proxy.sh writes where there is none. */
export function announcedAddresses(topology: Topology): string {
  return renderAsset('announced.tmpl', { servers: topology.servers.map(({ ordinal, service }) => ({ index: ordinal, service })) });
}

/** haproxy.cfg for any number of servers and Sentinels. */
export function haproxyConfig(settings: Settings, proxy: ProxySettings, topology: Topology, addressing: Addressing): string {
  const own = withSections('', settings, proxy, topology, addressing);
  if (proxy.customSections === '') return own;
  together(() => refuseTakenNames(proxy.customSections, own));
  return withSections(addressing.literal(proxy.customSections), settings, proxy, topology, addressing);
}

function withSections(customSections: string, settings: Settings, proxy: ProxySettings, topology: Topology, addressing: Addressing): string {
  const ordinals = topology.servers.map(({ ordinal }) => ordinal);
  return addressing.head(topology, proxy.reads) + renderAsset('haproxy.cfg', {
    ...proxy,
    customSections,
    stateFile: addressing.stateFile ?? '',
    name: settings.name,
    auth: settings.auth !== undefined,
    lenient: proxy.consensus === Consensus.LENIENT,
    masterName: settings.masterName,
    serverPort: String(settings.server.port),
    sentinelPort: settings.sentinel.port,
    majority: topology.majority,
    ...tlsWords(settings.tls, proxy),
    ...patience(settings, proxy),
    ...lagLimit(proxy),
    lines: Object.fromEntries(Object.entries(proxy.lines).map(([section, lines]) => [section, lines.map(addressing.literal)])),
    maxconnTotal: totalConnections(proxy.maxconn, proxy.customFronts),
    servers: topology.servers.map(({ ordinal: index, service }) => ({
      index,
      service,
      address: addressing.server(index),
      readWeight: proxy.reads.otherZoneWeight < 100 ? addressing.readWeight?.(index) ?? '' : '',
      consensusPort: CONSENSUS_PORT + index,
      others: ordinals.filter((other) => other !== index),
    })),
    sentinels: topology.sentinels.map(({ ordinal }) => ({ index: ordinal, address: addressing.sentinel(ordinal) })),
  });
}

/** Between two questions to a server that refused to answer, to a Sentinel after a wrong answer, which every failover waits for, or to HAProxy itself after it said no. In milliseconds. */
const RETRY_MS = 10;

/**
 * How long a server's silence counts as what it said last: as long as the Sentinels wait, and as much longer as its last answer may be old when the silence
 * begins, so that what is shorter for them is shorter for HAProxy, too. HAProxy counts failed checks, whatever failed: a connection that is refused fails at once, one that
 * nobody answers takes an interval (or the connect timeout), so that the same number of failures is reached soon by the one and after the silence by the other.
 */
function patience({ sentinel: { downAfterMs } }: Settings, { roleIntervalMs, connectTimeoutMs, checkTimeoutMs }: ProxySettings) {
  return {
    silenceMs: downAfterMs + roleIntervalMs,
    answerMs: roleIntervalMs + checkTimeoutMs,
    retryMs: RETRY_MS,
    roleFall: Math.max(2, Math.ceil(downAfterMs / (Math.min(roleIntervalMs, connectTimeoutMs) + RETRY_MS))),
  };
}

/** What tells how far a replica is behind: checks wait until the number that ends the answer is whole. */
function lagLimit({ reads: { maxLagBytes } }: ProxySettings) {
  return { offsetPattern: maxLagBytes === 0 ? '' : ':\\d+\\r\\n', halfMaxLag: Math.floor(maxLagBytes / 2) };
}

/** A section of proxies, whose names HAProxy's rules and statistics share. */
const PROXIES = /^(?:frontend|backend|listen)\s+(\S+)/;

/** Refuses sections of the user that take the name of one that the file has already. */
function refuseTakenNames(customSections: string, own: string): void {
  const taken = new Set(own.split('\n').map((line) => PROXIES.exec(line)?.[1]));
  for (const [index, line] of customSections.split('\n').entries()) {
    const name = PROXIES.exec(line.trim())?.[1];
    if (name !== undefined && taken.has(name)) reject(`proxy.customSections line ${index + 1}`, name, 'is the name of a section of ours: take another');
  }
}
