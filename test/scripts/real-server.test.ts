import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { Sentinel } from '../../lib';
import { until } from '../agent/support/cluster';
import { describeWith } from '../support/binaries';
import { freePort } from '../support/free-port';
import { install } from '../support/manifests';

const PASSWORD = 'ha"0 $x\\%# p\u00e4ss\u{1F512} it\'s';

describeWith(['dash', 'redis-server', 'redis-cli'])('with a real Redis', () => {
  let sandbox: Sandbox;
  let child: ChildProcess;
  let env: { [name: string]: string };
  let port: number;

  const ofSandbox = (config: string) => config.replace(/^dir .*$/m, `dir ${sandbox.run}`).replace(/\/run\/redis-ha/g, sandbox.run);

  function cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...args], {
      encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: PASSWORD }, stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  async function start(script: string, probe: string[]): Promise<void> {
    child = spawn('dash', [path.join(sandbox.config, script)], {
      stdio: 'ignore', env: { ...process.env, PATH: `${sandbox.root}/bin:${process.env.PATH}`, ...env },
    });
    while (sandbox.sh(probe[0], env, ...probe.slice(1)).status !== 0) {
      if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // a server is alive before it listens, while scripts look at its data
    await until('it listens', () => cli('PING') === 'PONG');
  }

  beforeEach(async () => {
    sandbox = new Sandbox();
    port = await freePort();
    // some of the settings name directories of a pod: everything else is what a cluster gets
    const settings = { server: { port }, sentinel: Sentinel.sidecar({ port: port === 26379 ? 26380 : 26379 }) };
    const config: string = install(settings).get('ConfigMap', 'redis-server').data['redis.conf'];
    sandbox.write('redis.conf', ofSandbox(config));
    env = {
      CONFIG_DIR: sandbox.config,
      RUN_DIR: sandbox.run,
      PASSWORD_FILE: sandbox.write('password', PASSWORD),
      SERVER_BIN: 'redis-server',
      CLI_BIN: 'redis-cli',
      POD_NAME: 'redis-server-1',
      POD_NAMESPACE: 'shop',
      MASTER_NAME: 'shop-redis',
      ANNOUNCE_PREFIX: 'redis-announce',
      ALLOW_FLUSH: 'false',
    };
  });
  afterEach(async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    sandbox.remove();
  });

  test('a server boots as a standby that is alive, not ready, and not electable', async () => {
    await start('start-server.sh', ['probe-server.sh', 'alive']);
    expect(cli('ROLE').split('\n').slice(0, 3)).toEqual(['slave', '127.0.0.1', '1']);
    expect(cli('CONFIG', 'GET', 'replica-priority')).toBe('replica-priority\n0');
    expect(cli('CONFIG', 'GET', 'replica-announce-ip')).toBe('replica-announce-ip\n10.0.0.11');
    expect(cli('CONFIG', 'GET', 'masterauth')).toBe(`masterauth\n${PASSWORD}`);
    const ready = sandbox.sh('probe-server.sh', env, 'ready');
    expect([ready.status, ready.stdout]).toEqual([1, 'the link to the master is down\n']);
  }, 30_000);

  test('a server that is told to be master is ready, and does not flush', async () => {
    await start('start-server.sh', ['probe-server.sh', 'alive']);
    cli('REPLICAOF', 'NO', 'ONE');
    expect(sandbox.sh('probe-server.sh', env, 'ready').status).toBe(0);
    expect(cli('FLUSHALL')).toContain('NOPERM');
    expect(cli('CONFIG', 'REWRITE')).toBe('OK');
  }, 30_000);

  test('a Sentinel starts blank, with its address, its identity and the password', async () => {
    sandbox.write('sentinel.conf', ofSandbox(install({ sentinel: Sentinel.sidecar({ port: port }), server: { port: 6379 } })
      .get('ConfigMap', 'redis-server').data['sentinel.conf']));
    await start('start-sentinel.sh', ['probe-sentinel.sh']);
    expect(cli('SENTINEL', 'MASTERS')).toBe('');
    expect(cli('SENTINEL', 'CONFIG', 'GET', 'announce-ip')).toBe('announce-ip\n10.0.0.11');
    expect(cli('SENTINEL', 'MYID')).toMatch(/^[0-9a-f]{40}$/);
  }, 30_000);
});
