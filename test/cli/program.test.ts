import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from './support/cli';
import { run } from '../../lib/cli/program';
import { INSTALLATION } from '../../lib/topology/topology';

describe('the program', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** A kubectl that does this. */
  const kubectl = (body: string) => {
    const file = path.join(folder, 'kubectl');
    fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return file;
  };
  const answering = (items: object[]) => {
    fs.writeFileSync(path.join(folder, 'items.json'), JSON.stringify({ items }));
    return kubectl(`echo "$@" >>'${folder}/calls'\ncat '${folder}/items.json'`);
  };
  const calls = () => fs.readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  const set = (name: string) => ({ kind: 'StatefulSet', metadata: { name: `${name}-server`, namespace: 'shop', labels: { [INSTALLATION]: name } }, spec: { replicas: 3 } });

  const cli = async (args: readonly string[], program = '/nowhere/kubectl', signal?: AbortSignal) => runCli(args, { kubectl: program, signal });

  test.each([[['--help']], [['-h']], [['help']]])('%j lists the commands', async (args) => {
    const { status, out } = await cli(args);
    expect(status).toBe(0);
    for (const command of ['status', 'doctor', 'backup', 'import']) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each([[['status', '--help']], [['status', 'cache', '-h']], [['help', 'status']]])('%j tells its options and exit statuses', async (args) => {
    const { status, out } = await cli(args);
    expect(status).toBe(0);
    for (const word of ['NAME', '--watch', '--json', '--namespace', '--context', 'exit status: 0 healthy, 1 degraded, 2 down', 'KUBECTL', 'pods/exec']) expect(out).toContain(word);
  });

  test('without a command it says how it is used', async () => {
    expect(await cli([])).toMatchObject({ status: 64, out: '', err: expect.stringContaining('cdk8s-redis-ha COMMAND') });
  });

  test.each([
    [['stauts'], 'cdk8s-redis-ha: there is no command "stauts"; there are status, doctor, failover, pause, resume, rebuild, roll, grow, backup, restore, bench, import, diagram\n'],
    [['constructor'], 'cdk8s-redis-ha: there is no command "constructor"; there are status, doctor, failover, pause, resume, rebuild, roll, grow, backup, restore, bench, import, diagram\n'],
    [['status', '--wacht'], "cdk8s-redis-ha status: Unknown option '--wacht'\n"],
    [['doctor', '--json'], "cdk8s-redis-ha doctor: Unknown option '--json'\n"],
    [['status', 'a', 'b'], 'cdk8s-redis-ha status: one NAME is accepted, and there are 2: a b\n'],
    [['status', '--namespace'], "cdk8s-redis-ha status: Option '-n, --namespace <value>' argument missing\n"],
  ])('%j is wrong usage, told in one line', async (args, line) => {
    expect(await cli(args)).toEqual({ status: 64, out: '', err: line });
  });

  describe('backup', () => {
    const cronJob = (installation: string, name = `${installation}-backup`) => ({ metadata: { name, labels: { 'app.kubernetes.io/instance': 'an-argo-cd-application', [INSTALLATION]: installation } } });
    const ITEMS = [cronJob('cache'), cronJob('cache', 'cache-backup-verify'), cronJob('queue'), cronJob('queue', 'queue-hourly')];

    test.each([
      [['cache'], 'cache-backup'],
      [['cache', '--verify'], 'cache-backup-verify'],
      [['queue-hourly', '-n', 'shop'], 'queue-hourly'],
      [['--verify'], 'cache-backup-verify'],
    ])('%j makes a Job of one CronJob', async (args, name) => {
      const { status, out } = await cli(['backup', ...args], answering(ITEMS));
      expect([status, out]).toEqual([0, expect.stringMatching(new RegExp(`^job/${name}-\\d+ was made\\.`))]);
      expect(calls().at(-1)).toMatch(new RegExp(`create job ${name}-\\d+ --from=cronjob/${name}$`));
    });

    test('tells commands that look where it looked', async () => {
      const { out } = await cli(['backup', 'cache', '-n', 'shop', '--context', 'prod'], answering(ITEMS));
      const where = 'kubectl --context prod --namespace shop';
      expect(out.replace(/-\d+/g, '-N')).toBe(
        `job/cache-backup-N was made. Its end: ${where} wait --for=condition=complete job/cache-backup-N; what it says: ${where} logs job/cache-backup-N --all-containers\n`,
      );
      expect((await cli(['backup', 'cache'], answering(ITEMS))).out).toContain(' kubectl wait --for');
    });

    test.each([
      [['other'], 66, 'cdk8s-redis-ha backup: there is no RedisBackup of "other"\n'],
      [['queue', '--verify'], 66, 'cdk8s-redis-ha backup: there is no RedisBackup of "queue" with a verification\n'],
      [['queue'], 64, 'cdk8s-redis-ha backup: there are several, name one: queue-backup, queue-hourly\n'],
    ])('%j makes none', async (args, status, err) => {
      expect(await cli(['backup', ...args], answering(ITEMS))).toEqual({ status, out: '', err });
      expect(calls().filter((call) => call.includes('create'))).toEqual([]);
    });

    test('that is not permitted is told', async () => {
      const refusing = kubectl('echo "Error from server (Forbidden): cronjobs.batch is forbidden: User x cannot list" >&2; exit 1');
      expect(await cli(['backup'], refusing)).toMatchObject({ status: 77, out: '' });
    });
  });

  test('a kubectl that is not there', async () => {
    expect(await cli(['status'])).toEqual({
      status: 69, out: '', err: "cdk8s-redis-ha status: /nowhere/kubectl can't be started: it is not there: install it, or name it by the variable KUBECTL\n",
    });
  });

  test('a cluster that does not answer', async () => {
    const program = kubectl('echo "E1128 12:00:00.0 1 memcache.go:265] couldn\'t get current server API group list" >&2\necho "The connection to the server 127.0.0.1:1 was refused" >&2\nexit 1');
    expect(await cli(['status'], program)).toEqual({ status: 69, out: '', err: 'cdk8s-redis-ha status: kubectl: The connection to the server 127.0.0.1:1 was refused\n' });
  });

  test('a cluster that forbids it', async () => {
    const program = kubectl('echo \'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods"\' >&2\nexit 1');
    expect(await cli(['doctor'], program)).toMatchObject({ status: 77, out: '', err: expect.stringMatching(/^cdk8s-redis-ha doctor: kubectl: .*forbidden.*\n$/) });
  });

  test('no installation, and none of that name', async () => {
    expect(await cli(['status'], answering([]))).toMatchObject({ status: 66, err: expect.stringContaining('there is no installation here') });
    expect(await cli(['status', 'cache'], answering([]))).toMatchObject({ status: 66, err: expect.stringContaining('there is no installation cache here') });
    expect(calls()[1]).toContain(`--selector ${INSTALLATION}=cache`);
  });

  test('several installations', async () => {
    expect(await cli(['status'], answering([set('shop'), set('cache')]))).toEqual({
      status: 64, out: '', err: 'cdk8s-redis-ha status: there are several installations, name one of them: cache, shop\n',
    });
  });

  test('namespace and context go to kubectl', async () => {
    await cli(['status', '-n', 'shop', '--context', 'prod'], answering([]));
    expect(calls()[0]).toMatch(/^--context prod --namespace shop get pods,services,statefulsets,deployments /);
  });

  test('an installation without any pod is down', async () => {
    const { status, out } = await cli(['status'], answering([set('cache')]));
    expect(status).toBe(2);
    expect(out).toContain('no pod');
    expect(out).toContain('no-master: No majority of the Sentinels names a master (0 of 3 answer, 2 needed)');
  });

  test('a terminal is itself again, however "status --watch" ends', async () => {
    fs.writeFileSync(path.join(folder, 'items.json'), JSON.stringify({ items: [set('cache')] }));
    const program = kubectl(`if [ -e '${folder}/again' ]; then echo '{"items"'; else touch '${folder}/again'; cat '${folder}/items.json'; fi`);
    let [out, err] = ['', ''];
    const status = await run(['status', '--watch'], {
      print: (text) => { out += text; },
      printError: (text) => { err += text; },
      isTerminal: true,
      size: () => ({ columns: 80, rows: 24 }),
      env: { KUBECTL: program },
      signal: new AbortController().signal,
    });
    expect([status, err]).toEqual([70, expect.stringContaining('SyntaxError')]);
    expect(out.split('\u001b[?1049h')[1]).toContain('\u001b[?25h\u001b[?1049l');
  });

  test('who interrupts it ends kubectl, too', async () => {
    const aborting = new AbortController();
    const running = cli(['status'], kubectl(`echo $$ >'${folder}/pid'\nexec sleep 60`), aborting.signal);
    const pidFile = path.join(folder, 'pid');
    while (!fs.existsSync(pidFile) || fs.readFileSync(pidFile, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 10));
    const pid = Number(fs.readFileSync(pidFile, 'utf8'));
    aborting.abort();
    expect(await running).toEqual({ status: 130, out: '', err: '' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
