import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, Duration, Size } from 'cdk8s';
import { connect } from './clients';
import { succeeds } from './succeeds';
import { BackupTarget, RedisBackup } from '../../lib';
import { Stack } from '../../playground/stack';

export const SCRIPTS = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'scripts');
const VALUE_BYTES = 65_536;
const AT_ONCE = 32;
const READY_MS = 300_000;

/** Memory for so much data, its copies on write and buffers. */
export function resourcesFor(mebibytes: number) {
  const size = Size.mebibytes(2 * mebibytes + 256);
  return { memory: { request: size, limit: size } };
}

/** An installation with data, and what the pod of a backup does before anything is stored. */
export class Source {
  public static async up(mebibytes: number): Promise<Source> {
    let env: { [name: string]: string } = {};
    const stack = await Stack.create({
      props: { proxy: { replicas: 1 }, server: { resources: resourcesFor(mebibytes), agent: { bootTimeout: Duration.seconds(10) } } },
      then: (redis, chart) => {
        // beside the installation: the stack has no CronJobs
        const beside = new Chart(chart.node.scope as any, 'beside');
        const { cronJob } = new RedisBackup(beside, 'backup', { redis, target: BackupTarget.volume('backups', { passwordSecret: 'restic' }) });
        const { env: given } = cronJob.toJson().spec.jobTemplate.spec.template.spec.initContainers[0];
        env = Object.fromEntries(given.map((one: any) => [one.name, one.value ?? one.valueFrom.secretKeyRef.key]));
      },
    });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-backup-'));
    const source = new Source(stack, folder, env);
    try {
      stack.start();
      await stack.converged(READY_MS);
      await source.fill(mebibytes);
    } catch (error) {
      await source.stop();
      throw error;
    }
    return source;
  }

  /** Where the dump lies. */
  public readonly dumpFolder: string;
  public readonly dumpFile: string;
  private stopped = false;

  private constructor(public readonly stack: Stack, public readonly folder: string, private readonly env: { readonly [name: string]: string }) {
    this.dumpFolder = path.join(folder, 'dump');
    this.dumpFile = path.join(this.dumpFolder, 'dump.rdb');
    fs.mkdirSync(this.dumpFolder);
    fs.mkdirSync(path.join(folder, 'run'));
  }

  /** `redis-cli --rdb` of a replica, as somebody does it by hand. */
  public async plainDump(): Promise<void> {
    const { servers } = await this.stack.look();
    const replica = servers.findIndex(({ role }) => role !== 'master');
    const host = this.stack.serviceAddress(`redis-announce-${replica}`);
    const target = path.join(this.folder, 'plain.rdb');
    await succeeds('redis-cli', ['-h', host, '-p', '6379', '--rdb', target], { REDISCLI_AUTH: this.stack.password! });
    fs.rmSync(target);
  }

  /** The container `dump` of a backup. */
  public async dump(): Promise<void> {
    const { env, stack } = this;
    const hosts = env.HOSTS!.split(' ').map((name) => stack.serviceAddress(name)).join(' ');
    await succeeds('dash', [path.join(SCRIPTS, 'backup-dump.sh')], {
      ...env, HOSTS: hosts, CONFIG_DIR: SCRIPTS, DUMP_DIR: this.dumpFolder, REDIS_PASSWORD: stack.password!,
    });
  }

  /** The container `verify` of a verification. */
  public async verify(): Promise<void> {
    const { env } = this;
    await succeeds('dash', [path.join(SCRIPTS, 'backup-verify.sh')], {
      CLI_BIN: env.CLI_BIN!, SERVER_BIN: env.SERVER_BIN!, CONFIG_DIR: SCRIPTS, DUMP_DIR: this.dumpFolder, RUN_DIR: path.join(this.folder, 'run'),
    });
  }

  public async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.stack.stop();
    fs.rmSync(this.folder, { recursive: true });
  }

  private async fill(mebibytes: number): Promise<void> {
    const client = connect(this.stack);
    const count = (mebibytes * 1024 * 1024) / VALUE_BYTES;
    for (let start = 0; start < count; start += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - start) }, async (_, n) => client.set(`data:${start + n}`, randomBytes(VALUE_BYTES))));
    }
    await client.wait(2, READY_MS);
    client.disconnect();
  }
}
