import * as fs from 'node:fs';

/** USER_HZ of Linux. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far. In milliseconds. */
export function cpuMs(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 1000 / TICKS_PER_SECOND;
}
