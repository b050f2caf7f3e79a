import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserKeeper } from '../../../lib/agent/act/user-keeper';
import { User } from '../../../lib/agent/config/users-file';
import { Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { NamesFile } from '../../../lib/agent/run-dir/names-file';
import { Log } from '../../../lib/log/log';

/** A server that answers in a way of its own. */
class Server implements Endpoint {
  public readonly taken: string[] = [];

  constructor(private readonly answer: (command: readonly string[]) => void) {}

  public async call(...command: string[]): Promise<Reply> {
    this.answer(command);
    if (command[1] === 'GETUSER') return null;
    this.taken.push(command.join(' '));
    return command[1] === 'DELUSER' ? 1 : 'OK';
  }

  public async batch(): Promise<Reply[]> { return []; }
}

describe('a server that has just started', () => {
  const user: User = { name: 'shop', rules: ['~shop:*'], passwords: () => ({ accepted: ['secret'], alternates: [], current: 'secret', logins: ['secret'], count: 1, alone: false }) };
  const greet = async (server: Endpoint) => new UserKeeper(() => [user], { now: () => 0, sleep: async () => undefined }, new Log())
    .greet({ endpoint: server, title: 'the server', process: 'run' });

  test('has its users once it has said so', async () => {
    const server = new Server(() => undefined);
    expect(await greet(server)).toBe(true);
    expect(server.taken).toEqual([expect.stringMatching(/^ACL SETUSER shop reset resetchannels on ~shop:\* #[0-9a-f]{64}$/)]);
  });

  test.each(['GETUSER', 'SETUSER'])('that does not answer %s has not, so that it gets no role yet', async (command) => {
    expect(await greet(new Server(([, name]) => { if (name === command) throw new Error('no answer within 1000 ms'); }))).toBe(false);
  });

  test('that refuses a user keeps nobody else waiting', async () => {
    expect(await greet(new Server(([, name]) => { if (name === 'SETUSER') throw new ReplyError('ERR unknown category'); }))).toBe(true);
  });
});

describe('a user that leaves while the agent is away', () => {
  let dir: string;
  let lines: string;
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'users-'));
    lines = '';
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  const user = (name: string): User => ({ name, rules: [], passwords: () => ({ accepted: ['s'], alternates: [], current: 's', logins: ['s'], count: 1, alone: false }) });
  /** An agent that starts, and what a server hears of it. */
  const agent = (names: readonly string[]) => {
    const log = new Log({ write: (line) => { lines += line; } });
    const keeper = new UserKeeper(() => names.map(user), { now: () => 0, sleep: async () => undefined }, log, new NamesFile(dir, 'users', log));
    return async (answer: (command: readonly string[]) => void = () => undefined) => {
      const server = new Server(answer);
      await keeper.greet({ endpoint: server, title: 'the server', process: 'run' });
      return server.taken.filter((command) => command.startsWith('ACL DELUSER'));
    };
  };

  test('is removed by the next one, and those that others made are let alone', async () => {
    await agent(['shop', 'report'])();
    expect(await agent(['shop'])()).toEqual(['ACL DELUSER report']);
    expect(lines).toContain('report is removed');
    expect(await agent(['shop'])()).toEqual([]);
  });

  test('is removed later by the one after that, where the server does not answer', async () => {
    await agent(['shop', 'report'])();
    expect(await agent(['shop'])(([, name]) => { if (name === 'DELUSER') throw new Error('no answer within 1000 ms'); })).toEqual([]);
    expect(await agent(['shop'])()).toEqual(['ACL DELUSER report']);
  });

  test('stays if it is back', async () => {
    await agent(['shop'])();
    expect(await agent(['shop'])()).toEqual([]);
  });

  test('is told to stay where that can\'t be written', async () => {
    fs.mkdirSync(path.join(dir, 'users.new'));
    await agent(['shop'])();
    expect(lines.match(/users that leave while the agent is away stay/g)).toHaveLength(1);
  });
});
