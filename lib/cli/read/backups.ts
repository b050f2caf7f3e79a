import { INSTALLATION } from '../../topology/topology';
import { CliError, EXIT } from '../base/command';
import { Kubectl } from '../kubectl/kubectl';

/** Labels of the CronJobs that RedisBackup makes. */
const SELECTOR = 'app.kubernetes.io/managed-by=cdk8s-redis-ha,app.kubernetes.io/component=backup';
/** What the name of a verification's CronJob ends with. */
const VERIFY = '-verify';

/** A CronJob, as the API server has it. */
export interface CronJob {
  readonly metadata: { readonly name: string; readonly labels: { readonly [name: string]: string } };
  readonly spec: any;
}

/** Which CronJob is meant. */
interface Wanted {
  /** Of the installation, or of the CronJob; undefined where there is only one. */
  readonly name?: string;
  /** The one that restores backups on trial. */
  readonly verify: boolean;
}

/** The CronJob of a RedisBackup. @throws CliError if there is none, or if there are several to choose from */
export async function findBackup(kubectl: Kubectl, { name, verify }: Wanted): Promise<CronJob> {
  const items: readonly CronJob[] = await kubectl.list('cronjobs', SELECTOR);
  const candidates = items
    .filter(({ metadata }) => metadata.name.endsWith(VERIFY) === verify)
    .filter(({ metadata }) => name === undefined || metadata.name === name || metadata.labels[INSTALLATION] === name);
  if (candidates.length === 0) throw new CliError(`there is no RedisBackup${name === undefined ? '' : ` of "${name}"`}${verify ? ' with a verification' : ''}`, EXIT.notFound);
  if (candidates.length > 1) throw new CliError(`there are several, name one: ${candidates.map(({ metadata }) => metadata.name).join(', ')}`, EXIT.usage);
  return candidates[0];
}
