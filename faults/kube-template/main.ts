/**
 * Faults between kube-template and a real API server: `npm run faults:kube-template [-- SCENARIO…]`. One line a scenario.
 * Needs a lab cluster on this machine, as root, and nobody else on it: `LAB` names the program that hurts it.
 */
import { SCENARIOS } from './scenarios';
import { Stage } from './stage';
import { LAB } from '../injection';

async function main(names: readonly string[]): Promise<number> {
  if (LAB === undefined) throw new Error('LAB is not set: it names the program that cuts nodes off and stops the API server');
  for (const name of names) if (!SCENARIOS.some((one) => one.name === name)) throw new Error(`there is no scenario ${name}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  const stage = await Stage.create();
  let failed = 0;
  try {
    for (const { name, run } of SCENARIOS.filter((one) => names.length === 0 || names.includes(one.name))) {
      try {
        console.log(`pass ${name}: ${await run(stage)}`);
      } catch (error) {
        failed += 1;
        console.log(`FAIL ${name}: ${(error as Error).message}`);
      }
    }
  } finally {
    await stage.remove();
  }
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => process.exit(code), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
