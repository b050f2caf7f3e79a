import { execFileSync } from 'node:child_process';
import { defaultImage, IMAGES } from '../../lib/options/images';

const HELM = process.env.HELM ?? 'helm';

/** Name of the release: all that the chart makes begins with it. */
export const RELEASE = 'versus';
/** What the chart calls all of a release. */
export const FULL_NAME = `${RELEASE}-redis-ha`;
export const SERVERS = 3;
export const READ_PORT = 6380;

/** Which chart, and what is set in it. */
export interface ChartSource {
  /** A folder, an archive, or what helm finds otherwise, like `dandydev/redis-ha`. */
  readonly chart: string;
  /** Files of values, which win over ours. */
  readonly values: readonly string[];
  /** Servers keep an append-only file on a volume. Otherwise they have no volume. */
  readonly volumes: boolean;
  /** Key of a Secret with the password. Default: no password. */
  readonly secret?: { readonly name: string; readonly key: string };
}

/** Runs helm and returns what it prints. */
function helm(args: readonly string[], input?: string): string {
  return execFileSync(HELM, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });
}

/** Name and version of a chart. */
export function chartVersion(chart: string): string {
  const shown = helm(['show', 'chart', chart]);
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(shown)?.[1];
  return `${field('name')} ${field('version')}`;
}

function image(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':');
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** What is set beside the chart's own defaults. */
function valuesOf({ volumes, secret }: ChartSource): object {
  return {
    image: image(defaultImage(IMAGES.redis)),
    replicas: SERVERS,
    ...secret === undefined ? {} : { auth: true, existingSecret: secret.name, authKey: secret.key },
    persistentVolume: { enabled: volumes, size: '256Mi' },
    haproxy: { enabled: true, image: image(defaultImage(IMAGES.haproxy)), readOnly: { enabled: true, port: READ_PORT } },
    redis: {
      config: {
        ...volumes ? { appendonly: 'yes' } : {},
        // so does the official image without a password, by a patch that other builds of the same version lack
        ...secret === undefined ? { 'protected-mode': 'no' } : {},
      },
      // its hand-over is written for a shell that knows [[, as that of its own image does; the one of ours does not
      lifecycle: { preStop: { exec: { command: ['/bin/bash', '/readonly-config/trigger-failover-if-master.sh'] } } },
    },
  };
}

/** The chart's manifests, as YAML. */
export function renderChart(source: ChartSource, namespace: string): string {
  const files = ['-', ...source.values].flatMap((file) => ['--values', file]);
  return helm(['template', RELEASE, source.chart, '--namespace', namespace, '--skip-tests', ...files], JSON.stringify(valuesOf(source)));
}
