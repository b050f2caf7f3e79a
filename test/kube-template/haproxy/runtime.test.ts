import { createServer, Server, Socket } from 'node:net';
import * as path from 'node:path';
import { parseProcesses, reload } from '../../../lib/kube-template/haproxy/reload';
import { Refused, Runtime } from '../../../lib/kube-template/haproxy/runtime';
import { ask, ConnectionLost, NotRunning } from '../../../lib/kube-template/haproxy/socket';
import { TempDir } from '../support/temp-dir';

/** Answers lines as it is told; undefined: not at all. */
class FakeSocket {
  public readonly lines: string[] = [];
  /** How often it was asked whether a worker is there, which is not in `lines`. */
  public questions = 0;
  /** The connections that are cut, the first is 1. */
  public readonly cuts = new Set<number>();
  private connections = 0;
  private readonly dir = new TempDir();
  public readonly path = path.join(this.dir.path, 'sock');
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    this.sockets.add(socket.on('error', () => undefined));
    if (this.cuts.has(++this.connections)) {
      // What was sent is still unread: that ends the connection in an error.
      setTimeout(() => socket.destroy(), 20);
      return;
    }
    let text = '';
    socket.setEncoding('utf8').on('data', (data) => {
      text += data;
      if (!text.endsWith('\n')) return;
      const line = text.trimEnd();
      if (line === '@1 show version') this.questions++;
      else this.lines.push(line);
      const answer = this.answer(line);
      if (answer !== undefined) socket.end(answer);
    });
    socket.resume();
  });

  public answer: (line: string) => string | undefined = () => '\n';

  public listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(this.path, resolve));
  }

  public async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
    this.dir.remove();
  }
}

let fake: FakeSocket;

beforeEach(async () => {
  fake = new FakeSocket();
  await fake.listen();
});
afterEach(() => fake.close());

describe('a HAProxy that starts', () => {
  const STATE = '1\n# be_id be_name srv_id srv_name\n\n';

  test('cuts connections that came early: a question is asked again', async () => {
    [1, 2, 3].forEach((connection) => fake.cuts.add(connection));
    fake.answer = () => STATE;
    expect(await new Runtime({ master: fake.path }).servers()).toEqual([]);
    expect(fake.lines).toEqual(['@1 show servers state']);
  });

  test('may have run a command before it cut the connection: it is not repeated', async () => {
    // The first is the question.
    fake.cuts.add(2);
    await expect(new Runtime({ master: fake.path }).run(['set server a/b addr 10.0.0.1'])).rejects.toThrow(ConnectionLost);
    expect(fake.lines).toEqual([]);
  });

  test('loses a line that comes in the moment in which the worker begins to load: only questions are repeated', async () => {
    let silent = 1;
    fake.answer = () => silent-- > 0 ? undefined : '\n';
    const runtime = new Runtime({ master: fake.path });
    await runtime.run(['set server a/b addr 10.0.0.1']);
    await runtime.run(['set server a/b addr 10.0.0.2']);
    expect(fake.questions).toBe(2);
    expect(fake.lines).toEqual(['@1 set server a/b addr 10.0.0.1', '@1 set server a/b addr 10.0.0.2']);
  });

  test.each([
    ['a question', (runtime: Runtime) => runtime.servers(), STATE],
    ['a command', (runtime: Runtime) => runtime.run(['set server a/b addr 10.0.0.1']), 'no need to change the addr\n\n'],
  ])('has a master that answers before its worker is loaded: %s is repeated soon, less and less often', async (_what, send, good) => {
    const pauses: number[] = [];
    let last = performance.now();
    fake.answer = () => {
      pauses.push(performance.now() - last);
      last = performance.now();
      return pauses.length <= 3 ? "Can't find the target PID matching the prefix '@1'\n" : good;
    };
    await send(new Runtime({ master: fake.path }));
    expect(fake.lines.length + fake.questions).toBeGreaterThanOrEqual(4);
    // At least: 50, 100 and 200 ms, less what a timer may be early.
    expect(pauses.slice(1, 4).map((pause, index) => pause > 45 * 2 ** index)).toEqual([true, true, true]);
  });
});

describe('a socket', () => {
  test('nobody listens', async () => {
    await expect(ask(`${fake.path}.no`, 'x')).rejects.toThrow(NotRunning);
    await expect(ask(`${fake.path}.no`, 'x')).rejects.toThrow(`HAProxy's socket ${fake.path}.no: connect ENOENT`);
  });

  test('it is no socket', async () => {
    await expect(ask(`${fake.path}/x`, 'x')).rejects.toThrow(`HAProxy's socket ${fake.path}/x: connect ENOTDIR`);
  });

  test('no answer in time', async () => {
    fake.answer = () => undefined;
    await expect(ask(fake.path, 'x', 20)).rejects.toThrow(`HAProxy's socket ${fake.path}: no answer within 20 ms`);
  });
});

describe('runtime commands', () => {
  test('many in a line, through the master each for its worker', async () => {
    await new Runtime({ stats: fake.path }).run(['a']).catch(() => undefined);
    fake.answer = () => '\n\n';
    await new Runtime({ stats: fake.path, master: 'unused' }).run(['a', 'b']);
    await new Runtime({ master: fake.path }).run(['a', 'b']);
    expect(fake.lines).toEqual(['a', 'a; b', '@1 a; @1 b']);
  });

  test('no commands, no line', async () => {
    await new Runtime({ stats: fake.path }).run([]);
    expect(fake.lines).toEqual([]);
  });

  test('lines fit into the buffer of HAProxy, deletions have lines of their own', async () => {
    const commands = Array.from({ length: 300 }, (_, i) => `set server a-backend/a-server-${i} health down`);
    fake.answer = (line) => '\n'.repeat(line.split(';').length);
    await new Runtime({ master: fake.path }).run([...commands, 'del server b/a', 'del server b/c', 'x']);
    expect(Math.max(...fake.lines.map((line) => line.length))).toBeLessThanOrEqual(4000);
    expect(fake.lines.slice(-3)).toEqual(['@1 del server b/a', '@1 del server b/c', '@1 x']);
    expect(fake.lines.slice(0, -3).flatMap((line) => line.split('; '))).toEqual(commands.map((command) => `@1 ${command}`));
  });

  test.each([
    '\n', '\n\n', 'New server registered.\n\n', 'Server deleted.\n', 'nothing changed\n\n',
    'IP changed from \'1.1.1.1\' to \'1.1.1.2\', no need to change the port by \'stats socket command\'\n\n',
    'no need to change the addr, port changed from \'1\' to \'2\' by \'stats socket command\'\n\n',
  ])('good answer %j', async (answer) => {
    fake.answer = () => answer;
    await expect(new Runtime({ stats: fake.path }).run(['x'])).resolves.toBeUndefined();
  });

  test.each([
    'No such server.\n\n', 'No such backend.\n', 'Permission denied\n\n', 'Require \'backend/server\'.\n\n',
    'Health check was not configured on this server, cannot enable.\n\n', 'Already exists a server with the same name in backend.\n\n',
    'unknown keyword \'resolvers\'\n\n', 'Unknown command: \'x\', but maybe one of the following ones is a better match:\n  help\n\n',
    'Backend is using a static LB algorithm and only accepts weights \'0%\' and \'100%\'.\n\n',
  ])('bad answer %j is an error with the command', async (answer) => {
    fake.answer = () => answer;
    const failure = new Runtime({ stats: fake.path }).run(['x y']);
    await expect(failure).rejects.toThrow(Refused);
    await expect(failure).rejects.toThrow(`HAProxy answered "${answer.split('\n')[0]}" to x y`);
  });

  test('a bad answer between good ones', async () => {
    fake.answer = () => '\nNo such server.\n\n\n';
    await expect(new Runtime({ stats: fake.path }).run(['x', 'y', 'z'])).rejects.toThrow('HAProxy answered "No such server." to x; … (3 commands)');
  });

  test('a connection that ends before all commands are answered', async () => {
    fake.answer = () => '\n';
    await expect(new Runtime({ stats: fake.path }).run(['x', 'y'])).rejects.toThrow('HAProxy closed the connection during x; … (2 commands)');
    fake.answer = () => '';
    await expect(new Runtime({ stats: fake.path }).run(['x'])).rejects.toThrow('HAProxy closed the connection during x');
  });

  test('a server that has connections left is deleted once they are gone', async () => {
    let left = 3;
    fake.answer = (line) => line.startsWith('del') && left-- > 0 ? 'Server still has connections attached to it, cannot remove it.\n\n' : '\n';
    await new Runtime({ stats: fake.path }).run(['del server b/a']);
    expect(fake.lines).toEqual([...Array(3).fill(['del server b/a', 'shutdown sessions server b/a']).flat(), 'del server b/a']);
  });

  test('an answer that is no server state', async () => {
    fake.answer = () => 'Permission denied\n';
    await expect(new Runtime({ stats: fake.path }).servers()).rejects.toThrow('HAProxy answered "Permission denied" to show servers state; expected version 1');
  });

  test('without sockets', () => {
    expect(() => new Runtime({})).toThrow("HAProxy's sockets are not given; expected the master's or the worker's");
  });
});

describe('the processes', () => {
  const answer = `#<PID>          <type>          <reloads>       <uptime>        <version>
100             master          2 [failed: 1]   0d00h00m12s     2.6.12
# workers
300             worker          0               0d00h00m02s     2.6.12
# old workers
200             worker          1               0d00h00m11s     2.6.12
201             worker          2               0d00h00m12s     2.6.12
# programs
400             program         0               0d00h00m12s     2.6.12

`;

  test('worker, old workers and failed reloads', () => {
    expect(parseProcesses(answer)).toEqual({ failed: 1, worker: 300, old: [200, 201] });
  });

  test('before HAProxy counted failed reloads, and without a worker', () => {
    expect(parseProcesses('#<PID>\n100 master 0 0d\n# workers\n# programs\n\n')).toEqual({ failed: 0, worker: undefined, old: [] });
  });
});

describe('a reload', () => {
  const proc = (worker: number, failed: number): string => `#<PID>\n1 master 1 [failed: ${failed}] 0d\n# workers\n${worker} worker 0 0d\n# programs\n\n`;

  test('that HAProxy answers: done', async () => {
    fake.answer = (line) => line === 'reload' ? 'Success=1\n--\n[NOTICE] (1) : Loading success.\n\n' : proc(2, 0);
    await reload(fake.path);
    expect(fake.lines).toEqual(['show proc', 'reload']);
  });

  test('that HAProxy answers: what is wrong with the file', async () => {
    fake.answer = (line) => line === 'reload'
      ? 'Success=0\n--\n[NOTICE]   (1) : x\n[ALERT]    (1) : config : parsing [h.cfg:2] : unknown keyword\n[ALERT]    (1) : config : Fatal errors.\n\n'
      : proc(2, 0);
    await expect(reload(fake.path)).rejects.toThrow(
      'HAProxy did not accept the file: config : parsing [h.cfg:2] : unknown keyword; config : Fatal errors.');
  });

  test('without an answer: done with a new worker, whatever connections do meanwhile', async () => {
    fake.cuts.add(2).add(3);
    const answers = [proc(2, 1), '', proc(2, 1), proc(3, 0)];
    fake.answer = () => answers[fake.lines.length - 1];
    await reload(fake.path);
    expect(fake.lines).toEqual(Array(4).fill('show proc'));
  });

  test('without an answer: failed with one more failure', async () => {
    fake.answer = (line) => line === 'reload' ? '' : proc(2, fake.lines.length > 4 ? 2 : 1);
    await expect(reload(fake.path)).rejects.toThrow('HAProxy did not accept the file; its log says why');
  });

  test('without an answer and without an end', async () => {
    fake.answer = (line) => line === 'reload' ? '' : proc(2, 0);
    await expect(reload(fake.path, 50)).rejects.toThrow('HAProxy has no new worker within 50 ms');
  });

  test('that HAProxy does not know', async () => {
    fake.answer = (line) => line === 'reload' ? 'Unknown command\n' : proc(2, 0);
    await expect(reload(fake.path)).rejects.toThrow('HAProxy answered "Unknown command" to reload');
  });

  test('a connection that is cut is told from one that is refused', async () => {
    fake.cuts.add(1);
    await expect(ask(fake.path, 'x')).rejects.toThrow(ConnectionLost);
  });
});
