import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { TestCluster, until } from './cluster';
import { RedisHaProps, Sentinel } from '../../../lib';
import { RespClient } from '../../../lib/agent/redis/resp-client';
import { readAsset } from '../../../lib/manifests/assets';
import { HAPROXY } from '../../support/binaries';
import { freePort } from '../../support/free-port';
import { install } from '../../support/manifests';

/** HAProxy as it runs in its pod, in front of a {@link TestCluster}. */
export class ClusterProxy {
  public readonly host: string;
  public readonly passwordFile: string;
  public pid = 0;
  public port = 0;
  public readPort = 0;
  public statsPort = 0;
  private child?: ChildProcess;
  private readonly directory: string;

  /** @param told what this HAProxy is told, where that is not the truth about the cluster */
  constructor(
    private readonly cluster: TestCluster, private readonly props: Pick<RedisHaProps, 'proxy'> = {},
    private readonly told: Partial<Pick<TestCluster, 'servers' | 'sentinels' | 'password'>> = {},
  ) {
    this.host = cluster.servers[0].replace(/\d+$/, '201');
    this.directory = fs.mkdtempSync(path.join(cluster.directory, 'proxy-'));
    this.passwordFile = path.join(this.directory, 'password');
  }

  public async start(): Promise<void> {
    const { cluster, host } = this;
    const { servers, sentinels, password } = { servers: cluster.servers, sentinels: cluster.sentinels, password: cluster.password, ...this.told };
    [this.port, this.readPort, this.statsPort] = [await freePort(host), await freePort(host), await freePort(host)];
    const objects = install({
      replicas: cluster.servers.length,
      masterName: 'cache-redis',
      sentinel: Sentinel.deployments(cluster.sentinels.length, { port: cluster.sentinelPort }),
      server: { port: cluster.serverPort },
      proxy: { ...this.props.proxy, port: this.port, readPort: this.readPort, statsPort: this.statsPort },
    });
    const file = path.join(this.directory, 'haproxy.cfg');
    // Addresses of its own, so that several run at once.
    const text: string = objects.get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
    fs.writeFileSync(file, text.replaceAll('127.0.0.1', host));
    for (const name of ['addresses.lua', 'password.lua', 'password.map']) {
      fs.writeFileSync(path.join(this.directory, name), readAsset(`haproxy/${name}`));
    }
    fs.writeFileSync(this.passwordFile, password);
    fs.writeFileSync(path.join(this.directory, 'addresses'), servers.map((address, i) => `redis-announce-${i} ${address}\n`).join(''));
    const out = fs.openSync(path.join(this.directory, 'haproxy.out'), 'a');
    this.child = spawn(HAPROXY, ['-db', '-f', file], {
      stdio: ['ignore', out, out],
      env: {
        ...process.env,
        BIND: host,
        CONFIG_DIR: this.directory,
        RUN_DIR: this.directory,
        PASSWORD_FILE: this.passwordFile,
        FORMER_PASSWORD_SECONDS: '900',
        ...Object.fromEntries(servers.map((address, i) => [`SERVER_${i}`, address])),
        ...Object.fromEntries(sentinels.map((address, j) => [`SENTINEL_${j}`, address])),
      },
    });
    fs.closeSync(out);
    this.pid = this.child.pid!;
  }

  /** Waits until writes are led to a master. */
  public async leads(timeoutMs?: number): Promise<void> {
    await until('HAProxy leads to a master', async () => await this.ask('SET', 'led', 'x') === 'OK', timeoutMs);
  }

  public client(timeoutMs = 10_000): RespClient {
    return this.cluster.client(this.host, this.port, timeoutMs);
  }

  public async ask(...command: string[]) {
    const client = this.client(2_000);
    return client.call(...command).finally(() => client.close());
  }

  /** Status of a page of the statistics port. */
  public async status(page: string): Promise<number> {
    return (await fetch(`http://${this.host}:${this.statsPort}${page}`)).status;
  }

  /** Servers whose checks say that they are in a state, each as BACKEND/SERVER. */
  public async serversIn(state: 'UP' | 'DOWN'): Promise<string[]> {
    const metrics = await (await fetch(`http://${this.host}:${this.statsPort}/metrics`)).text();
    return [...metrics.matchAll(new RegExp(`^haproxy_server_status\\{proxy="(\\w+)",server="(\\w+)",state="${state}"\\} 1$`, 'gm'))]
      .map(([, backend, server]) => `${backend}/${server}`);
  }

  public log(): string {
    return fs.readFileSync(path.join(this.directory, 'haproxy.out'), 'utf8');
  }

  public async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
