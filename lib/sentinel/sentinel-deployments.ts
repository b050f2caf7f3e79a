import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { sentinelConfig, sentinelContainer } from './sentinel-container';
import { configMap } from '../manifests/config-map';
import { exporterContainers, exporterScripts, exporterVolumes } from '../manifests/exporter';
import { disruptionBudget, families, servicePort } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { overlayPods } from '../manifests/pod-overlay';
import { authVolume, configVolume, podTemplate, rollsWith, RUN_VOLUME } from '../manifests/pod-parts';
import { scripts } from '../manifests/scripts';
import { memberTlsVolume } from '../manifests/tls';
import { usersFiles } from '../manifests/users';
import { PodSettings } from '../settings/pod-settings';
import { ZONE } from '../settings/resolve-sentinel';
import { SentinelSettings } from '../settings/settings';
import { Member } from '../topology/topology';

/**
 * Sentinels with pods of their own: a Deployment of one replica and a Service for each. One Deployment of several would
 * give every rescheduled Sentinel a new identity, and the dead ones would count for the majority for ever.
 */
export class SentinelDeployments extends Construct {
  public readonly deployments: k8s.KubeDeployment[];
  public readonly services: k8s.KubeService[];
  public readonly config: ConfigMap;
  public readonly disruptionBudget?: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, { settings, topology }: PartProps) {
    super(scope, id);
    const { sentinel } = settings;
    const labels = topology.labels('sentinel');
    const selector = topology.selector('sentinel');

    const texts = { 'sentinel.conf': sentinelConfig(settings), ...scripts('common.sh', 'start-sentinel.sh', 'probe-sentinel.sh', 'leave-in-turn.sh'), ...exporterScripts(settings) };
    this.config = configMap(this, 'Config', { name: topology.sentinelService, labels }, { ...texts, ...usersFiles(settings, 'sentinel') });

    const auth = authVolume(settings);
    const tls = memberTlsVolume(settings.tls);
    this.services = [];
    this.deployments = [];
    for (const member of topology.sentinels) {
      const one = topology.sentinelSelector(member);
      this.services.push(new k8s.KubeService(this, `Announce${member.ordinal}`, {
        metadata: { name: member.service, labels },
        spec: { publishNotReadyAddresses: true, selector: one, ports: [servicePort('sentinel', sentinel.port)], ...families(settings.ipStack) },
      }));
      this.deployments.push(overlayPods(new k8s.KubeDeployment(this, `Sentinel${member.ordinal}`, {
        metadata: { name: member.workload, labels },
        spec: {
          replicas: settings.hibernate ? 0 : 1,
          revisionHistoryLimit: sentinel.revisionHistoryLimit,
          // two at once would vote with one identity
          strategy: { type: 'Recreate' },
          selector: { matchLabels: one },
          template: podTemplate(settings, {
            pod: inZone(sentinel, member),
            selector,
            labels: { ...topology.podLabels('sentinel'), ...one },
            annotations: rollsWith(texts),
            main: sentinelContainer(settings, {
              announced: { ANNOUNCE_NAME: member.service, WORKLOAD: member.workload }, mounts: [...auth.mounts, ...tls.mounts],
            }),
            beside: exporterContainers(settings, 'sentinel'),
            volumes: [
              configVolume('config', this.config),
              RUN_VOLUME,
              ...auth.volumes,
              ...tls.volumes,
              ...exporterVolumes(settings),
            ],
          }),
        },
      }), sentinel.pod));
    }
    this.disruptionBudget = disruptionBudget(this, 'DisruptionBudget', {
      name: topology.sentinelService, labels, selector, budget: sentinel.disruptionBudget,
    });
  }
}

/** The pod of one Sentinel, in its zone if it has one. */
function inZone({ pod, zones }: SentinelSettings, { ordinal }: Member): PodSettings {
  return zones.length === 0 ? pod : { ...pod, nodeSelector: { ...pod.nodeSelector, [ZONE]: zones[ordinal % zones.length] } };
}
