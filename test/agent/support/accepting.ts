import { createHash } from 'node:crypto';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';

/** The form in which a server has a password. */
export const hash = (password: string): string => createHash('sha256').update(password).digest('hex');

/** A server or Sentinel as far as passwords go. */
export class Accepting implements Endpoint {
  public hashes: string[] = [];

  public async call(...command: string[]): Promise<Reply> {
    if (command[1] === 'GETUSER') return ['flags', 'on', 'passwords', this.hashes as unknown as Reply];
    if (command[1] === 'SETUSER') {
      for (const rule of command.slice(3)) {
        const named = rule.slice(1);
        if (rule.startsWith('!')) this.hashes = this.hashes.filter((one) => one !== named);
        else if (!this.hashes.includes(named)) this.hashes.push(named);
      }
    }
    return 'OK';
  }

  public async batch(): Promise<Reply[]> { return []; }
}
