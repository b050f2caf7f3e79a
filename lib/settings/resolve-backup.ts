import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { needsCertificate, podsBeside } from './add-on-rules';
import { dnsLabel, image, objectName, seconds, wholeNumber } from './checks';
import { Description, reject, together } from './invalid-prop';
import { checked } from './kinds';
import { PodSettings } from './pod-settings';
import { BackupTargetSettings, resolveBackupTarget } from './resolve-backup-target';
import { resolvePod } from './resolve-pod';
import { resolveResources, resources } from './resolve-resources';
import { redisBackupProps } from './shapes-add-ons';
import { BackupSource, RedisBackupProps } from '../options/backup';
import { BackupRetention, BackupRetentionOptions } from '../options/backup-retention';
import { BackupVerification } from '../options/backup-verification';
import { defaultImage, IMAGES } from '../options/images';
import { Spread } from '../options/pod-options';

/** Longest name of a CronJob, which the names of its Jobs start with. */
const CRON_JOB_LENGTH = 52;

/** What the name of the verification's CronJob ends with. */
const VERIFY = '-verify';

/** A CronJob. */
interface RunSettings {
  readonly name: string;
  readonly schedule: string;
  readonly suspend: boolean;
  /** Of the container of the engine. */
  readonly engineResources: k8s.ResourceRequirements;
}

/** Backups of an installation, with defaults and checked. */
export interface BackupSettings {
  readonly backup: RunSettings;
  /** Undefined without verification. */
  readonly verification?: RunSettings;
  readonly target: BackupTargetSettings;
  readonly timeZone?: string;
  /** What older backups are kept by, as options of `restic forget`; undefined for all. */
  readonly keep?: string;
  readonly allowMaster: boolean;
  readonly pushgateway?: string;
  readonly image: string;
  readonly engineImage: string;
  readonly imagePullSecrets: readonly string[];
  readonly resources: k8s.ResourceRequirements;
  readonly pod: PodSettings;
  readonly serviceAccountName?: string;
  readonly fixedIds: boolean;
  readonly job: {
    readonly deadlineSeconds: number;
    readonly retries: number;
    readonly startingDeadlineSeconds: number;
    readonly successfulHistory: number;
    readonly failedHistory: number;
    readonly lockSeconds: number;
    /** How long a replica in sync is waited for. */
    readonly waitSeconds: number;
  };
}

/** What dumps and loads, as far as it is not the size of the data. */
const ENGINE_RESOURCES: k8s.ResourceRequirements = { requests: resources('50m', '64Mi', '64Mi').requests };

/** Longest wait for a replica in sync: for servers that roll, and one that copies some gigabytes. */
const WAIT_SECONDS = 900;

/** Props of RedisBackup, with defaults and checked. */
export function resolveBackup(given: RedisBackupProps): BackupSettings {
  const props = checked(redisBackupProps, given);
  return together(() => resolveProps(props));
}

function resolveProps(props: RedisBackupProps): BackupSettings {
  const { redis, source = BackupSource.REPLICA, pushgateway, timeZone, serviceAccountName } = props;
  const verification = (props.verification ?? BackupVerification.schedule())._options;
  const name = dnsLabel('name', props.name ?? `${redis.name}-backup`, CRON_JOB_LENGTH - (verification ? VERIFY.length : 0));
  if (name.endsWith(VERIFY)) reject('name', name, `must not end with "${VERIFY}", as CronJobs of verifications do`);
  if (source === BackupSource.REPLICA && redis.serverHosts.length === 1) {
    reject('source', source, 'must be BackupSource.REPLICA_OR_MASTER: the installation has one server, and no replica');
  }
  // those of the edge are asked by HAProxy, which a backup passes by
  if (redis.serverTls && redis.clientCertificates) needsCertificate('connection.clientCertificate', props.connection?.clientCertificate);
  if (pushgateway !== undefined && !/^https?:\/\/[^\s@]+[^\s/@]$/.test(pushgateway)) {
    reject('pushgateway', new Description('a text'), 'must be a URL without credentials and without a slash at its end, like "http://pushgateway.monitoring:9091"');
  }
  if (timeZone !== undefined && !/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(timeZone)) {
    reject('timeZone', timeZone, 'must be the name of a time zone, like "Europe/Berlin"');
  }
  // not all at once: the same minute for the same name
  const minute = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 60, 7);
  const suspend = props.job?.suspend ?? false;
  return {
    backup: {
      name,
      schedule: cron('schedule', props.schedule ?? `${minute} 2 * * *`),
      suspend: suspend || redis.hibernates,
      engineResources: ENGINE_RESOURCES,
    },
    verification: verification && {
      name: `${name}${VERIFY}`,
      schedule: cron('verification.schedule', verification.schedule ?? `${minute} 4 * * 0`),
      suspend,
      engineResources: resolveResources('verification.resources', verification.resources, ENGINE_RESOURCES),
    },
    target: resolveBackupTarget('target', props.target),
    timeZone,
    keep: keep((props.retention ?? BackupRetention.keep({ daily: 7, weekly: 5, monthly: 12, within: Duration.hours(48) }))._options),
    allowMaster: source === BackupSource.REPLICA_OR_MASTER,
    pushgateway,
    image: props.image === undefined ? defaultImage(IMAGES.restic, redis.imageRegistry) : image('image', props.image),
    engineImage: props.engineImage === undefined ? redis.serverImage : image('engineImage', props.engineImage),
    ...podsBeside(redis, props),
    resources: resolveResources('resources', props.resources, resources('100m', '128Mi', '1Gi')),
    pod: resolvePod('pod', props.pod, { spread: Spread.NONE, gracePeriod: Duration.seconds(30) }),
    serviceAccountName: serviceAccountName === undefined ? undefined : objectName('serviceAccountName', serviceAccountName),
    job: job(props.job),
  };
}

function job(given: RedisBackupProps['job'] = {}): BackupSettings['job'] {
  const { deadline = Duration.hours(6), startingDeadline = Duration.hours(1), lockTimeout = Duration.minutes(45) } = given;
  const deadlineSeconds = seconds('job.deadline', deadline, 300, 7 * 86400);
  return {
    deadlineSeconds,
    retries: wholeNumber('job.retries', given.retries ?? 3, 0, 100),
    // the controller looks every ten seconds
    startingDeadlineSeconds: seconds('job.startingDeadline', startingDeadline, 20, 86400),
    successfulHistory: wholeNumber('job.successfulHistory', given.successfulHistory ?? 3, 0, 1000),
    failedHistory: wholeNumber('job.failedHistory', given.failedHistory ?? 3, 0, 1000),
    lockSeconds: seconds('job.lockTimeout', lockTimeout, 0, 86400),
    // so that time is left for the backup, or for the line that says why there is none
    waitSeconds: Math.min(WAIT_SECONDS, Math.floor(deadlineSeconds / 2)),
  };
}

/** A schedule of five fields, or a name for one. The API server checks the ranges. */
function cron(prop: string, schedule: string): string {
  const field = '[0-9A-Za-z*?/,-]+';
  if (!new RegExp(`^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|${field}( ${field}){4})$`).test(schedule)) {
    reject(prop, schedule, "must be a schedule of cron: minute, hour, day, month and day of the week, like \"30 2 * * *\"; a time zone belongs in 'timeZone'");
  }
  return schedule;
}

function keep(options: BackupRetentionOptions | undefined): string | undefined {
  if (options === undefined) return undefined;
  const { within, ...counts } = options;
  const flags = Object.entries(counts).map(([name, count]) => `--keep-${name} ${wholeNumber(`retention.${name}`, count, 1, 100000)}`);
  if (within !== undefined) {
    const s = seconds('retention.within', within, 3600, 100 * 366 * 86400);
    if (s % 3600 !== 0) reject('retention.within', `${s} s`, 'must be whole hours');
    flags.push(`--keep-within ${s / 3600}h`);
  }
  if (flags.length === 0) reject('retention', new Description('an empty object'), 'must keep something, like BackupRetention.keep({ daily: 7 }); BackupRetention.forever() keeps all');
  return flags.join(' ');
}
