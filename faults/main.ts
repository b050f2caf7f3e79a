/**
 * The fault suite. One line for each scenario on each setup, pass or fail against its bar, and the counts at the end.
 *
 * npm run faults [-- [--ci] [--setup NAME]… [--runs N] [--json FILE] [--logs DIRECTORY] [SCENARIO…]]
 * npm run faults -- --sabotage NAME [SCENARIO…]   takes a protection away: the suite must fail
 * npm run faults -- --sabotages [NAME…]           does so with each; passes where the suite fails
 * npm run faults -- --alerts [STAGE…]              does what an operator should be told of, or not, while a Prometheus watches: half an hour
 * npm run faults -- --list
 *
 * env: KUBECONFIG; LAB, the script that switches the nodes off and cuts them off. Scenarios that need what is not there are skipped.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { alerts } from './alerts/run';
import { STAGES } from './alerts/stages';
import { Installation } from './installation';
import { BROKE_OFF, mendAll, Result, runOnce } from './runner';
import { SABOTAGES, Sabotage } from './sabotage';
import { Scenario } from './scenario';
import { CI, SCENARIOS } from './scenarios/index';
import { labIsReached } from './scenarios/partitions';
import { SETUPS } from './setups';
import { line, summarize } from './summary';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ci: { type: 'boolean', default: false },
    setup: { type: 'string', multiple: true },
    runs: { type: 'string', default: '1' },
    json: { type: 'string' },
    logs: { type: 'string' },
    sabotage: { type: 'string' },
    sabotages: { type: 'boolean', default: false },
    alerts: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const counts = { passed: 0, failed: 0, skipped: 0 };
/** What is removed in any case. */
const installations = new Set<{ down(): void }>();

function find<T extends { readonly name: string }>(what: string, all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${what} ${name}; there are ${all.map((one) => one.name).join(', ')}`);
  return found;
}

/** Installs a setup, does something with it, and removes it. */
async function withInstallation<T>(setup: string, sabotage: Sabotage | undefined, use: (installation: Installation) => Promise<T>): Promise<T> {
  const installation = new Installation(`fault-${setup}-${Date.now().toString(36).slice(-4)}`, SETUPS[setup]);
  installations.add(installation);
  try {
    await installation.up(sabotage?.afterwards ? undefined : sabotage?.alter);
    if (sabotage?.afterwards) await installation.alterFiles(sabotage.alter);
    return await use(installation);
  } finally {
    installation.down();
    installations.delete(installation);
  }
}

/** What all containers said in the last minutes. */
function keepLogs(installation: Installation, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const component of ['server', 'sentinel', 'proxy']) {
    const options = ['--all-containers', '--prefix', '--timestamps', '--since=3m', '--tail=-1', '--max-log-requests=30', '--ignore-errors'];
    writeFileSync(`${directory}/${component}.log`, installation.run('logs', '-l', `app.kubernetes.io/component=${component}`, ...options));
  }
}

async function runs(installation: Installation, setup: string, scenario: Scenario, count: number): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < count) {
    const result = await runOnce(installation, setup, scenario);
    if (result.faults.length > 0 && flags.logs !== undefined) keepLogs(installation, `${flags.logs}/${setup}-${scenario.name}-${results.length}`);
    results.push(result);
  }
  return results;
}

/** What can't be injected here. */
async function missing(): Promise<ReadonlyMap<Scenario['needs'], string>> {
  if (await labIsReached()) return new Map();
  return new Map([
    ['nodes', 'LAB is not set, or the cluster is not its own: nodes can\'t be switched off'],
    ['processes', 'LAB is not set, or the cluster is not its own: processes can\'t be reached from outside'],
  ]);
}

function plan(): { setup: string; scenarios: Scenario[] }[] {
  const wanted = positionals.length > 0
    ? positionals.map((name) => find('scenario', SCENARIOS, name))
    : SCENARIOS.filter(({ name }) => !flags.ci || CI.scenarios.includes(name));
  for (const setup of flags.setup ?? []) find('setup', Object.keys(SETUPS).map((name) => ({ name })), setup);
  // a setup that is asked for by name takes any scenario that is
  const takes = (setup: string, { setups }: Scenario) => (flags.setup
    ? flags.setup.includes(setup) && (positionals.length > 0 || setups.includes(setup))
    : setups.includes(setup) && (!flags.ci || CI.setups.includes(setup)));
  return Object.keys(SETUPS)
    .map((setup) => ({ setup, scenarios: wanted.filter((one) => takes(setup, one)) }))
    .filter(({ scenarios }) => scenarios.length > 0);
}

function keep(results: readonly Result[]): void {
  if (flags.json === undefined) return;
  const before: Result[] = existsSync(flags.json) ? JSON.parse(readFileSync(flags.json, 'utf8')) : [];
  const again = (one: Result) => results.some(({ scenario, setup }) => scenario === one.scenario && setup === one.setup);
  writeFileSync(flags.json, JSON.stringify([...before.filter((one) => !again(one)), ...results]));
}

function failed(what: string, error: unknown): void {
  counts.failed++;
  console.log(`FAIL ${what}: ${String((error as Error).message).slice(0, 500)}`);
}

/** All runs of a scenario on a setup, and what they come to. */
async function runScenario(installation: Installation, setup: string, scenario: Scenario): Promise<void> {
  try {
    const results = await runs(installation, setup, scenario, Math.min(Number(flags.runs), scenario.maxRuns ?? Infinity));
    const summary = summarize(scenario, results);
    console.log(line(summary));
    for (const { faults, verdict, errors } of results) if (faults.length > 0) console.log(`     ${JSON.stringify({ ...verdict, errors })}`);
    keep(results);
    if (summary.faults.length === 0) counts.passed++; else counts.failed++;
  } catch (error) {
    failed(`${scenario.name} on ${setup}`, error);
  }
}

async function suite(sabotage?: Sabotage): Promise<void> {
  const absent = await missing();
  for (const { setup, scenarios } of plan()) {
    const skipped = scenarios.filter(({ needs }) => absent.has(needs));
    for (const { name, needs } of skipped) console.log(`SKIP ${name} on ${setup}: ${absent.get(needs)}`);
    counts.skipped += skipped.length;
    const possible = scenarios.filter((one) => !skipped.includes(one));
    if (possible.length === 0) continue;
    try {
      await withInstallation(setup, sabotage, async (installation) => {
        for (const scenario of possible) await runScenario(installation, setup, scenario);
      });
    } catch (error) {
      failed(`${setup} does not come up`, error);
    }
  }
}

/** Each sabotage with the scenario that finds it out. */
async function sabotages(): Promise<void> {
  const absent = await missing();
  const wanted = positionals.length > 0 ? positionals.map((name) => find('sabotage', SABOTAGES, name)) : SABOTAGES;
  for (const sabotage of wanted) {
    const scenario = find('scenario', SCENARIOS, sabotage.scenario);
    if (absent.has(scenario.needs)) {
      counts.skipped++;
      console.log(`SKIP without ${sabotage.name}: ${absent.get(scenario.needs)}`);
      continue;
    }
    let faults: readonly string[];
    try {
      const { setup } = sabotage;
      faults = await withInstallation(setup, sabotage, async (installation) => (await runOnce(installation, setup, scenario)).faults);
    } catch (error) {
      // a run that breaks off proves nothing
      failed(`without ${sabotage.name}: ${scenario.name} broke off`, error);
      continue;
    }
    const noticed = faults.some((fault) => !fault.startsWith(BROKE_OFF));
    if (noticed) counts.passed++; else counts.failed++;
    console.log(noticed
      ? `pass without ${sabotage.name}, ${scenario.name} fails: ${faults.join('; ')}`
      : `FAIL without ${sabotage.name}, ${scenario.name} passes all the same${faults.map((fault) => `; ${fault}`).join('')}`);
  }
}

/** Whether alerts fire and resolve, and none does in a planned roll. */
async function alertStages(): Promise<void> {
  const stages = positionals.length > 0 ? positionals.map((name) => find('stage', STAGES, name)) : STAGES;
  if (!await labIsReached()) {
    counts.skipped += stages.length;
    console.log('SKIP alerts: LAB is not set, or the cluster is not its own');
    return;
  }
  const tell = (passed: boolean, text: string) => {
    if (passed) counts.passed++; else counts.failed++;
    console.log(`${passed ? 'pass' : 'FAIL'} ${text}`);
  };
  try {
    await alerts({ stages, tell, keep: (one) => installations.add(one) });
  } finally {
    for (const one of installations) one.down();
  }
}

async function main(): Promise<number> {
  if (flags.list) {
    for (const { name, what, setups } of SCENARIOS) console.log(`${name}: ${what} (${setups.join(', ')})`);
    for (const { name, what } of STAGES) console.log(`--alerts ${name}: ${what}`);
    for (const { name, removes } of SABOTAGES) console.log(`--sabotage ${name}: ${removes}`);
    return 0;
  }
  if (!(Number(flags.runs) >= 1)) throw new Error(`--runs is ${flags.runs}; it must be a number from 1`);
  if (flags.alerts) await alertStages();
  else if (flags.sabotages) await sabotages();
  else await suite(flags.sabotage === undefined ? undefined : find('sabotage', SABOTAGES, flags.sabotage));
  if (counts.skipped > 0) console.log(`\n!!! ${counts.skipped} SKIPPED\n`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    console.error(`${signal}: mends what is hurt`);
    void mendAll().then(() => {
      for (const installation of installations) installation.down();
      process.exit(1);
    });
  });
}
main().then((code) => process.exit(code), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
