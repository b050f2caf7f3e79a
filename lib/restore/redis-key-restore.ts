import { Chart } from 'cdk8s';
import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { restoredData } from './restored-data';
import { readAsset } from '../manifests/assets';
import { configMap } from '../manifests/config-map';
import { overlayPods } from '../manifests/pod-overlay';
import { CONFIG_DIR, CONFIG_MOUNT, configVolume, CONTAINER_SECURITY, MODULES_DIR, podTemplate, RUN_DIR, RUN_MOUNT, RUN_VOLUME, variables } from '../manifests/pod-parts';
import { renderAsset } from '../manifests/render';
import { scripts } from '../manifests/scripts';
import { TLS_DIR } from '../manifests/tls';
import { claimNames } from '../manifests/unique-names';
import { RedisKeyRestoreProps } from '../options/key-restore';
import { KeyRestoreSettings, resolveKeyRestore } from '../settings/resolve-key-restore';
import { objectLabels } from '../topology/topology';

/**
 * Copies keys out of a backup, or a volume, into an installation that runs: a Job that loads the data into a throw-away server, which sends the keys that match to
 * the master. It runs once, when it is applied, and tries once; remove it from the chart when it is done. Applying it again with other props is refused by
 * Kubernetes, as the spec of a Job can't be changed: `kubectl delete job NAME` comes first.
 *
 * It is in the namespace of the installation.
 *
 * @throws an error that names the prop, its value and what is accepted
 *
 * @example
 *
 * new RedisKeyRestore(chart, 'bring-back', { redis, from: Restore.fromBackup(target, { snapshot: '4f3c1d2e' }), pattern: 'user:*' });
 */
export class RedisKeyRestore extends Construct {
  /** The Job that copies the keys. */
  public readonly job: k8s.KubeJob;

  /** The scripts. */
  public readonly config: ConfigMap;

  constructor(scope: Construct, id: string, props: RedisKeyRestoreProps) {
    super(scope, id);
    const settings = resolveKeyRestore(props, { id, namespace: Chart.of(this).namespace });
    const { redis } = props;
    const labels = objectLabels(redis.name, 'key-restore');
    this.config = configMap(this, 'Config', { name: settings.name, labels }, {
      'redis.conf': renderAsset('restore.conf', { name: redis.name, listen: 'port 0', directives: [] }),
      'copy-keys.lua': readAsset('restore/copy-keys.lua'),
      ...scripts('common.sh', 'data-files.sh', 'check-data.sh', 'place-data.sh', 'restored-data.sh', 'installation-master.sh', 'copy-keys.sh', 'restic.sh', 'fetch-backup.sh'),
    });
    this.job = overlayPods(new k8s.KubeJob(this, 'Default', {
      metadata: { name: settings.name, labels },
      spec: { backoffLimit: 0, template: this.template(props, settings, labels) },
    }), settings.from.pod);
    redis.allowFrom(this.job);
    claimNames(this, { name: settings.name });
  }

  private template({ redis }: RedisKeyRestoreProps, settings: KeyRestoreSettings, labels: { [name: string]: string }): k8s.PodTemplateSpec {
    const data = restoredData(settings.from, { name: redis.name, fixedIds: settings.fixedIds });
    // who may write any key
    const options = { namespace: Chart.of(this).namespace, user: redis.secretName === undefined ? undefined : 'default' };
    const connection = redis.connectionVolume(options);
    const { tlsSecretName } = redis;
    return podTemplate({ labels: {}, fixedIds: settings.fixedIds, imagePullSecrets: settings.imagePullSecrets }, {
      pod: settings.from.pod,
      selector: labels,
      labels,
      annotations: {},
      init: data.init,
      main: {
        name: 'copy',
        image: settings.engineImage,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', `${CONFIG_DIR}/copy-keys.sh`],
        env: [
          ...variables({
            CLI_BIN: `${redis.engineName}-cli`,
            SERVER_BIN: `${redis.engineName}-server`,
            CONFIG_DIR,
            RUN_DIR,
            MODULES_DIR,
            DUMP_DIR: data.mounts[0].mountPath,
            ...data.variables,
            PATTERN: settings.pattern,
            REPLACE: settings.replace,
            DATABASES: settings.databases?.join(' '),
            TLS_DIR: tlsSecretName && TLS_DIR,
          }),
          ...redis.connectionEnvironment(options),
        ],
        resources: settings.from.resources,
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
          CONFIG_MOUNT,
          RUN_MOUNT,
          ...data.mounts,
          ...connection ? [connection.mount] : [],
          ...tlsSecretName === undefined ? [] : [{ name: 'certificate', mountPath: TLS_DIR, readOnly: true }],
        ],
      },
      beside: [],
      volumes: [
        configVolume('config', this.config),
        RUN_VOLUME,
        ...data.volumes,
        ...connection ? [connection.volume] : [],
        ...tlsSecretName === undefined ? [] : [{ name: 'certificate', secret: { secretName: tlsSecretName, defaultMode: 0o440 } }],
      ],
      restartPolicy: 'Never',
    });
  }
}
