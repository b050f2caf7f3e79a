import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { until } from '../../playground/stack';
import { describeWith } from '../support/binaries';

const ISOLATED = ['-r', '-p', '-f', '--kill-child'];
const possible = spawnSync('unshare', [...ISOLATED, 'true']).status === 0;
if (!possible) console.warn('SKIPPED: the first process of a container needs unshare with a namespace of processes');

// to which the kernel passes no signal that it does not handle
(possible ? describeWith(['dash']) : describe.skip)('a start script as the first process of its container', () => {
  let sandbox: Sandbox;
  let parent: ChildProcess | undefined;
  let said: string;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.write('redis.conf', `port 7000\nappendonly yes\ndir ${sandbox.root}/data\n`);
    sandbox.write('sentinel.conf', 'port 27000\n');
    fs.mkdirSync(data('appendonlydir'), { recursive: true });
    sandbox.program('the-server', 'exec sleep 60');
  });
  afterEach(() => {
    parent?.kill('SIGKILL');
    sandbox.remove();
  });

  const data = (...names: string[]): string => path.join(sandbox.root, 'data', ...names);
  const environments = {
    'start-server.sh': { SERVER_BIN: 'the-server', POD_NAME: 'redis-server-1', ANNOUNCE_PREFIX: 'redis-announce', ALLOW_FLUSH: 'false' },
    'start-sentinel.sh': { SERVER_BIN: 'the-server', POD_NAME: 'redis-server-1', POD_NAMESPACE: 'shop', MASTER_NAME: 'shop-redis', ANNOUNCE_PREFIX: 'redis-announce' },
    'start-proxy.sh': { CONFIG_FILE: '/nowhere/haproxy.cfg', SERVERS: 'redis-announce-0', SENTINELS: 'redis-announce-0', MAXCONN: '100', PROXIES: '1', RESERVED_CLIENTS: '1' },
  };

  /** Starts a script, waits until it says so, and sends a signal. @returns the exit status, once it has ended */
  async function ended(script: keyof typeof environments, env: NodeJS.ProcessEnv, when: () => boolean, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    parent = spawn('unshare', [...ISOLATED, 'dash', path.join(sandbox.config, script)], {
      env: { PATH: `${sandbox.bin}:${process.env.PATH}`, CONFIG_DIR: sandbox.config, RUN_DIR: sandbox.run, ...environments[script], ...env },
    });
    said = '';
    parent.stderr!.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const status = new Promise<number | null>((resolve) => parent!.on('exit', resolve));
    await until(`${script} waits`, when, 5_000).catch((error: unknown) => { throw new Error(`${String(error)}\n${said}`); });
    const [first] = fs.readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').split(' ');
    process.kill(Number(first), signal);
    let timer: NodeJS.Timeout;
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`goes on after ${signal}\n${said}`)), 4_000); });
    return Promise.race([status, late]).finally(() => clearTimeout(timer));
  }

  const saying = (text: string) => () => said.includes(text);
  const exists = (file: string) => () => fs.existsSync(file);

  test.each<keyof typeof environments>(['start-server.sh', 'start-sentinel.sh', 'start-proxy.sh'])('%s ends with SIGTERM while it waits for an address', async (script) => {
    sandbox.program('getent', 'exit 2');
    expect(await ended(script, {}, saying('waiting for the name'))).toBe(143);
  });

  test('and while DNS does not answer', async () => {
    sandbox.program('getent', `touch ${sandbox.run}/asked; exec sleep 60`);
    expect(await ended('start-server.sh', {}, exists(path.join(sandbox.run, 'asked')))).toBe(143);
  });

  test.each<keyof typeof environments>(['start-server.sh', 'start-sentinel.sh', 'start-proxy.sh'])('%s ends while it waits for a password', async (script) => {
    expect(await ended(script, { PASSWORD_FILE: '/nowhere/password' }, saying('waiting for the password'))).toBe(143);
  });

  // after which the hook of the pod would wait for the end of HAProxy
  test.each<NodeJS.Signals>(['SIGTERM', 'SIGUSR1'])('HAProxy\'s ends with %s while there is no configuration', async (signal) => {
    expect(await ended('start-proxy.sh', {}, saying('waiting for /nowhere/haproxy.cfg'), signal)).toBe(143);
  });

  test('a server\'s ends while it waits for a master to copy from', async () => {
    fs.writeFileSync(data('appendonlydir', 'appendonly.aof.manifest'), 'broken');
    expect(await ended('start-server.sh', {}, saying('Waiting for a master'))).toBe(143);
    expect(fs.readdirSync(data())).toEqual(['appendonlydir']);
  });

  describe('tears no work on the data', () => {
    const log = 'appendonlydir/appendonly.aof.1.incr.aof';

    test('when it starts over', async () => {
      fs.writeFileSync(data('appendonlydir', 'appendonly.aof.manifest'), 'broken');
      fs.writeFileSync(data('redis-ha-record.json'), '{}');
      sandbox.program('mv', `touch ${sandbox.run}/moves; sleep 0.5; exec /bin/mv "$@"`);
      const going = () => {
        if (fs.existsSync(path.join(sandbox.run, 'unusable-data'))) fs.writeFileSync(path.join(sandbox.run, 'start-over'), '');
        return fs.existsSync(path.join(sandbox.run, 'moves'));
      };
      expect(await ended('start-server.sh', {}, going)).toBe(143);
      const [kept, ...others] = fs.readdirSync(data());
      expect(others).toEqual([]);
      expect(fs.readdirSync(data(kept)).sort()).toEqual(['appendonlydir', 'redis-ha-record.json']);
    });

    test('when it cuts off the tail of a log', async () => {
      fs.writeFileSync(data('appendonlydir', 'appendonly.aof.manifest'), 'file appendonly.aof.1.incr.aof seq 1 type i\n');
      fs.writeFileSync(data(log), 'good\0\0\0\0');
      fs.writeFileSync(path.join(sandbox.run, 'starting'), '');
      sandbox.program('the-server', `
        if [ "$1" != --fix ]; then echo 'AOF analyzed: size=8, ok_up_to=4, diff=4'; exit 1; fi
        touch ${sandbox.run}/fixes
        sleep 0.5
        printf good >"$2"`);
      expect(await ended('start-server.sh', {}, exists(path.join(sandbox.run, 'fixes')))).toBe(143);
      expect(fs.readFileSync(data(log), 'utf8')).toBe('good');
    });
  });
});
