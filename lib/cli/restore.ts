import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { jobName, lastLine, runJob } from './kubectl/job';
import { Kubectl } from './kubectl/kubectl';
import { CronJob, findBackup } from './read/backups';
import { table } from './show/table';
import { bytes } from './show/units';
import { withKubectl } from './with-kubectl';

/** Longest wait for the Job that asks the repository: for its pod, the image, and the answer. In seconds. */
const JOB_SECONDS = 180;
/** Where a dump lies in each snapshot, and the container that runs restic: what RedisBackup makes. */
const DUMP_FILE = '/dump/dump.rdb';
const RESTIC = 'store';
/** The exit status of restic where there is no repository. */
const NO_REPOSITORY = 10;

/** `cdk8s-redis-ha restore` */
export const RESTORE: Command = {
  summary: 'lists the backups of a RedisBackup, and says how one comes back',
  usage: `[NAME] [--all] [OPTION…]

Asks the repository by a Job like those of the backups, which it removes afterwards, with your rights: list cronjobs; create, get and delete jobs; get pods/log.
It restores nothing: data that lives is never replaced. What brings a backup back are the prop "restore" and RedisKeyRestore, and it says how.

  NAME                name of the installation, or of the CronJob; may be left out if the namespace has only one
  --all               backups of other installations in the same repository, too
${COMMON_USAGE}

exit status: 0 there are backups, 1 there is none yet, 64 wrong usage, 66 no such RedisBackup,
             69 no kubectl, no answer of the cluster or of the repository, 77 not permitted`,
  run: async (args, terminal) => {
    const { flags: { all }, ...where } = parse(args, { all: undefined });
    return withKubectl(where, terminal, async (kubectl) => {
      const backup = await findBackup(kubectl, { name: where.name, verify: false });
      return show(snapshotsIn(await listSnapshots(kubectl, backup, all, terminal.signal)), all, terminal);
    });
  },
};

/** A snapshot, as restic tells of it. */
interface Snapshot {
  readonly short_id: string;
  readonly time: string;
  /** NAMESPACE/NAME of the installation. */
  readonly hostname: string;
  /** `keys=1200`, `engine=redis` and the like. */
  readonly tags?: readonly string[];
  /** Without bytes, its dump was not read. */
  readonly summary?: { readonly total_bytes_processed: number };
}

/** Why restic failed. */
interface Failure {
  /** Its exit status, where it tells that. */
  readonly code?: number;
  readonly message: string;
}

function show(snapshots: readonly Snapshot[], all: boolean, { print }: Terminal): number {
  if (snapshots.length === 0) {
    print(`there is no backup${all ? '' : ' of this installation: see --all'}\n`);
    return 1;
  }
  const newest = [...snapshots].sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const rows = newest.map(({ short_id: id, time, hostname, tags = [] }) => [id, new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'), all ? hostname : '', ...columnsOf(tags)]);
  print(`${table(['SNAPSHOT', 'TAKEN', 'INSTALLATION', 'KEYS', 'SIZE', 'ENGINE'], rows, String).join('\n')}\n
A new installation with all of it:   restore: Restore.fromBackup(target, { snapshot: '${newest[0].short_id}' })
Some keys, into one that runs:       new RedisKeyRestore(chart, 'bring-back', { redis, from: Restore.fromBackup(target, { snapshot: '${newest[0].short_id}' }), pattern: 'user:*' })
docs/how-to/restore.md tells more.
`);
  return 0;
}

/** Keys, size and engine, which RedisBackup notes as tags; empty for a snapshot that something else made. */
function columnsOf(tags: readonly string[]): string[] {
  const tag = (name: string): string => tags.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return [tag('keys'), tag('bytes') === '' ? '' : bytes(Number(tag('bytes'))), tag('engine')];
}

/** What restic printed: lines of the image's own may be before it. */
function snapshotsIn(log: string): Snapshot[] {
  const line = log.split('\n').find((each) => each.startsWith('['));
  if (line === undefined) throw new CliError(`the repository's answer is no list of snapshots: ${lastLine(log)}`, EXIT.unavailable);
  return (JSON.parse(line) as Snapshot[]).filter(({ summary }) => summary?.total_bytes_processed !== 0);
}

/** What restic says at its end when it fails: JSON, unless something else ended it. */
function failureIn(log: string): Failure {
  try {
    const last: Failure = JSON.parse(lastLine(log));
    return { ...last, message: last.message.split('\n')[0] };
  } catch {
    return { message: lastLine(log) };
  }
}

/** Has restic list the snapshots, in a Job that is gone afterwards. @returns what it printed @throws CliError */
async function listSnapshots(kubectl: Kubectl, backup: CronJob, all: boolean, signal: AbortSignal): Promise<string> {
  // short: names of pods and Jobs have 63 characters, and the CronJob's may have 52
  const name = jobName(`${backup.metadata.name}-ls`);
  const objects = [listingJob(backup, name, all)];
  const { succeeded, log } = await runJob(kubectl, { name, objects, container: RESTIC, seconds: JOB_SECONDS, signal });
  if (succeeded) return log;
  const { code, message } = failureIn(log);
  // the first backup makes the repository
  if (code === NO_REPOSITORY) return '[]';
  throw new CliError(`the repository was not read: ${message}`, EXIT.unavailable);
}

/** A Job like those of the CronJob, whose restic tells what there is. */
function listingJob({ spec: { jobTemplate: { metadata, spec } } }: CronJob, name: string, all: boolean): object {
  const { containers, initContainers = [], ...pod } = spec.template.spec;
  const restic = containers.find((one: any) => one.name === RESTIC);
  // after the shell and its script, options for each command of restic
  const options: string[] = restic.command.slice(2);
  const whose = all ? [] : ['--host', '$(SNAPSHOT_HOST)'];
  const command = ['restic', ...options, 'snapshots', '--json', '--no-lock', '--path', DUMP_FILE, ...whose];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: metadata.labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: JOB_SECONDS,
      ttlSecondsAfterFinished: 60,
      template: {
        ...spec.template,
        spec: { ...pod, initContainers: initContainers.filter((one: any) => one.name !== 'dump'), containers: [{ ...restic, command }] },
      },
    },
  };
}
