import { spawn } from 'node:child_process';
import * as net from 'node:net';
import { ConnectionError, Reply, ReplyError, ReplyParser } from '../../../lib/agent/redis/resp';
import { RespClient } from '../../../lib/agent/redis/resp-client';

describe('the parser of replies', () => {
  test.each<[string, string, Reply]>([
    ['a status', '+OK\r\n', 'OK'],
    ['an integer', ':-12\r\n', -12],
    ['a text with line ends', '$6\r\na\r\nb\r\n\r\n', 'a\r\nb\r\n'],
    ['a text of several bytes for a letter', '$4\r\né€\r\n'.replace('$4', '$5'), 'é€'],
    ['no text', '$-1\r\n', null],
    ['no list', '*-1\r\n', null],
    ['an empty list', '*0\r\n', []],
    ['a nested list', '*2\r\n*1\r\n$1\r\na\r\n:1\r\n', [['a'], 1]],
    ['an error', '-ERR no\r\n', new ReplyError('ERR no')],
  ])('reads %s, however it is cut', (_, text, expected) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const parser = new ReplyParser();
      expect([...parser.parse(bytes.subarray(0, cut)), ...parser.parse(bytes.subarray(cut))]).toEqual([expected]);
    }
  });

  test('refuses what is not the protocol', () => {
    expect(() => new ReplyParser().parse(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow(ConnectionError);
  });
});

describe('the client', () => {
  const servers: net.Server[] = [];
  const clients: RespClient[] = [];

  afterEach(async () => {
    clients.splice(0).forEach((client) => client.close());
    await Promise.all(servers.splice(0).map(async (server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A server that answers each chunk by this function; undefined: not at all. */
  async function serve(answer: (request: string, socket: net.Socket) => string | undefined): Promise<number> {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const reply = answer(chunk.toString(), socket);
        if (reply !== undefined && !socket.destroyed) socket.write(reply);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as net.AddressInfo).port;
  }

  function connect(port: number, options: { password?: () => string | readonly string[]; timeoutMs?: number } = {}): RespClient {
    const client = new RespClient({ host: '127.0.0.1', port, timeoutMs: 2_000, ...options });
    clients.push(client);
    return client;
  }

  test('keeps the order of answers to commands that are sent together', async () => {
    const port = await serve(() => ':1\r\n-ERR two\r\n:3\r\n');

    expect(await connect(port).batch([['A'], ['B'], ['C']])).toEqual([1, new ReplyError('ERR two'), 3]);
  });

  test('rejects with the error that the server answers', async () => {
    const port = await serve(() => '-NOAUTH Authentication required.\r\n');

    await expect(connect(port).call('PING')).rejects.toEqual(new ReplyError('NOAUTH Authentication required.'));
  });

  test('authenticates first', async () => {
    let requests = '';
    const port = await serve((request) => {
      requests += request;
      return requests.includes('PING') ? '+OK\r\n+PONG\r\n' : undefined;
    });

    expect(await connect(port, { password: () => 'p w"d' }).call('PING')).toBe('PONG');
    expect(requests).toBe('*2\r\n$4\r\nAUTH\r\n$5\r\np w"d\r\n*1\r\n$4\r\nPING\r\n');
  });

  test('tells a wrong password', async () => {
    const port = await serve(() => '-WRONGPASS invalid\r\n');

    await expect(connect(port, { password: () => 'x' }).call('PING')).rejects.toThrow('authentication failed: WRONGPASS invalid');
  });

  // as Sentinel of Redis 8.0.6 does with commands that come in one piece
  test.each([
    ['the former one', 'new', ['new', 'old']],
    ['the new one', 'old', ['new', 'old']],
    ['two of three', 'new', ['new', 'old', 'older']],
  ])('keeps the order of answers where %s is refused without an answer behind another one', async (_, accepted, passwords) => {
    let loggedIn = false;
    let said = 0;
    const answerTo = ([name, word]: string[]): string => {
      if (name === 'AUTH' && word === accepted) loggedIn = true;
      else if (name === 'AUTH') return said === 0 ? '-WRONGPASS invalid username-password pair or user is disabled.\r\n' : '';
      else if (!loggedIn) return '-NOAUTH Authentication required.\r\n';
      return name === 'PING' ? '+PONG\r\n' : name === 'ECHO' ? `+${word}\r\n` : '+OK\r\n';
    };
    const port = await serve((request) => request.split(/\*\d+\r\n/).slice(1).map((command) => {
      const answer = answerTo(command.split('\r\n').filter((part, index) => index % 2 === 1 && part !== ''));
      said += answer === '' ? 0 : 1;
      return answer;
    }).join(''));
    const client = connect(port, { password: () => passwords });
    expect(await client.batch([['CONFIG', 'SET'], ['ECHO', 'a']])).toEqual(['OK', 'a']);
    expect(await client.call('ECHO', 'b')).toBe('b');
  });

  test('does without a password where none is set', async () => {
    const port = await serve(() => '-ERR AUTH <password> called without any password configured for the default user.\r\n+PONG\r\n');

    expect(await connect(port, { password: () => 'x' }).call('PING')).toBe('PONG');
  });

  test('gives up waiting for an answer', async () => {
    const port = await serve(() => undefined);

    await expect(connect(port, { timeoutMs: 50 }).call('PING')).rejects.toThrow('no answer within 50 ms');
  });

  test('gives up connecting sooner, as another attempt may get through', async () => {
    // A process that stands still, and whose queue of connections is full: the kernel drops the next.
    const stopped = spawn(process.execPath, ['-e', `
      const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
    `]);
    const port = Number(await new Promise((resolve) => stopped.stdout.once('data', resolve)));
    stopped.kill('SIGSTOP');
    const waiting = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
    try {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await expect(connect(port).call('PING')).rejects.toThrow('no connection within 300 ms');
    } finally {
      waiting.forEach((socket) => socket.destroy());
      stopped.kill('SIGKILL');
    }
  });

  test('connects again after the connection ended, and tells that it ended', async () => {
    let ends = 0;
    const port = await serve((_, socket) => {
      if (ends === 0) socket.destroy();
      return '+PONG\r\n';
    });
    const client = connect(port);
    client.onDisconnect = () => ends++;

    await expect(client.call('PING')).rejects.toThrow(ConnectionError);
    expect(ends).toBe(1);
    expect(await client.call('PING')).toBe('PONG');
  });

  test('tells that nobody listens', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));

    await expect(connect(port).call('PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
