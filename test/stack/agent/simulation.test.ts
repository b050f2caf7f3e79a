import { failuresOf, seeds } from '../../agent/support/seeds';
import { World } from '../../agent/support/world';

jest.setTimeout(600_000);

// Errors are everyday events here; nobody reads where they come from.
Error.stackTraceLimit = 0;

/** Those that `test/agent/simulation.test.ts` and `test/agent/simulation-restore.test.ts` have no time for. */
describe('in a simulated world', () => {
  const alone = seeds('alone', 'others');
  const restoring = seeds('with a restore', 'others');

  test(`none of ${alone.count} more seeds ends in two masters, in newer data lost to older, or in an installation that does not converge`, async () => {
    expect(await failuresOf(alone, (seed) => new World(seed))).toEqual([]);
  });

  test(`none of ${restoring.count} more seeds begins without the data of a restore, or has it come over newer data`, async () => {
    expect(await failuresOf(restoring, (seed) => new World(seed, undefined, 3, true))).toEqual([]);
  });
});
