import { buildSync } from 'esbuild';
import { api, until } from './cluster';
import { isSettled, PROBE_PORT, ProbeReport, State } from './probe/protocol';
import { RedisHa } from '../lib/index';
import { defaultImage, IMAGES } from '../lib/options/images';

const IMAGE = defaultImage(IMAGES.node);
const LABELS = { app: 'probe' };
const TLS_DIR = '/etc/probe-tls';

/** What a probe writes to and watches. */
export interface Probed {
  /** Where clients write: at the first one that takes writes. All have the same ports and password. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Where they read, at the same host. */
  readonly readPort: number;
  /** Name of the master in Sentinel. */
  readonly masterName: string;
  /** Key of a Secret with the password. */
  readonly secretName: string;
  readonly secretKey: string;
  /** host:port of each server, by ordinal: the address that it announces. */
  readonly servers: readonly string[];
  readonly sentinels: readonly string[];
  /** With TLS: a Secret with `ca.crt`, and the name that certificates are checked for. */
  readonly tls?: { readonly secretName: string; readonly serverName: string };
  /** NetworkPolicies let in only some: a further one lets in the probes. */
  readonly closed: boolean;
}

export function probedInstallation(redis: RedisHa): Probed {
  return {
    hosts: [redis.host!],
    port: redis.port!,
    readPort: redis.readPort!,
    masterName: redis.masterName,
    secretName: redis.secretName!,
    secretKey: redis.secretKey!,
    servers: redis.announceServices.map(({ name }) => `${name}:6379`),
    sentinels: redis.sentinelHosts,
    tls: redis.tlsSecretName === undefined ? undefined : { secretName: redis.tlsSecretName, serverName: redis.tlsServerName! },
    closed: true,
  };
}

/** Objects of the probes: a pod on each node, which writes when it is told to, and what lets it ask everybody what they are. */
export function probeObjects(namespace: string, probed: Probed, nodes: readonly string[]): object[] {
  const program = buildSync({
    entryPoints: [`${__dirname}/probe/main.ts`], bundle: true, minify: true, platform: 'node', target: 'node20', write: false, charset: 'ascii',
  }).outputFiles[0].text;
  const variables = {
    HOST: probed.hosts.join(','),
    PORT: String(probed.port),
    READ_PORT: String(probed.readPort),
    MASTER_NAME: probed.masterName,
    PASSWORD_FILE: `/etc/probe-auth/${probed.secretKey}`,
    SERVERS: probed.servers.join(','),
    SENTINELS: probed.sentinels.join(','),
    ...probed.tls === undefined ? {} : { TLS_DIR, TLS_SERVER_NAME: probed.tls.serverName },
  };
  const cas = probed.tls === undefined ? [] : [{ name: 'cas', secret: { secretName: probed.tls.secretName, items: [{ key: 'ca.crt', path: 'ca.crt' }] } }];
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace }, data: { 'probe.js': program } },
    ...probed.closed ? [letIn(namespace)] : [],
    ...nodes.map((node) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: probeName(node), namespace, labels: LABELS },
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: 1,
        tolerations: [{ operator: 'Exists' }], // it stays where it is, whatever happens to the node
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'probe',
          image: IMAGE,
          command: ['node', '/opt/probe/probe.js'],
          env: Object.entries(variables).map(([name, value]) => ({ name, value })),
          resources: { requests: { cpu: '50m' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'probe', mountPath: '/opt/probe' }, { name: 'auth', mountPath: '/etc/probe-auth' }, ...cas.map(({ name }) => ({ name, mountPath: TLS_DIR }))],
        }],
        volumes: [{ name: 'probe', configMap: { name: 'probe' } }, { name: 'auth', secret: { secretName: probed.secretName } }, ...cas],
      },
    })),
  ];
}

/** A NetworkPolicy that lets the probes reach everybody. */
function letIn(namespace: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'probe', namespace },
    spec: {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: [LABELS.app] }] },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: LABELS } }] }],
    },
  };
}

const probeName = (node: string) => `probe-${node}`;

/** The probe on one node. */
export class Probe {
  private readonly path: string;

  constructor(namespace: string, public readonly node: string) {
    this.path = `/api/v1/namespaces/${namespace}/pods/${probeName(node)}:${PROBE_PORT}/proxy`;
  }

  public state(): Promise<State> {
    return api(`${this.path}/state`);
  }

  public async settled(): Promise<boolean> {
    return isSettled(await this.state());
  }

  /** When a write was acknowledged last. */
  public async last(): Promise<number> {
    return (await api(`${this.path}/last`)).at;
  }

  public async start(writers: number): Promise<void> {
    await api(`${this.path}/start?writers=${writers}`, { method: 'POST' });
  }

  /** Ends the writing, reads everything back and tells what was seen. The way to the node may just have been mended. */
  public async stop(): Promise<ProbeReport> {
    let report: ProbeReport | undefined;
    await until(`the probe on ${this.node} reports`, async () => {
      report = await api(`${this.path}/stop`, { method: 'POST', timeoutMs: 30_000 });
      return true;
    }, 90_000);
    return report!;
  }
}
