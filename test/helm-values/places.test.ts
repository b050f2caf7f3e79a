import { imported, unaccounted } from './support';

/** Where the values of a chart are found, and what is said of all else. */
const FOUND: { readonly [title: string]: readonly [file: any, chart: string, keys: { readonly [key: string]: string | RegExp | undefined }] } = {
  'nothing': [{}, 'redis-ha', {}],
  'values of redis-ha': [{ replicas: 5, haproxy: { enabled: true } }, 'redis-ha', { replicas: /^mapped/ }],
  "values of Bitnami's redis": [{ architecture: 'standalone', master: { persistence: { size: '1Gi' } } }, 'redis', { 'architecture': /^mapped/, 'master.persistence.size': /^mapped/ }],
  "values of Bitnami's valkey": [{ primary: { persistence: { size: '1Gi' } }, sentinel: { primarySet: 'x' } }, 'valkey', { 'primary.persistence.size': /^mapped/ }],
  'a password for all charts': [{ global: { valkey: { password: 'x' } }, architecture: 'standalone' }, 'valkey', { 'global.valkey.password': /^refused/, 'architecture': /^mapped/ }],
  'most keys unknown, but no better place': [{ foo: 1, bar: { baz: 2 }, replicas: 3 }, 'redis-ha', { foo: /^refused: is no key/, bar: /^refused/ }],
  'a part that looks like values of its own': [{ haproxy: { enabled: true, image: { tag: '3.2.26' }, labels: {}, replicas: 2 }, rediss: 1 }, 'redis-ha', { 'haproxy.replicas': /^mapped/, 'rediss': 'refused: is no key of the chart redis-ha: did you mean redis?' }],
  'a chart around it': [{ 'web': { replicas: 2 }, 'redis-ha': { enabled: true, replicas: 5 } }, 'redis-ha', { 'redis-ha.replicas': /^mapped/, 'redis-ha.enabled': /^foreign/, 'web': /^foreign/ }],
  'nothing but a switch in a chart around it': [{ 'web': {}, 'redis-ha': { enabled: true } }, 'redis-ha', { 'redis-ha.enabled': /^foreign/, 'web': /^foreign/ }],
  'a chart around it that has another': [{ a: 1, argo: { 'b': 2, 'redis-ha': { replicas: 5 } } }, 'redis-ha', { 'argo.redis-ha.replicas': /^mapped/, 'a': /^foreign/, 'argo.b': /^foreign/ }],
  "Bitnami's below its name": [{ web: 1, redis: { architecture: 'standalone', auth: { existingSecret: 's' } } }, 'redis', { 'redis.architecture': /^mapped/, 'web': /^foreign/ }],
  'an alias': [{ web: 1, cache: { architecture: 'standalone', master: { podLabels: { a: 'b' } } } }, 'redis', { 'cache.architecture': /^mapped/ }],
  'what counts for all charts': [{ 'global': { priorityClassName: 'high', domain: 'x' }, 'redis-ha': { replicas: 3 } }, 'redis-ha', { 'global.priorityClassName': /^refused: counts for all charts of the file: say it at redis-ha.global.priorityClassName too/ }],
  'helpers of YAML': [{ 'x-labels': { a: 'b' }, 'labels': { a: 'b' } }, 'redis-ha', { 'x-labels': 'noted: only holds what aliases point to' }],
  'a HelmRelease': [
    { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'x' }, spec: { values: { replicas: 5 }, valuesFrom: [{ kind: 'Secret', name: 'v' }] } }, 'redis-ha',
    { 'spec.values.replicas': /^mapped/, 'spec.valuesFrom': 'refused: the values are elsewhere: import them too, as a file; the later one counts', 'kind': /^foreign/, 'metadata': /^foreign/ },
  ],
  'an Application with text': [
    { kind: 'Application', spec: { source: { chart: 'redis-ha', helm: { values: 'replicas: 5\nhaproxy: { enabled: true }\n', valuesObject: { replicas: 7 }, parameters: [{ name: 'auth', value: 'true' }, { name: 'a[0]', value: 'x' }], valueFiles: ['a.yaml'] } } } }, 'redis-ha',
    {
      'spec.source.helm.valuesObject.replicas': /^mapped/,
      // Argo CD reads the one or the other
      'spec.source.helm.values': 'noted: is not read: spec.source.helm.valuesObject takes its place',
      'spec.source.helm.valuesObject.haproxy.enabled': undefined,
      'spec.source.helm.parameters[0]': 'noted: counts as auth of the values',
      'spec.source.helm.parameters[1]': /^refused/,
      'spec.source.helm.valueFiles': /^refused/,
      'spec.source.chart': /^foreign/,
    },
  ],
  'text that is no YAML': [{ kind: 'Application', spec: { source: { helm: { values: 'a: [' } } } }, 'redis-ha', { 'spec.source.helm.values': /^refused: can't be read: line/ }],
  'an Application with sources': [{ spec: { sources: [{ ref: 'x' }, { helm: { valuesObject: { primary: { count: 1 }, architecture: 'standalone' } } }] } }, 'valkey', { 'spec.sources[1].helm.valuesObject.architecture': /^mapped/, 'spec.sources[0]': /^foreign/ }],
  'a helmfile': [
    { repositories: [], releases: [{ name: 'cache', values: ['a.yaml', { replicas: 5 }, { haproxy: { enabled: true } }], set: [{ name: 'haproxy.replicas', value: 2 }] }] }, 'redis-ha',
    { 'releases[0].values[0]': /^refused: the values are elsewhere/, 'releases[0].values[2].replicas': /^mapped/, 'releases[0].values[2].haproxy.replicas': /^mapped/, 'releases[0].name': /^foreign/ },
  ],
  "what installs a chart names it, where its keys don't": [{ kind: 'HelmRelease', spec: { chart: { spec: { chart: 'valkey' } }, values: { replica: { replicaCount: 2 } } } }, 'valkey', { 'spec.values.replica.replicaCount': /^noted/ }],
  'a HelmRelease without values': [{ kind: 'HelmRelease', metadata: { name: 'x' }, spec: { chart: { spec: { chart: 'valkey' } } } }, 'valkey', { metadata: /^foreign/ }],
  'an Application without values': [{ kind: 'Application', spec: { source: { chart: 'redis' } } }, 'redis', { kind: /^foreign/ }],
  'a chart of the same name with other keys': [{ kind: 'HelmRelease', spec: { chart: { spec: { chart: './charts/redis' } }, values: { 'redis-ha': { replicas: 5 } } } }, 'redis-ha', { 'spec.values.redis-ha.replicas': /^mapped/ }],
  'an ApplicationSet': [
    { kind: 'ApplicationSet', spec: { generators: [], template: { spec: { source: { helm: { valuesObject: { architecture: 'standalone', sentinel: { masterSet: 'x' } } } } } } } }, 'redis',
    { 'spec.template.spec.source.helm.valuesObject.architecture': /^mapped/, 'spec.generators': /^foreign/ },
  ],
  'kustomize': [
    { kind: 'Kustomization', helmCharts: [{ name: 'other', valuesInline: { replicas: 2 } }, { name: 'redis-ha', version: '4', additionalValuesFiles: ['a.yaml'], valuesInline: { replicas: 5 } }] }, 'redis-ha',
    { 'helmCharts[1].valuesInline.replicas': /^mapped/, 'helmCharts[1].additionalValuesFiles': /^refused/, 'helmCharts[0]': /^foreign/, 'helmCharts[1].version': /^foreign/ },
  ],
  'a HelmChart of K3s': [
    { kind: 'HelmChart', spec: { chart: 'redis-ha', repo: 'https://charts', set: { auth: 'true' }, valuesContent: 'replicas: 5\n' } }, 'redis-ha',
    { 'spec.valuesContent.replicas': /^mapped/, 'spec.valuesContent.auth': /^noted/, 'spec.set.auth': 'noted: counts as auth of the values', 'spec.repo': /^foreign/ },
  ],
  'a Release of Crossplane': [
    // what Helm is given by --set is no text, unless it is said to be
    { kind: 'Release', spec: { forProvider: { chart: { name: 'redis' }, values: { architecture: 'standalone' }, set: [{ name: 'auth.enabled', value: 'False' }] } } }, 'redis',
    { 'spec.forProvider.values.architecture': /^mapped/, 'spec.forProvider.values.auth.enabled': /^mapped/, 'spec.forProvider.chart': /^foreign/ },
  ],
  'a fleet.yaml': [{ defaultNamespace: 'x', helm: { chart: 'redis-ha', values: { replicas: 5 }, valuesFiles: ['a.yaml'] } }, 'redis-ha', { 'helm.values.replicas': /^mapped/, 'helm.valuesFiles': /^refused/, 'defaultNamespace': /^foreign/ }],
  'a ConfigMap with values': [{ kind: 'ConfigMap', data: { 'values.yaml': 'replicas: 5\n' } }, 'redis-ha', { 'data.values.yaml.replicas': /^mapped/ }],
  'a helmfile with two': [
    { releases: [{ chart: 'x/redis-ha', values: [{ replicas: 5 }] }, { chart: 'bitnami/redis', set: [{ name: 'architecture', value: 'standalone' }] }] }, 'redis-ha',
    { 'releases[0].values[0].replicas': /^mapped/, 'releases[1].set': 'refused: installs redis too: give it a file of its own' },
  ],
  'a chart that has it twice, under other names': [
    { sessions: { replicas: 3, haproxy: { enabled: true } }, cache: { replicas: 3, haproxy: { enabled: true } }, off: { enabled: false, replicas: 3, haproxy: { enabled: true } } }, 'redis-ha',
    { cache: 'refused: holds values of redis-ha too: give it a file of its own', off: /^foreign/ },
  ],
  'a chart that has two of Bitnami': [
    { redis: { enabled: true, architecture: 'standalone', auth: { enabled: false } }, valkey: { enabled: true, architecture: 'replication', sentinel: { enabled: true } } }, 'redis',
    { valkey: 'refused: holds values of valkey too: give it a file of its own' },
  ],
  'settings of a client beside it': [
    { 'redis-ha': { enabled: true }, 'sessionStorage': { redis: { existingSecret: 's', password: '', sentinel: { masterName: 'm' } } } }, 'redis-ha', { sessionStorage: /^foreign/ },
  ],
  'a chart of Bitnami around it, with keys of the same names': [
    { image: { registry: 'docker.io', repository: 'bitnami/airflow' }, auth: { username: 'x' }, serviceAccount: { create: true }, commonLabels: {}, networkPolicy: { enabled: true }, redis: { enabled: true, auth: { existingSecret: 's' }, architecture: 'standalone' } }, 'redis',
    { 'redis.architecture': /^mapped/, 'image': 'foreign: belongs to what installs redis' },
  ],
  'a chart around it that looks like redis-ha': [{ image: { repository: 'web', tag: '1' }, replicas: 2, labels: {}, redis: { architecture: 'standalone', master: { persistence: { size: '1Gi' } } } }, 'redis', { 'redis.architecture': /^mapped/, 'replicas': /^foreign/ }],
};

test.each(Object.entries(FOUND))('%s', (_, [file, chart, keys]) => {
  const result = imported(file);
  expect(result.chart).toBe(chart);
  const lines = new Map(result.lines.map(({ key, fate, text }) => [key, `${fate}: ${text}`]));
  for (const [key, line] of Object.entries(keys)) {
    expect([key, lines.get(key)]).toEqual([key, line instanceof RegExp ? expect.stringMatching(line) : line]);
  }
  // what lies in text, or below another file's values, is told by the path of the last
  if (!/"(helm|releases|set|values\.yaml)"/.test(JSON.stringify(file))) expect(unaccounted(file, result)).toEqual([]);
});

test('what is no object has no values', () => {
  for (const file of [null, 'text', 5, []]) expect(imported(file).chart).toBe('redis-ha');
});
