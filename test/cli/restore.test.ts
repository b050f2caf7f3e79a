import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { runCli } from './support/cli';
import { jobCluster } from './support/job-cluster';
import { BackupTarget, RedisBackup, RedisHa } from '../../lib';
import { describeWith, RESTIC } from '../support/binaries';

const LIST = [
  { short_id: '4f3c1d2e', time: '2026-11-27T02:07:31.123456789+01:00', hostname: 'shop/cache', tags: ['keys=1200', 'bytes=2097152', 'engine=redis-8.2.10', 'from=cache-announce-1'] },
  { short_id: '8a8a8a8a', time: '2026-11-28T02:07:30Z', hostname: 'shop/cache', tags: ['keys=1300', 'bytes=3145728', 'engine=redis-8.2.10'] },
  { short_id: '11112222', time: '2026-11-26T00:00:00Z', hostname: 'old/cache' },
];

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-restore-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (name: string) => path.join(folder, name);
const calls = () => fs.readFileSync(file('calls'), 'utf8').trim().split('\n');
const job = () => JSON.parse(fs.readFileSync(file('created.json'), 'utf8'));

/** A cluster with the CronJobs of a RedisBackup, in which Jobs end like this. */
function cluster(status: object, log: string): string {
  const app = Testing.app();
  const chart = new Chart(app, 'cache', { namespace: 'shop' });
  const redis = new RedisHa(chart, 'redis', { name: 'cache' });
  new RedisBackup(chart, 'backup', { redis, target: BackupTarget.s3({ bucket: 'backups', credentialsSecret: 's3', passwordSecret: 'key', resticOptions: { 's3.storage-class': 'STANDARD_IA' } }) });
  const items = Testing.synth(chart).filter(({ kind }: any) => kind === 'CronJob');
  return jobCluster({ folder, asked: 'cronjobs', items, status, log });
}

test('backups, the newest first, and what brings one back', async () => {
  const { status, out, err } = await runCli(['restore', 'cache'], { kubectl: cluster({ succeeded: 1 }, JSON.stringify(LIST.slice(0, 2))) });
  expect([status, err]).toEqual([0, '']);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'SNAPSHOT  TAKEN                 KEYS  SIZE     ENGINE',
    '8a8a8a8a  2026-11-28T02:07:30Z  1300  3.0 MiB  redis-8.2.10',
    '4f3c1d2e  2026-11-27T01:07:31Z  1200  2.0 MiB  redis-8.2.10',
  ]);
  expect(out).toContain("Restore.fromBackup(target, { snapshot: '8a8a8a8a' })");
});

test('the Job asks for those of the installation, takes no dump, and is removed', async () => {
  await runCli(['restore'], { kubectl: cluster({ succeeded: 1 }, '[]') });
  const { metadata: { name }, spec: { template, ...spec } } = job();
  expect(name).toMatch(/^cache-backup-ls-\w{6}$/);
  expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 180 });
  expect(template.spec.initContainers).toEqual([]);
  expect(template.spec.containers.map(({ command }: any) => command)).toEqual([
    ['restic', '-o', 's3.storage-class=STANDARD_IA', 'snapshots', '--json', '--no-lock', '--path', '/dump/dump.rdb', '--host', '$(SNAPSHOT_HOST)'],
  ]);
  expect(calls().at(-1)).toBe('delete --wait=false --ignore-not-found -f -');
  expect(JSON.parse(fs.readFileSync(file('deleted.json'), 'utf8')).metadata.name).toBe(name);
});

test('those of others too', async () => {
  const { out } = await runCli(['restore', '--all'], { kubectl: cluster({ succeeded: 1 }, JSON.stringify(LIST)) });
  expect(out).toContain('11112222  2026-11-26T00:00:00Z  old/cache');
  expect(job().spec.template.spec.containers[0].command).not.toContain('--host');
});

test('there is none yet', async () => {
  expect(await runCli(['restore'], { kubectl: cluster({ succeeded: 1 }, '[]') })).toEqual({ status: 1, out: 'there is no backup of this installation: see --all\n', err: '' });
});

test('a repository that does not answer is told in one line, and the Job is removed', async () => {
  const outcome = await runCli(['restore'], { kubectl: cluster({ failed: 1 }, 'retrying\nFatal: wrong password or no key found\n') });
  expect(outcome).toEqual({ status: 69, out: '', err: 'cdk8s-redis-ha restore: the repository was not read: Fatal: wrong password or no key found\n' });
  expect(calls().at(-1)).toMatch(/^delete /);
});

test('a snapshot whose dump was not read is no backup', async () => {
  const summary = { total_bytes_processed: 0 };
  const { out } = await runCli(['restore'], { kubectl: cluster({ succeeded: 1 }, JSON.stringify([LIST[0], { ...LIST[1], summary }])) });
  expect(out).toContain("Restore.fromBackup(target, { snapshot: '4f3c1d2e' })");
  expect(out).not.toContain('8a8a8a8a');
});

describeWith([RESTIC])('a real repository', () => {
  test.each<[string, string, object]>([
    ['there is none yet', 'secret', { status: 1, out: 'there is no backup of this installation: see --all\n', err: '' }],
    ['another password', 'other', { status: 69, out: '', err: 'cdk8s-redis-ha restore: the repository was not read: Fatal: wrong password or no key found\n' }],
  ])('%s', async (_, password, outcome) => {
    const program = cluster({ failed: 1 }, '');
    await runCli(['restore'], { kubectl: program });
    const restic = (...args: string[]) => spawnSync(RESTIC, args, {
      encoding: 'utf8', env: { ...process.env, RESTIC_REPOSITORY: file('repository'), RESTIC_CACHE_DIR: file('cache'), RESTIC_PASSWORD: args[0] === 'init' ? 'secret' : password },
    });
    if (password === 'other') restic('init');
    const { stdout, stderr, status } = restic(...job().spec.template.spec.containers[0].command.slice(3));
    expect(status).toBe(password === 'other' ? 12 : 10);
    fs.writeFileSync(file('log'), stdout + stderr);
    expect(await runCli(['restore'], { kubectl: program })).toEqual(outcome);
  }, 60_000);

  test('is read as the Job asks', async () => {
    const env = { ...process.env, RESTIC_REPOSITORY: file('repository'), RESTIC_PASSWORD: 'secret', RESTIC_CACHE_DIR: file('cache') };
    const restic = (...args: string[]) => execFileSync(RESTIC, args, { env, encoding: 'utf8', input: 'data' });
    const program = cluster({ succeeded: 1 }, '[]');
    await runCli(['restore'], { kubectl: program });
    restic('init');
    restic('backup', '--stdin', '--stdin-filename', '/dump/dump.rdb', '--host', 'shop/cache', '--tag', 'keys=3,bytes=2048');
    restic('backup', '--stdin', '--stdin-filename', '/dump/dump.rdb', '--host', 'other/cache');
    const [, , , ...command] = job().spec.template.spec.containers[0].command;
    fs.writeFileSync(file('log'), restic(...command.map((word: string) => (word === '$(SNAPSHOT_HOST)' ? 'shop/cache' : word))));
    const { status, out } = await runCli(['restore'], { kubectl: program });
    expect(status).toBe(0);
    expect(out.split('\n').slice(1, 3)).toEqual([expect.stringMatching(/^[0-9a-f]{8}  20\S+Z  3 +2.0 KiB$/), '']);
  }, 60_000);
});
