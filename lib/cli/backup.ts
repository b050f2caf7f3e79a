import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { Kubectl } from './kubectl/kubectl';
import { withKubectl } from './looking';

/** Labels of the CronJobs that RedisBackup makes. */
const SELECTOR = 'app.kubernetes.io/managed-by=cdk8s-redis-ha,app.kubernetes.io/component=backup';
/** What the name of a verification's CronJob ends with. */
const VERIFY = '-verify';

/** `cdk8s-redis-ha backup` */
export const BACKUP: Command = {
  summary: 'takes a backup now, by the CronJob of a RedisBackup',
  usage: `[NAME] [OPTION…]

Makes a Job from the CronJob of an installation's RedisBackup, with your rights: list cronjobs, create jobs. It may be suspended, and others may run.

  NAME                name of the installation, or of the CronJob; may be left out if the namespace has only one
  --verify            restores the newest backup into a throw-away server instead, and counts its keys
${COMMON_USAGE}

exit status: 0 the Job was made (it tells how to follow it);
             64 wrong usage, 66 no such backup, 69 no kubectl or no answer of the cluster, 77 not permitted`,
  run: async (args, terminal) => {
    const { flags: { verify }, ...where } = parse(args, { verify: undefined });
    return withKubectl(where, terminal, async (kubectl) => start(kubectl, { name: where.name, verify }, terminal));
  },
};

async function start(kubectl: Kubectl, { name, verify }: { readonly name?: string; readonly verify: boolean }, terminal: Terminal): Promise<number> {
  const { items } = JSON.parse(await kubectl.run('get', 'cronjobs', '-l', SELECTOR, '-o', 'json')) as { readonly items: readonly CronJob[] };
  const candidates = items
    .filter(({ metadata }) => metadata.name.endsWith(VERIFY) === verify)
    .filter(({ metadata }) => name === undefined || metadata.name === name || metadata.labels['app.kubernetes.io/instance'] === name);
  const names = candidates.map(({ metadata }) => metadata.name);
  if (names.length === 0) throw new CliError(`there is no RedisBackup${name === undefined ? '' : ` of "${name}"`}${verify ? ' with a verification' : ''}`, EXIT.notFound);
  if (names.length > 1) throw new CliError(`there are several, name one: ${names.join(', ')}`, EXIT.usage);
  // of seconds: the names of a CronJob's own Jobs end with minutes
  const job = `${names[0]}-${Math.floor(Date.now() / 1000)}`;
  await kubectl.run('create', 'job', job, `--from=cronjob/${names[0]}`);
  terminal.print(`job/${job} was made. Its end: kubectl wait --for=condition=complete job/${job}; what it says: kubectl logs job/${job} --all-containers\n`);
  return 0;
}

interface CronJob {
  readonly metadata: { readonly name: string; readonly labels: { readonly [name: string]: string } };
}
