import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { restoredData } from './restored-data';
import { configMap } from '../manifests/config-map';
import { families } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { overlayPods } from '../manifests/pod-overlay';
import { authVolume, checksum, CONFIG_DIR, CONFIG_MOUNT, configVolume, CONTAINER_SECURITY, MODULES_DIR, podTemplate, RUN_MOUNT, RUN_VOLUME, variables } from '../manifests/pod-parts';
import { renderAsset } from '../manifests/render';
import { DUMP_MOUNT } from '../manifests/restic';
import { scripts, scriptVariables } from '../manifests/scripts';
import { memberTlsVolume, portDirectives, TLS_DIR } from '../manifests/tls';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { RESTORE_PORT } from '../settings/ports';
import { resources } from '../settings/resolve-resources';
import { RestoreSettings } from '../settings/settings';

/** Whose Job this is. */
export interface RestoreJobProps extends PartProps {
  readonly restore: RestoreSettings;
}

/** Tells the pods of one Job from those of others. */
const RESTORE = `${LABEL_DOMAIN}/restore`;

/** A Job that never gives up: what keeps it from its work, like a wrong password, can be mended, and then it goes on. */
const RETRIES = 1_000_000;

/** Directives of the servers without which data of theirs can't be loaded; the number of databases also says which data they can't take. */
function whatDataNeeds(directives: readonly string[]): string[] {
  const databases = directives.flatMap((line) => /^databases\s+["']?(\d+)/i.exec(line)?.[1] ?? []).pop() ?? '16';
  return [`databases ${databases}`, ...directives.filter((line) => /^loadmodule\s/i.test(line))];
}

/**
 * The Job that offers the data which an installation begins with: a throw-away server has it, and the Service by which a server of the installation
 * copies it. What its pod is made from is in its name, as the spec of a Job can't be changed: another restore is another Job, and so is one of another image or size.
 */
export class RestoreJob extends Construct {
  public readonly job: k8s.KubeJob;
  public readonly service: k8s.KubeService;
  public readonly config: ConfigMap;
  public readonly networkPolicy?: k8s.KubeNetworkPolicy;

  constructor(scope: Construct, id: string, props: RestoreJobProps) {
    super(scope, id);
    const { settings, topology } = props;
    const labels = topology.labels('restore');
    const name = topology.restore;

    this.config = configMap(this, 'Config', { name, labels }, {
      'redis.conf': renderAsset('restore.conf', { name: settings.name, listen: portDirectives(settings.tls, RESTORE_PORT), directives: whatDataNeeds(settings.server.directives) }),
      // no variable: for another number of servers the Job stays the same
      'replicas': String(settings.replicas),
      ...scripts('common.sh', 'data-files.sh', 'check-data.sh', 'place-data.sh', 'restored-data.sh', 'installation-master.sh', 'look-before-restore.sh', 'serve-restore.sh', 'restic.sh', 'fetch-backup.sh'),
    });

    const spec = this.podSpec(props);
    const own = { [RESTORE]: checksum(JSON.stringify(spec), JSON.stringify(props.restore.pod)).slice(0, 8) };
    this.job = overlayPods(new k8s.KubeJob(this, 'Default', {
      metadata: { name: `${name}-${own[RESTORE]}`, labels: { ...labels, ...own } },
      spec: {
        backoffLimit: RETRIES,
        template: { ...spec, metadata: { ...spec.metadata, labels: { ...spec.metadata?.labels, ...own } } },
      },
    }), props.restore.pod);

    const selector = { ...topology.selector('restore'), ...own };
    this.service = new k8s.KubeService(this, 'Service', {
      metadata: { name, labels },
      spec: { selector, ports: [{ name: 'restore', port: RESTORE_PORT, protocol: 'TCP', targetPort: k8s.IntOrString.fromString('restore') }], ...families(settings.ipStack) },
    });

    this.networkPolicy = settings.networkPolicies ? new k8s.KubeNetworkPolicy(this, 'Policy', {
      metadata: { name, labels },
      spec: {
        podSelector: { matchLabels: topology.selector('restore') },
        ingress: [{
          from: [{ podSelector: { matchLabels: topology.selector('server') } }],
          ports: [{ port: k8s.IntOrString.fromNumber(RESTORE_PORT), protocol: 'TCP' }],
        }],
        policyTypes: ['Ingress'],
      },
    }) : undefined;
  }

  private podSpec({ settings, topology, restore }: RestoreJobProps): k8s.PodTemplateSpec {
    const data = restoredData(restore, settings);
    const auth = authVolume(settings);
    const tls = memberTlsVolume(settings.tls);
    const container = (called: string, script: string, more: Pick<k8s.Container, 'env' | 'resources' | 'ports'>): k8s.Container => ({
      name: called,
      image: settings.server.image,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', `${CONFIG_DIR}/${script}`],
      securityContext: CONTAINER_SECURITY,
      volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...auth.mounts, ...tls.mounts, ...called === 'source' ? data.mounts : [DUMP_MOUNT]],
      ...more,
    });
    const env = variables({
      ...scriptVariables(settings),
      DUMP_DIR: DUMP_MOUNT.mountPath,
      SENTINEL_SERVICE: topology.sentinelService,
      SENTINEL_PORT: settings.sentinel.port,
      MASTER_NAME: settings.masterName,
      TLS_DIR: settings.tls?.everywhere ? TLS_DIR : undefined,
    });
    return podTemplate(settings, {
      pod: restore.pod,
      selector: topology.selector('restore'),
      labels: topology.podLabels('restore'),
      annotations: {},
      init: [container('look', 'look-before-restore.sh', { env, resources: resources('10m', '16Mi', '64Mi') }), ...data.init],
      main: container('source', 'serve-restore.sh', {
        env: [...env, ...variables({ ...data.variables, MODULES_DIR: settings.engine.modules ? MODULES_DIR : undefined })],
        resources: restore.resources,
        ports: [{ name: 'restore', containerPort: RESTORE_PORT }],
      }),
      beside: [],
      volumes: [configVolume('config', this.config), RUN_VOLUME, ...auth.volumes, ...tls.volumes, ...data.volumes],
      restartPolicy: 'OnFailure',
    });
  }
}
