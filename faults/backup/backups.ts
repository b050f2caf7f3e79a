import { Chart, Yaml } from 'cdk8s';
import { BackupRetention, BackupTarget, BackupVerification, RedisBackup } from '../../lib/index';
import { S3, S3_KEYS, s3 } from '../../test/e2e/support/s3';
import { kubectl, until } from '../cluster';
import { Installation } from '../installation';

const PASSWORD = { password: 'of-the-repository' };
const END_MS = 120_000;
const LOOK = ['-o', 'json'];

/** A repository in S3 of the namespace of an installation, from wherever it is used. */
export function target(namespace: string): BackupTarget {
  return BackupTarget.s3({ ...S3, endpoint: S3.endpoint.replace('s3', `s3.${namespace}.svc`), credentialsSecret: 's3', passwordSecret: 'restic' });
}

/** Secrets that the target names. */
export function addSecrets(namespace: string): void {
  const secret = (name: string, stringData: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });
  kubectl(['-n', namespace, 'create', '-f', '-'], Yaml.stringify(secret('restic', PASSWORD), secret('s3', S3_KEYS)));
}

/** Probes are let in to all pods but themselves, which so are closed to others. */
const OPEN = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 's3' },
  spec: { podSelector: { matchLabels: { app: 's3' } }, policyTypes: ['Ingress'], ingress: [{}] },
};

/** Serves S3 in an installation's namespace. */
export async function addS3(installation: Installation): Promise<void> {
  kubectl(['-n', installation.namespace, 'create', '-f', '-'], Yaml.stringify(...s3(), OPEN));
  addSecrets(installation.namespace);
  await installation.rolledOut('deployment/s3');
}

/** Jobs of a `RedisBackup` beside an installation, whose pods run on one node. */
export class Backups {
  private readonly backup: RedisBackup;
  private made = 0;

  constructor(private readonly installation: Installation, node: string) {
    const { redis, namespace } = installation;
    const chart = Chart.of(redis);
    this.backup = new RedisBackup(chart, 'backup', {
      redis,
      target: target(namespace),
      // what removes would wait for half an hour until restic takes the lock of the lost one away
      retention: BackupRetention.forever(),
      verification: BackupVerification.none(),
      pod: { nodeSelector: { 'kubernetes.io/hostname': node } },
    });
    const ours = ['CronJob', 'ConfigMap', 'NetworkPolicy'];
    kubectl(['-n', namespace, 'apply', '-f', '-'], Yaml.stringify(...chart.toJson().filter(({ kind }) => ours.includes(kind))));
  }

  /** Makes a Job. @returns its name */
  public make(): string {
    this.made += 1;
    const job = `backup-${this.made}`;
    this.installation.run('create', 'job', job, `--from=cronjob/${this.backup.cronJob.name}`);
    return job;
  }

  /** Waits until its first container runs. */
  public async runs(job: string): Promise<void> {
    await until(`${job} runs`, () => {
      const { items } = JSON.parse(this.installation.run('get', 'pods', '-l', `job-name=${job}`, ...LOOK));
      return items.some(({ status }: any) => status.initContainerStatuses?.[0]?.state?.running !== undefined);
    }, END_MS);
  }

  /** Waits until it has succeeded. @returns what the pod that did it said, and how many failed before */
  public async succeeded(job: string): Promise<{ readonly log: string; readonly failed: number }> {
    const { installation } = this;
    let failed = 0;
    await until(`${job} has succeeded`, () => {
      const { status } = JSON.parse(installation.run('get', 'job', job, ...LOOK));
      failed = status.failed ?? 0;
      if (status.succeeded > 0) return true;
      throw new Error(installation.run('logs', `job/${job}`, '--all-containers', '--tail=3'));
    }, END_MS);
    const { items } = JSON.parse(installation.run('get', 'pods', '-l', `job-name=${job}`, ...LOOK));
    const done = items.find(({ status }: any) => status.phase === 'Succeeded');
    return { log: installation.run('logs', done.metadata.name, '--all-containers'), failed };
  }
}
