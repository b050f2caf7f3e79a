import { Member, Setup } from './setups';

/** What redis-benchmark is told. */
export interface Load {
  readonly title: string;
  readonly connections: number;
  readonly pipeline: number;
  readonly bytes: number;
  readonly requests: number;
}

export type Command = 'set' | 'get';

/** One run of redis-benchmark. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU of a request by kind of container, in microseconds. */
  readonly cpu: { readonly [kind in Member['kind']]?: number };
  /** The same in interrupts of the whole node. */
  readonly interrupts: number;
}

/** Microseconds of CPU of the container, by control groups of either version, and what the node has spent in software interrupts so far. */
const USAGE = `if [ -e /sys/fs/cgroup/cpu.stat ]; then sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat
else echo $(($(cat /sys/fs/cgroup/cpuacct/cpuacct.usage) / 1000)); fi
awk '/^cpu / { print $8 * 10000 }' /proc/stat`;

async function usage({ namespace }: Setup, { pod, container }: Member): Promise<{ micros: number; interrupts: number }> {
  const { stdout, stderr } = await namespace.exec(pod, container, USAGE);
  const [micros, interrupts] = stdout.trim().split('\n').map(Number);
  if (!(micros! >= 0)) throw new Error(`${pod}: no control group: ${stdout}${stderr}`);
  return { micros: micros!, interrupts: interrupts! };
}

/** Runs redis-benchmark in the client's pod, and counts the CPU of all that a request passes. */
export async function measure(setup: Setup, command: Command, { connections, pipeline, bytes, requests }: Load): Promise<Figures> {
  const { host, port, members, namespace } = setup;
  const before = await Promise.all(members.map((member) => usage(setup, member)));
  const script = `redis-benchmark -h ${host} -p ${port} -c ${connections} -P ${pipeline} -d ${bytes} -n ${requests} -r 1000 -t ${command} --csv`;
  const { stdout, stderr } = await namespace.exec('client', 'client', script);
  const after = await Promise.all(members.map((member) => usage(setup, member)));
  const row = stdout.split('\n').find((line) => line.startsWith(`"${command.toUpperCase()}"`));
  if (row === undefined) throw new Error(`${setup.title}: ${stdout}${stderr}`);
  // test, requests a second, average, least, p50, p95, p99, most
  const [, perSecond, , , p50, , p99] = row.split(',').map((field) => Number(field.replaceAll('"', '')));
  const cpu: { [kind: string]: number } = {};
  members.forEach(({ kind }, index) => { cpu[kind] = (cpu[kind] ?? 0) + (after[index]!.micros - before[index]!.micros) / requests; });
  return { perSecond: perSecond!, p50: p50!, p99: p99!, cpu, interrupts: (after[0]!.interrupts - before[0]!.interrupts) / requests };
}
