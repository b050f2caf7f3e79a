import { k8s } from 'cdk8s-plus-27';
import { MountedVolumes, variables } from './pod-parts';
import { BACKUP_TARGET_DIR, BACKUP_VOLUME_DIR, BackupTargetSettings } from '../settings/resolve-backup-target';

/** Where a dump lies in the pod of a backup, and therefore in each snapshot. */
export const DUMP_DIR = '/dump';
export const DUMP_FILE = `${DUMP_DIR}/dump.rdb`;
/** That folder, for all containers of the pod. */
export const DUMP_MOUNT: k8s.VolumeMount = { name: 'dump', mountPath: DUMP_DIR };

/** How long a repository may take for its first answer. */
export const CONTACT_SECONDS = 120;

/** What restic calls the host of an installation's snapshots: `restic snapshots --host` finds them by it, in whatever repository. */
export function snapshotHost(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** What restic keeps while it runs: what it read of the repository, and packs that it has not sent yet. */
const RESTIC_CACHE_DIR = '/var/cache/restic';

/** The user of the official image that `ssh` finds there: it refuses to work for one that has no name. */
const NAMED_USER = 65534;

/** A container that runs restic, as far as it depends on where backups are kept. */
export interface ResticParts extends MountedVolumes {
  /** Variables; secrets are `secretKeyRef` only. */
  readonly env: k8s.EnvVar[];
  /** What stands after `restic` in each command, like `-o s3.storage-class=STANDARD_IA`: no secrets. */
  readonly arguments: string[];
  /** For the container's security context, where the installation's pods have fixed ids; undefined where any user does. */
  readonly runAsUser?: number;
}

/** A target of backups as parts of a container that runs restic, and of its pod. */
export function resticParts(target: BackupTargetSettings): ResticParts {
  const { repository, secrets, files, volume, options, ssh } = target;
  return {
    env: [
      ...variables({ RESTIC_REPOSITORY: repository, RESTIC_CACHE_DIR, TMPDIR: RESTIC_CACHE_DIR, ...target.variables }),
      ...Object.entries(secrets).map(([name, { secretName, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } })),
    ],
    volumes: [
      { name: 'restic-cache', emptyDir: {} },
      ...files.length === 0 ? [] : [{ name: 'backup-target', projected: { defaultMode: 0o440, sources: files.map(source) } }],
      ...volume === undefined ? [] : [{ name: 'backups', persistentVolumeClaim: { claimName: volume.claimName } }],
    ],
    mounts: [
      { name: 'restic-cache', mountPath: RESTIC_CACHE_DIR },
      ...files.length === 0 ? [] : [{ name: 'backup-target', mountPath: BACKUP_TARGET_DIR, readOnly: true }],
      ...volume === undefined ? [] : [{ name: 'backups', mountPath: BACKUP_VOLUME_DIR, subPath: volume.subPath }],
    ],
    arguments: Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    runAsUser: ssh ? NAMED_USER : undefined,
  };
}

/** The user of a container that runs restic, for its security context: that of the pod, unless restic needs one that has a name. */
export function resticUser({ runAsUser }: ResticParts, fixedIds: boolean): Pick<k8s.SecurityContext, 'runAsUser'> {
  return fixedIds && runAsUser !== undefined ? { runAsUser } : {};
}

function source({ kind, name, key, path }: BackupTargetSettings['files'][number]): k8s.VolumeProjection {
  return { [kind]: { name, items: [{ key, path }] } };
}
