import { AuthSettings, Settings } from '../settings/settings';

/** What clients that ask Sentinels for the master have to do there. */
const SENTINEL_CLIENT = [
  'resetkeys', '&*', '-@all', '+ping', '+info', '+role', '+hello', '+client|setname', '+client|id', '+subscribe', '+psubscribe', '+unsubscribe', '+punsubscribe',
  ...['get-master-addr-by-name', 'replicas', 'slaves', 'sentinels', 'master', 'masters'].map((name) => `+sentinel|${name}`),
].join(' ');

/** What HAProxy's checks ask. */
const PROXY = { server: '-@all +role +ping', sentinel: '-@all +ping +sentinel|get-master-addr-by-name' };
/** What redis_exporter asks. */
const METRICS = {
  server: '-@all +ping +info +client|setname +slowlog|len +slowlog|get +latency|latest +latency|histogram',
  sentinel: ['-@all', '+ping', '+info', '+client|setname', ...['masters', 'master', 'sentinels', 'replicas', 'slaves', 'ckquorum'].map((name) => `+sentinel|${name}`)].join(' '),
};

/** The file of the users of servers or Sentinels, which start scripts and agents read: a line for each, name, key of the Secret, rules. */
function usersFile({ users, componentUsers }: AuthSettings, at: 'server' | 'sentinel'): string {
  const components = componentUsers ? [`proxy proxy-password ${PROXY[at]}`, `metrics metrics-password ${METRICS[at]}`] : [];
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
  return Object.fromEntries(at.map((one) => [one === 'server' ? 'users.conf' : 'sentinel-users.conf', usersFile(settings.auth!, one)]));
}
