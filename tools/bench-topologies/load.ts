import { Member, Setup } from './setups';

/** What redis-benchmark is told. */
export interface Load {
  readonly connections: number;
  readonly pipeline: number;
  readonly bytes: number;
  readonly requests: number;
}

/** In this order: GET finds what SET wrote. */
export const COMMANDS = ['set', 'get'] as const;
export type Command = typeof COMMANDS[number];

/** The command line of 2020, but for the number of requests. */
export const loadOf2020 = (requests: number): Load => ({ connections: 100, pipeline: 1, bytes: 3, requests });

/** Pipelines, sizes and numbers of connections, each with each. Where a request takes longer, there are fewer of them. */
export function matrix(requests: number): Load[] {
  return [1, 16].flatMap((pipeline) => [100, 10_000].flatMap((bytes) => [1, 100, 1000].map((connections) => {
    const part = (connections === 1 ? 0.1 : 1) * (pipeline === 1 ? 1 : 2) * (bytes === 100 ? 1 : 0.25);
    return { connections, pipeline, bytes, requests: Math.ceil(requests * part) };
  })));
}

/** CPU of a request in microseconds, in the program and in the kernel for it. */
export interface Cpu {
  readonly user: number;
  readonly system: number;
}

/** One run of redis-benchmark. */
export interface Figures {
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** By kind of container. */
  readonly cpu: { readonly [kind in Member['kind']]?: Cpu };
  /** CPU of a request in interrupts of the whole node, in microseconds. */
  readonly interrupts: number;
}

/** CPU of the container in microseconds, user and system, by control groups of either version; and what the node has spent in interrupts, hard and soft. */
const USAGE = `if [ -e /sys/fs/cgroup/cpu.stat ]; then sed -n 's/^user_usec //p; s/^system_usec //p' /sys/fs/cgroup/cpu.stat
else for kind in user sys; do echo $(($(cat /sys/fs/cgroup/cpuacct/cpuacct.usage_$kind) / 1000)); done; fi
awk '/^cpu / { print ($7 + $8) * 10000 }' /proc/stat`;

interface Usage extends Cpu {
  readonly interrupts: number;
}

async function usage({ namespace }: Setup, { pod, container }: Member): Promise<Usage> {
  const { stdout, stderr } = await namespace.exec(pod, container, USAGE);
  const [user, system, interrupts] = stdout.trim().split('\n').map(Number);
  if (!(user! >= 0 && system! >= 0 && interrupts! >= 0)) throw new Error(`${pod}: no control group: ${stdout}${stderr}`);
  return { user: user!, system: system!, interrupts: interrupts! };
}

/** Runs redis-benchmark in the client's pod, and counts the CPU of all that a request passes. */
export async function measure(setup: Setup, command: Command, { connections, pipeline, bytes, requests }: Load): Promise<Figures> {
  const { host, port, members, namespace } = setup;
  const before = await Promise.all(members.map((member) => usage(setup, member)));
  const script = `redis-benchmark -h ${host} -p ${port} -c ${connections} -P ${pipeline} -d ${bytes} -n ${requests} -t ${command} --csv`;
  const { stdout, stderr } = await namespace.exec('client', 'client', script);
  const after = await Promise.all(members.map((member) => usage(setup, member)));
  const row = stdout.split('\n').find((line) => line.startsWith(`"${command.toUpperCase()}"`));
  if (row === undefined) throw new Error(`${namespace.name}: ${stdout}${stderr}`);
  // test, requests a second, average, least, p50, p95, p99, most
  const [, perSecond, , , p50, , p99] = row.split(',').map((field) => Number(field.replaceAll('"', '')));
  const cpu: { [kind: string]: Cpu } = {};
  members.forEach(({ kind }, index) => {
    const spent = (mode: 'user' | 'system') => (cpu[kind]?.[mode] ?? 0) + (after[index]![mode] - before[index]![mode]) / requests;
    cpu[kind] = { user: spent('user'), system: spent('system') };
  });
  return { perSecond: perSecond!, p50: p50!, p99: p99!, cpu, interrupts: (after[0]!.interrupts - before[0]!.interrupts) / requests };
}
