import { k8s } from 'cdk8s-plus-27';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, MODULES_DIR, POD_NAME, POD_NAMESPACE, RUN_MOUNT, scriptProbe, variables } from '../manifests/pod-parts';
import { scriptVariables } from '../manifests/scripts';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** Redis or Valkey. */
export function serverContainer(settings: Settings, topology: Topology, mounts: k8s.VolumeMount[]): k8s.Container {
  const { server, agent } = settings;
  return {
    name: 'server',
    image: server.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', `${CONFIG_DIR}/start-server.sh`],
    env: [
      POD_NAME,
      ...settings.persistence.kind === 'hostPath' ? [{ ...POD_NAMESPACE, name: 'OWNER_NAMESPACE' }] : [],
      ...variables({
        ...scriptVariables(settings),
        WORKLOAD: topology.serverSet,
        ANNOUNCE_PREFIX: topology.announcePrefix,
        ALLOW_FLUSH: server.allowFlush,
        ...settings.engine.modules ? { MODULES_DIR } : {},
        STOP_BUDGET_SECONDS: agent.handOverBudgetSeconds + 5,
      }),
    ],
    ports: [{ name: 'redis', containerPort: server.port }],
    resources: server.resources,
    startupProbe: scriptProbe(['probe-server.sh', 'alive'], server.probes.startup),
    livenessProbe: scriptProbe(['probe-server.sh', 'alive'], server.probes.liveness),
    readinessProbe: scriptProbe(['probe-server.sh', 'ready'], server.probes.readiness),
    lifecycle: { preStop: { exec: { command: ['sh', `${CONFIG_DIR}/pre-stop.sh`] } } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...mounts],
  };
}
