import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpuMs } from '../tools/cpu';

/** The script that runs the nodes, if there is one: it kills, cuts off, freezes and boots them. */
export const LAB = process.env.LAB;

/** Runs a command of the lab. What it starts outlives it, so it must hold none of our pipes. */
export function lab(...args: string[]): void {
  if (LAB === undefined) throw new Error('LAB is not set');
  const { status } = spawnSync(LAB, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${LAB} ${args.join(' ')}: exit code ${status}`);
}

/** How often it is tried to signal all processes of a node. */
const ATTEMPTS = 5;

/** Freezes every process of a node. */
export const pauseNode = (number: string): void => signalNode('pause', number);

/** Lets them go on. */
export const resumeNode = (number: string): void => signalNode('resume', number);

/** One process that ends between being listed and being signalled, as a probe that is given up, ends the command before the others had their signal. */
function signalNode(word: 'pause' | 'resume', number: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      return lab(word, number);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** The lab's number of a node. */
export const nodeNumber = (node: string) => node.replace(/\D+/g, '');

// a Sentinel is the same program under another title
export const SERVER = /^\S*(redis|valkey)-server(?!.*sentinel)/;
export const SENTINEL = /^\S*(redis|valkey)-(server.*\[?sentinel|sentinel)/;
export const AGENT = /agent\.js/;
const ANY = /./;

/** Bytes that a starved program may still have: without them its sockets would be the first to ask for more. */
const HEADROOM = 32 * 1024 * 1024;

/** The processes of a pod, as its node sees them: root of the nodes' machine finds them in its own process table. */
export class PodProcesses {
  constructor(private readonly uid: string) {}

  public find(program: RegExp = ANY): string[] {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && this.owns(pid, program));
  }

  /** Sends a signal to a program. */
  public signal(signal: 'KILL' | 'STOP' | 'CONT', ...programs: RegExp[]): void {
    const pids = programs.flatMap((program) => this.find(program));
    if (pids.length < programs.length) throw new Error(`the pod runs no ${programs.join(' and ')}`);
    execFileSync('kill', [`-${signal}`, ...pids]);
  }

  /** CPU time that a program has used. In milliseconds. */
  public cpuMs(program: RegExp): number {
    const [pid] = this.find(program);
    return pid === undefined ? 0 : cpuMs(pid);
  }

  /** Lets a program have hardly more memory than it uses now: who asks for more is killed in the middle of it. */
  public starve(program: RegExp): void {
    const [pid] = this.find(program);
    if (pid === undefined) throw new Error(`the pod runs no ${program}`);
    const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    const older = /^\d+:memory:(.*)$/m.exec(groups)?.[1];
    const [limit, usage] = older === undefined
      ? ['memory.max', 'memory.current'].map((file) => `/sys/fs/cgroup${/^0::(.*)$/m.exec(groups)![1]}/${file}`)
      : ['memory.limit_in_bytes', 'memory.usage_in_bytes'].map((file) => `/sys/fs/cgroup/memory${older}/${file}`);
    writeFileSync(limit, String(Number(readFileSync(usage, 'utf8')) + HEADROOM));
  }

  /**
   * Drops all packets between the pod and these addresses. @returns what joins them again; it fails when the pod is gone
   */
  public cutOff(addresses: readonly string[], ports?: readonly number[]): () => void {
    const directions = addresses.flatMap((address) => ['-s', '-d'].map((direction) => [direction, address]));
    return this.drop(['INPUT', 'OUTPUT'], ports === undefined ? directions : directions.flatMap((rule) => ['--dports', '--sports'].map(
      (side) => ['-p', 'tcp', ...rule, '-m', 'multiport', side, ports.join(',')])));
  }

  /** Drops all packets from these addresses to these ports of the pod: it reaches them, and they don't reach it. @returns what ends it; it fails when the pod is gone */
  public deafen(addresses: readonly string[], ports: readonly number[]): () => void {
    return this.drop(['INPUT'], addresses.map((address) => ['-p', 'tcp', '-s', address, '-m', 'multiport', '--dports', ports.join(',')]));
  }

  /** Drops some of the packets that the pod receives, by chance. @returns what ends it; it fails when the pod is gone */
  public losePackets(share: number): () => void {
    return this.drop(['INPUT'], [['-m', 'statistic', '--mode', 'random', '--probability', String(share)]]);
  }

  /** Drops what matches one of the rules. */
  private drop(hooks: readonly string[], rules: readonly string[][]): () => void {
    const pid = this.sandbox();
    const iptables = (...args: string[]) => execFileSync('nsenter', ['-t', pid, '-n', 'iptables', '-w', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const chain = `FAULT-${(Date.now() % 1e9).toString(36)}`;
    iptables('-N', chain);
    for (const rule of rules) iptables('-A', chain, ...rule, '-j', 'DROP');
    for (const hook of hooks) iptables('-I', hook, '-j', chain);
    return () => {
      for (const hook of hooks) iptables('-D', hook, '-j', chain);
      iptables('-F', chain);
      iptables('-X', chain);
    };
  }

  /** The process that keeps the pod's network. Others, as those of probes, end meanwhile, and may have a smaller number. */
  private sandbox(): string {
    const pids = this.find(/^\S*pause\b/);
    if (pids.length !== 1) throw new Error(`the pod has ${pids.length} processes that keep its network`);
    return pids[0];
  }

  private owns(pid: string, program: RegExp): boolean {
    try {
      // kubelet writes the uid with dashes or, under systemd, with underscores
      const group = readFileSync(`/proc/${pid}/cgroup`, 'utf8').replaceAll('_', '-');
      return group.includes(this.uid) && program.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      return false; // it ended meanwhile
    }
  }
}
