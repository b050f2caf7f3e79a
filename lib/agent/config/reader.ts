import * as net from 'node:net';
import { ConfigError } from './config';

/** Settings by their keys, each read as what it has to be. Its methods throw a ConfigError that names the key, its value and what is accepted. */
export class Reader {
  constructor(private readonly values: Record<string, unknown>) {}

  /** Reads a setting that may be absent. */
  public optional<T>(key: string, read: (key: string) => T): T | undefined {
    return this.values[key] === undefined ? undefined : read(key);
  }

  public oneOf<T extends string | number>(key: string, accepted: readonly T[]): T {
    const value = accepted.find((one) => one === this.values[key]);
    if (value === undefined) throw this.error(key, `one of ${accepted.join(', ')}`);
    return value;
  }

  public integer(key: string, min: number, max: number): number {
    const value = this.values[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.error(key, `a whole number from ${min} to ${max}`);
    }
    return value;
  }

  public flag(key: string): boolean {
    const value = this.values[key];
    if (typeof value !== 'boolean') throw this.error(key, 'true or false');
    return value;
  }

  public text(key: string): string {
    const value = this.values[key];
    if (typeof value !== 'string' || value === '') throw this.error(key, 'a text that is not empty');
    return value;
  }

  public matching(key: string, pattern: RegExp, accepted: string): string {
    const value = this.values[key];
    if (typeof value !== 'string' || !pattern.test(value)) throw this.error(key, accepted);
    return value;
  }

  public address(key: string): string {
    const value = this.text(key);
    if (net.isIP(value) === 0 && !value.startsWith('/')) throw this.error(key, 'an IP address or the path of a socket');
    return value;
  }

  public hosts(key: string): string[] {
    const value = this.values[key];
    const accepted = 'a list of host names or IP addresses, each once';
    if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) throw this.error(key, accepted);
    for (const host of value) {
      if (typeof host !== 'string' || !/^[A-Za-z0-9.:_-]+$/.test(host)) throw this.error(key, accepted);
    }
    return value as string[];
  }

  public texts(key: string): { readonly [name: string]: string } {
    const value = this.values[key];
    if (typeof value !== 'object' || value === null || !Object.values(value).every((one) => typeof one === 'string')) throw this.error(key, 'an object of texts');
    return value as { readonly [name: string]: string };
  }

  public hostAndPort(key: string): { readonly host: string; readonly port: number } {
    const [, host, port] = /^([A-Za-z0-9.:_-]+):(\d{1,5})$/.exec(this.text(key)) ?? [];
    if (!(Number(port) > 1 && Number(port) <= 65_535)) throw this.error(key, 'HOST:PORT');
    return { host, port: Number(port) };
  }

  /** The settings below a key, and what counts for those that are absent. */
  public section(key: string, accepted: string, defaults: Record<string, unknown> = {}): Reader {
    const value = this.values[key];
    if (typeof value !== 'object' || value === null) throw this.error(key, accepted);
    return new Reader({ ...defaults, ...value });
  }

  private error(key: string, accepted: string): ConfigError {
    return new ConfigError(`"${key}" is ${JSON.stringify(this.values[key]) ?? 'absent'}; it must be ${accepted}`);
  }
}
