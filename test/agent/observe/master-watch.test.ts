import { Absence, MasterWatch, Said } from '../../../lib/agent/observe/master-watch';
import { Scheduler } from '../support/scheduler';

/** What a watch tells of server 1 until a time, which is made up. */
async function told(ask: (at: number) => Said, ms: number, sign = true): Promise<[absence: Absence, at: number, ms: number][]> {
  const clock = new Scheduler();
  const absences: [Absence, number, number][] = [];
  const watch = new MasterWatch({
    clock,
    afterMs: { lost: 1_500, gone: 1_000 },
    ask: async () => {
      const said = ask(clock.now());
      // as a call without an answer does
      if (said === 'nothing') await clock.sleep(1_000);
      return said;
    },
    signOfLife: async () => sign,
    absent: (_, absence, lastedMs) => absences.push([absence, clock.now(), lastedMs]),
  });
  watch.watch(1);
  await clock.runUntil(() => false, ms);
  watch.watch(undefined);
  return absences;
}

describe('whether a master is there', () => {
  test('one that answers is', async () => {
    expect(await told(() => 'answer', 10_000)).toEqual([]);
  });

  test('one that refuses connections is gone after a second, and that is told until somebody acts', async () => {
    const all = await told((at) => at < 2_000 ? 'answer' : 'refusal', 4_000);
    expect(all[0]).toEqual(['gone', 3_000, 1_000]);
    expect(new Set(all.map(([absence]) => absence))).toEqual(new Set(['gone']));
    expect(all.length).toBeGreaterThan(2);
  });

  test('one that was restarted refuses for less', async () => {
    expect(await told((at) => at < 1_000 || at >= 1_800 ? 'answer' : 'refusal', 6_000)).toEqual([]);
  });

  test('one that answers nothing may stall: the Sentinels decide', async () => {
    expect(await told((at) => at < 2_000 ? 'answer' : 'nothing', 20_000)).toEqual([]);
  });

  test('one of whose pod there is no sign of life is lost', async () => {
    const [[absence, at]] = await told((now) => now < 2_000 ? 'answer' : 'nothing', 5_000, false);
    expect(absence).toBe('lost');
    expect(at).toBeLessThan(4_000);
  });
});
