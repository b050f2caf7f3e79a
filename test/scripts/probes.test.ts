import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { HEARTBEAT_FILE } from '../../lib/agent/run-dir/heartbeat';
import { describeWith } from '../support/binaries';

describeWith(['dash'])('the probes', () => {
  let sandbox: Sandbox;
  beforeEach(() => { sandbox = new Sandbox(); });
  afterEach(() => sandbox.remove());

  const answering = (answer: string, status = 0) => sandbox.program('the-cli', `printf '%b' '${answer}'; exit ${status}`);
  const server = (what: string) => sandbox.sh('probe-server.sh', { CLI_BIN: 'the-cli' }, what);
  const sentinel = () => sandbox.sh('probe-sentinel.sh', { CLI_BIN: 'the-cli' });

  test.each([
    ['role:master\\r\\n', 0],
    ['role:slave\\r\\nmaster_link_status:up\\r\\n', 0],
    ['role:slave\\r\\nmaster_link_status:down\\r\\n', 1],
    ['LOADING Redis is loading the dataset in memory', 1],
    ['Could not connect to Redis at 127.0.0.1:7000: Connection refused', 1],
  ])('a server that says %j ends its readiness probe with %i', (answer, status) => {
    answering(answer, status);
    expect(server('ready').status).toBe(status);
  });

  test.each([
    ['PONG', 0], ['LOADING Redis is loading', 0], ['MASTERDOWN Link with MASTER is down', 0], ['BUSY Redis is busy running a script', 0],
    ['AUTH failed: ERR max number of clients reached', 0], ['NOAUTH Authentication required.', 0], ['AUTH failed: WRONGPASS invalid username-password pair', 0],
    ['MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.', 0], ['Could not connect to Redis at 127.0.0.1:7000: Connection refused', 1], ['', 1],
  ])('a server that says %j ends its liveness probe with %i', (answer, status) => {
    answering(answer);
    expect(server('alive').status).toBe(status);
  });

  test.each([
    ['is a replica in sync', 'role:slave\\r\\nmaster_link_status:up\\r\\n', true],
    ['is a replica without its master', 'role:slave\\r\\nmaster_link_status:down\\r\\n', false],
    ['is a master with all of it', 'role:master\\r\\nrdb_changes_since_last_save:0\\r\\n', false],
    ['is a master whose data has changed', 'role:master\\r\\nrdb_changes_since_last_save:10\\r\\n', true],
  ])('a snapshot that is not to be loaded again is removed once the server %s', (_, answer, removed) => {
    const dump = sandbox.write('dump.rdb', 'x');
    answering(answer);
    server('ready');
    expect(fs.existsSync(dump)).toBe(true);
    fs.writeFileSync(path.join(sandbox.run, 'loaded'), `${dump}\n`);
    server('ready');
    expect([fs.existsSync(dump), fs.existsSync(path.join(sandbox.run, 'loaded'))]).toEqual([!removed, !removed]);
  });

  test('a server is alive while scripts look at its data, however long', () => {
    answering('Could not connect to Redis at /run/redis-ha/server.sock: No such file or directory', 1);
    fs.writeFileSync(path.join(sandbox.run, 'preparing'), '');
    expect([server('alive').status, server('ready').status]).toEqual([0, 1]);
  });

  test('a probe that fails says why', () => {
    answering('role:slave\\r\\nmaster_link_status:down');
    expect(server('ready').stdout).toBe('the link to the master is down\n');
    answering('Connection refused', 1);
    expect(server('alive').stdout).toBe('no answer to PING: Connection refused\n');
  });

  test('a probe without a known question is wrong use', () => {
    expect(server('happy').status).toBe(2);
  });

  test('a Sentinel is well when it answers', () => {
    for (const answer of ['PONG', 'NOAUTH Authentication required.', 'AUTH failed: WRONGPASS invalid username-password pair']) {
      answering(answer);
      expect(sentinel().status).toBe(0);
    }
    answering('Connection refused', 1);
    expect(sentinel().status).toBe(1);
  });

  describe('of a Sentinel that started with other certificates than the Secret has', () => {
    const PROBE = 'id=9 addr=/run/s.sock:0 name= flags=U cmd=client|list user=default';
    const OTHERS = 'id=3 addr=10.0.0.1:1 name=sentinel-0123abcd-cmd flags=N cmd=ping user=default\nid=4 addr=10.0.0.2:1 name= flags=N cmd=NULL user=default';
    const AGENT = 'id=5 addr=10.0.0.3:1 name= flags=N cmd=sentinel|masters user=default';
    const OF_ANY = '0000000000000000';
    const OF_SECRET = createHash('sha256').update('certificate').update('cas').digest('hex').slice(0, 16);
    /** Whether its liveness probe ends it. */
    const ended = ({ clients = `${PROBE}\n${OTHERS}`, masters = 'flags\nmaster', replicas = 'flags\nslave', mark = OF_ANY, args = ['alive'], tls = true }) => {
      fs.writeFileSync(path.join(sandbox.run, 'sentinel.conf'), `user files-${mark} off resetchannels -@all\n`);
      sandbox.write('tls.crt', 'certificate');
      sandbox.write('ca.crt', 'cas');
      for (const [file, text] of Object.entries({ clients, masters, replicas })) sandbox.write(file, `${text}\n`);
      sandbox.program('the-cli', `case "$*" in *PING) echo PONG ;; *LIST) cat "$CONFIG_DIR/clients" ;; *MASTERS) cat "$CONFIG_DIR/masters" ;;
        *"REPLICAS redis") cat "$CONFIG_DIR/replicas" ;; *SHUTDOWN) echo "$*" >"$RUN_DIR/ended" ;; esac`);
      const { status } = sandbox.sh('probe-sentinel.sh', { CLI_BIN: 'the-cli', MASTER_NAME: 'redis', TLS_DIR: tls ? sandbox.config : undefined }, ...args);
      const asked = fs.existsSync(path.join(sandbox.run, 'ended'));
      expect(status).toBe(asked ? 1 : 0);
      return asked;
    };
    const DISCONNECTED = { masters: 'flags\ns_down,master,disconnected', replicas: 'flags\ns_down,slave,disconnected\nflags\nslave,disconnected' };

    test.each<readonly [string, Parameters<typeof ended>[0], boolean]>([
      ['nobody but other Sentinels reaches it', {}, true],
      ['an agent reaches it, and it reaches servers', { clients: `${PROBE}\n${OTHERS}\n${AGENT}` }, false],
      ['an agent reaches it, and it reaches no server', { clients: `${PROBE}\n${AGENT}`, ...DISCONNECTED }, true],
      ['it reaches a replica alone', { clients: `${PROBE}\n${AGENT}`, ...DISCONNECTED, replicas: 'flags\ns_down,slave,disconnected\nflags\nslave' }, false],
      ['it watches nobody yet', { clients: `${PROBE}\n${AGENT}`, masters: '', replicas: 'ERR No such master with that name' }, false],
      ['it does not know the password', { clients: 'NOAUTH Authentication required.', masters: 'NOAUTH', replicas: 'NOAUTH' }, false],
      ['it does not answer', { clients: '', masters: '', replicas: '' }, false],
      ['it started with what the Secret has', { mark: OF_SECRET }, false],
      ['this is its readiness probe', { args: [] }, false],
      ['it takes certificates by itself', { tls: false }, false],
    ])('%s', (_, state, expected) => {
      expect(ended(state)).toBe(expected);
    });
  });

  test('the password goes through the environment, never through arguments', () => {
    sandbox.program('the-cli', `echo "$*" > ${sandbox.run}/arguments; [ "$REDISCLI_AUTH" = 'a b$c"' ] && echo PONG`);
    const PASSWORD_FILE = sandbox.write('password', 'a b$c"');
    expect(sandbox.sh('probe-server.sh', { CLI_BIN: 'the-cli', PASSWORD_FILE }, 'alive').status).toBe(0);
    expect(sandbox.read('arguments')).toBe(`-s ${sandbox.run}/server.sock PING\n`);
  });

  test('a password that is gone from the Secret ends nothing that runs', () => {
    answering('NOAUTH Authentication required.');
    const PASSWORD_FILE = `${sandbox.run}/none`;
    expect(sandbox.sh('probe-server.sh', { CLI_BIN: 'the-cli', SERVER_PORT: '7000', PASSWORD_FILE }, 'alive').status).toBe(0);
    expect(sandbox.sh('probe-sentinel.sh', { CLI_BIN: 'the-cli', SENTINEL_PORT: '27000', PASSWORD_FILE }).status).toBe(0);
  });

  test('a password that is gone from the Secret ends nothing that runs', () => {
    answering('NOAUTH Authentication required.');
    const PASSWORD_FILE = `${sandbox.run}/none`;
    expect(sandbox.sh('probe-server.sh', { CLI_BIN: 'the-cli', SERVER_PORT: '7000', PASSWORD_FILE }, 'alive').status).toBe(0);
    expect(sandbox.sh('probe-sentinel.sh', { CLI_BIN: 'the-cli', SENTINEL_PORT: '27000', PASSWORD_FILE }).status).toBe(0);
  });

  test('a stopping Sentinel stays until its server is gone', () => {
    sandbox.program('the-cli', `echo asked >> ${sandbox.run}/asked; [ "$(wc -l < ${sandbox.run}/asked)" -lt 3 ] && echo PONG || echo "Connection refused"`);
    const run = sandbox.sh('stop-sentinel.sh', { CLI_BIN: 'the-cli', STOP_BUDGET_SECONDS: '10' });
    expect(run.status).toBe(0);
    expect(sandbox.read('asked')).toBe('asked\n'.repeat(3));
  });

  test('a stopping Sentinel sees by the socket that its server is gone', () => {
    answering('Could not connect to Redis at /run/redis-ha/server.sock: No such file or directory', 1);
    expect(sandbox.sh('stop-sentinel.sh', { CLI_BIN: 'the-cli', STOP_BUDGET_SECONDS: '10' }).status).toBe(0);
  });

  test('a stopping Sentinel does not stay longer than its budget', () => {
    sandbox.program('the-cli', `echo asked >> ${sandbox.run}/asked; echo PONG`);
    expect(sandbox.sh('stop-sentinel.sh', { CLI_BIN: 'the-cli', STOP_BUDGET_SECONDS: '1' }).status).toBe(0);
    expect(sandbox.read('asked')).toBe('asked\n'.repeat(5));
  });

  describe('of the agent', () => {
    const agent = () => sandbox.sh('probe-agent.sh', {});
    const beaten = (secondsAgo: number) => {
      const file = path.join(sandbox.run, HEARTBEAT_FILE);
      const time = Date.now() / 1000 - secondsAgo;
      fs.writeFileSync(file, '');
      fs.utimesSync(file, time, time);
    };

    test.each([[0, 0], [20, 0], [60, 1]])('a heartbeat %i s old ends it with %i', (age, status) => {
      beaten(age);
      expect(agent().status).toBe(status);
    });

    test('a heartbeat that is not there says nothing', () => {
      expect(agent().status).toBe(0);
    });

    test('one that fails says why', () => {
      beaten(60);
      expect(agent().stdout).toMatch(/^the agent's event loop has not run for 6\d s\n$/);
    });
  });
});
