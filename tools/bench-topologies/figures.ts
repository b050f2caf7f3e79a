import { Command, Cpu, Figures, Load } from './load';
import { Recorded, Run } from './runs';
import { Member } from './setups';
import { median } from '../bench-kube-template/statistics';

/** What a request passes, from the client on. */
export const KINDS = ['client', 'proxy', 'server'] as const;
export const KIND_TITLES: { readonly [kind in Member['kind']]: string } = { client: 'client', proxy: 'HAProxy', server: 'server' };

/** The measurement of 2020: another machine, other versions. */
export const IN_2020: { readonly [way: string]: { readonly [command in Command]: number } } = {
  'standalone, at its pod IP': { get: 51_599.59, set: 53_734.55 },
  'HA through Services': { get: 37_257.82, set: 34_989.5 },
  'HA at pod IPs, by Consul and consul-template': { get: 44_014.08, set: 42_247.57 },
};

/** All rounds of one way under one load. */
export class Series {
  constructor(public readonly way: string, public readonly command: Command, public readonly load: Load, public readonly rounds: readonly Run[]) {}

  public median(value: (figures: Figures) => number): number {
    return median(this.rounds.map(value));
  }

  public get perSecond(): number {
    return this.median(({ perSecond }) => perSecond);
  }

  /** Median CPU of a request in microseconds, without what is spent at rest; undefined where there is no such part. */
  public cpu(kind: Member['kind']): Cpu | undefined {
    if (this.rounds.every(({ cpu }) => cpu[kind] === undefined)) return undefined;
    const net = (mode: keyof Cpu) => this.median(({ cpu, rest }) => Math.max(0, cpu[kind]![mode] - rest.cpu[kind]![mode]));
    return { user: net('user'), system: net('system') };
  }

  /** The same of the node's interrupts. */
  public get interrupts(): number {
    return this.median(({ interrupts, rest }) => Math.max(0, interrupts - rest.interrupts));
  }

  /** Computed, not measured: requests a second of the part that needs the most CPU for one, if each had a core of its own. */
  public get bound(): number {
    return 1e6 / Math.max(...KINDS.map((kind) => total(this.cpu(kind))));
  }
}

export function total(cpu: Cpu | undefined): number {
  return cpu === undefined ? 0 : cpu.user + cpu.system;
}

const sameLoad = (a: Load, b: Load) => a.connections === b.connections && a.pipeline === b.pipeline && a.bytes === b.bytes;

/** Loads of all runs, each once. The number of requests may differ from run to run. */
export function loadsOf({ runs }: Recorded): Load[] {
  return runs.map(({ load }) => load).filter((load, index, all) => all.findIndex((other) => sameLoad(load, other)) === index);
}

/** Ways in the order in which they were measured first. */
export function waysOf({ runs }: Recorded): string[] {
  return [...new Set(runs.map(({ way }) => way))];
}

/** All that was measured under a load, GET first, as in 2020. */
export function seriesOf(recorded: Recorded, load: Load): Series[] {
  const commands: readonly Command[] = ['get', 'set'];
  return commands.flatMap((command) => waysOf(recorded).map((way) => (
    new Series(way, command, load, recorded.runs.filter((run) => run.way === way && run.command === command && sameLoad(run.load, load)))
  ))).filter(({ rounds }) => rounds.length > 0);
}

/** The same command under the same load at the server without anything before it: what others are measured by. */
export function standaloneOf(all: readonly Series[], { command }: Series): Series | undefined {
  return all.find((other) => other.command === command && other.way === Object.keys(IN_2020)[0]);
}
