import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { printedRoles } from './printed-roles';
import { KubeTemplate, KubeTemplateImage, KubeTemplateProps, LogFormat, Overrides, RedisHa, Routing } from '../../lib/index';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { PLUS } from '../access/plus-versions';
import { Manifests } from '../support/manifests';
import { schemaErrors, VERSIONS } from '../support/schema';

const PODS = { file: 'pods.txt', template: '{{ range pods "" "app=web" }}{{ .Name }}\n{{ end }}' };

/** A Deployment named web with kube-template attached. */
function attached(props: Partial<KubeTemplateProps> = {}, namespace?: string): Manifests {
  const chart = new Chart(Testing.app(), 'shop', { namespace });
  const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ name: 'main', image: 'web:1' }] });
  KubeTemplate.attachTo(web, { templates: [PODS], ...props });
  return new Manifests(Testing.synth(chart));
}

const container = (props: Partial<KubeTemplateProps> = {}) => attached(props).container('Deployment', 'web', 'kube-template');

describe('KubeTemplate.attachTo', () => {
  test('writes each file to a directory that all containers share', () => {
    const other = { file: 'b', template: '{{ range nodes }}{{ end }}' };
    const manifests = attached({ templates: [PODS, other], directory: '/files' }, 'shop');
    const templates = manifests.all.find(({ kind, data }) => kind === 'ConfigMap' && data['pods.txt'] !== undefined)!;
    expect(templates.data).toEqual({ 'pods.txt': PODS.template, 'b': other.template });
    const { args, volumeMounts } = manifests.container('Deployment', 'web', 'kube-template');
    expect(args).toEqual([
      '--template', '/etc/kube-template/pods.txt:/files/pods.txt', '--template', '/etc/kube-template/b:/files/b', '--listen', ':9099', '--log-format', 'text',
    ]);
    expect(volumeMounts).toContainEqual({ name: 'shared', mountPath: '/files' });
    expect(manifests.container('Deployment', 'web', 'main').volumeMounts).toEqual([{ name: 'shared', mountPath: '/files' }]);
    expect(manifests.podSpec('Deployment', 'web').volumes).toContainEqual({ name: 'shared', emptyDir: {} });
    expect(manifests.podSpec('Deployment', 'web').volumes).toContainEqual({ name: 'templates', configMap: { name: templates.metadata.name, defaultMode: 0o444 } });
  });

  test('runs the program from a ConfigMap on a stock image, or an own image by its entry point', () => {
    const manifests = attached();
    const stock = manifests.container('Deployment', 'web', 'kube-template');
    expect(stock.image).toBe(defaultImage(IMAGES.node));
    expect(stock.command).toEqual(['node', expect.anything(), expect.anything(), expect.anything(), expect.anything(), '/opt/redis-ha/kube-template.js']);
    const { projected } = manifests.podSpec('Deployment', 'web').volumes.find(({ name }: { name: string }) => name === 'program');
    const files = projected.sources.map(({ configMap }: any) => manifests.get('ConfigMap', configMap.name));
    expect(files.map(({ data }: any) => Object.keys(data))).toEqual([['kube-template.js'], ['js-yaml.js', 're2js.js']]);

    const own = attached({ image: KubeTemplateImage.of('registry.example.com/kube-template:1') });
    const { image, command, volumeMounts } = own.container('Deployment', 'web', 'kube-template');
    expect({ image, command }).toEqual({ image: 'registry.example.com/kube-template:1', command: undefined });
    expect(volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['templates', 'shared']);
    expect(own.names('ConfigMap')).toHaveLength(1);
    expect(container({ image: KubeTemplateImage.node('node:22') })).toMatchObject({ image: 'node:22', command: stock.command });
  });

  test('needs 48Mi and gets 128Mi at most, unless told', () => {
    expect(container().resources).toEqual({ requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '128Mi' } });
    const resources = { limits: { memory: k8s.Quantity.fromString('96Mi') } };
    expect(container({ resources }).resources).toEqual({ requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '96Mi' } });
    expect(container({ resources: { ...resources, requests: {} } }).resources).toEqual({ limits: { memory: '96Mi' } });
  });

  test('is probed, and runs without any right on its node', () => {
    expect(container()).toMatchObject({
      startupProbe: { httpGet: { path: '/readyz', port: 'templates' } },
      livenessProbe: { httpGet: { path: '/healthz', port: 'templates' } },
      securityContext: { runAsNonRoot: true, runAsUser: 65532, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    });
  });

  test('writes its log as JSON when it is asked to, beside HAProxy too', () => {
    const format = ({ args }: { readonly args: string[] }) => args[args.indexOf('--log-format') + 1];
    expect([format(container()), format(container({ logFormat: LogFormat.JSON }))]).toEqual(['text', 'json']);
    const redis = Testing.chart();
    new RedisHa(redis, 'redis', { routing: Routing.podIp(), logFormat: LogFormat.JSON });
    expect(format(new Manifests(Testing.synth(redis)).container('Deployment', 'test-redis-proxy', 'kube-template'))).toBe('json');
  });

  test('rolls the pods when a template changes', () => {
    const checksum = (template: string) => attached({ templates: [{ file: 'a', template }] }).get('Deployment', 'web').spec.template.metadata.annotations;
    expect(checksum('a')).toEqual(checksum('a'));
    expect(checksum('a')).not.toEqual(checksum('b'));
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)('takes a %s', (kind) => {
    const chart = Testing.chart();
    const containers = [{ image: 'web:1' }];
    const service = new kplus.Service(chart, 'service', { ports: [{ port: 80 }] });
    const workload = kind === 'StatefulSet' ? new kplus.StatefulSet(chart, 'web', { containers, service }) : new kplus[kind](chart, 'web', { containers });
    KubeTemplate.attachTo(workload, { templates: [PODS] });
    const { spec } = Testing.synth(chart).find((one) => one.kind === kind).spec.template;
    expect(spec.containers).toHaveLength(2);
    expect(spec).toMatchObject({ serviceAccountName: expect.any(String), automountServiceAccountToken: true });
  });

  test.each(VERSIONS)('writes what Kubernetes %s knows', (version) => {
    const templates = [PODS, { file: 'b', template: '{{ range nodes }}{{ end }}{{ range pods "other" }}{{ end }}' }];
    expect(attached({ templates }, 'shop').all.flatMap((manifest) => schemaErrors(version, manifest))).toEqual([]);
  });
});

describe('a workload of the user', () => {
  const CONTAINER = { name: 'main', image: 'web:1' };

  test.each(PLUS)('of %s keeps an account of its own, which gets the roles', (_, plus) => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    const serviceAccount = new plus.ServiceAccount(chart, 'account', { metadata: { name: 'mine' } });
    const web = new plus.Deployment(chart, 'web', { metadata: { name: 'web' }, serviceAccount });
    const { serviceAccount: used } = KubeTemplate.attachTo(web, { templates: [PODS, { file: 'b', template: '{{ range nodes }}{{ end }}' }] });
    KubeTemplate.attachTo(web, { templates: [PODS], directory: '/more' });
    web.addContainer(CONTAINER);
    const manifests = new Manifests(Testing.synth(chart));
    expect(used.name).toBe('mine');
    expect(manifests.podSpec('Deployment', 'web')).toMatchObject({ serviceAccountName: 'mine', automountServiceAccountToken: true });
    expect(manifests.names('ServiceAccount')).toEqual(['mine']);
    const subjects = manifests.all.filter(({ kind }) => kind.endsWith('RoleBinding')).map((one) => one.subjects);
    expect(subjects).toEqual(Array.from({ length: 3 }, () => [{ kind: 'ServiceAccount', name: 'mine', namespace: 'shop' }]));
  });

  test('must not get its account later: what was granted would be of another one', () => {
    const chart = Testing.chart();
    const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [CONTAINER] });
    KubeTemplate.attachTo(web, { templates: [PODS] });
    ApiObject.of(web).addJsonPatch(JsonPatch.add('/spec/template/spec/serviceAccountName', 'late'));
    expect(() => Testing.synth(chart)).toThrow(/must have the ServiceAccount .*late.* when kube-template is attached: /);
  });

  test('of another namespace than its chart has everything there, and shares no program with that of the chart', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    for (const namespace of ['shop', 'jobs']) {
      const web = new kplus.Deployment(chart, namespace, { metadata: { name: namespace, namespace }, containers: [CONTAINER] });
      KubeTemplate.attachTo(web, { templates: [PODS] });
    }
    const { all } = new Manifests(Testing.synth(chart));
    const of = (namespace: string) => all.filter(({ metadata }) => metadata.namespace === namespace);
    expect(of('jobs').map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'ConfigMap', 'ConfigMap', 'Deployment', 'Role', 'RoleBinding', 'ServiceAccount']);
    expect(of('jobs').length + of('shop').length).toBe(all.length);
    const manifests = new Manifests(of('jobs'));
    expect(manifests.all.find(({ kind }) => kind === 'RoleBinding')!.subjects[0].namespace).toBe('jobs');
    for (const { configMap, projected } of manifests.podSpec('Deployment', 'jobs').volumes) {
      for (const { name } of [...configMap ? [configMap] : [], ...projected?.sources.map((one: any) => one.configMap) ?? []]) manifests.get('ConfigMap', name);
    }
  });

  test.each(['/shared', '/shared/'])('must mount nothing else where the files are: %s', (mountPath) => {
    const chart = Testing.chart();
    const spec = { containers: [{ ...CONTAINER, volumeMounts: [{ name: 'mine', mountPath }] }], volumes: [{ name: 'mine', emptyDir: {} }] };
    const labels = { app: 'web' };
    KubeTemplate.attachTo(new k8s.KubeDeployment(chart, 'web', { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } }), { templates: [PODS] });
    expect(() => Testing.synth(chart)).toThrow(/'directory' \(.*shared.*\) must be another one: the container .*main.* of Deployment .*web.* mounts .*mine.* there/);
  });

  test('gets the variables of connectFrom and overrides whatever comes first, kube-template no variables', () => {
    const steps: { readonly [step: string]: (redis: RedisHa, web: kplus.Deployment) => void } = {
      connect: (redis, web) => redis.connectFrom(web),
      attach: (_, web) => { KubeTemplate.attachTo(web, { templates: [PODS] }); },
      override: (_, web) => Overrides.merge(web, { spec: { template: { spec: { containers: [{ name: 'kube-template', image: 'other:1' }, { name: 'main', image: 'other:2' }] } } } }),
    };
    const orders = ['connect attach override', 'attach connect override', 'override attach connect', 'override connect attach'];
    const [first, ...others] = orders.map((order) => {
      const chart = new Chart(Testing.app(), 'shop');
      const redis = new RedisHa(chart, 'redis', { name: 'redis' });
      const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [CONTAINER] });
      for (const step of order.split(' ')) steps[step](redis, web);
      return new Manifests(Testing.synth(chart));
    });
    for (const other of others) expect(other.get('Deployment', 'web')).toEqual(first.get('Deployment', 'web'));
    expect(first.container('Deployment', 'web', 'kube-template')).toMatchObject({ image: 'other:1' });
    expect(first.container('Deployment', 'web', 'kube-template').env).toBeUndefined();
    expect(first.container('Deployment', 'web', 'main')).toMatchObject({ image: 'other:2', env: expect.arrayContaining([expect.objectContaining({ name: 'REDIS_HOST' })]) });
  });
});

test('all that kube-template brings has labels and annotations, its own and those of the user', () => {
  const { all } = attached({ labels: { team: 'shop' }, annotations: { note: 'mine' }, templates: [PODS, { file: 'b', template: '{{ range nodes }}{{ end }}' }] }, 'shop');
  const brought = all.filter(({ kind }) => kind !== 'Deployment');
  expect([...new Set(brought.map(({ kind }) => kind))].sort()).toEqual(['ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'Role', 'RoleBinding', 'ServiceAccount']);
  for (const { metadata } of brought) {
    expect(metadata).toMatchObject({ labels: { 'team': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha' }, annotations: { note: 'mine' } });
  }
});

describe('several on one workload', () => {
  const two = (more: Partial<KubeTemplateProps> = {}, namespace?: string) => {
    const chart = new Chart(Testing.app(), 'shop', { namespace });
    const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ name: 'main', image: 'web:1' }] });
    KubeTemplate.attachTo(web, { templates: [PODS] });
    KubeTemplate.attachTo(web, { templates: [{ file: 'nodes', template: '{{ range services }}{{ end }}' }], directory: '/more', ...more });
    web.addContainer({ name: 'later', image: 'web:1' });
    return new Manifests(Testing.synth(chart));
  };

  test('have names, ports and directories of their own, which all other containers share, later ones too', () => {
    const manifests = two();
    const spec = manifests.podSpec('Deployment', 'web');
    expect(spec.containers.map(({ name }: any) => name)).toEqual(['main', 'later', 'kube-template', 'kube-template-2']);
    const volumes = spec.volumes.map(({ name }: any) => name);
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const name of ['main', 'later']) {
      expect(manifests.container('Deployment', 'web', name).volumeMounts).toEqual([{ name: 'shared', mountPath: '/shared' }, { name: 'shared-2', mountPath: '/more' }]);
    }
    const [first, second] = ['kube-template', 'kube-template-2'].map((name) => manifests.container('Deployment', 'web', name));
    expect([first.ports, second.ports]).toEqual([[{ name: 'templates', containerPort: 9099 }], [{ name: 'templates-2', containerPort: 9100 }]]);
    expect(second.args.slice(-4)).toEqual(['--listen', ':9100', '--log-format', 'text']);
    expect(second.livenessProbe.httpGet.port).toBe('templates-2');
    for (const { volumeMounts } of [first, second]) for (const { name } of volumeMounts) expect(volumes).toContain(name);
    const annotations = Object.keys(manifests.podTemplate('Deployment', 'web').metadata.annotations);
    expect(annotations).toEqual(['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes', 'redis-ha.cdk8s.io/templates-checksum', 'redis-ha.cdk8s.io/templates-checksum-2']);
    expect(VERSIONS.flatMap((version) => manifests.all.flatMap((manifest) => schemaErrors(version, manifest)))).toEqual([]);
  });

  test('run as one account, which may read what the templates of both name', () => {
    const manifests = two();
    const [account, ...others] = manifests.names('ServiceAccount');
    expect(others).toEqual([]);
    expect(manifests.podSpec('Deployment', 'web').serviceAccountName).toBe(account);
    const roles = manifests.all.filter(({ kind }) => kind === 'Role');
    expect(roles.flatMap(({ rules }) => rules.flatMap(({ resources }: any) => resources)).sort()).toEqual(['pods', 'services']);
    expect(new Set(roles.map(({ metadata }) => metadata.name)).size).toBe(2);
    for (const { subjects } of manifests.all.filter(({ kind }) => kind === 'RoleBinding')) expect(subjects).toEqual([{ kind: 'ServiceAccount', name: account }]);
  });

  test('must not write to one directory', () => {
    for (const directory of ['/shared', '/shared/', '//shared', '/x/../shared']) {
      expect(() => two({ directory })).toThrow(`'directory' ("/shared") must be another one: a kube-template of Deployment "web" writes there`);
    }
  });
});

describe('an L1 object', () => {
  const l1 = (spec: any = {}) => {
    const chart = Testing.chart();
    const labels = { app: 'web' };
    const web = new k8s.KubeDeployment(chart, 'web', {
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }], ...spec } } },
    });
    KubeTemplate.attachTo(web, { templates: [PODS] });
    return new Manifests(Testing.synth(chart));
  };

  test('is given the same as one of cdk8s-plus', () => {
    const manifests = l1();
    const reference = attached();
    const without = (one: any) => JSON.parse(JSON.stringify(one).replace(/("configMap":{"name":)"[^"]*"/g, '$1"NAME"'));
    expect(without(manifests.container('Deployment', 'web', 'kube-template'))).toEqual(without(reference.container('Deployment', 'web', 'kube-template')));
    expect(without(manifests.podSpec('Deployment', 'web').volumes)).toEqual(without(reference.podSpec('Deployment', 'web').volumes));
    expect(manifests.names('ServiceAccount')).toEqual([manifests.podSpec('Deployment', 'web').serviceAccountName]);
  });

  test('keeps an account of its own, by either name', () => {
    for (const given of [{ serviceAccountName: 'mine' }, { serviceAccount: 'mine' }]) {
      const manifests = l1(given);
      expect(manifests.podSpec('Deployment', 'web')).toMatchObject({ serviceAccountName: 'mine', automountServiceAccountToken: true });
      expect(manifests.names('ServiceAccount')).toEqual([]);
      expect(manifests.all.filter(({ kind }) => kind === 'RoleBinding').map(({ subjects }) => subjects)).toEqual([[{ kind: 'ServiceAccount', name: 'mine' }]]);
    }
    expect(l1({ serviceAccountName: 'default' }).names('ServiceAccount')).toHaveLength(1);
  });

  test('without containers is refused', () => {
    const chart = Testing.chart();
    expect(() => KubeTemplate.attachTo(new k8s.KubeDeployment(chart, 'web', { metadata: { name: 'web' } }), { templates: [PODS] }))
      .toThrow(`'workload' ("Deployment \\"web\\"") must have containers, in spec.template.spec.containers`);
  });

  test('must have no container or volume that kube-template brings', () => {
    expect(() => l1({ volumes: [{ name: 'shared' }] })).toThrow(/must have no container and no volume named \\?"shared\\?": kube-template brings it/);
    expect(() => l1({ containers: [{ name: 'kube-template' }] })).toThrow(/must have no container and no volume named \\?"kube-template\\?"/);
  });
});

test('a construct with two workloads is refused', () => {
  const chart = Testing.chart();
  for (const id of ['one', 'two']) new kplus.Deployment(chart, id, { metadata: { name: id }, containers: [{ image: 'web:1' }] });
  expect(() => KubeTemplate.attachTo(chart, { templates: [PODS] })).toThrow(`'workload' (["Deployment \\"one\\"","Deployment \\"two\\""]) must be one workload`);
});

describe('the rights of its account', () => {
  const TEMPLATES = [
    PODS,
    { file: 'b', template: '{{ range pods "other" }}{{ end }}{{ (secret "" "auth").data.password }}{{ range services "shop" "a=b" }}{{ end }}' },
    { file: 'c', template: '{{ range nodes }}{{ end }}{{ range backends "" "web" }}{{ end }}{{ list "apps/v1" "daemonsets" "*" }}' },
  ];

  test('are what --print-rbac prints, and nothing more', async () => {
    const manifests = attached({ templates: TEMPLATES }, 'shop');
    const account = manifests.get('ServiceAccount', manifests.podSpec('Deployment', 'web').serviceAccountName);
    const roles = manifests.all.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    const printed = await printedRoles(TEMPLATES.map(({ file, template }) => ({ name: file, text: template })), 'shop');
    // What is written for "" and what names the own namespace stand in two Roles of it.
    const rules = (all: typeof printed) => all.flatMap(({ kind, metadata, rules: list }) => list.flatMap(({ resources, ...rule }) => (
      resources.map((resource) => JSON.stringify({ kind, namespace: kind === 'Role' ? metadata.namespace ?? 'shop' : '', resource, ...rule }))))).sort();
    expect(printed).toHaveLength(3);
    expect(rules(roles as unknown as typeof printed)).toEqual(rules(printed));
    const bindings = manifests.all.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings.map(({ metadata, roleRef }) => [metadata.namespace, roleRef.kind, roleRef.name]).sort())
      .toEqual(roles.map(({ metadata, kind }) => [metadata.namespace, kind, metadata.name]).sort());
    for (const { subjects } of bindings) expect(subjects).toEqual([{ kind: 'ServiceAccount', name: account.metadata.name, namespace: 'shop' }]);
  });

  test('outside its namespace do not meet those of another namespace', () => {
    const names = (namespace: string) => attached({ templates: TEMPLATES }, namespace).all
      .filter(({ kind, metadata }) => /Role/.test(kind) && metadata.namespace !== namespace).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names('one').filter((name) => names('two').includes(name))).toEqual([]);
  });

  test('cover what is called inside a range, whatever the data', () => {
    const template = '{{ range services }}{{ range pods "" (printf "app=%s" .Name) }}{{ (configmap "" "a").data.x }}{{ end }}{{ end }}';
    const roles = attached({ templates: [{ file: 'a', template }] }).all.filter(({ kind }) => kind === 'Role');
    expect(roles.map(({ rules }) => rules)).toEqual([[
      { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['get', 'list', 'watch'] },
    ]]);
    expect(() => attached({ templates: [{ file: 'a', template: '{{ range namespaces }}{{ pods .Name }}{{ end }}' }] }, 'shop'))
      .toThrow('pods: only the data tells the namespace, so no r');
  });

  test('end at its namespace where the chart has none', () => {
    const { all } = attached();
    expect(all.filter(({ kind }) => kind === 'Role').map(({ rules }) => rules)).toEqual([
      [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    ]);
    for (const [template, value] of [['{{ pods "other" }}', 'other'], ['{{ nodes }}', 'all namespaces']]) {
      expect(() => attached({ templates: [{ file: 'a', template }] })).toThrow(
        `'templates' ("${value}") must be read by an account whose namespace is known: give the chart a namespace, or read the own one, ""`);
    }
  });
});

describe('wrong props', () => {
  test.each<[Partial<KubeTemplateProps>, string]>([
    [{ templates: [] }, "'templates' ([]) must hold at least one template"],
    [{ directory: 'shared' }, '\'directory\' ("shared") must be an absolute path without ":"'],
    [{ directory: '/' }, '\'directory\' ("/") must be an absolute path without ":"'],
    [{ directory: '//' }, '\'directory\' ("//") must not be the root, which is that of each image'],
    [{ directory: '/opt/redis-ha/' }, '\'directory\' ("/opt/redis-ha/") must not be in /opt/redis-ha: kube-template finds its own files there'],
    [{ directory: '/etc/kube-template/x' }, 'must not be in /etc/kube-template'],
    [{ templates: [{ file: '..', template: '' }] }, '\'templates[0].file\' ("..") must be the name of a file'],
    [{ directory: 'x', templates: [] }, '2 props are wrong:\n'],
    [{ labels: { 'a b': 'c' } }, '\'labels["a b"]\' ("a b") must be the name of a label'],
    [{ annotations: { 'a b': 'c' } }, '\'annotations["a b"]\' ("a b") must be the name of an annotation'],
    [{ directory: '/a:b' }, '\'directory\' ("/a:b") must be an absolute path without ":"'],
    [{ templates: [{ file: '../a', template: '' }] }, '\'templates[0].file\' ("../a") must be the name of a file: letters, digits, "-", "_" and "."'],
    [{ templates: [PODS, PODS] }, '\'templates[1].file\' ("pods.txt") must be the file of no other template'],
    [{ templates: [PODS, { file: 'b', template: '\n{{ if }}' }] }, 'template: b:2: missing value for if'],
    [{ image: KubeTemplateImage.of('kube-template') }, '\'image\' ("kube-template") must be an image with a tag or a digest'],
  ])('%j', (props, message) => {
    expect(() => attached(props)).toThrow(message);
  });

  test('a workload whose pods end', () => {
    const chart = Testing.chart();
    const job = new kplus.Job(chart, 'job', { containers: [{ image: 'web:1' }] });
    expect(() => KubeTemplate.attachTo(job, { templates: [PODS] }))
      .toThrow('\'workload\' ("Job") must be one of Deployment, StatefulSet, DaemonSet: pods that end would wait for kube-template');
  });
});
