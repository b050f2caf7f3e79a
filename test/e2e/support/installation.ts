import { App, Chart } from 'cdk8s';
import Redis from 'ioredis';
import { Namespace } from './namespace';
import { PortForward } from './port-forward';
import { until } from './until';
import { RedisHa, RedisHaProps } from '../../../lib';
import { Manifest } from '../../support/manifests';
import { TestCa } from '../../support/pki';

/** A password that every shell, YAML, URL and configuration file would like to read as something else. */
export const PASSWORD = 'ha"0 $x\\%# \'`;&|<>*?{}~!ü';

const TIMEOUT_MILLIS = 180_000;
/** Time that a command gets: a forwarded port does not always tell that the way behind it has ended. */
const COMMAND_MILLIS = 10_000;

/** Milliseconds since `kubectl apply` was started. */
export interface StartTimes {
  /** Until all pods were ready. */
  readonly ready: number;
  /** Until a client's first write was acknowledged. */
  readonly firstWrite: number;
}

/** Clients of both ports of HAProxy, through a forwarded port. */
export interface Clients {
  readonly write: Redis;
  readonly read: Redis;
}

/** An installation in a namespace of its own, with a password; clients come from a second chart of the same app. */
export class Installation {
  public readonly redis: RedisHa;
  public readonly clientsChart: Chart;
  private readonly chart: Chart;

  /** @param ca that signs its certificate, with `tls` */
  constructor(public readonly namespace: Namespace, props: RedisHaProps, private readonly ca?: TestCa) {
    const app = new App();
    this.chart = new Chart(app, 'e2e');
    this.redis = new RedisHa(this.chart, 'redis', props);
    this.clientsChart = new Chart(app, 'clients');
  }

  /** Objects of the installation. */
  public get manifests(): Manifest[] {
    return this.chart.toJson();
  }

  /** Makes the Secrets, applies everything, waits until all pods are ready and a write went through HAProxy. */
  public async start(): Promise<StartTimes> {
    await this.namespace.secret(this.redis.secretName!, { [this.redis.secretKey!]: PASSWORD });
    if (this.ca) await this.certify();
    return this.apply();
  }

  /** Makes the Secret of its certificate. */
  public async certify(): Promise<void> {
    const { tlsSecretName, tlsServerName } = this.redis;
    await this.namespace.secret(tlsSecretName!, { ...this.ca!.leaf({ names: [tlsServerName!] }) });
  }

  /** Applies everything, waits until all pods are ready and a write went through HAProxy. */
  public async apply(): Promise<StartTimes> {
    const { manifests } = this;
    const start = Date.now();
    await this.namespace.apply(manifests);
    const [ready, firstWrite] = await Promise.all([
      this.namespace.ready(manifests, TIMEOUT_MILLIS).then(() => Date.now() - start),
      this.write('first', 'write').then(() => Date.now() - start),
    ]);
    return { ready, firstWrite };
  }

  /** Gives clients of both ports to `use`. */
  public async withClients<T>(use: (clients: Clients) => Promise<T>): Promise<T> {
    const { host, port, readPort } = this.redis;
    const forward = await PortForward.open(this.namespace.name, `service/${host}`, [port!, readPort!]);
    const [write, read] = [port!, readPort!].map((remote) => new Redis({
      host: '127.0.0.1',
      port: forward.port(remote),
      password: PASSWORD,
      maxRetriesPerRequest: 3,
      commandTimeout: COMMAND_MILLIS,
      tls: this.ca && { ca: this.ca.cert, servername: this.redis.tlsServerName },
    }));
    // a failed command rejects; the connection's own errors say nothing more
    for (const client of [write!, read!]) client.on('error', () => undefined);
    try {
      return await use({ write: write!, read: read! });
    } finally {
      write!.disconnect();
      read!.disconnect();
      await forward.close();
    }
  }

  /** Runs a redis-cli command in a container of each pod of a kind, with the password. */
  public async ask(component: string, container: string, args: string): Promise<string[]> {
    const pods = await this.namespace.pods(`app.kubernetes.io/component=${component}`);
    return Promise.all(pods.map(async ({ name }) => {
      const script = `REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" ${args}`;
      const { stdout, stderr } = await this.namespace.exec(name, container, script);
      return stdout + stderr;
    }));
  }

  private write(key: string, value: string): Promise<unknown> {
    return until('a write through HAProxy', TIMEOUT_MILLIS, () => this.withClients(({ write }) => write.set(key, value)));
  }
}
