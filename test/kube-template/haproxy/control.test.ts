import * as fs from 'node:fs';
import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';
import * as path from 'node:path';
import { eventually, HaproxyProcess } from './processes';
import { Haproxy, HaproxyOptions } from '../../../lib/kube-template/haproxy';
import { Runtime } from '../../../lib/kube-template/haproxy/runtime';
import { ServerState } from '../../../lib/kube-template/haproxy/server-state';
import { ask } from '../../../lib/kube-template/haproxy/socket';
import { describeWith, HAPROXY } from '../../support/binaries';
import { freePort } from '../../support/free-port';

jest.setTimeout(30_000);

describeWith([HAPROXY])('control of a running HAProxy', () => {
  let echo: Server;
  let echoPort: number;
  let haproxy: HaproxyProcess;
  let port: number;
  let logged: string[];
  const clients: Socket[] = [];

  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    echoPort = (echo.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => echo.close(resolve)));
  beforeEach(async () => {
    haproxy = new HaproxyProcess();
    port = await freePort();
    logged = [];
  });
  afterEach(async () => {
    clients.splice(0).forEach((client) => client.destroy());
    await haproxy.remove();
  });

  const config = (lines: string[], other = ''): string => haproxy.config(`${other}
frontend f
    bind 127.0.0.1:${port}
    default_backend b
backend b
${lines.map((line) => `    server ${line}`).join('\n')}`);
  const control = (options: Partial<HaproxyOptions> = {}): Haproxy =>
    new Haproxy({ master: haproxy.master, stateFile: haproxy.stateFile, log: (message) => void logged.push(message), ...options });
  const alive = (): string => `127.0.0.1:${echoPort} check inter 50ms`;

  async function running(text: string, options: Partial<HaproxyOptions> = {}): Promise<Haproxy> {
    const proxy = control(options);
    proxy.prepare('', text);
    haproxy.write(text);
    await haproxy.start();
    return proxy;
  }

  async function apply(proxy: Haproxy, old: string, text: string): ReturnType<Haproxy['apply']> {
    haproxy.write(text);
    return proxy.apply(old, text);
  }

  async function server(name: string): Promise<ServerState | undefined> {
    return (await new Runtime(haproxy).servers()).find(({ key }) => key === `b/${name}`);
  }
  const up = (name: string): Promise<void> => eventually(async () => (await server(name))!.up, `${name} is UP`);

  test('a HAProxy whose worker is still loading is waited for', async () => {
    // Busy for a while, as with a large configuration.
    fs.writeFileSync(path.join(haproxy.dir.path, 'slow.lua'), 'local ends = os.clock() + 0.5; while os.clock() < ends do end');
    const slow = (lines: string[]): string => config(lines).replace('global\n', `global\n    lua-load ${haproxy.dir.path}/slow.lua\n`);
    haproxy.write(slow(['a 127.0.0.1:1 check inter 50ms']));
    haproxy.launch();
    await eventually(async () => (await ask(haproxy.master, 'show proc')).includes('worker'), 'the master answers');
    const moved = await apply(control(), slow(['a 127.0.0.1:1 check inter 50ms']), slow([`a ${alive()}`]));
    expect(moved.how).toBe('runtime');
    await up('a');
  });

  /** A client with an answered question behind it. */
  async function session(): Promise<Socket> {
    const client = connect(port, '127.0.0.1').on('error', () => undefined);
    clients.push(client);
    await new Promise((resolve) => client.once('data', resolve).write('hello'));
    return client;
  }
  const answered = (client: Socket): Promise<boolean> => new Promise((resolve) => {
    if (client.closed) resolve(false);
    else client.once('data', () => resolve(true)).once('close', () => resolve(false)).write('again');
  });

  test('not running: nothing to apply, and the server-state file is for the new configuration', async () => {
    const [old, text] = [config([`a ${alive()}`]), config([`a ${alive()}`, `c ${alive()}`])];
    expect(await control().apply(old, text)).toEqual({ how: 'none', commands: 0, reason: 'HAProxy is not running' });
    expect(fs.readFileSync(haproxy.stateFile, 'utf8')).toContain(' c 127.0.0.1 0 0 ');
    expect(await control().drift(text)).toBe(0);
    expect(await control().oldWorkers()).toBe(0);
  });

  test('not running while other lines changed: the HAProxy that comes up then reloads once', async () => {
    const [old, text] = [config([`a ${alive()}`]), config([`a ${alive()}`], '    timeout queue 7s')];
    const proxy = control();
    await proxy.apply(old, text);
    haproxy.write(old);
    await haproxy.start();
    haproxy.write(text);
    const worker = async (): Promise<string> => (await ask(haproxy.stats, 'show info')).split('\n').find((line) => line.startsWith('Pid:'))!;
    const first = await worker();
    await proxy.drift(text);
    const second = await worker();
    expect(second).not.toBe(first);
    await proxy.drift(text);
    expect(await worker()).toBe(second);
  });

  test('a HAProxy that starts right before or after its file changes has no server UP without a check', () => {
    const [old, text] = [config(['a 127.0.0.1:1 check', 'c 127.0.0.1:1 check']), config(['a 127.0.0.1:2 check', 'd 127.0.0.1:1 check'])];
    control().prepare(old, text);
    const states = fs.readFileSync(haproxy.stateFile, 'utf8').split('\n').slice(2, -1).map((line) => line.split(' '));
    // Name, address, whether it is UP, port.
    expect(states.map((state) => [3, 4, 5, 18].map((column) => state[column]).join(' '))).toEqual(
      ['a 127.0.0.1 0 2', 'c 127.0.0.1 0 1', 'd 127.0.0.1 0 1']);
  });

  test('a kube-template that ends between the file and the reload: the next one reloads, once', async () => {
    const [old, text] = [config([`a ${alive()}`]), config([`a ${alive()}`], '    timeout queue 7s')];
    const proxy = await running(old);
    proxy.prepare(old, text);
    haproxy.write(text);
    // Here it ends.
    const worker = async (): Promise<string> => (await ask(haproxy.stats, 'show info')).split('\n').find((line) => line.startsWith('Pid:'))!;
    const first = await worker();
    await control().drift(text);
    const second = await worker();
    expect(second).not.toBe(first);
    await control().drift(text);
    expect(await worker()).toBe(second);
  });

  test('a kube-template that ends between the file and the reload: the next one reloads also with a file that differs in servers only', async () => {
    const [old, text] = [config([`a ${alive()}`]), config([`a ${alive()}`], '    timeout queue 7s')];
    const proxy = await running(old);
    proxy.prepare(old, text);
    haproxy.write(text);
    expect(await apply(control(), text, text.replace(/check inter 50ms/, 'check inter 50ms weight 3'))).toMatchObject({ how: 'reload' });
    expect(fs.existsSync(`${haproxy.stateFile}.reload`)).toBe(false);
  });

  test.each([[false], [true]])('a file that HAProxy refused leaves no note of a reload once the old one is back, unless one was due: %s', async (due) => {
    const [old, text] = [config([`a ${alive()}`]), config([`a ${alive()}`], '    nonsense')];
    let reloads = 0;
    const proxy = await running(old, { onReload: () => { reloads++; } });
    const note = `${haproxy.stateFile}.reload`;
    if (due) fs.writeFileSync(note, '');
    proxy.prepare(old, text);
    expect(fs.existsSync(note)).toBe(true);
    await expect(apply(proxy, old, text)).rejects.toThrow('did not accept');
    expect(fs.existsSync(note)).toBe(true);
    haproxy.write(old);
    proxy.takenBack();
    expect(fs.existsSync(note)).toBe(due);
    await proxy.drift(old);
    expect([reloads, logged]).toEqual(due ? [1, ['reloaded, as HAProxy may not have read its file before']] : [0, []]);
    expect(fs.existsSync(note)).toBe(false);
  });

  test('changes of servers leave no note of a reload', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text);
    const next = config([`a ${alive()} weight 3`, `c ${alive()}`]);
    proxy.prepare(text, next);
    expect(await apply(proxy, text, next)).toMatchObject({ how: 'runtime' });
    expect(fs.existsSync(`${haproxy.stateFile}.reload`)).toBe(false);
  });

  test('only comments changed: nothing', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text);
    expect(await apply(proxy, text, `# generated\n${text}`)).toMatchObject({ how: 'none', commands: 0 });
  });

  test.each(['master', 'stats'] as const)('100 servers are added and removed at the %s socket', async (socket) => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text, socket === 'stats' ? { stats: haproxy.stats } : {});
    const many = config([`a ${alive()}`, ...Array.from({ length: 100 }, (_, i) => `a-long-name-of-a-server-${i} ${alive()}`)]);
    expect(await apply(proxy, text, many)).toMatchObject({ how: 'runtime', commands: 600 });
    expect(await new Runtime(haproxy).servers()).toHaveLength(101);
    await up('a-long-name-of-a-server-99');
    expect(await apply(proxy, many, text)).toMatchObject({ how: 'runtime', commands: 300 });
    expect(await new Runtime(haproxy).servers()).toHaveLength(1);
    expect(logged).toEqual([]);
  });

  test('sessions survive when other servers are added, and end with the server that is removed', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text);
    await up('a');
    const client = await session();
    const more = config([`a ${alive()}`, `c ${alive()}`]);
    expect(await apply(proxy, text, more)).toMatchObject({ how: 'runtime' });
    expect(await answered(client)).toBe(true);
    expect(await apply(proxy, more, config([`c ${alive()}`]))).toMatchObject({ how: 'runtime' });
    expect(await answered(client)).toBe(false);
  });

  test.each([
    [false, 'stay with the old address'],
    [true, 'are closed when that is asked for'],
  ])('sessions of an unchecked server that moves (%s): they %s', async (closeOnMove) => {
    const text = config([`a 127.0.0.1:${echoPort}`]);
    const proxy = await running(text, { closeOnMove });
    const client = await session();
    expect(await apply(proxy, text, config(['a 127.0.0.1:1']))).toMatchObject({ how: 'runtime' });
    expect(await answered(client)).toBe(!closeOnMove);
  });

  test('weight, maintenance and IPv6 addresses', async () => {
    const text = config([`a ${alive()} weight 5`, 'c [2001:db8::1]:80']);
    const proxy = await running(text, { stats: haproxy.stats });
    const next = config([`a ${alive()} weight 9 disabled`, 'c [2001:db8:0::2]:81']);
    expect(await apply(proxy, text, next)).toMatchObject({ how: 'runtime' });
    expect(await server('a')).toMatchObject({ weight: 9, disabled: true });
    expect(await server('c')).toMatchObject({ address: { host: '2001:db8::2', port: 81 } });
    expect(await apply(proxy, next, text)).toMatchObject({ how: 'runtime' });
    expect(await server('a')).toMatchObject({ weight: 5, disabled: false });
    await up('a');
    expect(await proxy.drift(text)).toBe(0);
  });

  test('a server that moves keeps its weight, with an algorithm that accepts no other', async () => {
    const text = config([`a ${alive()} weight 5`, `c ${alive()}`], '    balance static-rr');
    const proxy = await running(text);
    const moved = text.replace(/(server a 127\.0\.0\.)1:/, '$12:');
    expect(await apply(proxy, text, moved)).toMatchObject({ how: 'runtime' });
    expect(await server('a')).toMatchObject({ address: { host: '127.0.0.2' }, weight: 5 });
  });

  test('what HAProxy does not do at run time is done by a reload, and said', async () => {
    const text = config([`a ${alive()}`], '    balance static-rr');
    const proxy = await running(text);
    const more = config([`a ${alive()}`, `c ${alive()}`], '    balance static-rr');
    const { how, reason } = await apply(proxy, text, more);
    expect(how).toBe('reload');
    expect(reason).toMatch(/^HAProxy answered ".+" to add server b\/c /);
    expect(logged).toEqual([`${reason}; reloading instead`]);
    expect(await server('c')).toBeDefined();
  });

  test('mode reload: always a reload', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text, { mode: 'reload' });
    expect(await apply(proxy, text, config(['a 127.0.0.9:1 check inter 50ms']))).toEqual({ how: 'reload', commands: 0, reason: 'mode reload' });
    expect(await server('a')).toMatchObject({ address: { host: '127.0.0.9', port: 1 } });
  });

  test('mode runtime: what needs a reload fails', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text, { mode: 'runtime' });
    await expect(apply(proxy, text, config([`a ${alive()}`], '    timeout queue 7s')))
      .rejects.toThrow('other lines than those of servers changed, which needs a reload; mode runtime excludes it');
  });

  test.each(['runtime', 'auto'] as const)('mode %s: what was done of a file that failed does not stand in the way of the next', async (mode) => {
    const text = config([`a ${alive()} weight 3`, `z ${alive()}`]);
    const proxy = await running(text, { mode });
    // HAProxy knows no such option: c is there when d is refused; a and z are as before.
    const bad = config([`a ${alive()} weight 5`, `c ${alive()}`, `d ${alive()} bogus`]);
    await expect(apply(proxy, text, bad)).rejects.toThrow(/HAProxy (answered|did not accept)/);
    expect(await server('c')).toBeDefined();
    haproxy.write(text);
    await expect(apply(proxy, text, bad)).rejects.toThrow(mode === 'runtime' ? /bogus/ : /HAProxy did not accept/);
    const next = config([`a ${alive()} weight 5`, `c ${alive()} weight 7`, `e ${alive()}`]);
    logged.splice(0);
    expect(await apply(proxy, text, next)).toMatchObject({ how: 'runtime' });
    expect(logged).toEqual([]);
    expect((await new Runtime(haproxy).servers()).map(({ key, weight, disabled }) => [key, weight, disabled]))
      .toEqual([['b/a', 5, false], ['b/c', 7, false], ['b/e', 1, false]]);
    for (const name of ['a', 'c', 'e']) await up(name);
    const last = config([`c ${alive()}`]);
    expect(await apply(proxy, next, last)).toMatchObject({ how: 'runtime' });
    expect(await proxy.drift(last)).toBe(0);
  });

  test('mode runtime: the options of a server that was added with a file that failed are known', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text, { mode: 'runtime' });
    await expect(apply(proxy, text, config([`a ${alive()}`, `c ${alive()}`, `d ${alive()} bogus`]))).rejects.toThrow('HAProxy answered');
    await expect(apply(proxy, text, config([`a ${alive()}`, `c ${alive()} maxconn 7`]))).rejects.toThrow('the options of server b/c changed, which needs a reload');
    expect(await apply(proxy, text, config([`a ${alive()}`]))).toMatchObject({ how: 'runtime' });
    expect(await server('c')).toBeUndefined();
  });

  test('a reload of a file that HAProxy does not accept fails, the old worker goes on, and the next one works', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text);
    for (let i = 0; i < 2; i++) {
      await expect(apply(proxy, text, config(['a 127.0.0.1:1 check', `c ${alive()}`], '    bogus'))).rejects.toThrow('HAProxy did not accept the file');
      expect(await server('a')).toBeDefined();
      expect(fs.readFileSync(haproxy.stateFile, 'utf8')).toContain(` a 127.0.0.1 0 0 1 1 0 2 2 0 6 0 0 0 - ${echoPort} `);
    }
    expect(await apply(proxy, text, config([`a ${alive()}`], '    timeout queue 7s'))).toMatchObject({ how: 'reload' });
  });

  test('old workers are counted while they have sessions', async () => {
    const text = config([`a ${alive()}`]);
    const proxy = await running(text);
    await up('a');
    expect(await proxy.oldWorkers()).toBe(0);
    const client = await session();
    await apply(proxy, text, config([`a ${alive()}`], '    timeout queue 7s'));
    expect(await proxy.oldWorkers()).toBe(1);
    client.destroy();
    await eventually(async () => await proxy.oldWorkers() === 0, 'the old worker ends');
  });

  test('after a reload only what the checks of the old worker said is known, the rest is what the file says', async () => {
    const slow = `127.0.0.1:${echoPort} check inter 20s`;
    const text = config([`a ${alive()}`, `c 127.0.0.1:${echoPort} check inter 50ms`]);
    const proxy = await running(text);
    await up('a');
    await up('c');
    await ask(haproxy.stats, 'set server b/a state maint; set server b/c weight 77');
    const next = config([`a ${slow}`, `c ${slow} weight 3`, `d ${slow}`, `e ${slow} disabled`], '    timeout queue 7s');
    expect(await apply(proxy, text, next)).toMatchObject({ how: 'reload' });
    expect(await server('a')).toMatchObject({ disabled: false, weight: 1 });
    expect(await server('c')).toMatchObject({ up: true, weight: 3 });
    expect(await server('e')).toMatchObject({ disabled: true });
    expect(await proxy.drift(next)).toBe(0);
  });

  test('servers with TLS keep it over the server-state file', async () => {
    await running(config([`a 127.0.0.1:${echoPort} ssl verify none check inter 20s`, 'c 127.0.0.1:1 check']));
    const [a, c] = ['a', 'c'].map((name) => new RegExp(`^.* b \\d+ ${name} .*$|^\\d+ b \\d+ ${name} .*$`, 'm'));
    const answer = await ask(haproxy.stats, 'show servers state');
    // Column srv_use_ssl.
    expect(a.exec(answer)![0].split(' ')[20]).toBe('1');
    expect(c.exec(answer)![0].split(' ')[20]).toBe('0');
  });

  describe('drift', () => {
    test('counts the servers that it brought back', async () => {
      const text = config([`a ${alive()}`, `c ${alive()} weight 3`, `d ${alive()}`, `e ${alive()}`, 'f 127.0.0.1:1']);
      const proxy = await running(text);
      expect(await proxy.drift(text)).toBe(0);
      await ask(haproxy.stats, [
        'set server b/a addr 127.0.0.9 port 7', 'set server b/c weight 50', 'set server b/d state maint',
        'set server b/e state maint; del server b/e', 'add server b/x 127.0.0.1:1',
      ].join('; '));
      expect(await proxy.drift(text)).toBe(5);
      expect(await proxy.drift(text)).toBe(0);
      const states = await new Runtime(haproxy).servers();
      expect(states.map(({ key }) => key).sort()).toEqual(['b/a', 'b/c', 'b/d', 'b/e', 'b/f']);
      expect(await server('a')).toMatchObject({ address: { host: '127.0.0.1', port: echoPort } });
      expect(await server('c')).toMatchObject({ weight: 3 });
      await up('d');
      await up('e');
    });

    test('leaves what a server-template made, and a file with conditions, alone', async () => {
      const text = config(['a 127.0.0.1:1']) + '    server-template t 2 127.0.0.1:2\n';
      expect(await (await running(text)).drift(text)).toBe(0);
      expect(await control().drift(`.if feature(BOGUS)\n${config(['z 127.0.0.1:3'])}\n.endif\n`)).toBe(0);
      expect(await server('t1')).toBeDefined();
    });

    test('leaves servers alone whose names are written in quotes', async () => {
      const text = config([`"a" ${alive()} weight "7"`]);
      const proxy = await running(text);
      await up('a');
      expect(await proxy.drift(text)).toBe(0);
      expect((await new Runtime(haproxy).servers()).map(({ key, disabled }) => [key, disabled])).toEqual([['b/a', false]]);
    });

    test('leaves to an agent what it says, also of a server that was added', async () => {
      let says = 'up 50%\n';
      const agent = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end(says);
      });
      await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
      try {
        const line = `${alive()} weight 100 agent-check agent-port ${(agent.address() as AddressInfo).port} agent-inter 50ms`;
        const text = config([`a ${line}`]);
        const proxy = await running(text);
        const next = config([`a ${line}`, `c ${line}`]);
        expect(await apply(proxy, text, next)).toMatchObject({ how: 'runtime' });
        for (const name of ['a', 'c']) await eventually(async () => (await server(name))?.weight === 50, `the agent's weight of ${name}`);
        expect(await proxy.drift(next)).toBe(0);
        says = 'maint\n';
        for (const name of ['a', 'c']) await eventually(async () => (await server(name))!.disabled, `the agent's maintenance of ${name}`);
        expect(await proxy.drift(next)).toBe(0);
        expect(await server('a')).toMatchObject({ disabled: true, weight: 50 });
      } finally {
        agent.close();
      }
    });

    test('says what it cannot bring back', async () => {
      const text = config(['a 127.0.0.1:1']);
      const proxy = await running(text);
      await expect(proxy.drift(config(['a 127.0.0.1:1', 'n localhost:1']))).rejects.toThrow(
        'HAProxy differs from its file: server b/n is new and not at an IP address');
    });
  });
});
