/**
 * The fault suite: `npm run faults [-- [--ci] [--setup NAME] SCENARIO…]`. One line a scenario, pass or fail against its bar, and the counts at the end.
 * Needs a cluster whose nodes run on this machine as root: processes of pods are killed and stopped from outside.
 */
import { Installation } from './installation';
import { ProbePod } from './probe-pod';
import { Scenario, SCENARIOS } from './scenarios';
import { RedisHaProps, Engine, Routing, Sentinel } from '../../lib';

const SETUPS: { readonly [name: string]: RedisHaProps } = {
  'sidecar-service-redis': {},
  'separate-service-redis': { sentinel: Sentinel.deployments(3) },
  'sidecar-podip-redis': { routing: Routing.podIp() },
  'separate-podip-valkey': { sentinel: Sentinel.deployments(3), routing: Routing.podIp(), engine: Engine.valkey() },
};
/** What CI has time for. */
const CI = { setups: ['sidecar-service-redis', 'separate-podip-valkey'], scenarios: ['delete-master', 'kill-master', 'freeze-master', 'delete-replica'] };
const LINKED_MS = 60_000;

async function run(installation: Installation, setup: string, scenario: Scenario): Promise<boolean> {
  const label = `${scenario.name} on ${setup}`;
  try {
    await installation.settled(120_000);
    const probe = new ProbePod(installation, scenario.seconds);
    await probe.start();
    await scenario.inject(installation);
    const report = await probe.report();
    const linkedMs = await installation.settled(LINKED_MS);
    const faults = [
      report.gapMs > scenario.gapMs && `gap above ${scenario.gapMs} ms`,
      scenario.lost !== undefined && report.lost > scenario.lost && `more than ${scenario.lost} lost`,
      report.double > 0 && 'two masters acknowledged',
      report.acknowledged < 100 && 'hardly anything was acknowledged',
    ].filter(Boolean);
    console.log(`${faults.length === 0 ? 'pass' : 'FAIL'} ${label}: ${report.gapMs} ms without acknowledgements, ${report.lost} of ${report.acknowledged} lost, `
      + `${report.double} double, settled ${Math.round(linkedMs / 100) / 10} s after the probe${faults.length ? ` (${faults.join(', ')})` : ''}`);
    if (faults.length > 0) console.log(`     ${JSON.stringify(report)}`);
    return faults.length === 0;
  } catch (error) {
    console.log(`FAIL ${label}: ${String((error as Error).message).slice(0, 500)}`);
    return false;
  }
}

async function main(args: string[]): Promise<number> {
  const ci = args.includes('--ci');
  const setupFlag = args.indexOf('--setup');
  const only = setupFlag < 0 ? undefined : args[setupFlag + 1];
  const wanted = args.filter((arg, index) => !arg.startsWith('--') && (setupFlag < 0 || index !== setupFlag + 1));
  for (const name of wanted) if (!SCENARIOS.some((one) => one.name === name)) throw new Error(`there is no scenario ${name}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  if (only !== undefined && !(only in SETUPS)) throw new Error(`there is no setup ${only}; there are ${Object.keys(SETUPS).join(', ')}`);
  const setups = only ? [only] : ci ? CI.setups : Object.keys(SETUPS);
  const scenarios = SCENARIOS.filter(({ name }) => (wanted.length > 0 ? wanted.includes(name) : !ci || CI.scenarios.includes(name)));
  let passed = 0;
  let failed = 0;
  for (const setup of setups) {
    const installation = new Installation(`fault-${setup}`, SETUPS[setup]);
    try {
      await installation.up();
      for (const scenario of scenarios) {
        if (await run(installation, setup, scenario)) passed++;
        else failed++;
      }
    } catch (error) {
      failed++;
      console.log(`FAIL ${setup} does not come up: ${String((error as Error).message).slice(0, 500)}`);
    } finally {
      installation.down();
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => process.exit(code), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
