import { Address, parseAddress } from './address';
import { meaningOf, wordsOf } from './words';

/** A `server` line. */
export interface Server {
  /** `backend/name`, as runtime commands have it. */
  readonly key: string;
  readonly address: Address;
  /** From `default-server` and the line itself, without weight, `disabled` and `enabled`. */
  readonly options: readonly string[];
  /** Default: 1. */
  readonly weight: number;
  readonly disabled: boolean;
  /** Whether its health is checked. */
  readonly checked: boolean;
  /** Whether an agent beside it says what its weight is, and whether it takes connections. */
  readonly agent: boolean;
  /** Whether connections to it are encrypted. */
  readonly ssl: boolean;
}

/** A configuration of HAProxy. */
export interface Config {
  /** The servers by their key. */
  readonly servers: ReadonlyMap<string, Server>;
  /** All lines but those of servers, each with its section: a difference in these needs a reload. */
  readonly rest: readonly string[];
  /** The sections whose servers are all known: there is no `server-template` in them. */
  readonly backends: ReadonlySet<string>;
  /** Whether servers depend on conditions (`.if`) or on variables, so that nobody but HAProxy knows which of them it has. */
  readonly conditional: boolean;
}

export const SECTIONS = new Set([
  'acme', 'backend', 'cache', 'crt-store', 'defaults', 'fcgi-app', 'frontend', 'global', 'http-errors', 'listen', 'log-forward',
  'log-profile', 'mailers', 'peers', 'program', 'resolvers', 'ring', 'traces', 'userlist',
]);

const SERVER_LINES = new Set(['server', 'default-server', 'server-template']);

/** Reads a configuration; lines that HAProxy would not accept are lines like any other. */
export function parse(text: string): Config {
  const servers = new Map<string, Server>();
  const rest: string[] = [];
  const backends = new Set<string>();
  /** The words of `default-server` by the name of the defaults section. */
  const defaults = new Map<string, string[]>();
  let lastDefaults: string[] = [];
  let inherited: string[] = [];
  let backend: string | undefined;
  /** How many `.if` the line stands in. */
  let conditions = 0;
  let conditional = false;
  for (const line of text.split('\n')) {
    const words = wordsOf(line);
    if (words.length === 0) continue;
    const [keyword] = words;
    const name = words.length > 1 ? meaningOf(words[1]) ?? words[1] : undefined;
    if (SERVER_LINES.has(keyword) || SECTIONS.has(keyword)) conditional ||= conditions > 0 || words.slice(1, 2).some(isVariable);
    if (keyword === 'server' && backend !== undefined && name !== undefined && words.length > 2) {
      const server = serverOf(backend, name, words.slice(2), inherited);
      servers.set(server.key, server);
      // A weight of a variable is not a number.
      conditional ||= Number.isNaN(server.weight);
      continue;
    }
    // As it was written: a space within quotes counts, and a comment too much costs one reload.
    rest.push(line.trim());
    if (SECTIONS.has(keyword)) {
      backend = keyword === 'backend' || keyword === 'listen' ? name : undefined;
      if (backend !== undefined) backends.add(backend);
      const from = words.indexOf('from');
      const base = from > 0 ? defaults.get(words[from + 1]) ?? [] : lastDefaults;
      // A defaults section inherits only what it names.
      inherited = keyword === 'defaults' && from < 0 ? [] : [...base];
      if (keyword === 'defaults') {
        lastDefaults = inherited;
        if (name !== undefined) defaults.set(name, inherited);
      }
    } else if (keyword === 'default-server') {
      inherited.push(...words.slice(1));
    } else if (keyword === 'server-template' && backend !== undefined) {
      backends.delete(backend);
    } else if (keyword === '.if') {
      conditions++;
    } else if (keyword === '.endif') {
      conditions--;
    }
  }
  return { servers, rest, backends, conditional };
}

const isVariable = (word: string): boolean => meaningOf(word) === undefined;

function serverOf(backend: string, name: string, [address, ...own]: string[], inherited: readonly string[]): Server {
  const words = [...inherited, ...own];
  const options: string[] = [];
  let weight = 1;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 'weight') weight = Number(meaningOf(words[++i] ?? ''));
    else if (words[i] !== 'disabled' && words[i] !== 'enabled') options.push(words[i]);
  }
  return {
    key: `${backend}/${name}`,
    address: parseAddress(meaningOf(address) ?? address),
    options,
    weight,
    disabled: isOn(words, 'disabled', 'enabled'),
    checked: isOn(words, 'check', 'no-check'),
    agent: isOn(words, 'agent-check', 'no-agent-check'),
    ssl: isOn(words, 'ssl', 'no-ssl'),
  };
}

/** Whether the last of two words that contradict each other says yes. */
function isOn(words: readonly string[], on: string, off: string): boolean {
  return words.lastIndexOf(on) > words.lastIndexOf(off);
}
