import { Command, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { Kubectl } from './kubectl/kubectl';
import { findBackup } from './read/backups';
import { withKubectl } from './with-kubectl';

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

async function start(kubectl: Kubectl, wanted: { readonly name?: string; readonly verify: boolean }, terminal: Terminal): Promise<number> {
  const { name } = (await findBackup(kubectl, wanted)).metadata;
  // of seconds: the names of a CronJob's own Jobs end with minutes
  const job = `${name}-${Math.floor(Date.now() / 1000)}`;
  await kubectl.run('create', 'job', job, `--from=cronjob/${name}`);
  const [wait, logs] = [['wait', '--for=condition=complete', `job/${job}`], ['logs', `job/${job}`, '--all-containers']].map((args) => ['kubectl', ...kubectl.where, ...args].join(' '));
  terminal.print(`job/${job} was made. Its end: ${wait}; what it says: ${logs}\n`);
  return 0;
}
