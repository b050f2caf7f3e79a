import { Chart } from 'cdk8s';
import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { backupPod, ServerAccess, verificationPod } from './backup-pods';
import { configMap } from '../manifests/config-map';
import { overlayPods } from '../manifests/pod-overlay';
import { scripts } from '../manifests/scripts';
import { claimNames } from '../manifests/unique-names';
import { RedisBackupProps } from '../options/backup';
import { dnsLabel } from '../settings/checks';
import { calling } from '../settings/invalid-prop';
import { argument, required, text } from '../settings/kinds';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { BackupSettings, resolveBackup } from '../settings/resolve-backup';
import { INSTALLATION, objectLabels, shownLabels } from '../topology/topology';

/** Exit codes of the scripts after which another try would end the same: sysexits.h, and 73 for a backup that is stored already. */
const FINAL = { backup: [73, 77], verification: [65, 69, 77] };

/** What the options of a connection are here. */
const CONNECTION = Object.fromEntries(['user', 'secretName', 'ca', 'clientCertificate'].map((option) => [option, `connection.${option}`]));

/** Variables about TLS, which servers may not speak where HAProxy does. */
const TLS_FILES = /^REDIS_(CA|CERT|KEY)_FILE$/;

/**
 * Backups of an installation, beside it: a CronJob that takes the data of a replica in sync, checks it, and stores it encrypted and deduplicated by restic; and one that
 * restores the newest backup into a throw-away server and counts its keys.
 *
 * All objects are in the namespace of the chart. At any time: `kubectl create job --from=cronjob/NAME-backup NAME`, or `npx cdk8s-redis-ha backup`. docs/how-to/backup.md tells more.
 *
 * @throws an error that names the prop, its value and what is accepted
 *
 * @example
 *
 * new RedisBackup(chart, 'backup', { redis, target: BackupTarget.s3({ bucket: 'backups', credentialsSecret: 'backup-s3', passwordSecret: 'backup-key' }) });
 */
export class RedisBackup extends Construct {
  /** The CronJob of backups. */
  public readonly cronJob: k8s.KubeCronJob;

  /** The CronJob that restores the newest backup; undefined with `BackupVerification.none()`. */
  public readonly verificationCronJob?: k8s.KubeCronJob;

  /** The scripts. */
  public readonly config: ConfigMap;

  private readonly settings: BackupSettings;
  /** What each Job that takes a backup is made from. */
  private readonly jobTemplate: k8s.JobTemplateSpec;

  constructor(scope: Construct, id: string, props: RedisBackupProps) {
    super(scope, id);
    const settings = resolveBackup(props);
    this.settings = settings;
    const { redis } = props;
    const { backup, verification } = settings;
    this.config = configMap(
      this, 'Config', { name: backup.name, labels: objectLabels(redis.name, 'backup') },
      scripts('common.sh', 'data-files.sh', 'restic.sh', 'backup-dump.sh', 'backup-source.sh', 'backup-store.sh', 'backup-fetch.sh', 'backup-verify.sh', 'restored-data.sh'),
    );
    const labels = (name: string) => ({ ...shownLabels(redis.name, 'backup'), [`${LABEL_DOMAIN}/backup`]: name });
    const common = { redis, settings, config: this.config.name };
    this.jobTemplate = this.jobTemplateOf(redis.name, FINAL.backup, backupPod({ ...common, labels: labels(backup.name) }, this.access(props)));
    this.cronJob = this.cronJobOf('Default', backup, this.jobTemplate);
    if (verification) {
      const pod = verificationPod({ ...common, labels: labels(verification.name) }, verification.engineResources);
      this.verificationCronJob = this.cronJobOf('Verification', verification, this.jobTemplateOf(redis.name, FINAL.verification, pod));
    }
    // one more rule of the servers' policy
    redis.allowSentinelFrom(this.cronJob);
    claimNames(this, { name: backup.name });
  }

  /**
   * One backup more, as soon as it is applied: a Job as the CronJob makes them, for those who may not run `kubectl create job`. Remove it from the chart afterwards; for
   * another one, give another id.
   *
   * @param id of the construct, and the end of the Job's name, like `before-upgrade` for `cache-redis-backup-before-upgrade`
   * @throws an error for a name that is too long or holds other characters than Kubernetes takes
   */
  public backupNow(id: string): k8s.KubeJob {
    argument(required(text), id, 'id');
    const name = dnsLabel('id', `${this.cronJob.name}-${id.toLowerCase()}`, 63);
    const { metadata, spec } = this.jobTemplate;
    return overlayPods(new k8s.KubeJob(this, id, { metadata: { ...metadata, name }, spec }), this.settings.pod);
  }

  private jobTemplateOf(installation: string, final: number[], template: k8s.PodTemplateSpec): k8s.JobTemplateSpec {
    const { job } = this.settings;
    return {
      // the command line, and people, find them by the label that no other tool rewrites; not their pods, which are no members
      metadata: { labels: { ...objectLabels(installation, 'backup'), [INSTALLATION]: installation } },
      spec: {
        backoffLimit: job.retries,
        activeDeadlineSeconds: job.deadlineSeconds,
        podFailurePolicy: {
          rules: [
            // a drained node is no failure of the backup
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
            // the type asks for conditions, the API for one of the two
            { action: 'FailJob', onExitCodes: { operator: 'In', values: final } } as k8s.PodFailurePolicyRule,
          ],
        },
        template,
      },
    };
  }

  private cronJobOf(id: string, { name, schedule, suspend }: BackupSettings['backup'], jobTemplate: k8s.JobTemplateSpec): k8s.KubeCronJob {
    const { job, timeZone, pod } = this.settings;
    return overlayPods(new k8s.KubeCronJob(this, id, {
      metadata: { ...jobTemplate.metadata, name },
      spec: {
        schedule,
        timeZone,
        // the next one waits for its turn
        concurrencyPolicy: 'Forbid',
        suspend,
        startingDeadlineSeconds: job.startingDeadlineSeconds,
        successfulJobsHistoryLimit: job.successfulHistory,
        failedJobsHistoryLimit: job.failedHistory,
        jobTemplate,
      },
    }), pod);
  }

  /** How the pods get in to the servers, from the chart's namespace. */
  private access({ redis, connection }: RedisBackupProps): ServerAccess {
    const { namespace } = Chart.of(this);
    const options = { ...connection, namespace };
    const elsewhere = namespace !== redis.namespace && redis.namespace !== undefined;
    return calling(CONNECTION, () => ({
      hosts: redis.serverHosts.map((host) => (elsewhere && !host.includes('.') ? `${host}.${redis.namespace}.svc` : host)),
      env: redis.connectionEnvironment(options)
        .filter(({ name }) => ['REDIS_USERNAME', 'REDIS_PASSWORD'].includes(name) || (redis.serverTls && TLS_FILES.test(name))),
      volume: redis.serverTls ? redis.connectionVolume(options) : undefined,
    }));
  }
}
