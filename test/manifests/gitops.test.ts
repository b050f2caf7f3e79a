import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Size, Yaml } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { BackupTarget, RedisBackup, RedisHa, RedisHaProps, Persistence, Routing, Sentinel, Spread } from '../../lib';
import { Kubectl } from '../../lib/cli/kubectl/kubectl';
import { findBackup } from '../../lib/cli/read/backups';
import { describeWith } from '../support/binaries';
import { synthExample } from '../support/examples';
import { install, Manifest, Manifests } from '../support/manifests';
import { selection, selects } from '../support/selection';

const VARIANTS: readonly (readonly [string, RedisHaProps])[] = [
  ['sidecars', { persistence: Persistence.volume(Size.gibibytes(1)) }],
  ['Deployments, pod addresses', { sentinel: Sentinel.deployments(), routing: Routing.podIp(), server: { pod: { spread: Spread.ONE_PER_NODE } } }],
  ['no proxy', { sentinel: Sentinel.deployments(), routing: Routing.none() }],
];
const shop = (props: RedisHaProps, namespace?: string) => install(props, (redis, chart) => {
  redis.connectFrom(new kplus.Deployment(chart, 'web', { containers: [{ image: 'web:1' }] }), { sentinel: true });
  redis.allowMetricsFrom(new kplus.Deployment(chart, 'prometheus', { containers: [{ image: 'prometheus:1' }] }), { serverPorts: [9121] });
}, { namespace });
const copy = (manifests: Manifests): any[] => JSON.parse(JSON.stringify(manifests.all));

/** As Argo CD writes objects that it tracks by label: on each object, and in no template of pods. */
function tracked(manifests: Manifests): Manifest[] {
  const objects = copy(manifests);
  for (const { metadata } of objects) metadata.labels = { ...metadata.labels, 'app.kubernetes.io/instance': 'the-application' };
  return objects;
}

describe.each(VARIANTS)('an installation with %s', (_, props) => {
  const manifests = shop(props);

  test('selects the same pods where Argo CD has rewritten the label by which it knows objects', () => {
    expect(selection(tracked(manifests))).toEqual(selection(manifests.all));
    // every place selects something: otherwise the two would be equal in vain
    expect(Object.entries(selection(manifests.all)).filter(([, workloads]) => workloads.length === 0)).toEqual([]);
  });

  test('selects by labels of its own domain only, and none that other tools write', () => {
    const own = manifests.all.filter(({ metadata }) => metadata.name.startsWith('redis'));
    const text = JSON.stringify(own.map(({ kind, metadata, spec, data }) => [kind, metadata.name, spec && withoutPodLabels(spec), data]));
    expect(text).not.toContain('app.kubernetes.io/');
    expect(text).toContain('"redis-ha.cdk8s.io/installation":"redis"');
  });

  test("kube-template's template asks for Services and pods by name, which no tool rewrites", () => {
    const templates = manifests.all.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-templates'));
    for (const { data } of templates) {
      expect(data['haproxy.cfg']).not.toMatch(/\b(pods|services) "/);
      const asked = [...data['haproxy.cfg'].matchAll(/\b(pod|service) "" "([^"]*)"/g)];
      expect(asked.map(([, kind, name]) => `${kind} ${name}`)).toEqual(expect.arrayContaining(['pod redis-server-0', 'service redis-announce-0', 'service redis-sentinel-2']));
      const services = asked.filter(([, kind]) => kind === 'service').map(([, , name]) => name);
      expect(services.filter((name) => manifests.find('Service', name) === undefined)).toEqual([]);
    }
  });

  test('gives claims no label by which a tool would take them for its own, and delete them', () => {
    for (const { spec } of manifests.all) {
      for (const claim of spec?.volumeClaimTemplates ?? []) expect(Object.keys(claim.metadata.labels).sort()).toEqual(['redis-ha.cdk8s.io/component', 'redis-ha.cdk8s.io/installation']);
    }
  });
});

test('the CronJobs of a RedisBackup are found by their installation where Argo CD has rewritten the label by which it knows objects', async () => {
  const manifests = install({}, (redis, chart) => new RedisBackup(chart, 'backup', { redis, target: BackupTarget.volume('backups', { passwordSecret: 'key' }) }));
  const cronJobs = tracked(manifests).filter(({ kind }) => kind === 'CronJob');
  const kubectl = new Kubectl({});
  // by a selector, as the API server has it
  jest.spyOn(kubectl, 'list').mockImplementation(async (_, selector) => cronJobs.filter(({ metadata }) => selector.split(',').every((pair) => {
    const [name, value] = pair.split('=');
    return metadata.labels![name] === value;
  })));
  for (const verify of [false, true]) expect((await findBackup(kubectl, { name: 'redis', verify })).metadata.name).toBe(verify ? 'redis-backup-verify' : 'redis-backup');
  await expect(findBackup(kubectl, { name: 'the-application', verify: false })).rejects.toThrow('there is no RedisBackup of "the-application"');
});

/** Pods show what tools know, and nothing selects by it. */
function withoutPodLabels(spec: any): any {
  return spec.template ? { ...spec, template: { ...spec.template, metadata: undefined } } : spec;
}

test('what holds ${ is left as it is by postBuild of Flux, which takes that for variables of its own', () => {
  const objects = ['backup', 'benchmark', 'kube-template-nginx', 'monitoring', 'pod-ip-topology', 'restore', 'separate-sentinel'].flatMap(synthExample).filter((each) => JSON.stringify(each).includes('${'));
  expect(objects.filter(({ metadata }: any) => metadata.annotations?.['kustomize.toolkit.fluxcd.io/substitute'] !== 'disabled').map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
  expect([...new Set(objects.map(({ kind }) => kind))].sort()).toEqual(['ConfigMap']);
});

test.each([[Routing.service(), false], [Routing.none(), false], [Routing.direct(), false], [Routing.podIp(), true], [Routing.consul(), true]])('what Helm would evaluate as a template: %#', (routing, evaluated) => {
  const { all } = install({ routing }, (redis, chart) => new RedisBackup(chart, 'backup', { redis, target: BackupTarget.volume('backups', { passwordSecret: 'key' }) }));
  expect(JSON.stringify(all).includes('{{')).toBe(evaluated);
});

describeWith(['kubectl'])('kustomize over our output', () => {
  const kustomized = (manifests: Manifests, kustomization: object): Manifest[] => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kustomize-'));
    try {
      fs.writeFileSync(path.join(folder, 'all.yaml'), Yaml.stringify(...manifests.all));
      fs.writeFileSync(path.join(folder, 'kustomization.yaml'), Yaml.stringify({ resources: ['all.yaml'], ...kustomization }));
      const run = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
      if (run.status !== 0) throw new Error(run.stderr);
      return Yaml.load(write(folder, run.stdout)) as Manifest[];
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };
  const write = (folder: string, text: string) => {
    const file = path.join(folder, 'out.yaml');
    fs.writeFileSync(file, text);
    return file;
  };
  const pairs = { 'team': 'shop', 'app.kubernetes.io/instance': 'renamed' };

  test.each(VARIANTS)('commonLabels and labels leave every selection as it is: %s', (_, props) => {
    const manifests = shop(props);
    const labels = [{ pairs }, { pairs, includeTemplates: true }, { pairs, includeSelectors: true }];
    for (const kustomization of [{ commonLabels: pairs }, ...labels.map((one) => ({ labels: [one] }))]) {
      expect(selection(kustomized(manifests, kustomization))).toEqual(selection(manifests.all));
    }
  });

  test('labels without selectors, added later, reach nothing that cannot be changed, unless templates are included', () => {
    const fixed = (all: readonly Manifest[]) => all.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')
      .map(({ spec: { selector, volumeClaimTemplates } }) => [selector, volumeClaimTemplates]);
    const manifests = new Manifests(kustomized(shop(VARIANTS[0][1]), {}));
    expect(fixed(kustomized(manifests, { labels: [{ pairs }] }))).toEqual(fixed(manifests.all));
    // docs/how-to/operations.md says so
    const templates = fixed(kustomized(manifests, { labels: [{ pairs, includeTemplates: true }] }));
    const label = pairs['app.kubernetes.io/instance'];
    expect(templates.map(([selector]) => selector)).toEqual(fixed(manifests.all).map(([selector]) => selector));
    expect(templates.flatMap(([, claims = []]) => claims).map(({ metadata }) => metadata.labels['app.kubernetes.io/instance'])).toEqual([label]);
  });

  test.each([undefined, 'shop'])('namespace moves everything, policies too, from a chart with the namespace %s', (namespace) => {
    const manifests = shop(VARIANTS[1][1], namespace);
    const moved = kustomized(manifests, { namespace: 'elsewhere' });
    expect([...new Set(moved.map(({ metadata }) => metadata.namespace))]).toEqual(['elsewhere']);
    expect(selection(moved)).toEqual(selection(manifests.all));
    const policies = moved.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(JSON.stringify(policies)).not.toContain('namespaceSelector');
    expect(moved.filter(({ kind }) => kind === 'RoleBinding').flatMap(({ subjects }) => subjects.map((one: any) => one.namespace))).toEqual(['elsewhere']);
    const hosts = moved.find(({ metadata }) => metadata.name.startsWith('test-web'))!.spec.template.spec.containers[0].env.find(({ name }: any) => name === 'REDIS_HOST').value;
    expect(hosts).toBe('redis');
  });

  test.each([{ namePrefix: 'staging-' }, { nameSuffix: '-staging' }])('%j makes pods that say so: their workload is not the one that they were told', (kustomization) => {
    const renamed = kustomized(shop(VARIANTS[1][1]), kustomization)
      .filter(({ kind, metadata }) => kind === 'StatefulSet' || (kind === 'Deployment' && metadata.name.includes('redis-')));
    expect(renamed.length).toBe(5);
    for (const { metadata, spec } of renamed) {
      const { env } = spec.template.spec.containers[0];
      const told = env.find(({ name }: any) => name === 'WORKLOAD').value;
      // test/scripts/start.test.ts shows what the start scripts do with the two
      expect(metadata.name).toBe(`${kustomization.namePrefix ?? ''}${told}${kustomization.nameSuffix ?? ''}`);
      expect(env.map(({ name }: any) => name)).toContain('POD_NAME');
    }
  });
});

test('an installation imported by another chart goes by the same labels', () => {
  const manifests = install({}, (redis, chart) => {
    const imported = RedisHa.fromAttributes(chart, 'imported', { name: 'redis' });
    expect([imported.serverSelector, imported.proxySelector]).toEqual([redis.serverSelector, redis.proxySelector]);
  });
  const { spec } = manifests.get('NetworkPolicy', 'redis-server');
  expect(selects(spec.podSelector, manifests.podTemplate('StatefulSet', 'redis-server').metadata.labels)).toBe(true);
});
