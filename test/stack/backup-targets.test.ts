import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { BackupTarget } from '../../lib';
import { resticParts } from '../../lib/manifests/restic';
import { BACKUP_TARGET_DIR, resolveBackupTarget } from '../../lib/settings/resolve-backup-target';
import { until } from '../../playground/stack';
import { Sandbox } from '../scripts/sandbox';
import { describeWith, RESTIC } from '../support/binaries';
import { freePort } from '../support/free-port';

jest.setTimeout(90_000);

const SSHD = '/usr/sbin/sshd';
/** Where it wants an empty folder, which its service makes. */
const SSHD_FOLDER = '/run/sshd';
/** An emulator, where somebody has it: `go install github.com/fsouza/fake-gcs-server@latest`. */
const { FAKE_GCS_SERVER = 'fake-gcs-server' } = process.env;
const DUMP = Buffer.alloc(300_000, 'data of a dump');

interface Values { readonly [name: string]: string }

let sandbox: Sandbox;
const started: ChildProcess[] = [];
const servers: http.Server[] = [];
const file = (name: string) => path.join(sandbox.root, name);

beforeEach(() => {
  sandbox = new Sandbox();
  sandbox.program('restic', `exec ${RESTIC} "$@"`);
  for (const folder of ['dump', 'target', 'store']) fs.mkdirSync(file(folder));
  fs.writeFileSync(file('dump/dump.rdb'), DUMP);
  fs.writeFileSync(file('dump/tags'), 'keys=3\nbytes=300000\n');
  fs.writeFileSync(file('dump/started'), '1700000000');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (child) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  sandbox.remove();
});

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  started.push(spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
}

async function listen(server: http.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

async function listens(port: number): Promise<void> {
  await until('it listens', async () => new Promise<boolean>((resolve) => {
    const socket = net.connect(port, '127.0.0.1').on('connect', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
  }), 30_000);
}

/** A script of a backup, with what a pod of this target is given. Files of Secrets are in another place, and values of Secrets are these. */
async function run(script: string, target: BackupTarget, secrets: Values = {}, more: Values = {}) {
  const { env, arguments: options } = resticParts(resolveBackupTarget('target', target));
  const given = { RESTIC_PASSWORD: 'of-the-repository', ...secrets };
  expect(env.filter(({ valueFrom }) => valueFrom).map(({ name }) => name).sort()).toEqual(Object.keys(given).sort());
  const here = (text: string) => text.replaceAll(BACKUP_TARGET_DIR, file('target'));
  const child = spawn('dash', [path.join(sandbox.config, script), ...options.map(here)], {
    env: {
      PATH: `${sandbox.root}/bin:${process.env.PATH}`,
      HOME: sandbox.root,
      ...Object.fromEntries(env.map(({ name, value = '' }) => [name, here(value)])),
      ...given,
      RESTIC_CACHE_DIR: file('cache'),
      TMPDIR: sandbox.run,
      CONFIG_DIR: sandbox.config,
      DUMP_DIR: file('dump'),
      SNAPSHOT_HOST: 'shop/cache',
      BACKUP_NAME: 'cache-backup',
      CONTACT_SECONDS: '20',
      RUN_SECONDS: '40',
      LOCK_SECONDS: '0',
      KEEP: '--keep-last 1',
      ...more,
    },
  });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  return { status, said };
}

/** Two backups, of which the last is kept and fetched. */
async function keeps(target: BackupTarget, secrets: Values = {}, more: Values = {}): Promise<void> {
  expect(await run('backup-store.sh', target, secrets, more)).toEqual({ status: 0, said: expect.stringMatching(/making a repository at .*\n.*stored 3 keys, 300000 bytes/) });
  expect(await run('backup-store.sh', target, secrets, more)).toEqual({ status: 0, said: expect.stringMatching(/kept 1 backups of shop\/cache by cache-backup\n$/) });
  fs.rmSync(file('dump/dump.rdb'));
  expect(await run('backup-fetch.sh', target, secrets, more)).toMatchObject({ status: 0 });
  expect(fs.readFileSync(file('dump/dump.rdb')).equals(DUMP)).toBe(true);
}

describeWith(['dash', 'ssh', 'ssh-keygen', SSHD, RESTIC])('backups on a server of SFTP', () => {
  let port: number;
  const key = (name: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  /** Which host key the Secret has for the server. */
  const knows = (host: string) => fs.writeFileSync(file('target/known-hosts'), `[127.0.0.1]:${port} ${fs.readFileSync(file(`${host}.pub`), 'utf8')}`);
  const target = (): BackupTarget => BackupTarget.sftp({
    host: '127.0.0.1', port, user: os.userInfo().username, path: file('store/redis'), credentialsSecret: 'ssh', passwordSecret: 'restic',
  });

  beforeEach(async () => {
    for (const name of ['host', 'other-host', 'target/ssh-key', 'other-key']) key(name);
    port = await freePort();
    fs.mkdirSync(SSHD_FOLDER, { recursive: true });
    const options = {
      ListenAddress: '127.0.0.1', PidFile: 'none', UsePAM: 'no', StrictModes: 'no', PasswordAuthentication: 'no', Subsystem: 'sftp internal-sftp', AuthorizedKeysFile: file('target/ssh-key.pub'),
    };
    start(SSHD, ['-D', '-f', '/dev/null', '-p', String(port), '-h', file('host'), ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])]);
    await listens(port);
    knows('host');
  });

  test('are stored there, in an absolute folder, and fetched', async () => {
    await keeps(target());
    expect(fs.readdirSync(file('store/redis'))).toContain('config');
  });

  test('are given to no server whose key is another one, and ssh says why there is no session', async () => {
    knows('other-host');
    expect(await run('backup-store.sh', target())).toEqual({ status: 74, said: expect.stringMatching(/FAILED: the repository can't be opened: Host key verification failed\.\n$/) });
    knows('host');
    fs.copyFileSync(file('other-key'), file('target/ssh-key'));
    expect(await run('backup-store.sh', target())).toEqual({ status: 74, said: expect.stringMatching(/FAILED: the repository can't be opened: \S+: Permission denied \(publickey\S*\)\.\n$/) });
    expect(fs.readdirSync(file('store'))).toEqual([]);
  });
});

describeWith(['dash', RESTIC, FAKE_GCS_SERVER, 'openssl'])('backups in a bucket of Google Cloud Storage', () => {
  test('are stored by the key file of a service account, and fetched', async () => {
    const port = await freePort();
    fs.mkdirSync(file('store/backups'));
    start(FAKE_GCS_SERVER, ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-public-host', `127.0.0.1:${port}`, '-filesystem-root', file('store')]);
    const asked: string[] = [];
    const tokens = await listen(http.createServer((request, response) => {
      asked.push(request.url!);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 3600 }));
    }));
    const privateKey = execFileSync('openssl', ['genpkey', '-algorithm', 'RSA'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    fs.writeFileSync(file('target/google.json'), JSON.stringify({
      type: 'service_account', project_id: 'shop', private_key_id: 'key', private_key: privateKey, client_email: 'backups@shop.iam', token_uri: `http://127.0.0.1:${tokens}/token`,
    }));
    await listens(port);
    await keeps(BackupTarget.gcs({ bucket: 'backups', path: 'redis', credentialsSecret: 'google', passwordSecret: 'restic' }), {}, { STORAGE_EMULATOR_HOST: `127.0.0.1:${port}` });
    expect(asked).not.toEqual([]);
  });
});
