import * as fs from 'node:fs';
import * as os from 'node:os';

/** The processes of a group, as far as the system tells. */
function membersOf(group: number): number[] {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    // A name may contain anything, a parenthesis too.
    const [, , pgrp] = read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
    return Number(pgrp) === group;
  });
}

/** A process may end before it is read. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Whether a program takes or ignores a signal, rather than leave it to the system, which would end it. Where the system does not tell, it does.
 *
 * @param group whether all of its process group is to
 */
export function takes(pid: number, signal: NodeJS.Signals, group: boolean): boolean {
  if (!fs.existsSync('/proc/self/status')) return true;
  const bit = 2n ** BigInt(os.constants.signals[signal] - 1);
  return (group ? membersOf(pid) : [pid]).every((member) => {
    const masks = [...read(`/proc/${member}/status`).matchAll(/^Sig(?:Ign|Cgt):\s*([0-9a-f]+)$/gm)];
    return masks.length === 0 || masks.some(([, mask]) => BigInt(`0x${mask}`) / bit % 2n === 1n);
  });
}
