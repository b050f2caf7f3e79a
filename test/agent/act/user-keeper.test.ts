import { UserKeeper } from '../../../lib/agent/act/user-keeper';
import { User } from '../../../lib/agent/config/users-file';
import { Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';

/** A server that answers in a way of its own. */
class Server implements Endpoint {
  public readonly taken: string[] = [];

  constructor(private readonly answer: (command: readonly string[]) => void) {}

  public async call(...command: string[]): Promise<Reply> {
    this.answer(command);
    if (command[1] === 'GETUSER') return null;
    this.taken.push(command.join(' '));
    return 'OK';
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
