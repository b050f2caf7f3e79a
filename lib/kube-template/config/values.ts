import * as os from 'node:os';
import { Settings } from './settings';
import { LOG_LEVELS, LogLevel } from '../../log/log';

/** One of the accepted words. @throws Error naming them */
export function oneOf<T extends string>(value: string, accepted: readonly T[]): T {
  const found = accepted.find((word) => word === value);
  if (found === undefined) throw new Error(`${JSON.stringify(value)} is not accepted; expected ${accepted.join(', ')}`);
  return found;
}

/** A file mode from octal digits. @throws Error when it is something else */
export function parsePerms(text: unknown): number {
  // YAML reads 0640 as the number six hundred and forty: only a string is unambiguous.
  if (typeof text !== 'string' || !/^0?[0-7]{3,4}$/.test(text)) {
    throw new Error(`${JSON.stringify(text)} is not a file mode; expected octal digits in quotes, for example "0640"`);
  }
  return parseInt(text, 8);
}

/** A signal by its name, with or without SIG. @throws Error when the system has no such signal */
export function parseSignal(text: string): NodeJS.Signals {
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG');
  if (!(name in os.constants.signals)) throw new Error(`${JSON.stringify(text)} is not a signal; expected for example SIGHUP`);
  return name as NodeJS.Signals;
}

/** A signal, or `none`. @throws Error when the system has no such signal */
export function parseReloadSignal(text: string): NodeJS.Signals | 'none' {
  return text.toLowerCase() === 'none' ? 'none' : parseSignal(text);
}

/** A log level; consul-template's spellings are known too. @throws Error naming the levels */
export function parseLogLevel(text: string): LogLevel {
  const aliases: Record<string, LogLevel> = { trace: 'debug', warning: 'warn', err: 'error' };
  const level = text.toLowerCase();
  return oneOf(aliases[level] ?? level, LOG_LEVELS);
}

/** HOST:PORT, where an empty host means every address. @throws Error when it is something else */
export function parseListen(text: string): Settings['listen'] {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  if (!match || Number(match[3]) > 65535) {
    throw new Error(`${JSON.stringify(text)} is not an address; expected HOST:PORT, for example 127.0.0.1:9099`);
  }
  return { host: match[1] || match[2] || undefined, port: Number(match[3]) };
}
