import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Auth, KubeTemplateImage, Persistence, RedisHaProps, Routing, Sentinel } from '../../lib';
import { Template } from '../../lib/go-template';
import { parse } from '../../lib/kube-template/haproxy/parse';
import { plan } from '../../lib/kube-template/haproxy/plan';
import { stateFile } from '../../lib/kube-template/haproxy/state-file';
import { templateFunctions } from '../../lib/kube-template/sources/template-functions';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { printedRoles } from '../kube-template-sidecar/printed-roles';
import { describeWith, HAPROXY } from '../support/binaries';
import { install, Manifests } from '../support/manifests';

const routed = (props: RedisHaProps = {}): Manifests => install({ routing: Routing.podIp(), ...props });
const container = (props: RedisHaProps = {}) => routed(props).container('Deployment', 'redis-proxy', 'kube-template');
const templateOf = (manifests: Manifests, name = 'haproxy.cfg'): string => manifests.get('ConfigMap', 'redis-proxy-templates').data[name];

type Family = 'IPv4' | 'IPv6';
const POD = { IPv4: (n: number) => `10.1.0.${n}`, IPv6: (n: number) => `fd00:1::${n}` };
const CLUSTER_IP = { IPv4: (n: number) => `10.96.0.${n}`, IPv6: (n: number) => `fd00:96::${n}` };

/** A file as kube-template writes it, haproxy.cfg unless told, with servers at these addresses (undefined: no pod), and Services from this one on. */
function rendered(manifests: Manifests, addresses: readonly (string | undefined)[], family: Family = 'IPv4', file = 'haproxy.cfg', first = 1): string {
  const pods = addresses.flatMap((podIP, n) => podIP === undefined ? [] : [
    { metadata: { name: `redis-server-${n}` }, status: { phase: 'Running', podIP } },
  ]);
  const services = manifests.names('Service').map((name, n) => ({ metadata: { name }, spec: { clusterIP: CLUSTER_IP[family](n + first) } }));
  // By name only: tools that track what they apply may rewrite any label.
  const named = (objects: { metadata: { name: string } }[]) => (namespace: string, name: string) => (
    namespace === '' ? objects.find(({ metadata }) => metadata.name === name) ?? null : null);
  const functions = templateFunctions({ pod: named(pods), service: named(services) });
  return new Template(file, templateOf(manifests, file), { functions }).execute(undefined);
}

/** The Service's address in {@link rendered}. */
const serviceAddress = (manifests: Manifests, name: string, family: Family = 'IPv4'): string =>
  CLUSTER_IP[family](manifests.names('Service').indexOf(name) + 1);

/** Addresses of the servers of a backend. */
const serversOf = (config: string, backend: string): string[] => [...parse(config).servers.values()]
  .filter(({ key }) => key.startsWith(`${backend}/`)).map(({ address }) => address.host);

describe('the pods of HAProxy with Routing.podIp()', () => {
  test('may read what --print-rbac prints for their template, and nothing more', async () => {
    const manifests = routed();
    const printed = await printedRoles(['addresses', 'haproxy.cfg'].map((name) => ({ name, text: templateOf(manifests, name) })), 'cache');
    expect(printed.map(({ kind, rules }) => ({ kind, rules }))).toEqual([
      {
        kind: 'Role',
        rules: [
          { apiGroups: [''], resources: ['pods'], resourceNames: [0, 1, 2].map((n) => `redis-server-${n}`), verbs: ['get', 'list', 'watch'] },
          { apiGroups: [''], resources: ['services'], resourceNames: [0, 1, 2].map((n) => `redis-announce-${n}`), verbs: ['get', 'list', 'watch'] },
        ],
      },
    ]);
    expect(manifests.all.filter(({ kind }) => kind.endsWith('Role')).map(({ kind, rules }) => ({ kind, rules })))
      .toEqual(printed.map(({ kind, rules }) => ({ kind, rules })));
    const { serviceAccountName, automountServiceAccountToken } = manifests.podSpec('Deployment', 'redis-proxy');
    expect({ serviceAccountName, automountServiceAccountToken }).toEqual({ serviceAccountName: 'redis-proxy', automountServiceAccountToken: true });
    expect(manifests.get('RoleBinding', 'redis-proxy')).toMatchObject({
      roleRef: { kind: 'Role', name: 'redis-proxy' }, subjects: [{ kind: 'ServiceAccount', name: 'redis-proxy' }],
    });
  });

  test('share a directory in memory and a group with HAProxy, whose master socket kube-template controls', () => {
    const manifests = routed();
    const spec = manifests.podSpec('Deployment', 'redis-proxy');
    expect(spec.volumes).toContainEqual({ name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } });
    expect(spec.securityContext).toMatchObject({ fsGroup: 999, runAsGroup: 999 });
    const run = { name: 'run', mountPath: '/run/redis-ha' };
    for (const name of ['proxy', 'kube-template']) {
      const { volumeMounts, securityContext } = manifests.container('Deployment', 'redis-proxy', name);
      expect(volumeMounts).toContainEqual(run);
      expect(securityContext).not.toHaveProperty('runAsGroup');
    }
    const { MASTER_SOCKET, CONFIG_FILE } = manifests.env('Deployment', 'redis-proxy', 'proxy');
    expect(container().args).toEqual([
      '--template', '/etc/kube-template/addresses:/run/redis-ha/addresses',
      '--template', `/etc/kube-template/haproxy.cfg:${CONFIG_FILE}`, '--haproxy-master', MASTER_SOCKET, '--haproxy-state', '/run/redis-ha/server-state',
      '--listen', ':9099', '--log-format', 'text',
    ]);
  });

  test('run kube-template from a ConfigMap on a stock image, or an own image', () => {
    expect(container()).toMatchObject({ image: defaultImage(IMAGES.node), command: expect.arrayContaining(['/opt/redis-ha/kube-template.js']) });
    const own = container({ routing: Routing.podIp({ image: KubeTemplateImage.of('registry.example.com/kube-template:1') }) });
    expect([own.image, own.command]).toEqual(['registry.example.com/kube-template:1', undefined]);
    expect(own.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['templates', 'run']);
  });

  test('give kube-template 48Mi, and 128Mi at most, unless told', () => {
    expect(container().resources).toEqual({ requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '128Mi' } });
    const resources = { limits: { memory: k8s.Quantity.fromString('96Mi') } };
    expect(container({ routing: Routing.podIp({ resources }) }).resources).toEqual({ requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '96Mi' } });
  });

  test('start kube-template before HAProxy where sidecars are native', () => {
    const { initContainers, containers } = routed({ nativeSidecars: true }).podSpec('Deployment', 'redis-proxy');
    expect(initContainers).toEqual([expect.objectContaining({
      name: 'kube-template', restartPolicy: 'Always', startupProbe: expect.objectContaining({ httpGet: { path: '/readyz', port: 'templates' } }),
    })]);
    expect(containers.map(({ name }: { name: string }) => name)).toEqual(['proxy']);
  });

  test.each([['emptyDir', Persistence.emptyDir()], ['a volume', Persistence.volume(Size.gibibytes(1))], ['a claim', Persistence.existingClaim('data')]])(
    'are the same with %s below the servers', (_, persistence) => {
      const props = { replicas: 1, sentinel: Sentinel.deployments(3) };
      expect(routed({ ...props, persistence }).get('Deployment', 'redis-proxy')).toEqual(routed(props).get('Deployment', 'redis-proxy'));
    });
});

describe('haproxy.cfg with Routing.podIp()', () => {
  const SIZES: readonly [string, RedisHaProps, number][] = [
    ['sidecar Sentinels', {}, 3], ['separate Sentinels', { sentinel: Sentinel.deployments(3) }, 3], ['nine servers', { replicas: 9, sentinel: Sentinel.deployments(7) }, 9],
  ];

  test.each(SIZES)('takes data and roles from pods, and judges by the addresses that Sentinels name: %s', (_, props, servers) => {
    const manifests = routed(props);
    const config = rendered(manifests, Array.from({ length: servers }, (_unused, n) => POD.IPv4(n + 1)));
    for (let n = 0; n < servers; n += 1) {
      for (const backend of [`role_${n}`, `master_${n}`]) expect(serversOf(config, backend)).toEqual([POD.IPv4(n + 1)]);
      expect(config).toContain(`"\\r\\n%[str(redis-announce-${n}),map(\${RUN_DIR}/addresses)]\\r\\n"`);
    }
    expect(rendered(manifests, [], 'IPv4', 'addresses')).toBe(
      Array.from({ length: servers }, (_unused, n) => `redis-announce-${n} ${serviceAddress(manifests, `redis-announce-${n}`)}\n`).join(''));
    expect(serversOf(config, 'replicas')).toEqual(Array.from({ length: servers }, (_unused, n) => POD.IPv4(n + 1)));
    for (const address of serversOf(config, 'sen_0')) expect(address).toMatch(/^10\.96\./);
  });

  test('has the announce Service in the place of a pod that does not run, so that nothing but addresses ever changes', () => {
    const manifests = routed();
    const all = [1, 2, 3].map(POD.IPv4);
    const gone = rendered(manifests, [all[0], undefined, all[2]]);
    expect(serversOf(gone, 'master_1')).toEqual([serviceAddress(manifests, 'redis-announce-1')]);
    const moved = plan(parse(gone), parse(rendered(manifests, [all[0], POD.IPv4(9), all[2]])));
    expect(moved).toMatchObject({ servers: 4 });
  });

  test('is the same but for addresses of Sentinels when a Service of theirs is made anew, so that it needs no reload', () => {
    const manifests = routed({ sentinel: Sentinel.deployments(3) });
    const pods = [1, 2, 3].map(POD.IPv4);
    const moved = plan(parse(rendered(manifests, pods)), parse(rendered(manifests, pods, 'IPv4', 'haproxy.cfg', 100)));
    expect(moved).toMatchObject({ servers: 12 });
  });

  test.each(['addresses', 'haproxy.cfg'])('is not written before all Services are there: %s', (name) => {
    const functions = templateFunctions({ pod: () => null, service: () => null });
    expect(() => new Template('t', templateOf(routed(), name), { functions }).execute(undefined)).toThrow('there is no Service redis-announce-0 yet');
  });
});

describeWith([HAPROXY])('haproxy -c with Routing.podIp()', () => {
  const cases = ([['sidecar', {}], ['separate', { sentinel: Sentinel.deployments(5) }]] as const).flatMap(([sentinels, props]) => (
    (['IPv4', 'IPv6'] as const).flatMap((family) => [true, false].map((password) => ({ sentinels, props, family, password })))));

  test.each(cases)('accepts $sentinels Sentinels over $family, password: $password, and starts with every server DOWN', ({ props, family, password }) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'pod-ip-'));
    const manifests = routed({ ...props, ...password ? {} : { auth: Auth.none() } });
    const text = rendered(manifests, [1, 2, 3].map(POD[family]), family);
    const file = path.join(directory, 'rendered.cfg');
    fs.writeFileSync(file, text.replace('/run/redis-ha/server-state', path.join(directory, 'server-state')));
    fs.writeFileSync(path.join(directory, 'server-state'), stateFile(parse(text), [], true));
    for (const [name, data] of Object.entries<string>(manifests.get('ConfigMap', 'redis-proxy').data)) fs.writeFileSync(path.join(directory, name), data);
    fs.writeFileSync(path.join(directory, 'addresses'), rendered(manifests, [], family, 'addresses'));
    const env = { ...process.env, RUN_DIR: directory, BIND: family === 'IPv6' ? '::' : '0.0.0.0', CONFIG_DIR: directory, PASSWORD_FILE: path.join(directory, 'password') };
    const run = spawnSync(HAPROXY, ['-c', '-V', '-f', file], { encoding: 'utf8', env });
    fs.rmSync(directory, { recursive: true });
    expect(run.stdout + run.stderr).toContain('Configuration file is valid');
    const warnings = run.stderr.split('\n').filter((line) => /WARNING|ALERT/.test(line));
    const down = warnings.filter((line) => line.includes('is DOWN, changed from server-state'));
    expect(down).toHaveLength(parse(text).servers.size);
    expect(warnings.filter((line) => !down.includes(line) && !line.includes('has no server available'))).toEqual([]);
  });
});
