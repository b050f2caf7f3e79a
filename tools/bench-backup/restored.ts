import * as fs from 'node:fs';
import * as path from 'node:path';
import { Size } from 'cdk8s';
import { HOST, PASSWORD } from './repository';
import { resourcesFor } from './source';
import { succeeds } from './succeeds';
import { BackupTarget, Persistence, Restore } from '../../lib';
import { Stack, until } from '../../playground/stack';
import { RESTIC } from '../../test/support/binaries';

const READY_MS = 3_600_000;

/** A new installation that begins with the newest backup of a repository. */
export class Restored {
  /** Makes it, and starts nothing yet. @param repository is moved there @param dump path of the dump in its newest backup */
  public static async create(repository: string, dump: string, mebibytes: number): Promise<Restored> {
    const stack = await Stack.create({
      props: {
        proxy: { replicas: 1 },
        server: { resources: resourcesFor(mebibytes) },
        persistence: Persistence.volume(Size.mebibytes(4 * mebibytes + 64)),
        restore: Restore.fromBackup(BackupTarget.volume('backups', { passwordSecret: 'backup-key' }), HOST),
      },
      secrets: { 'backup-key': { password: PASSWORD } },
      restartMs: 1000,
      programs: { restic: RESTIC },
    });
    try {
      const fetch = stack.jobs[0]!.container('fetch');
      const target = fetch.file('/backups');
      fs.rmSync(target, { recursive: true });
      fs.renameSync(repository, target);
      // the same data, by the path that a dump has in this installation
      const env = { RESTIC_REPOSITORY: target, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: path.join(stack.folder, 'cache'), TMPDIR: stack.folder };
      await succeeds('sh', ['-c', '"$0" dump latest "$1" | "$0" backup --host "$2" --stdin --stdin-filename "$3"', RESTIC, dump, `${HOST.namespace}/${HOST.installation}`, fetch.file('/dump/dump.rdb')], env);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return new Restored(stack);
  }

  private constructor(private readonly stack: Stack) {}

  /** Waits until all its servers have the data. */
  public async begin(): Promise<void> {
    this.stack.start();
    await this.stack.converged(READY_MS);
    await until('all servers have the data', async () => (await Promise.all(this.stack.servers.map(async (server) => this.stack.ask(server, 'DBSIZE')))).every((keys) => Number(keys) > 0), READY_MS);
  }

  public async stop(): Promise<void> {
    await this.stack.stop();
  }
}
