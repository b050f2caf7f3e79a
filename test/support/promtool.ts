import { spawnSync } from 'node:child_process';
import { PROMTOOL } from './binaries';

/** What `promtool check metrics` finds in an exposition; empty when nothing is wrong. */
export function metricErrors(text: string): string {
  const { stdout, stderr, error } = spawnSync(PROMTOOL, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}
