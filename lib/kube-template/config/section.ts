import { messageOf } from '../../log/log';

/** A mistake in the command line or in a configuration file; the message names the place. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';
}

/** `command-timeout`, `command_timeout` and `commandTimeout` are one key. */
const camelCase = (key: string): string => key.replace(/[-_]+([a-z])/gi, (_, letter: string) => letter.toUpperCase());

const describe = (value: unknown): string => JSON.stringify(value) ?? String(value);

/**
 * Reads one mapping of a configuration file key by key, and knows which keys nobody asked for.
 */
export class Section {
  private readonly values = new Map<string, { readonly key: string; readonly value: unknown }>();
  private readonly asked = new Set<string>();

  /**
   * @param place where the mapping stands, for messages: `kube-template.yaml: templates[0]`
   * @param value the mapping
   * @param separator between the place and a key
   * @throws ConfigError when it is no mapping, or has one key in two spellings
   */
  constructor(private readonly place: string, value: unknown, private readonly separator: string = '.') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConfigError(`${place}: ${describe(value)} is not accepted; expected keys and values`);
    }
    for (const [key, entry] of Object.entries(value)) {
      const name = camelCase(key);
      if (this.values.has(name)) throw new ConfigError(`${this.at(key)}: given twice, also as ${this.values.get(name)!.key}`);
      this.values.set(name, { key, value: entry });
    }
  }

  /** The value under a name or one of its aliases, read by `parse`; undefined when absent or null. */
  public get<T>(names: string | readonly string[], parse: (value: unknown, place: string) => T): T | undefined {
    const list = typeof names === 'string' ? [names] : names;
    for (const name of list) this.asked.add(name);
    const present = list.filter((name) => this.values.has(name));
    if (present.length > 1) throw new ConfigError(`${this.at(present[1])}: given twice, also as ${present[0]}`);
    if (present.length === 0) return undefined;
    const { key, value } = this.values.get(present[0])!;
    if (value === null || value === undefined) return undefined;
    try {
      return parse(value, this.at(key));
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError(`${this.at(key)}: ${messageOf(error)}`);
    }
  }

  public text<T = string>(names: string | readonly string[], parse?: (text: string) => T): T | undefined {
    return this.get(names, (value) => {
      if (typeof value !== 'string') throw new Error(`${describe(value)} is not accepted; expected text`);
      return parse ? parse(value) : value as T;
    });
  }

  /** Text or a number: durations are written both ways. */
  public scalar<T>(names: string | readonly string[], parse: (value: string | number) => T): T | undefined {
    return this.get(names, (value) => {
      if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`${describe(value)} is not accepted; expected text or a number`);
      return parse(value);
    });
  }

  public flag(name: string): boolean | undefined {
    return this.get(name, (value) => {
      if (typeof value !== 'boolean') throw new Error(`${describe(value)} is not accepted; expected true or false`);
      return value;
    });
  }

  /** A whole number that is not negative. */
  public count(name: string): number | undefined {
    return this.get(name, (value) => {
      if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error(`${describe(value)} is not accepted; expected a whole number`);
      return value as number;
    });
  }

  public list<T>(name: string, parse: (entry: unknown, place: string) => T): T[] | undefined {
    return this.get(name, (value, place) => {
      if (!Array.isArray(value)) throw new Error(`${describe(value)} is not accepted; expected a list`);
      return value.map((entry, index) => parse(entry, `${place}[${index}]`));
    });
  }

  /** A mapping whose keys are the user's own. */
  public mapping<T>(name: string, parse: (entry: unknown, place: string) => T): Record<string, T> | undefined {
    return this.get(name, (value, place) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new Error(`${describe(value)} is not accepted; expected keys and values`);
      }
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, parse(entry, `${place}.${key}`)]));
    });
  }

  public section<T>(name: string, read: (section: Section) => T): T | undefined {
    return this.get(name, (value, place) => read(new Section(place, value)));
  }

  /** @throws ConfigError naming the first key that was never asked for */
  public end(): void {
    for (const [name, { key }] of this.values) {
      if (!this.asked.has(name)) throw new ConfigError(`${this.at(key)}: unknown key; known here: ${[...this.asked].join(', ')}`);
    }
  }

  private at(key: string): string {
    return this.place + this.separator + key;
  }
}
