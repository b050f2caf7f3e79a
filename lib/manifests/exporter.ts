import { k8s } from 'cdk8s-plus-27';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, passwordFile, variables } from './pod-parts';
import { scripts } from './scripts';
import { EXPORTER_PORT, SENTINEL_EXPORTER_PORT } from '../settings/ports';
import { ExporterSettings, Settings } from '../settings/settings';

/** What differs between the exporters of servers and of Sentinels. */
const KINDS = {
  server: { container: 'exporter', port: EXPORTER_PORT, portName: 'redis-stats' },
  sentinel: { container: 'sentinel-exporter', port: SENTINEL_EXPORTER_PORT, portName: 'sentinel-stats' },
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

/** redis_exporter beside a server or a Sentinel; none without metrics. */
export function exporterContainers(settings: Settings, of: keyof typeof KINDS, mounts: k8s.VolumeMount[]): k8s.Container[] {
  const { exporter } = settings;
  if (!exporter) return [];
  const { container, port, portName } = KINDS[of];
  const files = of === 'server' ? Object.keys(exporter.scripts) : [];
  return [{
    name: container,
    image: exporter.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', `${CONFIG_DIR}/start-exporter.sh`],
    args: [
      '-redis.addr', `redis://127.0.0.1:${settings[of].port}`,
      '-web.listen-address', `:${port}`,
      // it would send the password to any address that it is asked to scrape
      '-disable-scrape-endpoint',
      // CONFIG is not among the rights that metrics need
      '-config-command', '-',
      '-redis-only-metrics',
      // twenty series a command; the percentiles are there without
      '-exclude-latency-histogram-metrics',
      ...of === 'server' ? keyArguments(exporter) : [],
    ],
    env: variables({
      CONFIG_DIR,
      PASSWORD_FILE: passwordFile(settings),
      SCRIPTS: files.length === 0 ? undefined : files.map((file) => `${CONFIG_DIR}/${scriptFile(file)}`).join(),
    }),
    ports: [{ name: portName, containerPort: port }],
    resources: exporter.resources,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, ...mounts],
  }];
}

function keyArguments({ scripts: files, keys, keyPatterns, countedPatterns }: ExporterSettings): string[] {
  const list = (flag: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [flag, values.join()]);
  return [
    ...Object.keys(files).length === 0 ? [] : ['-lua-script-read-only'],
    ...list('-check-single-keys', keys),
    ...list('-check-keys', keyPatterns),
    // a SCAN over all keys is work that a replica can do
    ...keyPatterns.length === 0 ? [] : ['-skip-checkkeys-for-role-master'],
    ...list('-count-keys', countedPatterns),
  ];
}
