import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of passwords and certificates. */
export const SECRETS: AlertRules = {
  [Alert.CERTIFICATE_EXPIRES]: {
    severity: 'warning',
    for: '1h',
    expr: 'min by (cluster, namespace, instance) (redis_ha_certificate_expiry_timestamp_seconds{@}) - time() < <certificateExpirySeconds>',
    summary: 'The certificate that {{ $labels.instance }} uses, or a CA above it, ends in {{ $value | humanizeDuration }}.',
  },
  [Alert.CERTIFICATE_REFUSED]: {
    severity: 'warning',
    for: '5m',
    expr: 'redis_ha_certificate_usable{@} == 0',
    summary: "The certificate of the Secret can't be used: {{ $labels.instance }} keeps the one that it has.",
  },
  [Alert.PASSWORD_RETIRES]: {
    severity: 'info',
    for: '0m',
    expr: 'max by (cluster, namespace) (redis_ha_passwords{@,kind="former"}) > 0',
    summary: 'A password is accepted that is not in the Secret (any more): one that was replaced is refused 15 minutes later.',
  },
  [Alert.PASSWORD_ROTATION_UNFINISHED]: {
    severity: 'info',
    for: '24h',
    expr: 'max by (cluster, namespace) (redis_ha_passwords{@,kind="secret"}) > 1',
    summary: 'Two passwords have been accepted for a day: the rotation was not finished.',
  },
};
