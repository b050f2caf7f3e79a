import * as fs from 'node:fs';

/** USER_HZ of Linux. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, or with that of its children that have ended. In milliseconds. */
export function cpuMs(pid: number | string, withChildren = false): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return fields.slice(11, withChildren ? 15 : 13).reduce((sum, ticks) => sum + Number(ticks), 0) * 1000 / TICKS_PER_SECOND;
}
