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
  /** By kind of container, with what it takes at rest. */
  readonly cpu: CpuByKind;
  /** CPU of a request in interrupts of the whole node, in microseconds, with what the node takes at rest. */
  readonly interrupts: number;
  /** What of both would have been spent in the same time without any request: HAProxy checks servers, the agents ask. */
  readonly rest: { readonly cpu: CpuByKind; readonly interrupts: number };
}

/** What a set-up takes at rest. */
export type Rest = Figures['rest'];

type CpuByKind = { readonly [kind in Member['kind']]?: Cpu };

/** CPU of the container in microseconds, user and system, by control groups of either version; and what the node has spent in interrupts, hard and soft. */
const USAGE = `if [ -e /sys/fs/cgroup/cpu.stat ]; then sed -n 's/^user_usec //p; s/^system_usec //p' /sys/fs/cgroup/cpu.stat
else for kind in user sys; do echo $(($(cat /sys/fs/cgroup/cpuacct/cpuacct.usage_$kind) / 1000)); done; fi
awk '/^cpu / { print ($7 + $8) * 10000 }' /proc/stat`;

/** By kind of container, and of the node, since whenever, at a time in milliseconds. */
interface Usage {
  readonly cpu: CpuByKind;
  readonly interrupts: number;
  readonly at: number;
}

async function usageOf({ namespace, members }: Setup): Promise<Usage> {
  const cpu: { [kind: string]: Cpu } = {};
  let interrupts = 0;
  const all = await Promise.all(members.map(async ({ pod, container }) => namespace.exec(pod, container, USAGE)));
  all.forEach(({ stdout, stderr }, index) => {
    const [user, system, node] = stdout.trim().split('\n').map(Number);
    if (!(user! >= 0 && system! >= 0 && node! >= 0)) throw new Error(`${members[index]!.pod}: no control group: ${stdout}${stderr}`);
    const { kind } = members[index]!;
    cpu[kind] = { user: (cpu[kind]?.user ?? 0) + user!, system: (cpu[kind]?.system ?? 0) + system! };
    if (index === 0) interrupts = node!;
  });
  return { cpu, interrupts, at: Date.now() };
}

/** What was spent between two looks, as many parts of it. */
function spent(before: Usage, after: Usage, parts: number): Rest {
  const kinds = Object.keys(after.cpu) as Member['kind'][];
  const part = (kind: Member['kind'], mode: keyof Cpu) => (after.cpu[kind]![mode] - before.cpu[kind]![mode]) / parts;
  return {
    cpu: Object.fromEntries(kinds.map((kind) => [kind, { user: part(kind, 'user'), system: part(kind, 'system') }])),
    interrupts: (after.interrupts - before.interrupts) / parts,
  };
}

/** Looks at a set-up for some time in which nobody asks anything of it. */
export async function rest(setup: Setup, millis: number): Promise<Rest> {
  const before = await usageOf(setup);
  await new Promise((resolve) => setTimeout(resolve, millis));
  const after = await usageOf(setup);
  return spent(before, after, after.at - before.at);
}

/** Runs redis-benchmark in the client's pod, and counts the CPU of all that a request passes. */
export async function measure(setup: Setup, command: Command, { connections, pipeline, bytes, requests }: Load, resting: Rest): Promise<Figures> {
  const { host, port, namespace } = setup;
  const before = await usageOf(setup);
  const script = `redis-benchmark -h ${host} -p ${port} -c ${connections} -P ${pipeline} -d ${bytes} -n ${requests} -t ${command} --csv`;
  const { stdout, stderr } = await namespace.exec('client', 'client', script);
  const after = await usageOf(setup);
  const row = stdout.split('\n').find((line) => line.startsWith(`"${command.toUpperCase()}"`));
  if (row === undefined) throw new Error(`${namespace.name}: ${stdout}${stderr}`);
  // test, requests a second, average, least, p50, p95, p99, most
  const [, perSecond, , , p50, , p99] = row.split(',').map((field) => Number(field.replaceAll('"', '')));
  const share = (after.at - before.at) / requests;
  const restOf = ([kind, { user, system }]: [string, Cpu]) => [kind, { user: user * share, system: system * share }];
  const cpu = Object.fromEntries(Object.entries(resting.cpu).map(restOf));
  return { perSecond: perSecond!, p50: p50!, p99: p99!, ...spent(before, after, requests), rest: { cpu, interrupts: resting.interrupts * share } };
}
