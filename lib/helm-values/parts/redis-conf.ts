import { duration, sizeOf } from './amounts';
import { MaxmemoryPolicy } from '../../options/server-options';
import { RESERVED_SERVER_DIRECTIVES } from '../../settings/resolve-server';
import { Build } from '../base/build';
import { member } from '../base/expression';
import { text } from '../base/readers';

/** One line of redis.conf. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  /** Where it stands. */
  readonly key: string;
}

/** What of redis.conf decides about persistence. */
export interface Writing {
  readonly appendonly?: Directive;
  readonly saves: readonly Directive[];
}

/** Lines of redis.conf, whose words are split as the engine does but for quotes that go around a whole value. */
export function linesOf(config: string, key: string): Directive[] {
  return config.split('\n').flatMap((line, index) => {
    const words = /^([^\s#]\S*)(?:\s+(.*))?$/.exec(line.trim());
    return words === null ? [] : { name: words[1].toLowerCase(), value: (words[2] ?? '').trim(), key: `${key} line ${index + 1} (${words[1]})` };
  });
}

/** Flags of the command line, like `--maxmemory 1gb`; a value may be an item of its own. */
export function flagsOf(flags: readonly string[], key: string): Directive[] {
  const directives: Directive[] = [];
  flags.forEach((flag, index) => {
    const [rest, ...words] = flag.trim().split(/(?:^|\s+)--(?=[a-z])/);
    const last = directives.pop();
    if (last !== undefined) directives.push({ ...last, value: `${last.value} ${rest}`.trim() });
    for (const word of last === undefined && rest !== '' ? [rest, ...words] : words) {
      const [name, ...values] = word.trim().split(/\s+/);
      directives.push({ name: name.toLowerCase(), value: values.join(' '), key: `${key}[${index}]` });
    }
  });
  return directives;
}

/** Directives by name, as the chart redis-ha has them; of a list each is a line. */
export function directivesOf(config: { readonly [name: string]: unknown }, key: string, build: Build): Directive[] {
  return Object.entries(config).flatMap(([name, given]) => (Array.isArray(given) ? given : [given]).flatMap((value, index) => {
    const here = `${key}.${name}${Array.isArray(given) ? `[${index}]` : ''}`;
    if (value === null || value === undefined) return [];
    const read = text(typeof value === 'boolean' ? (value ? 'yes' : 'no') : value);
    if ('wrong' in read) {
      build.refuse(here, 'must be text or a number');
      return [];
    }
    return { name: name.toLowerCase(), value: read.value, key: here };
  }));
}

/** What begins and ends a part of a template that may be left out. */
const BRANCH = /^\{\{-? *(?:(if|with|range|define|block)|(end))\b/;

const UNITS: { readonly [unit: string]: number } = { '': 1, 'b': 1, 'k': 1000, 'kb': 1024, 'm': 1e6, 'mb': 1024 ** 2, 'g': 1e9, 'gb': 1024 ** 3 };

/** Bytes as the engine reads them. */
function memory(value: string): number | undefined {
  const [, amount, unit] = /^(\d+)([a-z]*)$/.exec(unquoted(value).toLowerCase()) ?? [];
  return amount === undefined || UNITS[unit] === undefined ? undefined : Number(amount) * UNITS[unit];
}

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/, '$2');

/** Puts directives where the library has them. @returns what decides about persistence, for `persistenceMode` */
export function putDirectives(build: Build, directives: readonly Directive[]): Writing {
  const saves: Directive[] = [];
  let appendonly: Directive | undefined;
  let branches = 0;
  for (const directive of directives) {
    const { name, value, key } = directive;
    const line = `${name} ${value}`;
    const [, opens, ends] = BRANCH.exec(line) ?? [];
    branches += Number(opens !== undefined) - Number(ends !== undefined);
    if (line.includes('{{')) build.refuse(key, 'is a template of Helm, which nobody fills in here: give the value itself');
    else if (branches > 0) build.refuse(key, 'counts only in a branch of a template of Helm, which nobody fills in here: give it by itself if it does');
    else if (name === 'save') saves.push({ ...directive, value: unquoted(value) });
    else if (name === 'appendonly') appendonly = { ...directive, value: unquoted(value).toLowerCase() };
    else if (Object.hasOwn(TYPED, name)) TYPED[name](build, unquoted(value), key);
    else putLine(build, directive);
  }
  return { appendonly, saves };
}

const TYPED: { readonly [directive: string]: (build: Build, value: string, key: string) => void } = {
  'maxmemory': (build, value, key) => {
    const bytes = memory(value);
    if (bytes === undefined) return build.refuse(key, 'must be an amount of memory, like "512mb"');
    if (bytes === 0) return build.note(key, "0 is no bound of the data: here it is three quarters of the server's memory limit, if that has one ('server.maxmemory')");
    const size = sizeOf(Math.floor(bytes / 1024) * 1024);
    if (size === undefined) return build.refuse(key, 'must be at least 1 MiB');
    build.mapped(key, 'server.maxmemory');
    return build.put(['server', 'maxmemory'], size, key);
  },
  'maxmemory-policy': (build, value, key) => {
    const found = Object.entries(MaxmemoryPolicy).find(([, policy]) => policy === value.toLowerCase());
    if (found === undefined) return build.refuse(key, `must be one of ${Object.values(MaxmemoryPolicy).join(', ')}`);
    build.mapped(key, 'server.maxmemoryPolicy');
    return build.put(['server', 'maxmemoryPolicy'], member(`MaxmemoryPolicy.${found[0]}`), key);
  },
  'min-replicas-to-write': minReplicas,
  'min-slaves-to-write': minReplicas,
  'min-replicas-max-lag': maxLag,
  'min-slaves-max-lag': maxLag,
  'repl-backlog-size': (build, value, key) => {
    const bytes = memory(value);
    const size = bytes === undefined ? undefined : sizeOf(Math.ceil(bytes / 1024) * 1024);
    if (size === undefined) return build.refuse(key, 'must be an amount of memory, like "16mb"');
    build.mapped(key, 'server.replBacklogSize');
    return build.put(['server', 'replBacklogSize'], size, key);
  },
};

function minReplicas(build: Build, value: string, key: string): void {
  if (!/^\d+$/.test(value)) return build.refuse(key, 'must be a whole number');
  build.mapped(key, 'server.minReplicasToWrite');
  return build.put(['server', 'minReplicasToWrite'], Number(value), key);
}

function maxLag(build: Build, value: string, key: string): void {
  if (!/^\d+$/.test(value)) return build.refuse(key, 'must be a whole number of seconds');
  build.mapped(key, 'server.minReplicasMaxLag');
  return build.put(['server', 'minReplicasMaxLag'], duration(Number(value) * 1000), key);
}

/** Whether a line disables FLUSHALL or FLUSHDB. */
export function disablesFlush({ name, value }: Directive): boolean {
  return name === 'rename-command' && /^flush(all|db)\s+(""|'')$/i.test(value);
}

/** A line that the library has no prop for. Of one that it decides itself, the library's own reason is told; its value may be a password. */
function putLine(build: Build, { name, value, key }: Directive): void {
  const reserved = Object.keys(RESERVED_SERVER_DIRECTIVES).find((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
  if (disablesFlush({ name, value, key })) return build.note(key, "'server.allowFlush' is off: FLUSHALL and FLUSHDB are disabled");
  if (reserved !== undefined) return build.refuse(key, `is reserved: ${RESERVED_SERVER_DIRECTIVES[reserved]}`);
  if (value === '') return build.refuse(key, 'has no value');
  build.mapped(key, 'server.directives');
  return build.put(['server', 'directives', '+'], `${name} ${value}`, key);
}

/** When a server makes snapshots whose redis.conf has no `save`. */
export const ENGINE_SAVE = '3600 1 300 100 60 10000';

/** The mode of persistence that redis.conf asks for. */
export type Mode = 'APPEND_ONLY' | 'SNAPSHOT' | 'NONE';

/**
 * The mode, and lines for it.
 *
 * @param absent what the chart writes where the values say nothing
 */
export function persistenceMode(build: Build, { appendonly, saves }: Writing, absent: { readonly appendonly: boolean; readonly save: string }): Mode {
  if (appendonly !== undefined && appendonly.value !== 'yes' && appendonly.value !== 'no') build.refuse(appendonly.key, 'must be yes or no');
  const log = appendonly === undefined ? absent.appendonly : appendonly.value === 'yes';
  const good = saves.filter(({ value, key }) => {
    const ok = value === '' || /^\d+\s+\d+(\s+\d+\s+\d+)*$/.test(value);
    if (!ok) build.refuse(key, 'must be pairs of seconds and changes, like "900 1"');
    return ok;
  });
  // data does not go because a line can't be read
  const points = good.length === 0 ? [{ value: absent.save, keys: [] }] : good.map(({ value, key }) => ({ value, keys: [key] }));
  const back = points.map(({ value }) => value).lastIndexOf('');
  const mode = log ? 'APPEND_ONLY' : back < points.length - 1 ? 'SNAPSHOT' : 'NONE';
  if (appendonly !== undefined) build.mapped(appendonly.key, `persistence: DurabilityMode.${mode}`);
  for (const [index, { value, keys }] of points.entries()) {
    const [key] = keys;
    if (index < back && value !== '') {
      if (key !== undefined) build.note(key, 'an empty save after it takes it back');
      continue;
    }
    if (mode === 'SNAPSHOT' && value !== '') build.put(['server', 'directives', '+'], `save ${value}`, ...keys);
    if (key === undefined) continue;
    if (mode === 'APPEND_ONLY' && value !== '') build.refuse(key, 'no snapshots are made beside an append-only log, which holds all that they would');
    else build.mapped(key, value === '' ? `persistence: DurabilityMode.${mode}` : 'server.directives, with DurabilityMode.SNAPSHOT');
  }
  return mode;
}
