import { AuthSettings, UserSettings } from './auth-settings';
import { dataKey } from './checks';
import { matchesGlob } from './glob';
import { Description, reject } from './invalid-prop';
import { AclUser } from '../options/acl-user';

/** Users that are there already: of the control plane, of components, and marks of the start scripts. */
const RESERVED = /^(default|proxy|metrics|files-.*)$/;

/** Commands with which a client could move the master, read passwords, or stop a server. */
const DANGEROUS = [
  'acl', 'bgrewriteaof', 'bgsave', 'cluster', 'config', 'debug', 'failover', 'module', 'monitor', 'pfdebug', 'psync', 'replconf', 'replicaof', 'save', 'sentinel', 'shutdown',
  'slaveof', 'sync', 'client|kill', 'client|pause', 'client|unpause', 'client|no-evict', '@admin', '@dangerous', '@all',
];
/** Functions are those of all users, and run with the rights of who calls them: who makes other ones of them has the rights of all who do. The cache of scripts is theirs too. */
const OF_ALL = ['load', 'delete', 'flush', 'restore'].map((word) => `-function|${word}`).concat('-script|flush');
/** Parts of them that tell only about the client itself. */
const HARMLESS = ['acl|whoami', 'acl|genpass', 'acl|cat', 'acl|help'];

/** What errors show of a rule that is none: it may hold a password. */
const UNKNOWN = new Description('a rule');

/** Where Sentinels tell each other who the master is. */
const HELLO = '__sentinel__:hello';

/**
 * What `redis-cli --rdb` asks, and INFO. Rules look at the first argument of REPLCONF alone: behind `capa eof` a client can give the address and the port of a
 * replica (D133).
 */
const BACKUP = '-@all +ping +info +sync +replconf|capa +replconf|rdb-only';

/** Users of clients, each with its rules as ACL SETUSER takes them after `reset`. */
export function resolveUsers(users: readonly AclUser[]): UserSettings[] {
  const names = new Set<string>();
  return users.map((user, index) => {
    const prop = `auth.users[${index}]`;
    const { name, _options: options } = user;
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
      reject(prop, name, 'must be the name of a user: letters, digits, "-" and "_", at most 64 characters');
    } else if (RESERVED.test(name)) {
      reject(prop, name, 'is a user of ours: take another name');
    } else if (names.has(name)) {
      reject(prop, name, 'is there twice');
    }
    names.add(name);
    return { name, passwordKey: dataKey(`${prop}.passwordKey`, options.passwordKey ?? `${name}-password`), rules: rulesOf(prop, options) };
  });
}

/**
 * Keys of the Secret with all passwords, by the props that name them: of components, of `default`, of clients. One that two have, or that is the
 * "-alternate" of another, would give each the other's rights.
 */
export function passwordKeys(componentUsers: boolean, secretKey: string, users: readonly UserSettings[]): AuthSettings['keys'] {
  const keys: [prop: string, key: string][] = [
    ...componentUsers ? ['proxy', 'metrics'].map((name): [string, string] => ['auth.componentUsers', `${name}-password`]) : [],
    ['auth.key', secretKey],
    ...users.map(({ passwordKey }, index): [string, string] => [`auth.users[${index}].passwordKey`, passwordKey]),
  ];
  for (const [index, [prop, key]] of keys.entries()) {
    const other = keys.slice(0, index).find(([, one]) => [one, `${one}-alternate`].includes(key) || one === `${key}-alternate`);
    if (other) reject(prop, key, `must differ from '${other[0]}' ("${other[1]}"), with "-alternate" too`);
  }
  return keys;
}

function rulesOf(prop: string, options: AclUser['_options']): string {
  if (options.kind === 'custom') return customRules(prop, options.rules ?? []);
  if (options.kind === 'backup') return BACKUP;
  const keys = (options.keys ?? ['*']).map((pattern, index) => `~${plain(`${prop}.keys[${index}]`, pattern)}`);
  const channels = (options.channels ?? []).map((pattern, index) => channel(`${prop}.channels[${index}]`, plain(`${prop}.channels[${index}]`, pattern)));
  const may = options.kind === 'reader' ? ['-@all', '+@read', '+@connection'] : ['+@all'];
  const allow = (options.allow ?? []).map((command, index) => `+${allowed(`${prop}.allow[${index}]`, command)}`);
  const isCategory = (rule: string): boolean => rule.startsWith('+@');
  return [
    ...keys,
    ...channels,
    // nearly each category has commands of the two that are taken away: CONFIG, SHUTDOWN and REPLICAOF are @slow
    ...may, ...allow.filter(isCategory), '-@admin', '-@dangerous', ...OF_ALL, '+info',
    ...allow.filter((rule) => !isCategory(rule)),
    ...options.allowFlush ? ['+flushall', '+flushdb'] : [],
    ...(options.deny ?? []).map((command, index) => `-${commandName(`${prop}.deny[${index}]`, command)}`),
  ].join(' ');
}

/** Rules that the user wrote, in the order in which the server applies them. */
function customRules(prop: string, rules: readonly string[]): string {
  const words = rules.map((rule) => rule.toLowerCase());
  for (const [index, rule] of rules.entries()) customRule(`${prop}.rules[${index}]`, plain(`${prop}.rules[${index}]`, rule, UNKNOWN), words[index]);
  // each category has commands of these two
  const categories = words.map((word) => word === 'allcommands' || word.startsWith('+@')).lastIndexOf(true);
  if (categories >= 0 && (words.lastIndexOf('-@admin') < categories || words.lastIndexOf('-@dangerous') < categories)) {
    reject(`${prop}.rules`, rules.join(' '), 'must take "-@admin" and "-@dangerous" away after the last category that it adds');
  }
  return rules.join(' ');
}

function customRule(prop: string, rule: string, word: string): void {
  if (/^[<>#!]|^(nopass|resetpass)$/.test(word)) {
    reject(prop, new Description('a rule about passwords'), "must not be given: the password is in the Secret of 'auth'");
  } else if (word.startsWith('+')) {
    if (!word.startsWith('+@')) allowed(prop, word.slice(1));
  } else if (word === 'allchannels' || word.startsWith('&')) {
    channel(prop, word === 'allchannels' ? '*' : rule.slice(1));
  } else if (!/^(-@?[a-z0-9|._-]+|~.+|%(r|w|rw)~.+|allkeys|resetkeys|resetchannels|allcommands|nocommands)$/.test(word)) {
    reject(prop, UNKNOWN, 'must be a rule of ACL SETUSER about commands, keys or channels, like "+get" or "~shop:*"');
  }
}

function allowed(prop: string, command: string): string {
  const name = commandName(prop, command);
  const container = name.split('|')[0];
  const dangerous = DANGEROUS.includes(name) || (DANGEROUS.includes(container) && !HARMLESS.includes(name)) || (name === 'client');
  if (dangerous) reject(prop, command, "must not be allowed to a client: it could move the master, read passwords or stop a server. Use 'default' for that");
  return name;
}

function commandName(prop: string, command: string): string {
  const name = command.toLowerCase();
  if (!/^@?[a-z][a-z0-9._-]*(\|[a-z][a-z0-9-]*)?$/.test(name)) reject(prop, command, 'must be a command or a category, like "keys", "client|list" or "@scripting"');
  return name;
}

/** A word of a rule: a blank would begin another one. */
function plain(prop: string, text: string, shown: string | Description = text): string {
  if (!/^[\x21\x23-\x26\x28-\x7e]+$/.test(text)) reject(prop, shown, 'must be printable characters without blanks and quotes');
  return text;
}

function channel(prop: string, pattern: string): string {
  if (matchesGlob(pattern, HELLO)) {
    reject(prop, pattern, `must not match ${HELLO}: whoever writes there tells Sentinels which server is the master`);
  }
  return `&${pattern}`;
}
