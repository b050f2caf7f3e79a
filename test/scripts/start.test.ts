import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { Sandbox } from './sandbox';
import { readAsset } from '../../lib/manifests/assets';
import { describeWith } from '../support/binaries';

const NASTY = ['ha"0 $x\\%#', "it's", '`id`', '$(id) ${HOME}', 'p\u00e4ssw\u00f6rt \u{1F512}', '\\x41\\n', '*?[a] ;&|<>', '-n', ' blank ', '%s%n', '#hash'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Anything that a Secret's file may hold as text; no NUL, and no newline, which is the end of a password. */
const passwords = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !/[\0\n]/.test(text));

describeWith(['dash'])('the start scripts', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.write('redis.conf', 'port 7000\n');
    sandbox.write('sentinel.conf', 'port 27000\n');
    sandbox.write('haproxy.cfg', 'global\n');
    sandbox.program('the-server', 'echo "started with $*"');
    sandbox.program('haproxy', 'echo "started with $*"; env');
    // what follows the addresses notices the end of HAProxy soon
    sandbox.program('sleep', 'exec /bin/sleep 0.05');
  });
  afterEach(() => sandbox.remove());

  const server = (env: { [name: string]: string } = {}) => sandbox.sh('start-server.sh', { SERVER_BIN: 'the-server', POD_NAME: 'redis-server-1', ANNOUNCE_PREFIX: 'redis-announce', ALLOW_FLUSH: 'false', ...env });
  const sentinel = (env: { [name: string]: string } = {}) => sandbox.sh('start-sentinel.sh', { SERVER_BIN: 'the-server', POD_NAME: 'redis-server-1', POD_NAMESPACE: 'shop', MASTER_NAME: 'shop-redis', ANNOUNCE_PREFIX: 'redis-announce', ...env });
  const proxy = (env: { [name: string]: string | undefined } = {}) => sandbox.sh('start-proxy.sh', {
    CONFIG_FILE: `${sandbox.config}/haproxy.cfg`, SERVERS: 'redis-announce-0 redis-announce-1', SENTINELS: 'redis-announce-0', MAXCONN: '2450', PROXIES: '4', RESERVED_CLIENTS: '200', OWN_CONNECTIONS: '100', ...env,
  });
  const lines = (file: string) => sandbox.read(file).split('\n');

  test('a server announces the address of its own Service, and flushes nothing', () => {
    const run = server();
    expect(run.stdout).toBe(`started with ${sandbox.run}/redis.conf\n`);
    expect(run.status).toBe(0);
    expect(lines('redis.conf')).toEqual([
      'port 7000', 'replica-announce-ip 10.0.0.11', 'user default on nopass sanitize-payload ~* &* +@all -flushall -flushdb', '',
    ]);
  });

  test('a server starts without the request to stop of the one before', () => {
    for (const name of ['stop-requested', 'stop-answered']) fs.writeFileSync(path.join(sandbox.run, name), 'x');
    server();
    expect(fs.readdirSync(sandbox.run)).toEqual(['min-replicas', 'redis.conf', 'starting']);
  });

  describe('in a folder of the node', () => {
    const OWNER = '.redis-ha-owner';
    const start = (namespace: string) => {
      const dir = path.join(sandbox.root, 'node');
      fs.mkdirSync(dir, { recursive: true });
      sandbox.write('redis.conf', `port 7000\ndir ${dir}\n`);
      return { dir, ...server({ OWNER_NAMESPACE: namespace }) };
    };

    test('a server of another namespace does not start over the data, and changes nothing', () => {
      const { dir, status } = start('shop');
      expect(status).toBe(0);
      fs.writeFileSync(path.join(dir, 'temp-1.rdb'), 'x');
      fs.writeFileSync(path.join(sandbox.run, 'rebuild'), '');
      const refused = start('news');
      expect([refused.status, refused.stdout]).toEqual([78, '']);
      expect(refused.stderr).toMatch(/^\S+ own-folder.sh: REFUSED: this folder of the node has the data of shop\/redis-server-1, and this server is news\/redis-server-1\. Nothing was changed: .*\n$/);
      expect(fs.readdirSync(dir)).toEqual([OWNER, 'temp-1.rdb']);
    });

    test('its owner stays when the data is dropped, and may start again', () => {
      const { dir } = start('shop');
      fs.writeFileSync(path.join(dir, 'dump.rdb'), 'x');
      fs.writeFileSync(path.join(sandbox.run, 'rebuild'), '');
      expect(start('shop').status).toBe(0);
      expect(fs.readdirSync(dir)).toEqual([OWNER]);
      expect(fs.readFileSync(path.join(dir, OWNER), 'utf8')).toBe('shop/redis-server-1\n');
    });

    test('of all that start at once, one owns it', () => {
      const { dir } = start('shop');
      fs.rmSync(path.join(dir, OWNER));
      const all = 'for n in 1 2 3 4 5 6 7 8; do (sh "$CONFIG_DIR/own-folder.sh" "$DIR" "n$n/x" 2>/dev/null && echo "n$n/x") & done; wait';
      const { stdout } = spawnSync('dash', ['-c', all], { encoding: 'utf8', env: { ...process.env, DIR: dir, CONFIG_DIR: sandbox.config } });
      expect(stdout).toBe(fs.readFileSync(path.join(dir, OWNER), 'utf8'));
    });

    test('where nothing can be written, what checks the data says so', () => {
      sandbox.program('ln', 'exit 1');
      const { dir, status } = start('shop');
      expect([status, fs.readdirSync(dir)]).toEqual([0, []]);
    });
  });

  test('the agent of a server reads how many replicas a write needs there', () => {
    sandbox.write('redis.conf', 'port 7000\nmin-replicas-to-write 2\n');
    server();
    expect(sandbox.read('min-replicas')).toBe('2\n');
  });

  test.each<[string, string, boolean]>([
    ['nothing is kept', 'appendonly no\nsave ""\nrdb-del-sync-files yes\n', true],
    ['a log is kept', 'appendonly yes\nsave ""\nrdb-del-sync-files yes\n', false],
    ['snapshots are kept', 'appendonly no\nrdb-del-sync-files yes\n', false],
    ['somebody makes snapshots', 'appendonly no\nsave ""\n', false],
  ])('a snapshot that a server is started with is marked for its end where %s', (_, directives, marked) => {
    const dump = path.join(sandbox.root, 'dump.rdb');
    sandbox.write('redis.conf', `dir ${sandbox.root}\n${directives}`);
    fs.writeFileSync(path.join(sandbox.run, 'loaded'), 'of before');
    server();
    expect(fs.existsSync(path.join(sandbox.run, 'loaded'))).toBe(false);
    fs.writeFileSync(dump, 'x');
    fs.mkdirSync(path.join(sandbox.root, 'appendonlydir'));
    server();
    expect(fs.existsSync(path.join(sandbox.run, 'loaded')) && sandbox.read('loaded')).toBe(marked && `${dump}\n`);
  });

  test('it counts as alive while scripts look at its data, and no longer', () => {
    for (const name of ['check-data.sh', 'repair-data.sh', 'convert-data.sh']) sandbox.write(name, 'echo "${0##*/}:" $(ls "$RUN_DIR")\n');
    fs.writeFileSync(path.join(sandbox.run, 'starting'), '');
    sandbox.program('the-server', 'echo server: $(ls "$RUN_DIR")');
    expect(server().stdout.trimEnd().split('\n')).toEqual([
      ...['check-data.sh', 'repair-data.sh', 'convert-data.sh'].map((name) => `${name}: min-replicas preparing redis.conf starting`), 'server: min-replicas redis.conf starting',
    ]);
  });

  test('a server removes what one that was killed had not written to its end, and nothing else', () => {
    const dir = path.join(sandbox.root, 'data');
    fs.mkdirSync(path.join(dir, 'temp-1.rdb.d'), { recursive: true });
    const all = ['temp-1795963564.26155.rdb', 'temp-77.rdb', 'temp-rewriteaof-77.aof', 'temp-rewriteaof-bg-77.aof', 'temp-mine.rdb', 'dump.rdb', 'redis-ha-record.json'];
    for (const name of all) fs.writeFileSync(path.join(dir, name), 'x');
    sandbox.write('redis.conf', `port 7000\ndir ${dir}\n`);
    expect(server().status).toBe(0);
    expect(fs.readdirSync(dir).sort()).toEqual(['dump.rdb', 'redis-ha-record.json', 'temp-1.rdb.d', 'temp-mine.rdb']);
  });

  test('a server may flush when that is allowed', () => {
    server({ ALLOW_FLUSH: 'true' });
    expect(lines('redis.conf')[2]).toBe('user default on nopass sanitize-payload ~* &* +@all');
  });

  /** Files by name, with their texts and modes. Returns the folder. */
  function modulesFolder(files: { readonly [name: string]: readonly [string, number] }): string {
    const folder = fs.mkdtempSync(path.join(sandbox.root, 'modules-'));
    for (const [name, [text, mode]] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text, { mode });
    return folder;
  }

  test('a server loads the modules that the entrypoint of its image would load', () => {
    const MODULES_DIR = modulesFolder({
      'redisearch.so': ['x', 0o755], 'rejson.so': ['x', 0o555], 'empty.so': ['', 0o755], 'data.so': ['x', 0o644], 'README': ['x', 0o755],
    });
    fs.mkdirSync(path.join(MODULES_DIR, 'folder.so'));
    const run = server({ MODULES_DIR });
    expect(lines('redis.conf').filter((line) => line.startsWith('loadmodule'))).toEqual([
      `loadmodule ${MODULES_DIR}/redisearch.so`, `loadmodule ${MODULES_DIR}/rejson.so`,
    ]);
    expect(run.stderr).toContain('loading modules: redisearch.so rejson.so\n');
    expect(run.stdout).toBe(`started with ${sandbox.run}/redis.conf\n`);
  });

  test('a server whose image bundles no modules says so, and starts', () => {
    for (const MODULES_DIR of [modulesFolder({}), '/nowhere']) {
      const run = server({ MODULES_DIR });
      expect(run.stderr).toContain(`WARNING: there are no modules in ${MODULES_DIR}: this image bundles none\n`);
      expect(run.stdout).toContain('started');
      expect(sandbox.read('redis.conf')).not.toContain('loadmodule');
    }
  });

  test('a server has the password as a hash, in a file for its own user', () => {
    const PASSWORD_FILE = sandbox.write('password', 'simple');
    const run = server({ PASSWORD_FILE });
    const hash = sha256('simple');
    expect(lines('redis.conf')[3]).toBe(`user default on sanitize-payload #${hash} ~* &* +@all -flushall -flushdb`);
    expect(sandbox.read('redis.conf')).not.toContain('simple');
    expect(run.stdout + run.stderr).not.toContain('simple');
  });

  test('a Sentinel has an identity of its own that outlives its pod', () => {
    sentinel();
    const id = createHash('sha1').update('shop/shop-redis/redis-announce-1').digest('hex');
    expect(lines('sentinel.conf')).toEqual(['port 27000', 'sentinel announce-ip 10.0.0.11', `sentinel myid ${id}`, '']);
  });

  test('a Sentinel with a pod of its own announces the Service that is named', () => {
    sentinel({ ANNOUNCE_NAME: 'redis-sentinel-2' });
    expect(lines('sentinel.conf')[1]).toBe('sentinel announce-ip 10.0.0.10');
  });

  test('a Sentinel that restarts in its pod keeps what it knows', () => {
    sentinel();
    const before = sandbox.read('sentinel.conf');
    const run = sentinel({ ANNOUNCE_NAME: 'other-0' });
    expect(sandbox.read('sentinel.conf')).toBe(before);
    expect(run.stderr).toContain('starting with the state that this pod kept');
  });

  test('a Sentinel that restarts quotes the passwords that it wrote back without quotes', () => {
    const PASSWORD_FILE = sandbox.write('password', 'ha"0 $x');
    sentinel({ PASSWORD_FILE });
    const escaped = '"\\x68\\x61\\x22\\x30\\x20\\x24\\x78"';
    const user = `user default on sanitize-payload #${sha256('ha"0 $x')} ~* &* +@all`;
    expect(lines('sentinel.conf').slice(3)).toEqual([user, `sentinel sentinel-pass ${escaped}`, '']);
    const kept = sandbox.read('sentinel.conf').split('\n').slice(0, 3);
    fs.writeFileSync(`${sandbox.run}/sentinel.conf`, [
      ...kept, 'sentinel monitor shop-redis 10.0.0.10 6379 2', 'sentinel auth-pass shop-redis ha"0 $x', 'requirepass "ha\\"0 $x"', '',
    ].join('\n'));
    sentinel({ PASSWORD_FILE });
    expect(lines('sentinel.conf')).toEqual([
      ...kept, 'sentinel monitor shop-redis 10.0.0.10 6379 2',
      user, `sentinel sentinel-pass ${escaped}`, `sentinel auth-pass shop-redis ${escaped}`, '',
    ]);
  });

  describe('a pod whose workload was renamed', () => {
    const starts = { server, sentinel, proxy };
    const refused = (run: { status: number | null; stderr: string; stdout: string }, pod: string, workload: string) => {
      expect(run.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(
        new RegExp(`: this pod is ${pod}, and should be one of ${workload}: something renamed the objects, like namePrefix or nameSuffix of kustomize\\. .* RedisHa the prop 'name'$`))]);
      expect([run.status, run.stdout]).toEqual([78, '']);
    };

    test.each<[keyof typeof starts, string, string]>([
      ['server', 'redis-server', 'staging-redis-server-0'],
      ['server', 'redis-server', 'redis-server-staging-0'],
      ['server', 'redis-server', 'redis-serverstaging-12'],
      ['server', 'redis-server', 'staging-redis-server-staging-0'],
      ['sentinel', 'redis-sentinel-0', 'staging-redis-sentinel-0-6d4cf56db6-x7k2p'],
      ['sentinel', 'redis-sentinel-0', 'redis-sentinel-0-staging-6d4cf56db6-x7k2p'],
      ['sentinel', 'redis-sentinel-1', 'redis-sentinel-10-6d4cf56db6-x7k2p'],
      ['proxy', 'redis-proxy', 'staging-redis-proxy-6d4cf56db6-x7k2p'],
      ['proxy', 'redis-proxy', 'redis-proxy-staging-6d4cf56db6-x7k2p'],
    ])('%s of %s: %s refuses to start', (part, WORKLOAD, POD_NAME) => {
      refused(starts[part]({ WORKLOAD, POD_NAME }), POD_NAME, WORKLOAD);
    });

    test.each<[keyof typeof starts, string, string]>([
      ['server', 'redis-server', 'redis-server-0'],
      ['server', 'redis-server', 'redis-server-12'],
      ['sentinel', 'redis-sentinel-0', 'redis-sentinel-0-6d4cf56db6-x7k2p'],
      // the longest name, cut by the API server
      ['sentinel', `${'x'.repeat(40)}-sentinel-14`, `${'x'.repeat(40)}-sentinel-14-6d4cf5x7k2p`],
      ['proxy', 'redis-proxy', 'redis-proxy-6d4cf56db6-x7k2p'],
      ['proxy', 'a-b-proxy', 'a-b-proxy-x7k2p'],
    ])('is none: %s of %s: %s', (part, WORKLOAD, POD_NAME) => {
      const run = starts[part]({ WORKLOAD, POD_NAME });
      expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('started with')]);
    });
  });

  test('HAProxy gets addresses, and those of names as a file', () => {
    const run = proxy();
    expect(run.stdout).toContain('SERVER_0=10.0.0.10\n');
    expect(run.stdout).toContain('SERVER_1=10.0.0.11\n');
    expect(run.stdout).toContain('SENTINEL_0=10.0.0.10\n');
    expect(run.stdout).toMatch(/^started with -W -db -f /);
    expect(sandbox.read('addresses')).toBe('redis-announce-0 10.0.0.10\nredis-announce-1 10.0.0.11\n');
  });

  test('HAProxy gets certificate and key in one file, each beginning on a line of its own', () => {
    const dir = path.join(sandbox.run, 'tls');
    const files = { TLS_DIR: dir, STATIC_CERTIFICATE: path.join(sandbox.run, 'static.pem') };
    const together = (certificate: string, key: string) => {
      fs.mkdirSync(dir, { recursive: true });
      fs.writeFileSync(path.join(dir, 'tls.crt'), certificate);
      fs.writeFileSync(path.join(dir, 'tls.key'), key);
      expect(proxy(files).status).toBe(0);
      return sandbox.read('static.pem');
    };
    const whole = '-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n';
    expect(together('-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----')).toBe(whole);
    expect(together('-----END CERTIFICATE-----\n', '-----BEGIN PRIVATE KEY-----\n')).toBe(whole);
    expect((fs.statSync(path.join(sandbox.run, 'static.pem')).mode % 0o1000).toString(8)).toBe('600');
  });

  test('HAProxy of a pod of a former version, without a volume, gets them too', () => {
    const file = '/dev/shm/addresses';
    const run = proxy({ RUN_DIR: undefined });
    expect(run.stdout).toContain('RUN_DIR=/dev/shm\n');
    expect(fs.readFileSync(file, 'utf8')).toBe('redis-announce-0 10.0.0.10\nredis-announce-1 10.0.0.11\n');
    fs.rmSync(file);
    // its kube-template writes no addresses
    expect(proxy({ RUN_DIR: undefined, SERVERS: undefined, SENTINELS: undefined }).status).toBe(0);
  });

  test('HAProxy gets no address and a master socket where kube-template writes its configuration', () => {
    fs.writeFileSync(path.join(sandbox.run, 'addresses'), 'redis-announce-0 10.0.0.10\n');
    const run = proxy({ SERVERS: undefined, SENTINELS: undefined, MASTER_SOCKET: '/run/redis-ha/master.sock' });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^started with -W -db -S \/run\/redis-ha\/master\.sock,mode,660 -f /);
    expect(run.stdout).not.toMatch(/^(SERVER|SENTINEL)_/m);
  });

  test('with frontends of the user, each may have as many clients as all of ours', () => {
    sandbox.write('start-proxy.sh', readAsset('scripts/start-proxy.sh').replace('set -eu\n', 'set -eu\nulimit() { echo 4096; }\n'));
    // (4096 - 200) / 2 - 100, for three
    const { stdout } = proxy({ CUSTOM_FRONTS: '2' });
    expect(['\nMAXCONN=616\n', '\nMAXCONN_TOTAL=1948\n'].filter((line) => !stdout.includes(line))).toEqual([]);
  });

  test.each([
    [1_048_576, 2450], [11_000, 2450],
    [8192, 1990], [4096, 966], // (limit - 32 of Redis itself - 200) / 4: what servers with the same limit can take
    [1024, 198], [450, 25], // (limit - 400) / 2
  ])('with %i open files HAProxy lets in %i clients', (limit, clients) => {
    sandbox.write('start-proxy.sh', readAsset('scripts/start-proxy.sh').replace('set -eu\n', `set -eu\nulimit() { echo ${limit}; }\n`));
    const run = proxy();
    expect(run.stdout).toContain(`\nMAXCONN=${clients}\n`);
    expect(run.stdout).toContain(`\nMAXCONN_TOTAL=${clients + 100}\n`);
    expect(run.stderr.match(/only \d+ files may be open.*/)?.[0])
      .toBe(clients === 2450 ? undefined : `only ${limit} files may be open (ulimit -n of the container runtime): ${clients} clients are let in instead of 2450`);
  });

  test('with hardly any open files HAProxy is not started', () => {
    sandbox.write('start-proxy.sh', readAsset('scripts/start-proxy.sh').replace('set -eu\n', 'set -eu\nulimit() { echo 256; }\n'));
    const run = proxy();
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain('only 256 files may be open: HAProxy needs a limit of 500 at least');
  });

  test('HAProxy gets an IPv6 address as it is', () => {
    sandbox.program('getent', 'echo "fd00:10:96::1a2b STREAM $2"');
    expect(proxy().stdout).toContain('SERVER_0=fd00:10:96::1a2b\n');
    expect(sandbox.read('addresses')).toContain('redis-announce-0 fd00:10:96::1a2b\n');
  });

  test.each([['4', '10.0.0.13'], ['6', 'fd00::13'], ['', 'fd00::13']])('of a name with two addresses the family %j is taken', (IP_FAMILY, address) => {
    sandbox.program('getent', 'echo "fd00::13 STREAM $2"; echo "fd00::13 DGRAM"; echo "10.0.0.13 STREAM"');
    server({ IP_FAMILY });
    expect(lines('redis.conf')[1]).toBe(`replica-announce-ip ${address}`);
    expect(proxy({ IP_FAMILY }).stdout).toContain(`SERVER_0=${address}\n`);
  });

  // otherwise a wildcard in a domain of the node would answer for a name that DNS of the cluster does not know for a moment
  test.each([
    ['search shop.svc.cluster.local svc.cluster.local cluster.local corp.example.com', 'redis-announce-0.shop.svc.cluster.local.'],
    ['search shop.svc.cluster.local svc.cluster.local cluster.local other.svc.cluster.local', 'redis-announce-0.shop.svc.cluster.local.'],
    ['search corp.example.com', 'redis-announce-0'],
    ['search svc.cluster.local', 'redis-announce-0'],
  ])('with "%s" a Service is asked for as %s', (line, name) => {
    fs.writeFileSync(path.join(sandbox.root, 'resolv.conf'), `nameserver 10.96.0.10\n${line}\noptions ndots:5\n`);
    sandbox.program('getent', `[ "$2" = ${name} ] && echo "10.0.0.10 STREAM $2" || echo "10.0.0.99 STREAM $2"`);
    expect(proxy({ RESOLV_CONF: path.join(sandbox.root, 'resolv.conf') }).stdout).toContain('SERVER_0=10.0.0.10\n');
  });

  test('a name that does not resolve at once is waited for, and said', () => {
    sandbox.program('getent', `[ -e ${sandbox.run}/asked ] && echo "10.0.0.12 STREAM $2"; touch ${sandbox.run}/asked`);
    expect(server().stderr).toContain('waiting for the name redis-announce-1 to resolve');
    expect(lines('redis.conf')[1]).toBe('replica-announce-ip 10.0.0.12');
  });

  describe('a container that starts again while names do not resolve', () => {
    const lose = () => sandbox.program('getent', 'exit 2');

    test.each([['as it was written', 'replica-announce-ip 10.0.0.11'], ['as the server writes it back', 'replica-announce-ip "10.0.0.11"']])('announces what it announced before, %s', (_, line) => {
      server();
      fs.writeFileSync(path.join(sandbox.run, 'redis.conf'), `port 7000\n${line}\n`);
      lose();
      const run = server();
      expect(run.stderr).toContain('the name redis-announce-1 does not resolve, and keeps 10.0.0.11');
      expect(lines('redis.conf')[1]).toBe('replica-announce-ip 10.0.0.11');
    });

    test('has the addresses that HAProxy had', () => {
      proxy();
      lose();
      expect(proxy().stdout).toMatch(/SERVER_1=10\.0\.0\.11\n/);
      expect(sandbox.read('addresses')).toBe('redis-announce-0 10.0.0.10\nredis-announce-1 10.0.0.11\n');
    });

    test('asks for the names that HAProxy did not come to', () => {
      fs.writeFileSync(path.join(sandbox.run, 'addresses'), 'redis-announce-0 10.0.0.99\n');
      const { stdout } = proxy();
      expect(stdout).toContain('SERVER_0=10.0.0.99\n');
      expect(stdout).toContain('SERVER_1=10.0.0.11\n');
    });
  });

  /** What redis.conf's hexadecimal escapes stand for. */
  const unquoted = (text: string) => Buffer.from(text.slice(1, -1).split('\\x').slice(1).map((hex) => parseInt(hex, 16))).toString('utf8');

  function checkPassword(password: string): void {
    const PASSWORD_FILE = sandbox.write('password', password);
    expect(server({ PASSWORD_FILE }).status).toBe(0);
    const [, , masterauth, user] = lines('redis.conf');
    expect(unquoted(masterauth.replace('masterauth ', ''))).toBe(password);
    expect(user).toContain(`#${sha256(password)} `);
  }

  test.each(NASTY)('the password %j arrives byte by byte', (password) => checkPassword(password));

  test('so does any other', () => {
    fc.assert(fc.property(passwords, checkPassword), { numRuns: 25 });
  }, 60_000);

  test('a newline at the end of the Secret is not part of the password', () => {
    server({ PASSWORD_FILE: sandbox.write('password', 'simple\n') });
    expect(unquoted(lines('redis.conf')[2].replace('masterauth ', ''))).toBe('simple');
    // clients that are given the Secret as a variable send all of it
    expect(lines('redis.conf')[3]).toContain(` #${sha256('simple')} #${sha256('simple\n')} ~* `);
  });

  const CONTROLS = 'no password: it has several lines or other control characters';

  test.each([
    ['missing', undefined], ['empty', ''], ['empty', '\n'], [CONTROLS, 'as openssl rand -base64 64\nwrites it\n'], [CONTROLS, 'of Windows\r\n'], [CONTROLS, 'a\0b'], [CONTROLS, 'a\x7f'],
    ['no password: it has bytes that are no UTF-8', Buffer.from('b\xe4d', 'latin1')], ['no password: it has bytes that are no UTF-8', Buffer.from('\xed\xa0\x80\n', 'latin1')],
  ])('a password that is %s is waited for, and one line says so', (problem, text) => {
    for (const start of [server, sentinel, proxy]) {
      const PASSWORD_FILE = sandbox.write('password', text ?? '');
      if (text === undefined) fs.rmSync(PASSWORD_FILE);
      sandbox.program('sleep', `echo slept >>${sandbox.run}/slept; [ "$(wc -l <${sandbox.run}/slept)" -lt 3 ] || { printf given >${PASSWORD_FILE}.$$; mv ${PASSWORD_FILE}.$$ ${PASSWORD_FILE}; }`);
      const run = start({ PASSWORD_FILE });
      fs.rmSync(`${sandbox.run}/slept`);
      expect(run.status).toBe(0);
      expect(run.stderr.match(/waiting for the password.*/g)).toEqual([`waiting for the password: the Secret's key "password" is ${problem}`]);
      expect(run.stdout).toMatch(/started with/);
    }
    expect(lines('redis.conf')[3]).toContain(sha256('given'));
  });

  test('what is no UTF-8 is told from what is', () => {
    const starts = [0x62, 0x80, 0xc1, 0xc2, 0xe0, 0xe1, 0xed, 0xf0, 0xf1, 0xf4, 0xf5];
    const ends = [[], ...[0x62, 0x80, 0x90, 0xbf].flatMap((byte) => [[byte], [byte, 0x80], [byte, 0x80, 0xbf]])];
    const texts = starts.flatMap((first) => ends.map((rest) => Buffer.from([first, ...rest])));
    texts.forEach((text, i) => fs.writeFileSync(path.join(sandbox.run, `text-${i}`), text));
    const script = `. "$1/common.sh"; i=0; while [ -e "$2/text-$i" ]; do if is_utf8 "$2/text-$i"; then echo true; else echo false; fi; i=$((i + 1)); done`;
    const { stdout } = spawnSync('sh', ['-c', script, 'sh', sandbox.config, sandbox.run], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual(texts.map((text) => String(isUtf8(text))));
  });

  // the programs' own messages say that there is none
  test.each(['-----BEGIN ENCRYPTED PRIVATE KEY-----\n', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n'])('a key with a passphrase is waited for: %j', (text) => {
    const key = sandbox.write('tls.key', text);
    sandbox.write('tls.crt', '-----BEGIN CERTIFICATE-----\n');
    for (const name of ['redis.conf', 'sentinel.conf']) sandbox.write(name, `port 7000\ntls-key-file ${key}\n`);
    for (const start of [server, sentinel, () => proxy({ TLS_DIR: sandbox.config, STATIC_CERTIFICATE: path.join(sandbox.run, 'static.pem') })]) {
      sandbox.write('tls.key', text);
      sandbox.program('sleep', `[ "$1" != 1 ] || echo '-----BEGIN PRIVATE KEY-----' >${key}; exec /bin/sleep 0.05`);
      const run = start();
      expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('started with')]);
      expect(run.stderr.match(/waiting for a key.*/g)).toEqual(["waiting for a key: the Secret's tls.key has a passphrase, which nobody can enter here; openssl pkey removes it"]);
    }
    expect(sandbox.read('static.pem')).toContain('-----BEGIN PRIVATE KEY-----');
  });

  test('while the password is changed, both are accepted and the one of the key itself is used', () => {
    const PASSWORD_FILE = sandbox.write('password', 'new');
    sandbox.write('password-alternate', 'old\n');
    server({ PASSWORD_FILE });
    sentinel({ PASSWORD_FILE });
    const both = ` #${sha256('new')} #${sha256('old')} #${sha256('old\n')} ~* `;
    expect(lines('redis.conf')[3]).toContain(both);
    expect(unquoted(lines('redis.conf')[2].replace('masterauth ', ''))).toBe('new');
    expect(lines('sentinel.conf')[3]).toContain(both);
    expect(unquoted(lines('sentinel.conf')[4].replace('sentinel sentinel-pass ', ''))).toBe('new');
  });

  test('a Sentinel asks for the password, and gives it to the others', () => {
    sentinel({ PASSWORD_FILE: sandbox.write('password', NASTY[0]) });
    const [, , , user, sentinelPass] = lines('sentinel.conf');
    expect(user).toContain(` #${sha256(NASTY[0])} `);
    expect(unquoted(sentinelPass.replace('sentinel sentinel-pass ', ''))).toBe(NASTY[0]);
  });
});
