import { randomBytes } from 'node:crypto';
import { ChartSource, FULL_NAME, READ_PORT, RELEASE, renderChart, SERVERS } from './helm';
import { kubectl } from '../cluster';
import { Component, Target } from '../target';

const SECRET = { name: 'credentials', key: 'auth' };
const [PORT, SENTINEL_PORT] = [6379, 26379];
const PROXIES = 3;
/** A pod of its own is ready a minute and a half after its start at the earliest, by its probes. */
const PATIENCE_MS = 300_000;

/** A release of the Helm chart redis-ha with its HAProxy, rendered from the chart that the caller has. */
export class HelmChart extends Target {
  public readonly serverSet = `${FULL_NAME}-server`;
  public readonly servers = SERVERS;
  /** Where clients write, in its namespace. */
  public readonly host = `${FULL_NAME}-haproxy`;
  public readonly port = PORT;
  public readonly password = randomBytes(16).toString('hex');

  constructor(namespace: string, private readonly source: Omit<ChartSource, 'secret'>) {
    super(namespace, PATIENCE_MS);
  }

  /** Creates everything, and waits until it is ready. */
  public async up(): Promise<void> {
    const manifests = renderChart({ ...this.source, secret: SECRET }, this.namespace);
    this.createNamespace();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET.name }, stringData: { [SECRET.key]: this.password } };
    kubectl(['-n', this.namespace, 'create', '-f', '-'], JSON.stringify(secret));
    kubectl(['-n', this.namespace, 'apply', '-f', '-'], manifests);
    const announced = Array.from({ length: SERVERS }, (_, ordinal) => `${FULL_NAME}-announce-${ordinal}`);
    await this.probe({
      hosts: [this.host],
      port: PORT,
      readPort: READ_PORT,
      masterName: 'mymaster',
      secretName: SECRET.name,
      secretKey: SECRET.key,
      servers: announced.map((name) => `${name}:${PORT}`),
      sentinels: announced.map((name) => `${name}:${SENTINEL_PORT}`),
      closed: false,
    });
    await this.ready(3 * PATIENCE_MS);
  }

  /** Takes back that its servers were told to refuse writes. */
  public acceptWrites(): void {
    for (let ordinal = 0; ordinal < SERVERS; ordinal++) {
      const command = 'REDISCLI_AUTH="$AUTH" redis-cli CONFIG SET min-replicas-to-write 1';
      this.run('exec', `${this.serverSet}-${ordinal}`, '-c', 'redis', '--', 'sh', '-c', command);
    }
  }

  protected componentOf(labels: { readonly [name: string]: string }): Component | undefined {
    return labels.release !== RELEASE ? undefined : labels.component === 'haproxy' || labels.app === 'redis-ha-haproxy' ? 'proxy' : 'server';
  }

  protected expectedPods(): number {
    return SERVERS + PROXIES;
  }
}
