import { Chart, Testing } from 'cdk8s';
import { Manifest } from '../../faults/installation';
import { SABOTAGES } from '../../faults/sabotage';
import { SCENARIOS } from '../../faults/scenarios/index';
import { SETUPS } from '../../faults/setups';
import { RedisHa } from '../../lib/index';

describe.each(SABOTAGES)('the sabotage $name', ({ scenario, setup, alter }) => {
  test('finds what it takes away', async () => {
    const chart = new Chart(Testing.app(), 'fault');
    new RedisHa(chart, 'redis', SETUPS[setup]);
    const manifests: Manifest[] = Testing.synth(chart);
    const before = JSON.stringify(manifests);
    await alter(manifests);
    expect(JSON.stringify(manifests)).not.toBe(before);
  });

  test('has a scenario that runs on its setup', () => {
    expect(SCENARIOS.find(({ name }) => name === scenario)?.setups).toContain(setup);
  });
});
