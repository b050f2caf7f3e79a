import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { describeWith } from '../support/binaries';
import { freePort } from '../support/free-port';

const PASSWORD = 'it\'s "$ecret" \\';

describeWith(['dash', 'redis-server', 'redis-cli', 'redis-benchmark'])('benchmark.sh', () => {
  let sandbox: Sandbox;
  let server: ChildProcess;
  let env: { readonly [name: string]: string };

  const cli = (...args: string[]) => execFileSync('redis-cli', ['-p', env.REDIS_PORT, ...args], {
    encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: PASSWORD }, stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const run = (more: { readonly [name: string]: string } = {}) => sandbox.sh('benchmark.sh', { ...env, ...more });

  beforeEach(async () => {
    sandbox = new Sandbox();
    const port = String(await freePort());
    env = {
      CLI_BIN: 'redis-cli',
      BENCHMARK_BIN: 'redis-benchmark',
      TESTS: 'set,get',
      CLIENTS: '5',
      REQUESTS: '2000',
      PIPELINE: '2',
      VALUE_BYTES: '3',
      KEYS: '150',
      THREADS: '1',
      // a Secret may end with a newline
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: port,
      REDIS_PASSWORD: `${PASSWORD}\n`,
    };
    const config = sandbox.write('redis.conf', `port ${port}\nsave ""\nrequirepass ${JSON.stringify(PASSWORD)}\n`);
    server = spawn('redis-server', [config], { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const chunk of server.stdout!) if (String(chunk).includes('Ready to accept')) break;
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    sandbox.remove();
  });

  test('measures, and leaves neither keys nor a user', () => {
    const { status, stdout } = run();
    expect(stdout.split('\n').map((line) => line.split(',')[0])).toEqual(['"test"', '"SET"', '"GET"', '']);
    expect(stdout.split('\n')[0]).toContain('"rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms"');
    expect(status).toBe(0);
    expect(cli('INFO', 'commandstats')).toMatch(/cmdstat_set:calls=2000,/);
    expect([cli('DBSIZE'), cli('ACL', 'USERS')]).toEqual(['0', 'default']);
  });

  test('no argument of any program is the password', () => {
    for (const name of ['redis-cli', 'redis-benchmark']) sandbox.program(name, `echo "${name} $*" >>${path.join(sandbox.run, 'arguments')}; exec ${real(name)} "$@"`);
    expect(run().status).toBe(0);
    const told = sandbox.read('arguments');
    expect(told).toMatch(/^redis-benchmark .*--user benchmark-\w{16} -a \w{64} /m);
    expect(told).toContain('redis-cli -h 127.0.0.1');
    expect(told).not.toContain('$ecret');
  });

  test('the benchmark\'s user may do nothing but what is measured', () => {
    sandbox.program('redis-benchmark', `REDISCLI_AUTH=${JSON.stringify(PASSWORD).replaceAll('$', '\\$')} redis-cli -p ${env.REDIS_PORT} ACL LIST`);
    const user = run().stdout.split('\n').find((line) => line.startsWith('user benchmark-'))!;
    expect(user.replace(/^.*#\w{64} |sanitize-payload /g, '').split(' ').sort()).toEqual(['+get', '+ping', '+set', '-@all', 'resetchannels', '~key:*']);
  });

  test('refuses where its keys are somebody\'s, and touches none', () => {
    cli('SET', 'key:000000000149', 'precious');
    const { status, stderr, stdout } = run();
    expect([status, stdout]).toEqual([65, '']);
    expect(stderr).toBe('benchmark.sh: some of the keys key:000000000000 to key:000000000149 are there already, and would be lost: nothing was measured\n');
    expect(cli('GET', 'key:000000000149')).toBe('precious');
    // behind the last of its own
    expect(run({ KEYS: '149' }).status).toBe(0);
    expect(cli('GET', 'key:000000000149')).toBe('precious');
  });

  test('what only reads deletes nothing', () => {
    cli('SET', 'key:000000000001', 'precious');
    expect(run({ TESTS: 'get' }).status).toBe(0);
    expect(cli('GET', 'key:000000000001')).toBe('precious');
  });

  test('without a password', () => {
    cli('CONFIG', 'SET', 'requirepass', '');
    expect(run({ REDIS_PASSWORD: '' })).toMatchObject({ status: 0, stdout: expect.stringContaining('"GET"') });
    expect(cli('DBSIZE')).toBe('0');
  });

  test('a wrong password, and nobody who answers, are told in one line', () => {
    expect(run({ REDIS_PASSWORD: 'wrong' })).toMatchObject({ status: 69, stderr: expect.stringMatching(/^benchmark.sh: 127.0.0.1:\d+ does not answer: .*NOAUTH/s) });
    expect(run({ REDIS_PORT: '1' })).toMatchObject({ status: 69, stderr: expect.stringContaining('Connection refused') });
  });

  test('a run that is ended takes its keys and its user along', async () => {
    const child = spawn('dash', [path.join(sandbox.config, 'benchmark.sh')], { stdio: 'ignore', env: { ...process.env, ...env, REQUESTS: '1000000000' } });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (cli('DBSIZE') !== '150') await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect([cli('DBSIZE'), cli('ACL', 'USERS')]).toEqual(['0', 'default']);
  });

  test('a benchmark that fails is no success', () => {
    sandbox.program('redis-benchmark', 'exit 1');
    expect(run()).toMatchObject({ status: 70, stderr: 'benchmark.sh: redis-benchmark ended early\n' });
    expect(cli('ACL', 'USERS')).toBe('default');
  });

  function real(name: string): string {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  }
});
