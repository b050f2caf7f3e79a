import { AGENTS } from './agents';
import { AlertRule } from './alert-rule';
import { BACKUPS } from './backups';
import { CLIENTS } from './clients';
import { DATA } from './data';
import { PROXY } from './proxy';
import { REPLICATION } from './replication';
import { RESOURCES } from './resources';
import { ROLES } from './roles';
import { SECRETS } from './secrets';
import { SENTINELS } from './sentinels';
import { Alert } from '../../options/alert';

const ALL = [ROLES, SENTINELS, REPLICATION, BACKUPS, DATA, RESOURCES, CLIENTS, PROXY, SECRETS, AGENTS];

/** All alerts. */
export const ALERTS: readonly (readonly [Alert, AlertRule])[] = ALL
  .flatMap((rules) => Object.entries(rules) as [Alert, AlertRule][]);
