import { k8s } from 'cdk8s-plus-27';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, variables } from '../manifests/pod-parts';
import { CONTACT_SECONDS, DUMP_DIR, DUMP_FILE, DUMP_MOUNT, resticParts, resticUser } from '../manifests/restic';
import { memoryLimit, resources } from '../settings/resolve-resources';
import { RestoreSettings } from '../settings/settings';

/** Where the volume is mounted that data is restored from. */
const SOURCE_DIR = '/source';

/** How long a repository may take for a whole backup. */
const RUN_SECONDS = 24 * 3600;

/** How a pod comes by the data of a restore, for a throw-away server in it. */
export interface RestoredData {
  readonly volumes: k8s.Volume[];
  /** Of the container with the throw-away server. */
  readonly mounts: k8s.VolumeMount[];
  readonly variables: { readonly [name: string]: string | undefined };
  /** Containers that run before. */
  readonly init: k8s.Container[];
}

/** For which installation data is restored. */
export interface RestoredFor {
  /** Name of the installation whose backup it is, unless another one is named. */
  readonly name: string;
  /** Whether pods run as ids that are given: where the cluster gives them, it refuses others. */
  readonly fixedIds: boolean;
}

/**
 * Of the container that fetches. restic keeps the repository's index in memory, which grows with the repository: where the throw-away server that runs after it in the
 * pod has more, so has this one, for which the node needs no more room.
 */
function fetching(server: k8s.ResourceRequirements): k8s.ResourceRequirements {
  const usual = resources('50m', '128Mi', '1Gi');
  const limit = memoryLimit(server);
  if (limit === undefined) return { requests: usual.requests, limits: undefined };
  return limit > memoryLimit(usual)! ? { requests: usual.requests, limits: { memory: server.limits!.memory } } : usual;
}

export function restoredData({ from, resources: server }: RestoreSettings, { name: installation, fixedIds }: RestoredFor): RestoredData {
  const volumes: k8s.Volume[] = [{ name: 'dump', emptyDir: {} }];
  if (from.kind === 'volume') {
    return {
      volumes: [...volumes, { name: 'source', persistentVolumeClaim: { claimName: from.claimName, readOnly: true } }],
      mounts: [DUMP_MOUNT, { name: 'source', mountPath: SOURCE_DIR, readOnly: true }],
      variables: { SOURCE: from.path === '.' ? SOURCE_DIR : `${SOURCE_DIR}/${from.path}`, RESTORE_UNTIL: from.untilSeconds?.toString() },
      init: [],
    };
  }
  const restic = resticParts(from.target);
  return {
    volumes: [...volumes, ...restic.volumes],
    mounts: [DUMP_MOUNT],
    variables: {},
    init: [{
      name: 'fetch',
      image: from.image,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', `${CONFIG_DIR}/fetch-backup.sh`, ...restic.arguments],
      env: [
        ...variables({
          CONFIG_DIR,
          DUMP_DIR,
          DUMP_FILE,
          SNAPSHOT: from.snapshot,
          SNAPSHOT_INSTALLATION: from.installation ?? installation,
          SNAPSHOT_NAMESPACE: from.namespace,
          CONTACT_SECONDS,
          RUN_SECONDS,
          LOCK_SECONDS: 0, // it takes none
        }),
        ...from.namespace === undefined ? [{ name: 'SNAPSHOT_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }] : [],
        ...restic.env,
      ],
      resources: fetching(server),
      securityContext: { ...CONTAINER_SECURITY, ...resticUser(restic, fixedIds) },
      volumeMounts: [CONFIG_MOUNT, DUMP_MOUNT, ...restic.mounts],
    }],
  };
}
