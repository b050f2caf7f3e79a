import { Auth, Consensus, RedisHaProps, Routing, Sentinel } from '../lib';
import { EXAMPLES, synthExample } from './support/examples';
import { install, Manifest } from './support/manifests';
import { secretLeaks } from './support/secrets';

const SETUPS: { readonly [title: string]: RedisHaProps } = {
  'separate Sentinels': { sentinel: Sentinel.deployments(3) },
  'pod IPs': { routing: Routing.podIp() },
  'clients that ask Sentinel': { routing: Routing.none() },
  'native sidecars': { nativeSidecars: true },
  'lenient consensus': { proxy: { consensus: Consensus.LENIENT } },
};

test.each(EXAMPLES)('no manifest of the example %s holds a password', (name) => {
  expect(synthExample(name).flatMap(secretLeaks)).toEqual([]);
});

test.each(Object.entries(SETUPS))('no manifest with %s holds a password', (_, props) => {
  expect(install(props, (redis) => redis.connectionEnvironment()).all.flatMap(secretLeaks)).toEqual([]);
});

test('the Secret is named only where Kubernetes reads it', () => {
  const places = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string' && value.includes('the-secret')) places.add(path);
    if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, item]) => look(item, `${path}.${key}`.replace(/\.\d+(?=\.|$)/g, '[]')));
  };
  install({ auth: Auth.secret('the-secret'), sentinel: Sentinel.deployments(3) }).all.forEach((one) => look(one, one.kind));
  expect([...places].sort()).toEqual(['Deployment.spec.template.spec.volumes[].secret.secretName', 'StatefulSet.spec.template.spec.volumes[].secret.secretName']);
});

describe('a password is found', () => {
  const pod = (container: object): Manifest => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [container] } });
  const text = (line: string): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { conf: `port 6379\n${line}\n` } });

  test.each([
    'requirepass hunter2', 'masterauth "hunter2"', 'primaryauth hunter2', 'tls-key-file-pass hunter2', 'sentinel auth-pass m hunter2', 'sentinel sentinel-pass hunter2',
    'user default on >hunter2 ~* +@all', 'user default on #5e884898da28 ~* +@all', '    stats auth me:hunter2', '    user me insecure-password hunter2',
    '    tcp-check send AUTH\\ hunter2\\r\\n', 'url redis://:hunter2@redis:6379',
  ])('in a text: %s', (line) => {
    expect(secretLeaks(text(line))).toEqual(['ConfigMap.data.conf']);
  });

  test.each([['-a', 'hunter2'], ['--requirepass', 'hunter2']])('in an argument: %s %s', (...args) => {
    expect(secretLeaks(pod({ command: ['redis-cli', ...args] }))).toEqual(['Pod.spec.containers[0].command[2]']);
  });

  test('in a variable, and in a Secret that is written', () => {
    expect(secretLeaks(pod({ env: [{ name: 'REDIS_PASSWORD', value: 'hunter2' }] }))).toEqual(['Pod.spec.containers[0].env[0] REDIS_PASSWORD']);
    expect(secretLeaks({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData: { password: 'hunter2' } })).toEqual(['Secret: holds data itself']);
  });

  test('but not in a reference, nor where the program fills it in', () => {
    expect(secretLeaks(pod({ env: [{ name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }, { name: 'PASSWORD_FILE', value: '/etc/x' }] }))).toEqual([]);
    for (const line of ["printf 'x'\nmasterauth %s", '    stats auth me:${STATS_PASSWORD}', 'user default on nopass ~* +@all']) expect(secretLeaks(text(line))).toEqual([]);
  });
});
