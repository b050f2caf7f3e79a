import { Case, check, imported } from './support';
import { overlaid } from '../../lib/helm-values/wrapped';
import { readDocuments } from '../../lib/yaml-reader/read';

/** The same keys, the last one first. */
function turned(value: any): any {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, one]) => [key, turned(one)]));
}

/** Keys that speak of other ones. */
const RELATED: { readonly [chart: string]: any } = {
  'redis-ha': {
    fullnameOverride: 'shop',
    image: { pullPolicy: 'Always' },
    replicas: 2,
    auth: true,
    redisPassword: 'hunter2',
    haproxy: { enabled: true, hardAntiAffinity: true, affinity: 'podAntiAffinity: {}', service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }, timeout: { client: '5s', tunnel: '1h' } },
    networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ podSelector: { matchLabels: { app: 'web' } } }] }] },
    redis: { config: { appendonly: 'no', save: '60 1' } },
  },
  'redis': {
    fullnameOverride: 'shop',
    auth: { password: 'hunter2', existingSecret: 's', existingSecretPasswordKey: 'k' },
    master: { service: { type: 'NodePort', externalTrafficPolicy: 'Local' }, podLabels: { a: 'b' }, nodeSelector: { a: 'b' }, persistence: { size: '2Gi' } },
    replica: { podLabels: { c: 'd' }, persistence: { size: '1Gi', annotations: { a: 'b' } }, resources: { requests: { memory: '1Gi' } } },
    global: { storageClass: 'fast', defaultStorageClass: 'slow' },
  },
};

test.each(Object.entries(RELATED))('%s: which key stands first means nothing', (chart, values) => {
  const [one, other] = [values, turned(values)].map((given) => imported(given, { chart }));
  const sorted = ({ model, lines }: typeof one) => ({ ...model, items: model.props(), lines: lines.map((line) => JSON.stringify(line)).sort() });
  expect(sorted(other)).toEqual(sorted(one));
});

const NULLS: { readonly [title: string]: readonly [chart: string, one: Case] } = {
  'no command is disabled': ['redis-ha', { values: { redis: { disableCommands: null } }, program: ['allowFlush: true'] }],
  "no command is disabled by Bitnami's": ['redis', { values: { master: { disableCommands: null }, replica: { disableCommands: null } }, program: ['allowFlush: true'] }],
  'no volume': ['redis-ha', { values: { persistentVolume: { enabled: null } }, program: ['Persistence.emptyDir('] }],
  'several a node': ['redis-ha', { values: { hardAntiAffinity: null, haproxy: { enabled: true, hardAntiAffinity: null } }, program: ['pod: { spread: Spread.PREFERRED }, resources', 'proxy: { pod: { spread: Spread.PREFERRED }'] }],
  'directives of the chart': [
    'redis-ha', { values: { redis: { config: { 'save': null, 'maxmemory-policy': null } } }, program: ["directives: ['save 3600 1 300 100 60 10000']"], without: ['VOLATILE_LRU'], says: { 'redis.config.save': /^noted: null takes/ } },
  ],
  'no password': ['redis', { values: { auth: { enabled: null } }, program: ['Auth.none()'] }],
  'nobody needs a certificate': ['redis', { values: { tls: { enabled: true, existingSecret: 's', authClients: null } }, program: ["Tls.everywhere(TlsCertificate.secret('s'))"] }],
  'what has no default': ['redis-ha', { values: { existingSecret: null, haproxy: { service: { annotations: null } } }, says: { existingSecret: 'unused: empty' } }],
  'a redis.conf of nothing': ['redis', { values: { commonConfiguration: '' }, program: ['DurabilityMode.SNAPSHOT', "'save 3600 1 300 100 60 10000'"] }],
};

test.each(Object.entries(NULLS))('null takes the default of the chart away: %s', (_, [chart, one]) => check(chart, one));

test('null of a later file takes the default of the chart away, too', () => {
  const given = [{ redis: { disableCommands: ['KEYS'], port: 7000 } }, { redis: { disableCommands: null, port: null } }].reduce(overlaid);
  check('redis-ha', { values: given, program: ['allowFlush: true'], without: ['7000'], says: { 'redis.port': 'unused: empty' } });
});

const PLACES: { readonly [title: string]: readonly [chart: string, one: Case] } = {
  'a policy for pulling, where Sentinels have pods of their own': ['redis-ha', { values: { image: { pullPolicy: 'Always' }, replicas: 2 }, program: ["containers: [{ name: 'server', imagePullPolicy: 'Always' }]"] }],
  'pods that are replaced at once': ['redis-ha', { values: { haproxy: { enabled: true, deploymentStrategy: { type: 'Recreate' } } }, program: ["{ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }"] }],
  'ids as text': ['redis-ha', { values: { securityContext: { runAsUser: '999', fsGroup: 'auto', supplementalGroups: ['5'] } }, program: ['securityContext: { runAsUser: 999, supplementalGroups: [5] }'], says: { 'securityContext.fsGroup': 'refused: must be a whole number' } }],
  'a security context that is off': ['redis', { values: { master: { podSecurityContext: { enabled: false, runAsUser: 1001 } } }, without: ['runAsUser'], says: { 'master.podSecurityContext': /^noted: enabled is off/ } }],
  'affinity in the place of all else': [
    'redis-ha', {
      values: { hardAntiAffinity: true, additionalAffinities: { podAffinity: { a: [] } }, affinity: 'nodeAffinity: { a: [] }' },
      program: ['affinity: { nodeAffinity: { a: [] } }'],
      without: ['Spread', 'podAffinity'],
      says: { hardAntiAffinity: 'noted: affinity is in its place', additionalAffinities: 'noted: affinity is in its place' },
    },
  ],
  'an empty save': ['redis-ha', { values: { redis: { config: { save: ['900 1', '', '60 5'] } } }, program: ["directives: ['save 60 5']"], says: { 'redis.config.save[0]': /^noted: an empty save after it/ } }],
  'saves that are all taken back': ['redis', { values: { commonConfiguration: 'save 60 1\nsave ""' }, program: ['DurabilityMode.NONE'] }],
  'no save that can be read': ['redis-ha', { values: { redis: { config: { save: 'often' } } }, program: ['DurabilityMode.SNAPSHOT', "'save 900 1'"] }],
  'flushes with a redis.conf of its own': ['redis-ha', { values: { redis: { customConfig: 'hz 20', disableCommands: ['FLUSHALL'] } }, program: ['allowFlush: true'], says: { 'redis.disableCommands': 'noted: redis.customConfig is in its place' } }],
  'the class for all charts': ['redis', { values: { global: { storageClass: 'fast', defaultStorageClass: 'slow' }, master: { persistence: { storageClass: 'mine' } } }, program: ["storageClass: 'fast'"], says: { 'master.persistence.storageClass': 'noted: global.storageClass is in its place' } }],
  'a default class': ['redis', { values: { global: { defaultStorageClass: 'slow' }, master: { persistence: { storageClass: 'mine' } } }, program: ["storageClass: 'mine'"] }],
  'a strategy of former versions': ['redis', { values: { slave: { statefulset: { updateStrategy: 'OnDelete' } } }, program: ['updateStrategy: UpdateStrategy.onDelete()'], says: { 'slave.statefulset.updateStrategy': /^mapped/ } }],
  'a strategy of former versions that is ours': ['redis', { values: { master: { statefulset: { updateStrategy: 'RollingUpdate' } } }, says: { 'master.statefulset.updateStrategy': 'unused: asks for nothing' } }],
  'no redis.conf of former versions': ['redis', { values: { configmap: '' }, program: ['DurabilityMode.APPEND_ONLY'] }],
  'the port that is usual': ['redis', { values: { sentinel: { enabled: true, service: { ports: { redis: 6379 } } } }, says: { 'sentinel.service.ports.redis': 'unused: asks for nothing' } }],
  'what has no text': [
    'redis', {
      values: { auth: { existingSecret: 's', acl: { enabled: true, users: [{ username: 'a', keys: ['~a:*', '~b:*'], commands: { toString: 1 } }] } }, metrics: { enabled: true, serviceMonitor: { enabled: true, interval: { toString: 1 } } } },
      program: ["AclUser.custom('a', ['~a:*', '~b:*'])"],
      says: { 'auth.acl.users[0].commands': 'refused: must be a list of text', 'metrics.serviceMonitor.interval': /^refused: must be a time/ },
    },
  ],
  'Sentinels that are text': ['redis', { values: { sentinel: { enabled: 'true' }, master: { service: { type: 'NodePort' } } }, says: { 'master.service.type': 'unused: sentinel.enabled is on' } }],
  'a master and replicas that differ': [
    'redis', {
      values: { master: { nodeSelector: { a: 'b' }, resources: { limits: { memory: '1Gi' } } }, replica: { nodeSelector: { c: 'd' }, resources: { requests: { memory: '2Gi' } } } },
      program: ["nodeSelector: { c: 'd' }", 'memory: { request: Size.gibibytes(2) }'],
      without: ["a: 'b'", 'limit: Size'],
    },
  ],
  'a volume of the master alone': ['redis', { values: { replica: { persistence: { enabled: false } } }, program: ['Persistence.volume(Size.gibibytes(8)'], says: { 'replica.persistence.enabled': /^noted: .* on a volume unless master.persistence.enabled is off/ } }],
  'a volume that is larger': ['redis', { values: { master: { persistence: { size: '20Gi' } }, replica: { persistence: { size: '1Gi' } } }, program: ['Persistence.volume(Size.gibibytes(20)'], says: { 'replica.persistence.size': /^noted: .*master.persistence.size is in its place/ } }],
  'no volume of the nodes': ['redis', { values: { sentinel: { enabled: true }, replica: { persistence: { enabled: false } } }, program: ['Persistence.emptyDir('] }],
  'no volume of a master that there is not': ['redis', { values: { sentinel: { enabled: true }, master: { persistence: { enabled: false } } }, program: ['Persistence.volume('], says: { 'master.persistence.enabled': /^noted: / } }],
  'an exporter that annotations tell of': ['redis-ha', { values: { exporter: { enabled: true } }, says: { 'exporter.enabled': /^noted: .*Scraping.annotatedServices/ } }],
};

test.each(Object.entries(PLACES))('as the chart has it: %s', (_, [chart, one]) => check(chart, one));

test('keys of the values and keys around them are told apart', () => {
  const result = imported({ 'replicas': 2, 'nodeSelector': { a: 'b' }, 'redis-ha': { enabled: true, replicas: 3, nodeSelector: ['a'] } });
  const lines = result.lines.map(({ key, fate }) => `${fate} ${key}`);
  for (const line of ['foreign replicas', 'mapped redis-ha.replicas', 'foreign nodeSelector', 'refused redis-ha.nodeSelector']) expect(lines).toContain(line);
});

test('YAML is read as Helm does', () => {
  const text = '{ a: 0755, b: "0755", c: 1_000, d: 0x1F, e: 0b11, f: 0o17, g: -010, h: 0, i: 089, j: y, k: n, l: 1.20, m: 1e3, p: +5, o: 0_7 }';
  expect(readDocuments(text).documents).toEqual([{ a: 493, b: '0755', c: 1000, d: 31, e: 3, f: 15, g: -8, h: 0, i: 89, j: true, k: false, l: 1.2, m: 1000, p: 5, o: 7 }]);
});
