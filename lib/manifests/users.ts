import { AuthSettings } from '../settings/auth-settings';
import { ExporterSettings, Settings } from '../settings/settings';

/** What clients that ask Sentinels for the master have to do there. */
const SENTINEL_CLIENT = [
  'resetkeys', '&*', '-@all', '+ping', '+info', '+role', '+hello', '+client|setname', '+client|id', '+subscribe', '+psubscribe', '+unsubscribe', '+punsubscribe',
  ...['get-master-addr-by-name', 'replicas', 'slaves', 'sentinels', 'master', 'masters'].map((name) => `+sentinel|${name}`),
].join(' ');

/** What HAProxy's checks ask. */
const PROXY = { server: '-@all +role +ping', sentinel: '-@all +ping +sentinel|get-master-addr-by-name' };
/** What redis_exporter asks. */
const METRICS = {
  server: '+ping +info +client|setname +slowlog|len +slowlog|get +latency|latest +latency|histogram',
  sentinel: ['+ping', '+info', '+client|setname', ...['masters', 'master', 'sentinels', 'replicas', 'slaves', 'ckquorum'].map((name) => `+sentinel|${name}`)].join(' '),
};

/** What it asks about a key. */
const KEY_COMMANDS = ['select', 'scan', 'type', 'get', 'strlen', 'llen', 'hlen', 'scard', 'zcard', 'pfcount', 'xlen', 'memory|usage'].map((name) => ` +${name}`).join('');

/** What it asks further for metrics of keys. Of scripts nobody knows what they read. */
function keyRules(exporter: ExporterSettings | undefined): string {
  if (!exporter) return '';
  const { scripts, keys, keyPatterns, countedPatterns } = exporter;
  const all = [...keys, ...keyPatterns, ...countedPatterns];
  const ofKeys = all.length === 0 ? '' : all.map((one) => ` %R~${one.replace(/^db\d+=/, '')}`).join('') + KEY_COMMANDS;
  return Object.keys(scripts).length === 0 ? ofKeys : `${ofKeys} %R~* +@read -@dangerous +select +eval_ro`;
}

/** The file of the users of servers or Sentinels, which start scripts and agents read: a line for each, name, key of the Secret, rules. */
function usersFile({ users, componentUsers }: AuthSettings, exporter: ExporterSettings | undefined, at: 'server' | 'sentinel'): string {
  const metrics = `metrics metrics-password -@all${at === 'server' ? keyRules(exporter) : ''} ${METRICS[at]}`;
  const components = componentUsers ? [`proxy proxy-password ${PROXY[at]}`, metrics] : [];
  const clients = users.map(({ name, passwordKey, rules }) => `${name} ${passwordKey} ${at === 'server' ? rules : SENTINEL_CLIENT}`);
  return [...components, ...clients].map((line) => `${line}\n`).join('');
}

/** Whether there are users beside `default`. */
export function hasUsers({ auth }: Settings): boolean {
  return auth !== undefined && (auth.users.length > 0 || auth.componentUsers);
}

/** Files that name the users, for a ConfigMap; none without users. A change of them restarts nobody. */
export function usersFiles(settings: Settings, ...at: ('server' | 'sentinel')[]): { [file: string]: string } {
  if (!hasUsers(settings)) return {};
  return Object.fromEntries(at.map((one) => [one === 'server' ? 'users.conf' : 'sentinel-users.conf', usersFile(settings.auth!, settings.exporter, one)]));
}
