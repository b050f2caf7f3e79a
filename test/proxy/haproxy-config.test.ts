import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { Auth, Consensus, ReadBalance, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate, TlsFront } from '../../lib';
import { Template } from '../../lib/go-template';
import { SECTIONS } from '../../lib/kube-template/haproxy/parse';
import { describeWith, HAPROXY } from '../support/binaries';
import { install } from '../support/manifests';

function configOf(props: RedisHaProps): string {
  return install(props).get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
}

/** Servers × Sentinels. */
const SIZES: readonly (readonly [number, number, number, RedisHaProps])[] = [
  [1, 1, 1, { replicas: 1 }],
  [3, 3, 2, {}],
  [5, 5, 3, { replicas: 5 }],
  [9, 7, 4, { replicas: 9, sentinel: Sentinel.deployments(7) }],
];

describe.each(SIZES)('haproxy.cfg for %i servers and %i Sentinels', (servers, sentinels, majority, props) => {
  const config = configOf(props);

  test(`a server is master when ${majority} Sentinels name it`, () => {
    const majorities = [...config.matchAll(/acl named_\d+ nbsrv\(sen_\d+\) ge (\d+)/g)].map((match) => Number(match[1]));
    expect(majorities).toEqual(Array.from({ length: 4 * servers }, () => majority));
  });

  test('each Sentinel is asked about each server, and whether it can be reached', () => {
    const asked = (backends: RegExp) => config.split('\nbackend ').filter((text) => backends.test(text))
      .flatMap((text) => [...text.matchAll(/ server (S\d+) /g)].map((match) => match[1]));
    const all = Array.from({ length: sentinels }, (_, index) => `S${index}`);
    expect(asked(/^sen_/)).toEqual(Array.from({ length: servers }, () => all).flat());
    expect(asked(/^sentinel_/)).toEqual(all);
  });

  test(`a new HAProxy is ready when ${majority} Sentinels could be reached`, () => {
    for (const [variable, of] of [['answered', 'sentinel'], ['naming', 'names']]) {
      const [, sum] = new RegExp(`set-var\\(txn\\.${variable}\\) (.*)\n`).exec(config)!;
      expect([...sum.matchAll(/proc\.(\w+)_(\d+)/g)].map(([, name, index]) => [name, Number(index)])).toEqual(Array.from({ length: sentinels }, (_, index) => [of, index]));
      expect(config).toContain(` var(txn.${variable}) -m int ge ${majority}\n`);
    }
  });

  test('a write goes to a server only while no other has a majority too', () => {
    for (let index = 0; index < servers; index += 1) {
      const rule = config.split('frontend write')[1].split('\n').find((line) => line.includes(`use_backend master_${index} `))!;
      const others = [...rule.matchAll(/!named_(\d+)/g)].map((match) => Number(match[1]));
      expect(others).toEqual(Array.from({ length: servers }, (_, other) => other).filter((other) => other !== index));
      expect(rule).toContain(`{ srv_is_up(master_${index}/R${index}) }`);
    }
  });

  test('no client waits in HAProxy for a master that refuses it', () => {
    for (const backend of config.split('\nbackend master_').slice(1)) expect(backend.split('\n\n')[0]).toContain('\n    retries 0\n');
  });

  test('a server that loses the consensus, or its link to the master, loses its sessions', () => {
    const judged = config.split('\n').filter((line) => line.includes('addr 127.0.0.1'));
    expect(judged).toHaveLength(2 * servers); // as master, and as replica
    for (const line of judged) expect(line).toContain('on-marked-down shutdown-sessions');
  });
});

describe('haproxy.cfg', () => {
  test('starts its first checks within 100 ms: an interval of seconds does not delay those of the master', () => {
    expect(configOf({})).toMatch(/\n {4}max-spread-checks 100\n[^]*\ndefaults\n/);
  });

  test('refuses writes when nobody is master', () => {
    expect(configOf({})).toMatch(/default_backend refused\n[^]*backend refused\n {4}tcp-request content reject\n/);
  });

  test('without a password has no AUTH', () => {
    expect(configOf({})).toMatch(/auth/);
    expect(configOf({})).toMatch(/password\.lua/);
    expect(configOf({ auth: Auth.none() })).not.toMatch(/auth|password\.(lua|map)/);
  });

  test.each([
    ['at the edge', Tls.edge(TlsCertificate.secret('tls'), { plainPort: 6390, plainReadPort: 6391 })],
    ['twice', Tls.everywhere(TlsCertificate.secret('tls'), { front: TlsFront.REENCRYPT })],
  ])('where TLS ends %s, HAProxy has no rules to warn of that come after those of later steps', (_, tls) => {
    const text: string = install({ tls, proxy: { consensus: Consensus.LENIENT, readFromMasterAsFallback: true } }).get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
    const fronts = text.split('\nfrontend ').slice(1).map((front) => [...front.split('\n\n')[0].matchAll(/^    tcp-request (connection|content) /gm)].map(([, step]) => step));
    expect(fronts.filter((steps) => steps.includes('content')).length).toBeGreaterThanOrEqual(2);
    for (const steps of fronts) expect(steps).toEqual([...steps].sort());
  });

  test.each([...SECTIONS])('takes a custom section %s, and no such line among ours', (section) => {
    expect(() => install({ proxy: { customSections: `${section} mine` } })).not.toThrow('must start with a section');
    expect(() => install({ proxy: { lines: { global: [section] } } })).toThrow(section);
  });

  test('takes ports from the props', () => {
    const proxy = { port: 8000, readPort: 8001, statsPort: 8002 };
    const config = configOf({ server: { port: 7000 }, sentinel: Sentinel.sidecar({ port: 27000 }), proxy });
    expect(config).toContain('server R0 "${SERVER_0}":7000 check');
    expect(config).toContain('server S0 "${SENTINEL_0}":27000 check');
    expect(config).toContain('\\$4\\r\\n7000\\r\\n');
    for (const port of [8000, 8001, 8002]) expect(config).toContain(`bind "\${BIND}:${port}"`);
  });

  test('routes reads to the master only as a fallback, and only if configured', () => {
    const readers = (props: RedisHaProps) => configOf(props).split('frontend read')[1].split('backend replicas')[0];
    expect(readers({})).toContain('use_backend master_0 if !in_sync');
    expect(readers({ proxy: { readFromMasterAsFallback: false } })).not.toContain('use_backend');
  });

  test('asks a Sentinel again at once after a wrong answer, which every failover waits for, and more often where a handshake may have taken too long', () => {
    const checks = (props: RedisHaProps) => [...new Set([...configOf(props).matchAll(/server S\d .* check (inter \d+ms fastinter \d+ms fall \d+ rise \d+)/g)].map((match) => match[1]))];
    expect(checks({})).toEqual(['inter 200ms fastinter 10ms fall 2 rise 1']);
    expect(checks({ tls: Tls.edge(TlsCertificate.secret('redis-tls')) })).toEqual(['inter 200ms fastinter 10ms fall 2 rise 1']);
    expect(checks({ tls: Tls.everywhere(TlsCertificate.secret('redis-tls')) })).toEqual(['inter 200ms fastinter 10ms fall 5 rise 1']);
  });

  test('counts so many failures of role checks that refusals are soon enough, and silence is as long as the Sentinels wait, and an interval more', () => {
    const falls = (props: RedisHaProps) => [...new Set([...configOf(props).matchAll(/server R.* check inter (\d+)ms fastinter (\d+)ms fall (\d+) rise 1$/gm)]
      .map(([, inter, fast, fall]) => (Number(inter) + Number(fast)) * Number(fall)))];
    expect(falls({})).toEqual([3570]);
    const sentinel = Sentinel.sidecar({ downAfter: Duration.seconds(10) });
    expect(falls({ sentinel, proxy: { checks: { roleInterval: Duration.seconds(1) } } })).toEqual([10100]);
    expect(configOf({ sentinel })).toContain('\nbackend role_0\n    no log\n    timeout check 10200ms\n');
  });

  describe.each([
    ['strict', {}, ['consensus', 'write', 'read', 'refused', 'replicas', 'stats', 'sen_0', 'role_2', 'master_1']],
    ['lenient', { consensus: Consensus.LENIENT }, ['answering', 'led_0', 'led_2']],
  ] as const)('sections of %s', (_, proxy, some) => {
    const names = [...configOf({ proxy }).matchAll(/^(?:frontend|backend|listen) (.*)$/gm)].map((match) => match[1]);

    test('have names that custom ones may not take', () => {
      expect(names).toEqual(expect.arrayContaining([...some]));
      for (const name of names) {
        for (const kind of ['frontend', 'backend', 'listen']) {
          expect(() => configOf({ proxy: { ...proxy, customSections: `cache mine\n\n  ${kind}   ${name}` } }))
            .toThrow(`'proxy.customSections line 3' ("${name}") is the name of a section of ours: take another`);
        }
      }
    });

    test('do not take names that others may have', () => {
      expect(() => configOf({ proxy: { ...proxy, customSections: 'cache write\nbackend master_3\nfrontend led_9' } })).not.toThrow();
    });
  });

  test('says which of several custom sections take a name', () => {
    expect(() => configOf({ proxy: { customSections: 'backend read\nbackend mine\nlisten stats' } }))
      .toThrow(/^2 props are wrong:\n {2}'proxy.customSections line 1' \("read"\) .*\n {2}'proxy.customSections line 3' \("stats"\) /);
  });

  test('ends with custom sections', () => {
    expect(configOf({ proxy: { customSections: 'cache mine\n    total-max-size 1' } })).toMatch(/\n\ncache mine\n {4}total-max-size 1\n$/);
  });

  test('takes custom sections as they are where kube-template writes the file too', () => {
    const customSections = 'frontend more\n    log-format {{\\ {}}';
    const text = install({ routing: Routing.podIp(), proxy: { customSections } }).get('ConfigMap', 'redis-proxy-templates').data['haproxy.cfg'];
    const template = text.slice(text.indexOf('frontend more'));
    expect(template).not.toContain(customSections);
    expect(new Template('haproxy.cfg', template, {}).execute(undefined).trimEnd()).toBe(customSections);
  });

  test.each([[5, 30, 15], [20, 30, 8], [20, 120, 15]])('with a drain of %i s and %i s of grace, open sessions get %i s more', (drain, grace, rest) => {
    const proxy = { drain: Duration.seconds(drain), pod: { terminationGracePeriod: Duration.seconds(grace) } };
    expect(configOf({ proxy })).toContain(`hard-stop-after ${rest}s`);
  });
});

describeWith([HAPROXY])('haproxy -c', () => {
  let directory: string;
  beforeAll(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'haproxy-')); });
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  /** Everything that changes its text. */
  const ALL: RedisHaProps = {
    proxy: {
      checks: { sentinelFall: 4, sentinelRise: 3 },
      reads: { balance: ReadBalance.SOURCE, maxLag: Size.mebibytes(1) },
      extraPorts: [{ name: 'more', port: 7010 }],
      lines: {
        global: ['tune.bufsize 32768'], defaults: ['backlog 1000'], write: ['tcp-request connection reject if { src 203.0.113.0/24 }'], read: ['option tcplog'], master: ['fullconn 100'], replicas: ['fullconn 100'],
      },
      customSections: 'frontend more\n    bind "${BIND}:7010"\n    default_backend replicas',
    },
  };
  const addresses = { IPv4: (n: number) => `10.0.0.${n}`, IPv6: (n: number) => `fd00::${n}` };
  const cases = [...SIZES, [5, 5, 3, { replicas: 5, ...ALL }] as const].flatMap(([servers, sentinels, , props]) => (['IPv4', 'IPv6'] as const).flatMap((family) => (
    [true, false].flatMap((password) => Object.values(Consensus).map((consensus) => (
      { servers, sentinels, props: { ...props, proxy: { ...props.proxy, consensus } }, family, password }))))));

  test.each(cases)('accepts $servers servers and $sentinels Sentinels over $family, password: $password, consensus: $props.proxy.consensus', (one) => {
    const file = path.join(directory, 'haproxy.cfg');
    const data = install({ ...one.props, ...one.password ? {} : { auth: Auth.none() } }).get('ConfigMap', 'redis-proxy').data;
    for (const [name, text] of Object.entries<string>(data)) fs.writeFileSync(path.join(directory, name), text);
    fs.writeFileSync(path.join(directory, 'addresses'), `redis-announce-0 ${addresses[one.family](1)}\n`);
    const numbers = (n: number) => Array.from({ length: n }, (_, index) => index);
    const run = spawnSync(HAPROXY, ['-c', '-V', '-f', file], {
      encoding: 'utf8',
      env: {
        ...process.env,
        BIND: one.family === 'IPv6' ? '::' : '0.0.0.0',
        CONFIG_DIR: directory,
        RUN_DIR: directory,
        PASSWORD_FILE: path.join(directory, 'password'),
        ...Object.fromEntries(numbers(one.servers).map((n) => [`SERVER_${n}`, addresses[one.family](n + 1)])),
        ...Object.fromEntries(numbers(one.sentinels).map((n) => [`SENTINEL_${n}`, addresses[one.family](n + 1)])),
      },
    });
    expect(run.stdout + run.stderr).toContain('Configuration file is valid');
    expect(run.stderr).not.toMatch(/WARNING|ALERT/);
    expect(run.status).toBe(0);
  });
});
