import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** A metric of kube-state-metrics about CronJobs, by their names alone: it may be told by another pod of it than a moment ago. */
const of = (metric: string, cronJobs: string) => `max by (cluster, <namespace>, cronjob) (kube_cronjob_${metric}{<${cronJobs}>})`;

/** When one last succeeded; of one that never did, when it was made. */
const succeeded = (cronJobs: string) => `(${of('status_last_successful_time', cronJobs)} or ${of('created', cronJobs)})`;

/** CronJobs whose last run has ended without success. */
const failed = (cronJobs: string) => `(${of('status_last_schedule_time', cronJobs)} > ${succeeded(cronJobs)} unless ${of('status_active', cronJobs)} > 0)`;

/** Those that were suspended in the time in which one should have succeeded, as while the installation hibernated, and are not any more. */
const RESUMED = `(max by (cluster, <namespace>, cronjob) (max_over_time(kube_cronjob_spec_suspend{<backups>}[<backupAgeSeconds>s])) == 1 unless ${of('spec_suspend', 'backups')} == 1)`;

/** Of backups. */
export const BACKUPS: AlertRules = {
  [Alert.BACKUP_TOO_OLD]: {
    severity: 'critical',
    for: '5m',
    awake: true,
    ofCluster: true,
    expr: `time() - ${succeeded('backups')} > <backupAgeSeconds> unless ${RESUMED}`,
    summary: 'The last good backup of {{ $labels.cronjob }} is {{ $value | humanizeDuration }} old.',
  },
  [Alert.BACKUP_FAILING]: {
    severity: 'warning',
    for: '10m',
    ofCluster: true,
    expr: failed('backups'),
    summary: 'The last backup of {{ $labels.cronjob }} failed.',
  },
  [Alert.BACKUP_UNVERIFIED]: {
    severity: 'warning',
    for: '10m',
    ofCluster: true,
    expr: `${failed('verifications')} or (time() - ${succeeded('verifications')} > <verificationAgeSeconds>)`,
    summary: 'The newest backup could not be restored by {{ $labels.cronjob }}, or was not tried.',
  },
};
