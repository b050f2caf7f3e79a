import { k8s } from 'cdk8s-plus-27';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, POD_NAME, POD_NAMESPACE, RUN_MOUNT, scriptProbe, variables } from '../manifests/pod-parts';
import { renderAsset } from '../manifests/render';
import { scriptVariables } from '../manifests/scripts';
import { portDirectives, TLS_DIR } from '../manifests/tls';
import { Engine } from '../options/engine';
import { Settings } from '../settings/settings';

/** sentinel.conf, without what only a pod knows. */
export function sentinelConfig(settings: Settings): string {
  const { name, tls, engine, sentinel } = settings;
  return renderAsset('sentinel.conf', {
    name,
    listen: portDirectives(tls, sentinel.port),
    port: sentinel.port,
    reloadsCertificates: tls?.everywhere === true && reloadsCertificates(engine),
    directives: sentinel.directives,
  });
}

/** Whether a Sentinel of this engine takes new certificates by itself. Others have to be restarted for them. */
function reloadsCertificates({ name, version }: Engine): boolean {
  const [major, minor] = version.split('.').map(Number);
  return name === 'valkey' && (major > 9 || (major === 9 && minor >= 1));
}

/** A Sentinel, beside a server or in a pod of its own. */
export function sentinelContainer(settings: Settings, options: {
  /** The Service that it announces: by its name, or by the start of it before the pod's ordinal. */
  readonly announced: { readonly ANNOUNCE_NAME: string; readonly WORKLOAD: string } | { readonly ANNOUNCE_PREFIX: string };
  readonly mounts: k8s.VolumeMount[];
}): k8s.Container {
  const { sentinel } = settings;
  const stops = sentinel.sidecar ? beforeServer(settings) : { script: 'leave-in-turn.sh', gracePeriodSeconds: sentinel.pod.gracePeriodSeconds };
  return {
    name: 'sentinel',
    image: settings.server.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', `${CONFIG_DIR}/start-sentinel.sh`],
    env: [
      POD_NAME,
      POD_NAMESPACE,
      ...variables({
        ...scriptVariables(settings),
        ...options.announced,
        MASTER_NAME: settings.masterName,
        TLS_DIR: settings.tls?.everywhere && !reloadsCertificates(settings.engine) ? TLS_DIR : undefined,
        ...stops && { STOP_BUDGET_SECONDS: Math.max(stops.gracePeriodSeconds - 5, 0) },
      }),
    ],
    ports: [{ name: 'sentinel', containerPort: sentinel.port }],
    resources: sentinel.resources,
    livenessProbe: scriptProbe(['probe-sentinel.sh', 'alive'], sentinel.probes.liveness),
    readinessProbe: scriptProbe(['probe-sentinel.sh'], sentinel.probes.readiness),
    lifecycle: stops && { preStop: { exec: { command: ['sh', `${CONFIG_DIR}/${stops.script}`] } } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...options.mounts],
  };
}

/** What keeps a Sentinel beside a server until that has stopped, where Kubernetes does not. */
function beforeServer({ nativeSidecars, server }: Settings): { readonly script: string; readonly gracePeriodSeconds: number } | undefined {
  return nativeSidecars ? undefined : { script: 'stop-sentinel.sh', gracePeriodSeconds: server.pod.gracePeriodSeconds };
}
