import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { agentConfig, agentContainer, membersConfig } from './agent-container';
import { claimRetention, dataVolume } from './data-volume';
import { memberServices } from './member-services';
import { redisConfig } from './redis-config';
import { serverContainer } from './server-container';
import { apiAccess } from '../manifests/api-access';
import { configMap } from '../manifests/config-map';
import { consulAccess } from '../manifests/consul';
import { exporterContainers, exporterLua, exporterScripts, exporterVolumes } from '../manifests/exporter';
import { followVolume } from '../manifests/follow';
import { disruptionBudget, families, servicePort } from '../manifests/objects';
import { PartProps } from '../manifests/part-props';
import { overlayClaims, overlayPods } from '../manifests/pod-overlay';
import { authVolume, configVolume, podTemplate, rollsWith, RUN_VOLUME } from '../manifests/pod-parts';
import { programVolume } from '../manifests/program';
import { scripts } from '../manifests/scripts';
import { memberTlsVolume } from '../manifests/tls';
import { usersFiles } from '../manifests/users';
import { sentinelConfig, sentinelContainer } from '../sentinel/sentinel-container';
import { HIBERNATES } from '../topology/topology';

/** The servers: a StatefulSet, its headless Service, a Service for each server's announced address, and their configuration. */
export class Server extends Construct {
  public readonly statefulSet: k8s.KubeStatefulSet;
  public readonly headlessService: k8s.KubeService;
  public readonly announceServices: k8s.KubeService[];
  public readonly memberServices: k8s.KubeService[];
  public readonly config: ConfigMap;
  public readonly disruptionBudget?: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, { settings, topology }: PartProps) {
    super(scope, id);
    const labels = topology.labels('server');
    const selector = topology.selector('server');
    const ports = [
      servicePort('redis', settings.server.port),
      ...settings.sentinel.sidecar ? [servicePort('sentinel', settings.sentinel.port)] : [],
    ];

    const texts: { [file: string]: string } = {
      'redis.conf': redisConfig(settings),
      'agent.json': agentConfig(settings, topology),
      ...scripts('common.sh', 'data-files.sh', 'snapshot-files.sh', 'start-server.sh', 'own-folder.sh', 'check-data.sh', 'repair-data.sh', 'convert-data.sh', 'start-over.sh', 'drop-data.sh', 'order.sh', 'give-order.sh', 'probe-server.sh', 'pre-stop.sh', 'probe-agent.sh'),
      ...exporterScripts(settings),
      ...settings.sentinel.sidecar
        ? { 'sentinel.conf': sentinelConfig(settings), ...scripts('start-sentinel.sh', 'stop-sentinel.sh', 'probe-sentinel.sh') }
        : {},
    };
    this.config = configMap(this, 'Config', { name: topology.serverSet, labels }, {
      ...texts, 'members.json': membersConfig(settings, topology), ...usersFiles(settings, 'server', 'sentinel'), ...exporterLua(settings),
    });

    this.headlessService = new k8s.KubeService(this, 'Headless', {
      metadata: { name: topology.serverSet, labels },
      spec: { clusterIp: 'None', publishNotReadyAddresses: true, selector, ports, ...families(settings.ipStack) },
    });
    // A master that stops or loads must stay reachable, for its hand-over and its replicas: readiness is no condition here.
    this.announceServices = topology.servers.map((server) => new k8s.KubeService(this, `Announce${server.ordinal}`, {
      metadata: { name: server.service, labels },
      spec: {
        publishNotReadyAddresses: true,
        selector: { ...selector, 'statefulset.kubernetes.io/pod-name': server.workload },
        ports,
        ...families(settings.ipStack),
      },
    }));

    this.memberServices = settings.server.memberServices ? memberServices(this, { settings, topology }, settings.server.memberServices) : [];

    const agentProgram = programVolume(this, 'program', 'agent', settings);
    const auth = authVolume(settings);
    const tls = memberTlsVolume(settings.tls);
    const follow = followVolume(settings.follow);
    const api = apiAccess(settings, topology);
    const secrets = [...auth.mounts, ...tls.mounts];
    const data = dataVolume(settings, selector);
    const { type, partition } = settings.server.updateStrategy;
    const announced = { ANNOUNCE_PREFIX: topology.announcePrefix };
    const sidecars = [
      ...settings.sentinel.sidecar ? [sentinelContainer(settings, { announced, mounts: secrets })] : [],
      agentContainer(settings, topology, [...secrets, ...follow.mounts, data.mount]),
    ];
    const exporters = [
      ...exporterContainers(settings, 'server'),
      ...settings.sentinel.sidecar ? exporterContainers(settings, 'sentinel') : [],
    ];
    this.statefulSet = overlayPods(new k8s.KubeStatefulSet(this, 'Default', {
      metadata: { name: topology.serverSet, labels, annotations: settings.hibernate ? { [HIBERNATES]: 'true' } : undefined },
      spec: {
        serviceName: topology.serverSet,
        replicas: settings.hibernate ? 0 : settings.replicas,
        revisionHistoryLimit: settings.server.revisionHistoryLimit,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: selector },
        updateStrategy: { type, rollingUpdate: partition === 0 ? undefined : { partition } },
        minReadySeconds: settings.server.minReadySeconds || undefined,
        persistentVolumeClaimRetentionPolicy: claimRetention(settings.persistence),
        template: podTemplate(settings, {
          pod: settings.server.pod,
          selector,
          labels: topology.podLabels('server'),
          // agents follow the replicas that a write needs: `replicas` alone must not change the template (D208)
          annotations: rollsWith({ ...texts, 'redis.conf': redisConfig(settings, 0) }, agentProgram.checksum),
          main: serverContainer(settings, topology, [...secrets, data.mount]),
          beside: [...settings.nativeSidecars ? [] : sidecars, ...exporters],
          init: settings.nativeSidecars ? sidecars : [],
          volumes: [
            configVolume('config', this.config),
            agentProgram.volume,
            RUN_VOLUME,
            ...auth.volumes,
            ...tls.volumes,
            ...follow.volumes,
            ...exporterVolumes(settings),
            ...data.volumes,
            ...consulAccess(settings)?.volumes ?? [],
            ...api?.volumes ?? [],
          ],
          serviceAccountName: api?.serviceAccountName,
          token: false,
          claimed: data.claims && [data.mount.name],
        }),
        volumeClaimTemplates: data.claims,
      },
    }), settings.server.pod, settings.nativeSidecars ? sidecars.map((container) => container.name) : []);
    overlayClaims(this.statefulSet, settings.persistence.specOverrides);

    this.disruptionBudget = disruptionBudget(this, 'DisruptionBudget', {
      name: topology.serverSet, labels, selector, budget: settings.server.disruptionBudget,
    });
  }
}
