import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { Addresses } from '../../lib/cli/read/addresses';
import { sentinelAnswer } from '../../lib/cli/read/sentinel-answer';
import { serverAnswer } from '../../lib/cli/read/server-answer';
import { describeWith } from '../support/binaries';

jest.setTimeout(30_000);

const PASSWORD = 'ha"0 $x\\%# pä\'ss';
const SCRIPT = path.resolve(__dirname, '../../lib/assets/scripts/tell-status.sh');
const ADDRESSES = new Addresses([['10.0.0.10'], ['10.0.0.11']]);

async function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket).on('error', () => resolve(false)).on('connect', () => {
      connection.destroy();
      resolve(true);
    });
  });
}

describeWith(['dash', 'redis-server', 'redis-cli'])('tell-status.sh', () => {
  let sandbox: Sandbox;
  let child: ChildProcess | undefined;
  beforeEach(() => { sandbox = new Sandbox(); });
  afterEach(async () => {
    if (child) {
      const ended = new Promise((resolve) => child!.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      child = undefined;
    }
    sandbox.remove();
  });

  const env = () => ({
    CLI_BIN: 'redis-cli', RUN_DIR: sandbox.run, CONFIG_DIR: sandbox.config, PASSWORD_FILE: path.join(sandbox.config, 'password'), MASTER_NAME: 'shop-redis',
  });
  /** What it prints for so many lines of input. */
  const tell = (argument: string, input = '\n', more: object = {}) => spawnSync('dash', ['-c', fs.readFileSync(SCRIPT, 'utf8'), 'tell-status.sh', argument], {
    encoding: 'utf8', input, timeout: 20_000, env: { PATH: `${sandbox.root}/bin:${process.env.PATH}`, ...env(), ...more },
  });
  const start = async (name: string, config: string, ...args: string[]) => {
    sandbox.write('password', `${PASSWORD}\n`);
    const socket = path.join(sandbox.run, `${name}.sock`);
    const quoted = `"${[...Buffer.from(PASSWORD)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
    child = spawn('redis-server', [sandbox.write(`${name}.conf`, `port 0\nunixsocket ${socket}\nrequirepass ${quoted}\nsave ""\ndir ${sandbox.run}\n${config}`), ...args], { stdio: 'ignore' });
    // its file is there before it listens
    while (!await listens(socket)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test('tells of a server that refuses writes because its snapshot has failed', async () => {
    await start('server', 'save 3600 1\n');
    const cli = (...args: string[]) => spawnSync('redis-cli', ['-s', path.join(sandbox.run, 'server.sock'), ...args], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: PASSWORD } }).stdout;
    fs.mkdirSync(path.join(sandbox.run, 'dump.rdb'));
    cli('BGSAVE');
    while (!cli('INFO', 'persistence').includes('rdb_last_bgsave_status:err')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(cli('SET', 'key', 'value')).toContain('MISCONF');
    expect(serverAnswer(tell('server').stdout, ADDRESSES)).toMatchObject({ role: 'master', persistenceFailures: ['snapshot'], needsSnapshots: true });
    cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
    expect(serverAnswer(tell('server').stdout, ADDRESSES)).toMatchObject({ persistenceFailures: ['snapshot'], needsSnapshots: false });
  });

  test('tells of a server what `status` reads, once for each line, and no password', async () => {
    await start('server', 'replicaof 10.0.0.10 6379\nmin-replicas-to-write 1\nmin-replicas-max-lag 3\nmaxmemory 100mb\nreplica-priority 0\n');
    fs.writeFileSync(path.join(sandbox.run, 'status.json'), JSON.stringify({ role: 'slave', phase: 'wait', master: null, why: 'starting', server: 1 }));
    const { stdout, stderr } = tell('server', '\n\n');
    const answers = stdout.split('--- end\n').slice(0, -1);
    expect(answers).toHaveLength(2);
    for (const answer of answers) {
      expect(serverAnswer(answer, ADDRESSES)).toMatchObject({
        engine: 'redis',
        role: 'replica',
        follows: 0,
        linkUp: false,
        loading: false,
        priority: 0,
        minReplicasToWrite: 1,
        minReplicasMaxLagSeconds: 3,
        maxMemoryBytes: 104_857_600,
        evicts: false,
        persistenceFailures: [],
        agent: { phase: 'wait', why: 'starting' },
      });
    }
    expect(stdout + stderr).not.toContain('ss\'');
  });

  test('tells of a Sentinel without a master that it names nobody', async () => {
    await start('sentinel', '', '--sentinel');
    expect(sentinelAnswer(tell('sentinel').stdout, ADDRESSES)).toMatchObject({ names: 'nobody', tilt: false, otherSentinels: 0, replicas: 0 });
  });

  test('tells whom a Sentinel names', async () => {
    await start('sentinel', 'sentinel monitor shop-redis 10.0.0.11 6379 1\nsentinel down-after-milliseconds shop-redis 60000\n', '--sentinel');
    expect(sentinelAnswer(tell('sentinel').stdout, ADDRESSES)).toMatchObject({ names: 1, quorum: 1, epoch: 0, findsMasterDown: false });
  });

  test('says why a server does not answer: there is none, or the password is another one', async () => {
    expect(serverAnswer(tell('server').stdout, ADDRESSES)).toMatch(/^Could not connect to Redis at .*server\.sock: No such file or directory$/);
    await start('server', '');
    sandbox.write('password', 'another one');
    expect(serverAnswer(tell('server').stdout, ADDRESSES)).toMatch(/AUTH failed: WRONGPASS|NOAUTH/);
  });

  test('does not wait for a server that is frozen', async () => {
    await start('server', '');
    child!.kill('SIGSTOP');
    sandbox.program('timeout', 'shift\nexec /usr/bin/timeout 0.2 "$@"');
    const { stdout, status } = tell('server');
    expect([status, serverAnswer(stdout, ADDRESSES)]).toEqual([0, 'no answer within 3 s']);
  });
});
