/**
 * Loses a node during a backup, while clients write, and then one during a restore of it. Fails if clients noticed, the backup is not made again, or the new
 * installation has not all of its data.
 *
 * npm run faults:backup
 *
 * env: KUBECONFIG; LAB; RCLONE_IMAGE, an image of rclone that the cluster has
 */
import { Size } from 'cdk8s';
import { addS3, addSecrets, target } from './backups';
import { KEYS, NODE_LOST_DURING_BACKUP } from './scenario';
import { Persistence, Restore } from '../../lib/index';
import { sleep, until } from '../cluster';
import { lab, nodeNumber } from '../injection';
import { Installation, Manifest } from '../installation';
import { mendAll, runOnce } from '../runner';
import { labIsReached } from '../scenarios/partitions';

const COPIES_MS = 120_000;
const RESTORED_MS = 300_000;
/** What is removed in any case. */
const installations: Installation[] = [];
let boot: (() => void) | undefined;

/** Makes the throw-away server send slowly: the keys of the clients are there, too. */
function slowly(manifests: Manifest[]): void {
  const map = manifests.find(({ kind, metadata, data }) => kind === 'ConfigMap' && metadata.name.includes('-restore') && data['redis.conf'] !== undefined)!;
  map.data['redis.conf'] += 'rdb-key-save-delay 500\n';
}

/** A new installation begins with the backup of another one, and the node of the server that copies it is lost meanwhile. */
async function restore(from: Installation, namespace: string): Promise<string[]> {
  const installation = new Installation(namespace, {
    persistence: Persistence.volume(Size.mebibytes(256)),
    restore: Restore.fromBackup(target(from.namespace), { installation: from.redis.name, namespace: from.namespace }),
  });
  installations.push(installation);
  await installation.create((manifests) => slowly(manifests));
  addSecrets(namespace);
  let copying: string | undefined;
  await until('a server copies the data', async () => {
    for (const { name, node } of await installation.pods('server')) {
      if (/copies the data of the restore/.test(installation.run('logs', name, '-c', 'agent'))) copying = node;
    }
    return copying !== undefined;
  }, COPIES_MS);
  boot = () => lab('boot', nodeNumber(copying!));
  lab('kill', nodeNumber(copying!));
  await sleep(10_000);
  boot();
  boot = undefined;
  await installation.ready(RESTORED_MS);
  const counted = (await installation.pods('server')).map(({ name }) => installation.run(
    'exec', name, '-c', 'server', '--', 'sh', '-c', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" -s "$RUN_DIR/server.sock" EXISTS $(seq -f "kept:%g" 1 '.concat(`${KEYS})`),
  ).trim());
  return counted.filter((count) => Number(count) !== KEYS).map((count) => `a server has ${count} of ${KEYS} keys`);
}

async function main(): Promise<number> {
  if (!await labIsReached()) throw new Error('LAB is not set, or the cluster is not its own: nodes can\'t be switched off');
  const id = Date.now().toString(36).slice(-4);
  const source = new Installation(`backup-${id}`, {});
  installations.push(source);
  await source.up();
  await addS3(source);
  const { verdict, faults, errors } = await runOnce(source, 'default', NODE_LOST_DURING_BACKUP);
  console.log(`${faults.length === 0 ? 'pass' : 'FAIL'} ${NODE_LOST_DURING_BACKUP.name}: ${[`gap ${verdict.gapMs} ms`, `${verdict.lost} of ${verdict.acknowledged} lost`, ...faults].join('; ')} ${JSON.stringify(errors)}`);
  const missing = await restore(source, `restore-${id}`).catch((error: Error) => [error.message]);
  console.log(`${missing.length === 0 ? 'pass' : 'FAIL'} power-off-node-during-restore${missing.map((one) => `: ${one}`).join('')}`);
  return faults.length + missing.length === 0 ? 0 : 1;
}

async function end(): Promise<void> {
  boot?.();
  await mendAll();
  for (const one of installations) one.down();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().then(() => process.exit(1)));
main().finally(end).then((code) => process.exit(code), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
