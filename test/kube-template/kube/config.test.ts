import * as fs from 'node:fs';
import * as os from 'node:os';
import { KubeConfig, StaticToken } from '../../../lib/kube-template/kube';
import { configFromFile, inClusterConfig, loadConfig } from '../../../lib/kube-template/kube/load';
import { TempDir } from '../support/temp-dir';

jest.mock('node:os', () => ({ ...jest.requireActual<typeof os>('node:os'), homedir: jest.fn() }));

const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c1, user: u1, namespace: cache}}
- {name: two, context: {cluster: c2, user: u2}}
- {name: lost, context: {cluster: nowhere}}
clusters:
- {name: c1, cluster: {server: 'https://10.0.0.1:6443', certificate-authority-data: Q0E=, tls-server-name: api}}
- {name: c2, cluster: {server: 'https://10.0.0.2', certificate-authority: pki/ca.crt, insecure-skip-tls-verify: true}}
users:
- {name: u1, user: {token: t1, client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}
- {name: u2, user: {tokenFile: pki/token}}
`;

let dir: TempDir;
const environment = { ...process.env };
beforeEach(() => {
  dir = new TempDir();
  for (const name of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'KUBECONFIG']) delete process.env[name];
  jest.mocked(os.homedir).mockReturnValue(dir.path);
});
afterEach(() => {
  process.env = { ...environment };
  dir.remove();
});

describe('inClusterConfig', () => {
  beforeEach(() => Object.assign(process.env, { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' }));

  test('reads the service account', () => {
    dir.write('token', 'secret\n');
    dir.write('ca.crt', 'CA');
    dir.write('namespace', 'cache\n');
    const config = inClusterConfig(dir.path);
    expect(config.server.href).toBe('https://10.96.0.1/');
    expect(config.namespace).toBe('cache');
    expect(config.token()).toBe('secret');
    expect(config.tlsOptions()).toMatchObject({ ca: 'CA', rejectUnauthorized: true });
  });

  test('puts an IPv6 address in brackets', () => {
    process.env.KUBERNETES_SERVICE_HOST = 'fd00::1';
    expect(inClusterConfig(dir.path).server.hostname).toBe('[fd00::1]');
  });

  test('has the namespace default when the file is absent', () => {
    expect(inClusterConfig(dir.path).namespace).toBe('default');
  });

  test('fails outside a cluster', () => {
    delete process.env.KUBERNETES_SERVICE_HOST;
    expect(() => inClusterConfig(dir.path)).toThrow('not in a cluster: KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set');
  });
});

describe('configFromFile', () => {
  let file: string;
  beforeEach(() => { file = dir.write('config', KUBECONFIG); });

  test('takes the current context', () => {
    const config = configFromFile(file);
    expect(config.server.host).toBe('10.0.0.1:6443');
    expect(config.namespace).toBe('cache');
    expect(config.token()).toBe('t1');
    expect(config.tlsOptions()).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY', rejectUnauthorized: true, servername: 'api' });
  });

  test('takes a named context, whose paths are relative to the file', () => {
    dir.write('pki/ca.crt', 'CA2');
    dir.write('pki/token', 't2');
    const config = configFromFile(file, { context: 'two' });
    expect(config.namespace).toBe('default');
    expect(config.token()).toBe('t2');
    expect(config.tlsOptions()).toMatchObject({ ca: 'CA2', rejectUnauthorized: false });
  });

  test('reads JSON', () => {
    const content = { 'current-context': 'a', 'contexts': [{ name: 'a', context: { cluster: 'b' } }], 'clusters': [{ name: 'b', cluster: { server: 'http://localhost:8001' } }] };
    expect(configFromFile(dir.write('json', JSON.stringify(content))).server.port).toBe('8001');
  });

  test('runs a credential plugin beside the file', () => {
    dir.write('plugin', '#!/bin/sh\necho \'{"status": {"token": "from-plugin"}}\'\n', 0o700);
    const withPlugin = KUBECONFIG.replace('{token: t1,', '{exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1},');
    expect(configFromFile(dir.write('exec', withPlugin)).token()).toBe('from-plugin');
  });

  test('merges files: the first definition of a name wins', () => {
    const other = dir.write('other', KUBECONFIG.replaceAll('10.0.0.', '10.9.9.').replace('name: two', 'name: three'));
    expect(configFromFile([file, other]).server.hostname).toBe('10.0.0.1');
    expect(configFromFile([file, other], { context: 'three' }).server.hostname).toBe('10.0.0.2');
  });

  test.each([
    ['a missing context', KUBECONFIG, 'four', 'no entry "four" in contexts'],
    ['a missing cluster', KUBECONFIG, 'lost', 'no entry "nowhere" in clusters'],
    ['no current context', 'contexts: []', undefined, 'it has no current-context, and no context was named'],
    ['no mapping', 'just text', undefined, 'expected a mapping'],
    ['a proxy', KUBECONFIG.replace('tls-server-name: api', 'proxy-url: http://p'), undefined, 'proxy-url is not supported'],
    ['an auth provider', KUBECONFIG.replace('token: t1', 'auth-provider: {name: oidc}'), undefined, 'auth-provider is not supported'],
    ['a token of digits', KUBECONFIG.replace('token: t1', 'token: 12345678901234567890'), undefined, 'user "u1": token is a number; expected text, in quotes'],
    ['a bad URL', KUBECONFIG.replace('https://10.0.0.1:6443', '10.0.0.1:6443'), undefined, 'API server "10.0.0.1:6443": expected a URL'],
  ])('names the mistake in a file with %s', (_, content, context, message) => {
    expect(() => configFromFile(dir.write('bad', content), { context })).toThrow(message);
  });

  test('does not quote a malformed file, which may hold credentials', () => {
    const bad = dir.write('bad', 'users:\n- token: s3cret\n  - x');
    expect(() => configFromFile(bad)).toThrow(`kubeconfig ${bad}: `);
    expect(() => configFromFile(bad)).not.toThrow('s3cret');
  });
});

describe('loadConfig', () => {
  const inCluster = () => Object.assign(process.env, { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });

  test('takes the named kubeconfig first', () => {
    inCluster();
    expect(loadConfig({ kubeconfig: dir.write('named', KUBECONFIG) }).server.hostname).toBe('10.0.0.1');
  });

  test('takes the service account in a cluster', () => {
    inCluster();
    process.env.KUBECONFIG = dir.write('env', KUBECONFIG);
    expect(loadConfig().server.hostname).toBe('10.96.0.1');
  });

  test('takes a kubeconfig in a cluster when a context is named', () => {
    inCluster();
    process.env.KUBECONFIG = dir.write('env', KUBECONFIG);
    expect(loadConfig({ context: 'two' }).server.hostname).toBe('10.0.0.2');
  });

  test('takes $KUBECONFIG before ~/.kube/config, and of its files those that exist', () => {
    dir.write('.kube/config', KUBECONFIG.replaceAll('10.0.0.', '10.7.7.'));
    expect(loadConfig().server.hostname).toBe('10.7.7.1');
    process.env.KUBECONFIG = `/does/not/exist:${dir.write('env', KUBECONFIG)}`;
    expect(loadConfig().server.hostname).toBe('10.0.0.1');
  });

  test('replaces the server by master and keeps the rest', () => {
    const config = loadConfig({ kubeconfig: dir.write('named', KUBECONFIG), master: 'https://other:1234' });
    expect(config.server.host).toBe('other:1234');
    expect(config.token()).toBe('t1');
  });

  test('needs no more than master', () => {
    expect(loadConfig({ master: 'http://127.0.0.1:8001' }).namespace).toBe('default');
  });

  test('says where it looked', () => {
    expect(() => loadConfig()).toThrow('no Kubernetes configuration: KUBERNETES_SERVICE_HOST is not set, and neither $KUBECONFIG nor ~/.kube/config is a file');
  });
});

test('a token is never sent over plain http', () => {
  expect(new KubeConfig({ server: 'http://127.0.0.1:8001', tokens: new StaticToken('t') }).token()).toBeUndefined();
});

test('the TLS stamp changes when a file is replaced, even by one of the same size and time', () => {
  const file = dir.write('ca.crt', 'AAA');
  fs.utimesSync(file, 1_700_000_000, 1_700_000_000);
  const config = new KubeConfig({ server: 'https://x', ca: { file } });
  const before = config.tlsStamp();
  expect(config.tlsStamp()).toBe(before);
  dir.replace('ca.crt', 'BBB');
  fs.utimesSync(file, 1_700_000_000, 1_700_000_000);
  expect(config.tlsStamp()).not.toBe(before);
});
