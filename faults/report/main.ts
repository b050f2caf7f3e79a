/**
 * Writes docs/reference/reliability.md and its pictures from results that the suite kept: `npm run faults:report -- FILE…`. Of a scenario that several
 * files have, the last one counts.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { svg } from './chart';
import { table } from '../../tools/measurements';
import { Result } from '../runner';
import { Bar, Scenario } from '../scenario';
import { NOT_DONE, SCENARIOS } from '../scenarios/index';
import { median, summarize, Summary } from '../summary';

const DOCS = resolve(__dirname, '../../docs/reference');
const seconds = (ms: number) => (ms / 1000).toFixed(2);
const both = (one: { readonly median: number; readonly worst: number }) => `${seconds(one.median)} / ${seconds(one.worst)}`;

/** The bar of a scenario in words. */
function barText(bar: Bar): string {
  const tail = `lost: writes on their way${bar.tailMs ? ` for ${bar.tailMs} ms` : ''}`;
  const lost = { 0: 'nothing lost', tail, cut: 'lost: writes after the fault' }[bar.lost];
  return [
    bar.gapMs && `gap ${both(bar.gapMs)} s`,
    bar.recoveryMs && `recovery ${both(bar.recoveryMs)} s`,
    bar.clientGapMs && `one client ${seconds(bar.clientGapMs)} s`,
    bar.oldMasterMs && `old master ≤ ${seconds(bar.oldMasterMs)} s`,
    lost,
    bar.switches !== undefined && `≤ ${bar.switches} switches`,
  ].filter(Boolean).join(', ');
}

/** Without the errors that clients saw, as the line of the run lists them. */
const briefly = (fault: string) => fault.replace(/: \{.*\}$/, '');

function row({ setup, runs, gapMs, recoveryMs, oldMasterMs, lost, acknowledged, double, linkedMs, faults }: Summary): string[] {
  return [
    setup,
    String(runs),
    both(gapMs),
    recoveryMs ? both(recoveryMs) : '',
    oldMasterMs > 0 ? seconds(oldMasterMs) : '',
    `${lost} of ${acknowledged}`,
    String(double),
    seconds(linkedMs),
    faults.length === 0 ? 'pass' : `**fail**: ${faults.map(briefly).join('; ')}`,
  ];
}

const HEAD = ['setup', 'runs', 'gap, median / worst (s)', 'recovery (s)', 'old master (s)', 'lost', 'double', 'in sync (s)', 'verdict'];

/** The run in the middle: what is usual, not what was best. */
function typical(results: readonly Result[]): Result {
  const middle = median(results.map(({ verdict }) => verdict.gapMs));
  return results.find(({ verdict }) => verdict.gapMs === middle)!;
}

async function section(scenario: Scenario, results: readonly Result[]): Promise<string> {
  const setups = [...new Set(results.map(({ setup }) => setup))];
  const of = (setup: string) => results.filter((result) => result.setup === setup);
  writeFileSync(`${DOCS}/reliability/${scenario.name}.svg`, await svg(typical(of(setups[0]))));
  return [
    `### ${scenario.name}`,
    `${scenario.what} Bar: ${barText(scenario.bar)}.`,
    table(HEAD, setups.map((setup) => row(summarize(scenario, of(setup))))),
    `![${scenario.name}](reliability/${scenario.name}.svg)`,
  ].join('\n\n');
}

const INTRODUCTION = `# Reliability

Written by \`npm run faults:report\` from runs of the fault suite, \`npm run faults\`: each fault is injected into an installation on a real cluster of three
nodes while clients write to it. Eight writers with unique keys over persistent connections, one that is idle for seconds, one that reconnects for each write, and two readers go
through HAProxy, from a node that the fault does not affect; they time out after 0.5 s when they connect, and after 2 s when they wait for a reply. Every acknowledgement is kept with its time and the server that gave it, and all keys are read back at the end.

- **gap**: longest time without an acknowledgement to any client that was not cut off; median and worst of the runs.
- **recovery**: time from the moment at which the last pod runs again to the first acknowledgement.
- **old master**: how long after the fault the old master still acknowledged.
- **lost**: acknowledged writes that were missing at the end. "Writes on their way": acknowledged within the last second before the master failed, or less where it says so, and not yet
  received by a replica: replication is asynchronous. \`WAIT\` gives a promise for a single write.
- **double**: acknowledgements of one server while another one acknowledged too. Always 0, or the run fails.
- **in sync**: longest time from the end of the fault until all Sentinels agree and all replicas are in sync; at most 60 s, or the run fails.

In the pictures the upper part shows which server acknowledged writes, the middle the role that each server reported, and the lower part the master that each Sentinel named.

| setup | Sentinel | HAProxy reaches servers by | engine | data |
| --- | --- | --- | --- | --- |
| sidecar-service-redis | beside each server | Service | Redis | in memory |
| separate-service-redis | 3 Deployments | Service | Redis | in memory |
| sidecar-podip-redis | beside each server | pod address | Redis | in memory |
| separate-podip-valkey | 3 Deployments | pod address | Valkey | in memory |
| sidecar-service-redis-tls | beside each server | Service, TLS passed through | Redis | in memory |
| separate-podip-valkey-tls | 3 Deployments | pod address, encrypted again | Valkey | in memory |
| sidecar-direct-redis | beside each server | no HAProxy: clients reach the master's pod | Redis | in memory |
| volume | 3 Deployments | Service | Redis | append-only file on a volume; a first start waits 20 s for missing servers |
| small-disk | beside each server | Service | Redis | append-only file on a disk of 48 MiB |
`;

async function main(files: readonly string[]): Promise<void> {
  if (files.length === 0) throw new Error('usage: npm run faults:report -- FILE…, files that npm run faults -- --json FILE wrote');
  const latest = new Map<string, Result[]>();
  for (const file of files) {
    const results: Result[] = JSON.parse(readFileSync(file, 'utf8'));
    const keys = new Set(results.map(({ scenario, setup }) => `${scenario} ${setup}`));
    for (const key of keys) latest.set(key, results.filter(({ scenario, setup }) => `${scenario} ${setup}` === key));
  }
  const all = [...latest.values()].flat();
  rmSync(`${DOCS}/reliability`, { recursive: true, force: true });
  mkdirSync(`${DOCS}/reliability`, { recursive: true });

  const sections: string[] = [];
  const absent: string[] = [];
  const summaries: Summary[] = [];
  for (const scenario of SCENARIOS) {
    const results = all.filter((one) => one.scenario === scenario.name);
    if (results.length === 0) {
      absent.push(`| ${scenario.what} | not run |`);
      continue;
    }
    sections.push(await section(scenario, results));
    for (const setup of new Set(results.map((one) => one.setup))) summaries.push(summarize(scenario, results.filter((one) => one.setup === setup)));
  }
  const passed = summaries.filter(({ faults }) => faults.length === 0).length;
  const runs = summaries.reduce((sum, one) => sum + one.runs, 0);
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(`${DOCS}/reliability.md`, [
    INTRODUCTION.trimEnd(),
    `## Result\n\n${passed} of ${summaries.length} pass, from ${runs} runs; all nodes on one machine of ${machine}.`,
    table(['fault', ...HEAD], summaries.map((summary) => [`[${summary.scenario}](#${summary.scenario})`, ...row(summary)])),
    '## Not done',
    ['| fault | why |', '| --- | --- |', ...absent, ...NOT_DONE.map(({ what, why }) => `| ${what}. | ${why[0].toUpperCase()}${why.slice(1)}. |`)].join('\n'),
    '## Each fault',
    ...sections,
  ].join('\n\n') + '\n');
  console.log(`docs/reference/reliability.md: ${passed} of ${summaries.length} pass, ${runs} runs`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error.message ?? error));
  process.exit(1);
});
