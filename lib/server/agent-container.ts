import { k8s } from 'cdk8s-plus-27';
import { apiAccess } from '../manifests/api-access';
import { consulAccess, POD_IPS } from '../manifests/consul';
import { followConfig } from '../manifests/follow';
import { ipFamily } from '../manifests/objects';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, passwordFile, POD_NAME, RUN_DIR, RUN_MOUNT, scriptProbe, SERVER_SOCKET, variables } from '../manifests/pod-parts';
import { TLS_DIR } from '../manifests/tls';
import { hasUsers } from '../manifests/users';
import { AGENT_PORT, RESTORE_PORT } from '../settings/ports';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** What the agent reads at its start, as JSON. */
export function agentConfig(settings: Settings, topology: Topology): string {
  const { server, sentinel, agent } = settings;
  return json({
    masterName: settings.masterName,
    membersFile: `${CONFIG_DIR}/members.json`,
    serverPort: server.port,
    selfAddress: SERVER_SOCKET,
    sentinelPort: sentinel.port,
    sentinelSidecar: sentinel.sidecar,
    downAfterMs: sentinel.downAfterMs,
    unreachableAfterMs: sentinel.unreachableAfterMs,
    failoverTimeoutMs: sentinel.failoverTimeoutMs,
    parallelSyncs: sentinel.parallelSyncs,
    masterRebootDownAfterMs: sentinel.masterRebootDownAfterMs,
    bootTimeoutMs: agent.bootTimeoutMs,
    handOverBudgetMs: agent.handOverBudgetSeconds * 1000,
    dataDir: '/data',
    runDir: RUN_DIR,
    ipFamily: ipFamily(settings.ipStack),
    passwordFile: passwordFile(settings),
    metricsPort: AGENT_PORT,
    logFormat: settings.logFormat,
    consulService: settings.proxy?.consul?.service,
    ...apiAccess(settings, topology)?.agentConfig,
    ...hasUsers(settings) ? { usersFile: `${CONFIG_DIR}/users.conf`, sentinelUsersFile: `${CONFIG_DIR}/sentinel-users.conf` } : {},
    ...settings.tls?.everywhere
      ? { tlsDir: TLS_DIR, tlsServerName: settings.tls.serverName, tlsClientCertificates: settings.tls.clientCertificates }
      : {},
  });
}

/** Who exists, and how many replicas a write needs: the agent follows it while it runs, so that another number of servers restarts none. */
export function membersConfig({ server, sentinel, restore, follow }: Settings, topology: Topology): string {
  return json({
    servers: topology.servers.map((member) => member.service),
    sentinels: topology.sentinels.map((member) => member.service),
    quorum: sentinel.quorum,
    minReplicasToWrite: server.minReplicasToWrite,
    restoreSource: restore && `${topology.restore}:${RESTORE_PORT}`,
    follow: followConfig(follow),
  });
}

function json(value: object): string {
  return JSON.stringify(value, undefined, 2) + '\n';
}

/** The agent, which decides what the server beside it becomes. */
export function agentContainer(settings: Settings, topology: Topology, mounts: k8s.VolumeMount[]): k8s.Container {
  const consul = consulAccess(settings);
  const api = apiAccess(settings, topology);
  return {
    name: 'agent',
    image: settings.agent.image,
    imagePullPolicy: 'IfNotPresent',
    command: [
      'node', '--max-semi-space-size=1', '--disallow-code-generation-from-strings', '/opt/redis-ha/agent.js', `${CONFIG_DIR}/agent.json`,
    ],
    env: [POD_NAME, ...variables({ RUN_DIR }), ...consul ? [POD_IPS, ...consul.env] : [], ...api?.env ?? []],
    ports: [{ name: 'agent-stats', containerPort: AGENT_PORT }],
    resources: settings.agent.resources,
    // a hung event loop does not hear SIGTERM either
    livenessProbe: {
      ...scriptProbe(['probe-agent.sh'], { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
      initialDelaySeconds: 10,
      terminationGracePeriodSeconds: 1,
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      CONFIG_MOUNT,
      { name: 'program', mountPath: '/opt/redis-ha', readOnly: true },
      RUN_MOUNT,
      ...mounts,
      ...consul?.mounts ?? [],
      ...api?.mounts ?? [],
    ],
  };
}
