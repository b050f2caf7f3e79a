import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SCRIPTS, Source } from './source';
import { succeeds } from './succeeds';
import { until } from '../../playground/stack';
import { RCLONE, RESTIC } from '../../test/support/binaries';
import { freePort } from '../../test/support/free-port';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-the-bucket' };
export const PASSWORD = 'of-the-repository';
/** Whose backups they are. */
export const HOST = { namespace: 'former', installation: 'redis' };

/** A repository of restic behind S3, which is a folder of this machine. */
export class Repository {
  public static async start(temporary: string): Promise<Repository> {
    const store = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-repository-'));
    fs.mkdirSync(path.join(store, 'backups'));
    const port = await freePort();
    const server = spawn(RCLONE, ['serve', 's3', '--addr', `127.0.0.1:${port}`, '--auth-key', Object.values(KEYS).join(), store], {
      stdio: 'ignore', env: { ...process.env, RCLONE_CONFIG: '/dev/null' },
    });
    await until('S3 answers', () => fetch(`http://127.0.0.1:${port}`).then(() => true));
    const programs = path.join(temporary, 'programs');
    fs.mkdirSync(programs);
    fs.writeFileSync(path.join(programs, 'restic'), `#!/bin/sh\nexec ${RESTIC} "$@"\n`, { mode: 0o755 });
    return new Repository(store, server, `s3:http://127.0.0.1:${port}/backups/redis`, programs);
  }

  private constructor(
    private readonly store: string, private readonly server: ChildProcess, private readonly url: string, private readonly programs: string,
  ) {}

  /** The container `store` of a backup, or `fetch` of a verification. */
  public async run(step: 'store' | 'fetch', source: Source): Promise<void> {
    await succeeds('dash', [path.join(SCRIPTS, `backup-${step}.sh`)], { ...this.env(source), CONFIG_DIR: SCRIPTS, DUMP_DIR: source.dumpFolder });
  }

  /** Ends S3. @returns the folder of the repository */
  public async end(): Promise<string> {
    await this.ended();
    return path.join(this.store, 'backups', 'redis');
  }

  public async stop(): Promise<void> {
    await this.ended();
    fs.rmSync(this.store, { recursive: true, force: true });
  }

  private async ended(): Promise<void> {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill();
    await ended;
  }

  private env(source: Source): NodeJS.ProcessEnv {
    return {
      ...KEYS,
      PATH: `${this.programs}:${process.env.PATH}`,
      RESTIC_REPOSITORY: this.url,
      RESTIC_PASSWORD: PASSWORD,
      RESTIC_CACHE_DIR: path.join(source.folder, 'cache'),
      TMPDIR: source.folder,
      SNAPSHOT_HOST: `${HOST.namespace}/${HOST.installation}`,
      BACKUP_NAME: 'redis-backup',
      CONTACT_SECONDS: '60',
      RUN_SECONDS: '3600',
      LOCK_SECONDS: '60',
    };
  }
}
