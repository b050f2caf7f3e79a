import { k8s } from 'cdk8s-plus-27';
import { authVolume, CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, MountedVolumes, passwordFile, RUN_MOUNT, SENTINEL_SOCKET, SERVER_SOCKET, variables } from './pod-parts';
import { scripts } from './scripts';
import { EXPORTER_PORT, SENTINEL_EXPORTER_PORT } from '../settings/ports';
import { ExporterSettings, Settings } from '../settings/settings';

/** What differs between the exporters of servers and of Sentinels. */
const KINDS = {
  server: { container: 'exporter', socket: SERVER_SOCKET, port: EXPORTER_PORT, portName: 'redis-stats' },
  sentinel: { container: 'sentinel-exporter', socket: SENTINEL_SOCKET, port: SENTINEL_EXPORTER_PORT, portName: 'sentinel-stats' },
};

/** What a script is called in the ConfigMap. */
const scriptFile = (file: string): string => `exporter-${file}`;

/** The script that starts exporters, for the ConfigMap of their pods. */
export function exporterScripts({ exporter }: Settings): { [file: string]: string } {
  return exporter ? scripts('start-exporter.sh') : {};
}

/** Lua scripts of the user, for the same; the exporter follows them, so they roll no pods. */
export function exporterLua({ exporter }: Settings): { [file: string]: string } {
  return Object.fromEntries(Object.entries(exporter?.scripts ?? {}).map(([file, text]) => [scriptFile(file), text]));
}

/** Where the password of the exporters' own user is mounted. */
const METRICS_AUTH_DIR = '/etc/redis-ha-metrics';

/** Its `volumes` are those that the pod does not have anyway. */
interface Password extends MountedVolumes {
  readonly user?: string;
  readonly file?: string;
}

/** The password of the exporters as a volume: where they have a user of their own, they get no other. */
function password(settings: Settings): Password {
  const { auth } = settings;
  if (!auth?.componentUsers) return { ...authVolume(settings), volumes: [], file: passwordFile(settings) };
  return {
    volumes: [{
      name: 'metrics-auth',
      secret: { secretName: auth.secretName, defaultMode: 0o440, items: [{ key: 'metrics-password', path: 'metrics-password' }], optional: true },
    }],
    mounts: [{ name: 'metrics-auth', mountPath: METRICS_AUTH_DIR, readOnly: true }],
    user: 'metrics',
    file: `${METRICS_AUTH_DIR}/metrics-password`,
  };
}

/** Volumes that the exporters of a pod need, beside those that it has. */
export function exporterVolumes(settings: Settings): k8s.Volume[] {
  return settings.exporter ? password(settings).volumes : [];
}

/** redis_exporter beside a server or a Sentinel; none without metrics. */
export function exporterContainers(settings: Settings, of: keyof typeof KINDS): k8s.Container[] {
  const { exporter } = settings;
  if (!exporter) return [];
  const { container, socket, port, portName } = KINDS[of];
  const { mounts, user, file } = password(settings);
  const files = of === 'server' ? Object.keys(exporter.scripts) : [];
  return [{
    name: container,
    image: exporter.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', `${CONFIG_DIR}/start-exporter.sh`],
    args: [
      ...user === undefined ? [] : ['-redis.user', user],
      // it would send the password to any address that it is asked to scrape
      '-disable-scrape-endpoint',
      // CONFIG is not among the rights that metrics need
      '-config-command', '-',
      '-redis-only-metrics',
      // twenty series a command; the percentiles are there without
      '-exclude-latency-histogram-metrics',
      ...of === 'server' ? keyArguments(exporter, settings.replicas) : [],
    ],
    env: variables({
      CONFIG_DIR,
      // not over the network: there is nothing to encrypt, and no certificate to check
      SOCKET: socket,
      PORT: port,
      PASSWORD_FILE: file,
      SCRIPTS: files.length === 0 ? undefined : files.map((name) => `${CONFIG_DIR}/${scriptFile(name)}`).join(),
    }),
    ports: [{ name: portName, containerPort: port }],
    resources: exporter.resources,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...mounts],
  }];
}

function keyArguments({ scripts: files, keys, keyPatterns, countedPatterns }: ExporterSettings, replicas: number): string[] {
  const list = (flag: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [flag, values.join()]);
  return [
    ...Object.keys(files).length === 0 ? [] : ['-lua-script-read-only'],
    ...list('-check-single-keys', keys),
    ...list('-check-keys', keyPatterns),
    ...list('-count-keys', countedPatterns),
    // what the replicas can tell as well
    ...keys.length + keyPatterns.length + countedPatterns.length > 0 && replicas > 1 ? ['-skip-checkkeys-for-role-master'] : [],
  ];
}
