import { suffer } from './support/disasters';
import { World } from './support/world';

jest.setTimeout(120_000);

describe('in a simulated world', () => {
  test('no seed leads to two masters, to a newer data set lost to an older one, or to an installation that does not settle', async () => {
    const failed: string[] = [];
    let time = 0;
    for (let seed = Number(process.env.FROM ?? 1); seed <= Number(process.env.SEEDS ?? 20); seed++) {
      const world = new World(seed);
      const violations = await suffer(world);
      time += world.clock.now();
      if (violations.length > 0) failed.push(`seed ${seed}: ${violations[0]}`);
      if (violations.length > 0 && failed.length === 1) require('fs').writeFileSync('/tmp/sim.log', world.lines.join('\n'));
    }
    console.log(time);
    expect(failed).toEqual([]);
  });
});
