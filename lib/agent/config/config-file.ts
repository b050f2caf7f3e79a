import * as fs from 'node:fs';
import { Config, ConfigError } from './config';
import { parseConfig } from './parse-config';
import { Log, messageOf } from '../../log/log';

/**
 * The configuration: a file that is read once, and the file of the members that it names, which is followed. So an installation grows and
 * shrinks without a restart of its servers.
 */
export class ConfigFile {
  /** As it was read last. */
  public current: Config;
  private readonly text: string;
  /** What the file of the members said, usable or not. */
  private members?: string;

  /**
   * @param hostname name of the pod, whose trailing `-N` is the ordinal when the file has no `self`.
   * @throws ConfigError naming the file, the setting, its value and what is accepted.
   */
  constructor(private readonly file: string, private readonly hostname: string, private readonly log: Log) {
    this.text = read(file);
    this.current = this.parse();
  }

  /** Whether the members are others than at the last question. Others that can't be used are passed over with a line in the log. */
  public changed(): boolean {
    const { membersFile } = this.current;
    if (membersFile === undefined) return false;
    try {
      if (read(membersFile) === this.members) return false;
      // a file of a former version, to which somebody went back, does not say it: that is not 0
      const { minReplicasToWrite } = this.current;
      this.current = this.parse({ minReplicasToWrite });
      return true;
    } catch (error) {
      // A server that is about to be removed does not find itself any more.
      this.log.warn('members', `the former ones stay: ${messageOf(error)}`);
      return false;
    }
  }

  private parse(former?: Parameters<typeof parseConfig>[3]): Config {
    try {
      return parseConfig(this.text, this.hostname, (members) => (this.members = read(members)), former);
    } catch (error) {
      throw error instanceof ConfigError ? new ConfigError(`${this.file}: ${error.message}`) : error;
    }
  }
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${messageOf(error)}`);
  }
}
