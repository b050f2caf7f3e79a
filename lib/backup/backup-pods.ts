import { k8s } from 'cdk8s-plus-27';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, MODULES_DIR, POD_NAMESPACE, podTemplate, RUN_DIR, RUN_MOUNT, RUN_VOLUME, variables } from '../manifests/pod-parts';
import { CONTACT_SECONDS, DUMP_DIR, DUMP_MOUNT, resticParts, resticUser, snapshotHost } from '../manifests/restic';
import { IRedisHa } from '../options/i-redis-ha';
import { BackupSettings } from '../settings/resolve-backup';

/** What the pods of both CronJobs are made from. */
export interface BackupPodsProps {
  readonly redis: IRedisHa;
  readonly settings: BackupSettings;
  /** Name of the ConfigMap with the scripts. */
  readonly config: string;
  /** Of the pods: what tools show, and who they are to NetworkPolicies. */
  readonly labels: { readonly [name: string]: string };
}

/** What the container that takes the dump needs to get in to the servers. */
export interface ServerAccess {
  /** As the pods find them. */
  readonly hosts: readonly string[];
  readonly env: readonly k8s.EnvVar[];
  readonly volume?: { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount };
}

/** A pod that takes a dump and stores it. */
export function backupPod(props: BackupPodsProps, access: ServerAccess): k8s.PodTemplateSpec {
  const { redis, settings } = props;
  const restic = resticParts(settings.target);
  return pod(props, {
    init: engineContainer(props, 'dump', settings.backup.engineResources, [
      ...variables({ HOSTS: access.hosts.join(' '), PORT: redis.serverPort, ALLOW_MASTER: settings.allowMaster, WAIT_SECONDS: settings.job.waitSeconds }),
      ...access.env,
    ], access.volume ? [access.volume.mount] : []),
    main: resticContainer(props, 'store', {
      KEEP: settings.keep, PUSHGATEWAY: settings.pushgateway, NAMESPACE: redis.namespace ?? '$(POD_NAMESPACE)', INSTALLATION: redis.name,
    }),
    volumes: [...restic.volumes, ...access.volume ? [access.volume.volume] : []],
  });
}

/** A pod that brings the newest backup back and loads it. */
export function verificationPod(props: BackupPodsProps, resources: k8s.ResourceRequirements): k8s.PodTemplateSpec {
  return pod(props, {
    init: resticContainer(props, 'fetch', {}),
    main: engineContainer(props, 'verify', resources, variables({ RUN_DIR, MODULES_DIR }), [RUN_MOUNT]),
    volumes: [...resticParts(props.settings.target).volumes, RUN_VOLUME],
  });
}

function engineContainer(
  { redis, settings }: BackupPodsProps, name: 'dump' | 'verify', resources: k8s.ResourceRequirements, env: k8s.EnvVar[], mounts: k8s.VolumeMount[],
): k8s.Container {
  const programs = { CLI_BIN: `${redis.engineName}-cli`, SERVER_BIN: `${redis.engineName}-server`, CONFIG_DIR, DUMP_DIR };
  return {
    name,
    image: settings.engineImage,
    command: ['sh', `${CONFIG_DIR}/backup-${name}.sh`],
    env: [...variables(programs), ...env],
    resources,
    securityContext: CONTAINER_SECURITY,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [CONFIG_MOUNT, DUMP_MOUNT, ...mounts],
  };
}

function resticContainer({ redis, settings }: BackupPodsProps, name: 'store' | 'fetch', more: { readonly [name: string]: string | undefined }): k8s.Container {
  const restic = resticParts(settings.target);
  const { job } = settings;
  return {
    name,
    image: settings.image,
    // the image's entrypoint is restic itself
    command: ['sh', `${CONFIG_DIR}/backup-${name}.sh`, ...restic.arguments],
    env: [
      POD_NAMESPACE,
      ...variables({
        CONFIG_DIR,
        DUMP_DIR,
        BACKUP_NAME: settings.backup.name,
        SNAPSHOT_HOST: snapshotHost(redis.namespace ?? '$(POD_NAMESPACE)', redis.name),
        CONTACT_SECONDS,
        // so that a line says what was not done, before the Job's deadline ends the pod without one
        RUN_SECONDS: Math.floor(job.deadlineSeconds * 0.9),
        LOCK_SECONDS: job.lockSeconds,
        ...more,
      }),
      ...restic.env,
    ],
    resources: settings.resources,
    securityContext: { ...CONTAINER_SECURITY, ...resticUser(restic, settings.fixedIds) },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [CONFIG_MOUNT, DUMP_MOUNT, ...restic.mounts],
  };
}

interface Containers {
  /** Runs first. */
  readonly init: k8s.Container;
  readonly main: k8s.Container;
  readonly volumes: readonly k8s.Volume[];
}

function pod({ settings, config, labels }: BackupPodsProps, { init, main, volumes }: Containers): k8s.PodTemplateSpec {
  return podTemplate({ labels: {}, fixedIds: settings.fixedIds, imagePullSecrets: settings.imagePullSecrets }, {
    pod: settings.pod,
    selector: labels,
    labels,
    annotations: {},
    init: [init],
    main,
    beside: [],
    volumes: [{ name: 'config', configMap: { name: config, defaultMode: 0o444 } }, { name: 'dump', emptyDir: {} }, ...volumes],
    serviceAccountName: settings.serviceAccountName,
    token: false,
    restartPolicy: 'Never',
  });
}
