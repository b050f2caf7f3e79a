import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';

/** The HAProxy that tests run. */
export const HAPROXY = process.env.HAPROXY ?? 'haproxy';

/** The Redis and the Valkey that they run, by the names that manifests have for them; others than those on PATH from folders that the variables name. */
export const REDIS = programsOf('redis', process.env.REDIS_PROGRAMS);
export const VALKEY = programsOf('valkey', process.env.VALKEY_PROGRAMS);

/** Prometheus' tool, which checks metrics and rules. */
export const PROMTOOL = process.env.PROMTOOL ?? 'promtool';

/** Consul, and what renders its catalog beside HAProxy. */
export const CONSUL = process.env.CONSUL ?? 'consul';
export const CONSUL_TEMPLATE = process.env.CONSUL_TEMPLATE ?? 'consul-template';

/** The exporter beside servers and Sentinels. */
export const REDIS_EXPORTER = process.env.REDIS_EXPORTER ?? 'redis_exporter';

/** What keeps backups, and what serves S3 to it. */
export const RESTIC = process.env.RESTIC ?? 'restic';
export const RCLONE = process.env.RCLONE ?? 'rclone';

/** `describe` where all programs are installed; elsewhere one that is skipped, and says so. */
export function describeWith(programs: readonly string[]): jest.Describe | jest.Describe['skip'] {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return describe;
  console.warn(`SKIPPED: ${expect.getState().testPath} needs ${missing.join(', ')}`);
  return describe.skip;
}

/** Whether the HAProxy that tests run is as new as that. */
export function haproxyIsSince(...version: number[]): boolean {
  if (!isInstalled(HAPROXY)) return false;
  const own = /version (\d+)\.(\d+)\.(\d+)/.exec(execFileSync(HAPROXY, ['-v'], { encoding: 'utf8' }))!.slice(1).map(Number);
  const differs = version.findIndex((number, index) => number !== own[index]);
  return differs < 0 || own[differs] > version[differs];
}

/** Whether all of an engine's programs are installed. */
export function withPrograms(engine: { readonly [name: string]: string }): boolean {
  return Object.values(engine).every(isInstalled);
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function programsOf(engine: string, folder: string | undefined): { readonly [name: string]: string } {
  return Object.fromEntries(['server', 'cli'].map((kind) => `${engine}-${kind}`).map((name) => [name, folder === undefined ? name : path.join(folder, name)]));
}
