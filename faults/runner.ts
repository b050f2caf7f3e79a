import { sleep, until } from './cluster';
import { Installation } from './installation';
import { judge, Verdict } from './judge';
import { isSettled, ProbeReport, State } from './probe/protocol';
import { Probe } from './probe-pods';
import { Bar, LINKED_MS, Run, Scenario } from './scenario';
import { Pod, Target } from './target';
import { Timeline, timeline } from './timeline';

const WRITERS = 8;
const BEFORE_MS = 2000;
const AFTER_MS = 1000;

/** Longest tail of writes that may be lost where nothing else is said. */
const TAIL_MS = 1000;

/** What a fault starts with that is not about clients: the scenario could not be done to its end. */
export const BROKE_OFF = 'broke off';

/** What one run of a scenario gave. */
export interface Result {
  readonly scenario: string;
  readonly setup: string;
  readonly verdict: Verdict;
  /** Time from the end of the fault until the Sentinels agreed and all replicas were in sync. */
  readonly linkedMs: number;
  readonly errors: { readonly [text: string]: number };
  readonly timeline: Timeline;
  /** Why it does not pass. */
  readonly faults: readonly string[];
}

/** What is to be mended, latest first; kept here so that an interrupted suite mends it too. */
const mends: (() => unknown)[] = [];

export async function mendAll(): Promise<void> {
  for (let mend = mends.pop(); mend; mend = mends.pop()) {
    try { await mend(); } catch (error) { console.error(`not mended: ${String((error as Error).message).slice(0, 200)}`); }
  }
}

class ActiveRun<T extends Target> implements Run<T> {
  public readonly marks: { at: number; text: string }[] = [];
  public readonly failures: string[] = [];
  public recoveryAt?: number;

  constructor(public readonly installation: T, public readonly master: Pod, private readonly free: Probe) {}

  public get clients() { return this.free.node; }

  public state() { return this.free.state(); }

  public mark(text: string): void {
    this.marks.push({ at: Date.now(), text });
  }

  public markRecovery(text: string): void {
    this.mark(text);
    this.recoveryAt = this.marks.at(-1)!.at;
  }

  public defer(mend: () => unknown): () => Promise<void> {
    mends.push(mend);
    return async () => {
      const index = mends.indexOf(mend);
      if (index < 0) return;
      mends.splice(index, 1);
      try {
        await mend();
      } catch (error) {
        // what can't be mended now may be later
        if (!/ENOENT|No such|no process|runs no/.test(String(error))) mends.push(mend);
        throw error;
      }
    };
  }

  public async moved(timeoutMs = 30_000): Promise<void> {
    const before = Number(/\d+$/.exec(this.master.name));
    await until('another master', async () => {
      const { sentinels } = await this.state();
      const names = sentinels.map((one) => one.names);
      return names.some((one) => typeof one === 'number' && one !== before && names.filter((other) => other === one).length > names.length / 2);
    }, timeoutMs);
  }

  public async written(): Promise<void> {
    const since = Date.now();
    await until('a write is acknowledged', async () => await this.free.last() > since, 90_000);
  }

  public fail(text: string): void {
    this.failures.push(text);
  }
}

/** Runs a scenario once. */
export async function runOnce<T extends Target = Installation>(installation: T, setup: string, scenario: Scenario<T>): Promise<Result> {
  await installation.reset();
  const master = await installation.master();
  const free = installation.probes.find(({ node }) => node !== master.node) ?? installation.probes[0];
  const beside = scenario.clientsBesideMaster ? installation.probes.filter(({ node }) => node === master.node) : [];
  const run = new ActiveRun(installation, master, free);
  try {
    await Promise.all([free, ...beside].map((probe) => probe.start(WRITERS)));
    await sleep(BEFORE_MS);
    await scenario.inject(run).catch((error: Error) => run.fail(`${BROKE_OFF}: ${error.message.slice(0, 300)}`));
    await mendAll();
    // an answer to a question of before the end would not count
    let state: State | undefined;
    await until('all agree and are in sync', async () => isSettled(state = await run.state()), scenario.linkedMs ?? LINKED_MS)
      .catch((error) => run.fail(`${error.message}: ${JSON.stringify(state)}`));
    if (run.marks.length === 0) throw new Error(run.failures.join('; '));
    const linkedMs = Date.now() - run.marks.at(-1)!.at;
    await sleep(AFTER_MS);
    const reports = await Promise.all([free, ...beside].map((probe) => probe.stop()));
    const verdict = judge(reports, { faultAt: run.marks[0].at, recoveryAt: run.recoveryAt, cutOff: reports.slice(1) });
    return {
      scenario: scenario.name,
      setup,
      verdict,
      linkedMs,
      errors: reports[0].errors,
      timeline: timeline(reports, installation.servers, run.marks),
      faults: [...run.failures, ...faultsOf(verdict, scenario.bar), ...failuresOf(reports[0], scenario.bar)],
    };
  } finally {
    await mendAll();
  }
}

/** Commands that failed, if more than the bar lets through. */
function failuresOf({ errors }: ProbeReport, { failures }: Bar): string[] {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return failures !== undefined && failed > failures ? [`${failed} commands failed: ${JSON.stringify(errors)}`] : [];
}

/** What is beyond the bar. The medians are looked at when all runs are there. */
function faultsOf(verdict: Verdict, bar: Bar): string[] {
  const above = (what: string, value: number | undefined, limit: number | undefined) => (
    value !== undefined && limit !== undefined && value > limit ? [`${what} ${value} ms, at most ${limit} ms`] : []);
  return [
    ...above('without acknowledgements', verdict.gapMs, bar.gapMs?.worst),
    ...above('a client without acknowledgements', verdict.clientGapMs, bar.clientGapMs),
    ...above('recovery', verdict.recoveryMs, bar.recoveryMs?.worst),
    ...above('old master acknowledged for', verdict.oldMasterMs, bar.oldMasterMs),
    ...(bar.lost === 0 && verdict.lost > 0 ? [`${verdict.lost} lost`] : []),
    ...(bar.lost === 'tail' ? above('lost a tail of', verdict.lostTailMs, bar.tailMs ?? TAIL_MS) : []),
    ...(bar.lost === 'cut' && verdict.lostBefore > 0 ? [`${verdict.lostBefore} lost that were acknowledged before the fault`] : []),
    ...(bar.switches !== undefined && verdict.switches > bar.switches ? [`the master changed ${verdict.switches} times, at most ${bar.switches}`] : []),
    ...(verdict.double > 0 ? [`two masters acknowledged: ${verdict.double}`] : []),
    ...(verdict.acknowledged < 100 ? ['hardly anything was acknowledged'] : []),
  ];
}
