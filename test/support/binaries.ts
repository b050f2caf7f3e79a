import { spawnSync } from 'node:child_process';

/** The HAProxy that tests run. */
export const HAPROXY = process.env.HAPROXY ?? 'haproxy';

/** Prometheus' tool, which checks metrics and rules. */
export const PROMTOOL = process.env.PROMTOOL ?? 'promtool';

/** The exporter beside servers and Sentinels. */
export const REDIS_EXPORTER = process.env.REDIS_EXPORTER ?? 'redis_exporter';

/** `describe` where all programs are installed; elsewhere one that is skipped, and says so. */
export function describeWith(programs: readonly string[]): jest.Describe | jest.Describe['skip'] {
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  if (missing.length === 0) return describe;
  console.warn(`SKIPPED: ${expect.getState().testPath} needs ${missing.join(', ')}`);
  return describe.skip;
}
