import { withCdk8s } from './base/cdk8s';
import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { jobName, lastLine, runJob } from './kubectl/job';
import { Kubectl } from './kubectl/kubectl';
import { findAccess } from './read/access';
import { findInstallation } from './read/installation';
import { table } from './show/table';
import { withKubectl } from './with-kubectl';
import type { BenchmarkTest } from '../options/benchmark';

/** Longest time for the pod, its image and all requests. In seconds. */
const JOB_SECONDS = 600;
/** How much longer than the Job's own deadline we wait to hear of it. */
const GRACE_SECONDS = 15;
const TTL_SECONDS = 60;
const CONTAINER = 'benchmark';

/** What each test is called in what the benchmark prints, and on the command line. */
const TESTS: { readonly [word: string]: { readonly test: `${BenchmarkTest}`; readonly title: string } } = {
  ping: { test: 'ping_mbulk', title: 'PING_MBULK' },
  set: { test: 'set', title: 'SET' },
  get: { test: 'get', title: 'GET' },
};
/** Options that are numbers, and their props. */
const NUMBERS = { clients: 'clients', requests: 'requests', pipeline: 'pipeline', bytes: 'valueBytes', keys: 'keys', threads: 'threads' } as const;

/** `cdk8s-redis-ha bench` */
export const BENCH: Command = {
  summary: 'measures requests a second and latencies, from a pod through the Service',
  usage: `[NAME] [OPTION…]

Runs redis-benchmark or valkey-benchmark in a Job like that of RedisBenchmark, prints what it measured, and removes the Job. It loads servers, HAProxy and nodes as hard as
it can: clients will notice. It writes keys like key:000000000042, refuses if any of them is there, and deletes them. Needs, with your rights: get pods, services,
statefulsets, deployments and networkpolicies; create, get and delete jobs; create and delete configmaps and networkpolicies; get pods/log.

  NAME                name of the installation; may be left out if the namespace has only one
  --clients N         connections at a time; default 100
  --requests N        requests of each command; default 100000
  --pipeline N        requests that a connection sends before it waits; default 1
  --bytes N           size of a value; default 3
  --keys N            number of keys; default 1000
  --threads N         of the benchmark; default 1
  --tests LIST        of ping, set and get; default set,get
  --client-certificate SECRET
                      Secret with the certificate that it shows
${COMMON_USAGE}

exit status: 0 measured, 65 refused: nothing was measured or written, 70 it ended early, 64 wrong usage, 66 no such installation,
             69 no kubectl, no answer of the cluster or of the Service, or not done within ${JOB_SECONDS} s, 77 not permitted`,
  run: async (args, terminal) => {
    const { values, ...where } = parse(args, {}, { values: [...Object.keys(NUMBERS), 'tests', 'client-certificate'] });
    const asked = { load: loadOf(values), clientCertificate: values['client-certificate'] };
    return withKubectl(where, terminal, async (kubectl) => {
      const { name, namespace } = await findInstallation(kubectl, where.name);
      return measure(kubectl.in(namespace), name, asked, terminal);
    });
  },
};

interface Load {
  readonly tests: BenchmarkTest[];
  readonly [number: string]: number | BenchmarkTest[];
}

function loadOf(values: { readonly [option: string]: string | undefined }): Load {
  const numbers = Object.entries(NUMBERS).flatMap(([option, prop]) => {
    const given = values[option];
    if (given === undefined) return [];
    if (!/^\d{1,15}$/.test(given)) throw new CliError(`--${option} ${given} must be a whole number`, EXIT.usage);
    return [[prop, Number(given)]];
  });
  const words = (values.tests ?? 'set,get').split(',');
  const wrong = words.find((word) => !Object.hasOwn(TESTS, word));
  if (wrong !== undefined) throw new CliError(`--tests ${values.tests} must be a list of ${Object.keys(TESTS).join(', ')}`, EXIT.usage);
  return { ...Object.fromEntries(numbers), tests: words.map((word) => TESTS[word].test as BenchmarkTest) };
}

/** What the command line asks for. */
interface Wish {
  readonly load: Load;
  readonly clientCertificate?: string;
}

async function measure(kubectl: Kubectl, installation: string, { load, clientCertificate }: Wish, { print, signal }: Terminal): Promise<number> {
  const access = await findAccess(kubectl, installation);
  if (access.frontDoor === undefined) throw new CliError(`${installation} has no Service for writes: its clients ask the Sentinels, which a benchmark does not`, EXIT.refused);
  const { benchmarkObjects } = withCdk8s('to write the Job', () => (
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require('./bench/objects') as typeof import('./bench/objects')));
  const name = jobName(`${installation}-benchmark`);
  const objects = benchmarkObjects(access, { name, load, clientCertificate, deadlineSeconds: JOB_SECONDS, ttlSeconds: TTL_SECONDS });
  const { succeeded, log } = await runJob(kubectl, { name, objects, container: CONTAINER, seconds: JOB_SECONDS + GRACE_SECONDS, signal });
  if (!succeeded) throw failed(log);
  print(`${shown(log, installation).join('\n')}\n`);
  return 0;
}

/** The script tells its own reason in its last line; lib/assets/scripts/benchmark.sh has the words. */
function failed(log: string): CliError {
  const line = log.split('\n').filter((each) => each.startsWith('benchmark.sh: ')).at(-1)?.replace('benchmark.sh: ', '');
  if (line === undefined) return new CliError(`the benchmark has failed: ${lastLine(log)}`, EXIT.unavailable);
  if (line.endsWith('nothing was measured')) return new CliError(line, EXIT.refused);
  // the program's own reason may stand before what it had measured until then
  const reason = lastLine(log.split('\n').filter((each) => !/^("|benchmark\.sh: |WARNING: )/.test(each)).join('\n'));
  if (line.endsWith('ended early')) return new CliError(`${line}: ${reason}`, EXIT.software);
  return new CliError(line, EXIT.unavailable);
}

/** A line for each command. */
function shown(log: string, installation: string): string[] {
  const [head, ...lines] = log.split('\n').filter((line) => line.startsWith('"')).map((line) => line.split(',').map((field) => field.replaceAll('"', '')));
  const field = (line: readonly string[], name: string): string => line[head?.indexOf(name)];
  const rows = lines.map((line) => {
    const title = Object.keys(TESTS).find((word) => TESTS[word].title === line[0])?.toUpperCase() ?? line[0];
    const perSecond = Math.round(Number(field(line, 'rps'))).toLocaleString('en');
    return [title, perSecond, ...['p50', 'p99', 'max'].map((each) => `${Number(field(line, `${each}_latency_ms`)).toFixed(2)} ms`)];
  });
  if (rows.length === 0 || rows.flat().some((text) => text.includes('NaN'))) throw new CliError(`${installation}: the benchmark's answer is no table: ${lastLine(log)}`, EXIT.unavailable);
  return table(['', 'REQUESTS/S', 'P50', 'P99', 'MAX'], rows, String);
}
