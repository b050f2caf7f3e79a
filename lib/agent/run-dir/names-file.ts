import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';
import { replaceFile } from '../base/files';

/** Names that outlive an agent, and not its pod: with that the server goes, and what it was told. */
export class NamesFile {
  private readonly file: string;
  private written?: string;

  constructor(runDir: string, name: string, private readonly log: Log) {
    this.file = path.join(runDir, name);
  }

  /** None where there is no file. */
  public read(): string[] {
    try {
      return fs.readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  }

  /** Where it can't be written, which is told once, the next agent knows of those that are there then. */
  public write(names: readonly string[]): void {
    const text = names.map((name) => `${name}\n`).join('');
    if (text === this.written) return;
    this.written = text;
    try {
      replaceFile(this.file, text);
    } catch (error) {
      this.log.warn('user', `users that leave while the agent is away stay: ${messageOf(error)}`);
    }
  }
}
