import { suffer } from './support/disasters';
import { failuresOf, seeds } from './support/seeds';
import { seeing } from './support/seeing';
import { Decide, World } from './support/world';
import { decide } from '../../lib/agent/decide/decide';

jest.setTimeout(600_000);

/** A seed takes twice as long with a restore as without. */
const TRIED = seeds('with a restore', 'first');
/** So many are tried until a missing rule is noticed. */
const SEEDS = 1_000;
/** One of few that notice what only a crash in a short moment shows: others come after it, as a change of the world may ask for another one. */
const RARE = 660;

// Errors are everyday events here; nobody reads where they come from.
Error.stackTraceLimit = 0;

describe('in a simulated world whose data is restored', () => {
  const restoring = (seed: number, how?: Decide) => new World(seed, how, 3, true);

  test(`none of ${TRIED.count} seeds begins without the data of a restore, or has it come over newer data`, async () => {
    expect(await failuresOf(TRIED, restoring)).toEqual([]);
  });

  test.each<[string, string, Decide, number?]>([
    ['nobody is elected before', 'without the data of the restore', (observation, memory, rules) => {
      const decision = decide(observation, memory, rules);
      return decision.action.kind === 'restore' ? { ...decision, action: { kind: 'start-vote', clear: [], why: 'broken' } } : decision;
    }],
    ['a copy counts once it is on the disk', 'without the data of the restore', seeing((view) => ({ ...view, rewriting: false })), RARE],
    ['a server without data that is named withdraws', 'without the data of the restore', (observation, memory, rules) => {
      const decision = decide(observation, memory, rules);
      return decision.action.kind === 'withdraw' ? { ...decision, action: { kind: 'resume', why: 'broken' } } : decision;
    }],
    ['it waits for those that may have data', 'without waiting', (observation, memory, rules) => decide(observation, memory, { ...rules, bootTimeoutMs: 0 })],
  ])('of a restore, that %s can\'t be left out', async (_, violation, broken, first = 1) => {
    for (let seed = first; seed < first + SEEDS; seed++) {
      if ((await suffer(restoring(seed, broken))).some((line) => line.includes(violation))) return;
    }
    throw new Error(`${SEEDS} seeds without "${violation}": the simulation does not notice that the rule is missing`);
  });
});
