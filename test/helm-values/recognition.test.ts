import { imported } from './support';

/** Of what half of the keys, and more, are also keys of a chart. */
const OTHERS: { readonly [title: string]: any } = {
  'a web application': {
    image: { repository: 'registry.example.com/shop/web', tag: '1.4.2', pullPolicy: 'Always' },
    imagePullSecrets: [{ name: 'pull' }],
    replicas: 2,
    labels: { team: 'shop' },
    nodeSelector: { disk: 'ssd' },
    securityContext: { runAsUser: 1000 },
    serviceAccount: { create: true },
    podDisruptionBudget: { maxUnavailable: 1 },
    redis: { host: 'redis', port: 6379 },
    ingress: { enabled: true },
  },
  'all of it known, but its image is another program\'s': { image: { repository: 'shop/web', tag: '1.4.2' }, replicas: 2, labels: { team: 'shop' }, nodeSelector: { disk: 'ssd' } },
  'what helm create writes': {
    replicaCount: 1,
    image: { repository: 'nginx', tag: '' },
    nameOverride: '',
    fullnameOverride: '',
    serviceAccount: { create: true, automount: true },
    securityContext: {},
    nodeSelector: {},
    tolerations: [],
    affinity: {},
    service: { type: 'ClusterIP' },
  },
  'grafana': {
    replicas: 2,
    image: { repository: 'grafana/grafana', tag: '11.0.0' },
    rbac: { create: true },
    serviceAccount: { create: true, name: 'grafana' },
    tolerations: [{ operator: 'Exists' }],
    securityContext: { runAsUser: 472 },
    adminUser: 'admin',
    sidecar: { dashboards: { enabled: true } },
  },
  'a HelmRelease of another chart': { kind: 'HelmRelease', spec: { chart: { spec: { chart: 'grafana' } }, values: { replicas: 2, tolerations: [{ operator: 'Exists' }] } } },
  'postgresql of Bitnami': {
    image: { repository: 'bitnami/postgresql', tag: '16.4.0' },
    architecture: 'replication',
    auth: { username: 'shop', database: 'shop', existingSecret: 'pg' },
    primary: { persistence: { enabled: true, size: '20Gi' } },
    readReplicas: { replicaCount: 2 },
    metrics: { enabled: true, serviceMonitor: { enabled: true } },
  },
  'mongodb of Bitnami': { architecture: 'replicaset', auth: { enabled: true, rootUser: 'root', existingSecret: 'mongo' }, persistence: { enabled: true, size: '8Gi' }, metrics: { enabled: true } },
  'settings of an application': { redis: { host: 'redis.shop', port: 6379, config: { db: 2 } }, sentinel: { port: 26379, auth: true } },
  'parts of an application': { frontend: { replicas: 2, labels: { tier: 'web' }, image: { repository: 'shop/frontend', tag: '1.0.0' } }, backend: { replicas: 3, nodeSelector: { disk: 'ssd' } } },
  'where a redis is': { global: { hosts: { domain: 'example.com' } }, redis: { install: false }, postgresql: { install: false } },
  'objects of Kubernetes': { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } },
};

test.each(Object.entries(OTHERS))('values of something else are told: %s', (_, values) => {
  const [first] = imported(values).lines;
  expect(first).toEqual({ key: '(values)', fate: 'refused', text: expect.stringMatching(/^nothing tells that .* are values of the chart \S+: it knows \d+ of \d+ keys, .* name the chart: --chart /) });
});

/** Short, of a fork's image, with a key of another version, or below something. */
const REAL: { readonly [title: string]: any } = {
  'nothing': {},
  'one key': { replicas: 5 },
  'keys that many charts have, and no other': { replicas: 3, image: { repository: 'registry.example.com/mirror/redis', tag: '8.0.6' }, auth: true, existingSecret: 'creds', persistentVolume: { size: '20Gi' }, nodeSelector: { disk: 'ssd' } },
  'an image of one\'s own, and a key that tells': { image: { repository: 'registry.example.com/base/kv', tag: '8.0.6' }, haproxy: { enabled: true } },
  'most keys unknown': { 'redis-ha': { enabled: true, replicaz: 3, foo: 1, bar: 2 } },
  'unknown keys, and some that tell': { replicas: 3, hardAntiAffinity: false, sentinel: { quorum: 2 }, foo: 1, bar: 2 },
  'a standalone of Bitnami': { architecture: 'standalone', master: { persistence: { size: '1Gi' } }, auth: { enabled: false } },
  'valkey of Bitnami': { architecture: 'replication', primary: { persistence: { size: '1Gi' } }, auth: { existingSecret: 's' } },
  'Bitnami\'s with an unknown key': { replica: { replicaCount: 3 }, foo: 1 },
  'an alias': { web: 1, cache: { architecture: 'standalone', master: { podLabels: { a: 'b' } } } },
  'a HelmRelease that names no chart': { kind: 'HelmRelease', spec: { chartRef: { kind: 'OCIRepository', name: 'redis' }, values: { replicas: 5 } } },
  'a fork under another name': { kind: 'HelmRelease', spec: { chart: { spec: { chart: './charts/cache' } }, values: { haproxy: { enabled: true }, redis: { masterGroupName: 'main' }, ours: 1 } } },
};

test.each(Object.entries(REAL))('real values are not doubted: %s', (_, values) => {
  expect(imported(values).lines.filter(({ key }) => key === '(values)')).toEqual([]);
});

test('who names the chart is believed', () => {
  for (const values of Object.values(OTHERS)) expect(imported(values, { chart: 'redis-ha' }).lines.map(({ key }) => key)).not.toContain('(values)');
});

test('what a chart around it does not install is told', () => {
  const { lines } = imported({ 'redis-ha': { enabled: false }, 'redis': { enabled: true }, 'server': { replicas: 2 } });
  expect(lines).toContainEqual({ key: 'redis-ha.enabled', fate: 'noted', text: expect.stringContaining('does not install redis-ha') });
});

test('what parsers make of dates, bytes and maps is not taken for empty', () => {
  const values = { redis: new Map([['port', 6380]]), sentinel: { config: new Date() }, nodeSelector: new Uint8Array([1]), image: { tag: new Date() } };
  const fates = new Map(imported(values).lines.map(({ key, fate }) => [key, fate]));
  expect(['redis', 'sentinel.config', 'nodeSelector', 'image.tag'].map((key) => fates.get(key))).toEqual(Array(4).fill('refused'));
});
