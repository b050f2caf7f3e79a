import { Chart, Testing } from 'cdk8s';
import { Manifest } from './installation';
import { SABOTAGES } from './sabotage';
import { SCENARIOS } from './scenarios';
import { SETUPS } from './setups';
import { RedisHa } from '../../lib';

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
