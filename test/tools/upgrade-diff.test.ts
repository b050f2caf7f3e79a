import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { changes, Effect } from '../../tools/upgrade-diff/effects';
import { Manifest } from '../../tools/upgrade-diff/manifests';
import { report } from '../../tools/upgrade-diff/report';
import { manifestsOf } from '../../tools/upgrade-diff/sources';
import { synthExample } from '../support/examples';

const object = (kind: string, fields: object, apiVersion = 'v1'): Manifest => ({ apiVersion, kind, metadata: { name: 'one' }, ...fields });
const workload = (kind: string, spec: object = {}): Manifest => object(kind, {
  spec: { replicas: 3, selector: { matchLabels: { app: 'one' } }, template: { metadata: { annotations: { 'our.io/checksum': '1' } }, spec: { containers: [{ name: 'main', image: 'a:1' }] } }, ...spec },
}, 'apps/v1');
/** What the change of one object into another does. */
const effects = (before: Manifest, after: Manifest): unknown[] => changes([before], [after]).map(({ effect, what }) => [effect, what]);

test.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a change of the pod template of a %s restarts its pods, and is told by its path', (kind) => {
  const [was, is] = ['a:1', 'a:2'].map((image) => workload(kind, { template: { metadata: { annotations: { 'our.io/checksum': image } }, spec: { containers: [{ name: 'main', image }] } } }));
  expect(changes([was], [is])).toEqual([{
    kind, name: 'one', effect: Effect.RESTARTS, what: 'restarts its pods', paths: ['spec.template.metadata.annotations["our.io/checksum"]', 'spec.template.spec.containers[0].image'],
  }]);
});

test('pods of OnDelete are not restarted', () => {
  const [was, is] = ['1', '2'].map((value) => workload('StatefulSet', { updateStrategy: { type: 'OnDelete' }, template: { metadata: { labels: { value } } } }));
  expect(effects(was, is)).toEqual([[Effect.NOTHING, 'restarts none of its pods, each takes the change when it is deleted']]);
});

test.each([
  ['the claim templates of a StatefulSet', workload('StatefulSet', { volumeClaimTemplates: [{ spec: { storage: 1 } }] }), workload('StatefulSet', { volumeClaimTemplates: [{ spec: { storage: 2 } }] }), 'spec.volumeClaimTemplates[0].spec.storage'],
  ['a field that a StatefulSet did not have', workload('StatefulSet'), workload('StatefulSet', { podManagementPolicy: 'Parallel' }), 'spec.podManagementPolicy'],
  ['the selector of a Deployment', workload('Deployment'), workload('Deployment', { selector: { matchLabels: { app: 'two' } } }), 'spec.selector.matchLabels.app'],
  ['whether a Service has an address', object('Service', { spec: { ports: [] } }), object('Service', { spec: { ports: [], clusterIP: 'None' } }), 'spec.clusterIP'],
  ['the template of a Job', object('Job', { spec: { template: { a: 1 } } }), object('Job', { spec: { template: { a: 2 } } }), 'spec.template.a'],
  ['whom a binding grants', object('RoleBinding', { roleRef: { name: 'a' } }), object('RoleBinding', { roleRef: { name: 'b' } }), 'roleRef.name'],
  ['the class of a claim', object('PersistentVolumeClaim', { spec: { storageClassName: 'a' } }), object('PersistentVolumeClaim', { spec: { storageClassName: 'b' } }), 'spec.storageClassName'],
  ['the text of an immutable ConfigMap', object('ConfigMap', { immutable: true, data: { a: '1' } }), object('ConfigMap', { immutable: true, data: { a: '2' } }), 'data.a'],
  ['the type of a Secret', object('Secret', { type: 'Opaque' }), object('Secret', { type: 'kubernetes.io/tls' }), 'type'],
])('%s is refused by apply', (_title, was, is, field) => {
  expect(effects(was, is)).toEqual([[Effect.REFUSED, `is refused by apply, as ${field} can't be changed: delete it first`]]);
});

test.each([
  ['labels of a StatefulSet', workload('StatefulSet'), { ...workload('StatefulSet'), metadata: { name: 'one', labels: { a: 'b' } } }, 'restarts nothing'],
  ['the strategy of a StatefulSet', workload('StatefulSet'), workload('StatefulSet', { updateStrategy: { rollingUpdate: { partition: 1 } } }), 'restarts nothing'],
  ['the size of a claim', object('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1Gi' } } } }), object('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '2Gi' } } } }), 'restarts nothing'],
  ['a ConfigMap', object('ConfigMap', { data: { a: '1' } }), object('ConfigMap', { data: { a: '2' } }), 'restarts nothing'],
  ['the ports of a Service', object('Service', { spec: { ports: [1] } }), object('Service', { spec: { ports: [1, 2] } }), 'restarts nothing'],
  ['the pods of a CronJob', object('CronJob', { spec: { jobTemplate: 1 } }), object('CronJob', { spec: { jobTemplate: 2 } }), 'restarts nothing: the next run has it'],
])('%s may be changed, and no pod notices', (_title, was, is, what) => {
  expect(effects(was, is as Manifest)).toEqual([[Effect.NOTHING, what]]);
});

test('another number of pods is not a restart', () => {
  expect(effects(workload('StatefulSet'), workload('StatefulSet', { replicas: 5 }))).toEqual([[Effect.SCALES, 'has 5 pods in place of 3']]);
});

test('what comes and goes is told, and that claims stay', () => {
  const former = workload('StatefulSet', { volumeClaimTemplates: [{}] });
  expect(changes([former], [object('Service', {})]).map(({ kind, what }) => `${kind} ${what}`)).toEqual(
    ['Service is new', 'StatefulSet is no longer written: what prunes deletes it, and its pods with it; its claims stay']);
});

test('an object is the same under another version of its API, and another one in another namespace', () => {
  expect(effects(workload('Deployment'), { ...workload('Deployment'), apiVersion: 'apps/v2' })).toEqual([[Effect.NOTHING, 'restarts nothing']]);
  const elsewhere = { ...object('ConfigMap', {}), metadata: { name: 'one', namespace: 'two' } };
  expect(changes([object('ConfigMap', {})], [elsewhere]).map(({ effect }) => effect).sort()).toEqual([Effect.ADDED, Effect.REMOVED]);
});

test('a report tells each example that changes, and counts', () => {
  const [was, is] = [3, 5].map((replicas) => new Map([['a', [workload('StatefulSet', { replicas })]], ['b', [object('ConfigMap', {})]], [`only-${replicas}`, []]]));
  expect(report(was, is)).toBe([
    'a:',
    '  StatefulSet one has 5 pods in place of 3 (spec.replicas)',
    'only-3: only in the former version',
    'only-5: only in the new version',
    '',
    '1 objects change: 0 refused by apply, 0 restart pods, 1 change how many pods there are, 0 new, 0 no longer written, 0 restart nothing.',
    '',
  ].join('\n'));
  expect(report(was, was)).toBe('Nothing changes.\n');
});

test('folders of YAML are compared by what is in them', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'upgrade-diff-test-'));
  try {
    const manifests = synthExample('minimal');
    fs.writeFileSync(path.join(folder, 'all.yaml'), manifests.map((one) => JSON.stringify(one)).join('\n---\n'));
    const rolled = new Map([['all.yaml', JSON.parse(JSON.stringify(manifests).replaceAll('docker.io/library/redis:', 'docker.io/library/redis:9')) as Manifest[]]]);
    expect(report(manifestsOf(folder), new Map([['all.yaml', manifests]]))).toBe('Nothing changes.\n');
    expect(report(manifestsOf(folder), rolled)).toMatch(/^ {2}StatefulSet cache-redis-server restarts its pods \(spec\.template\.spec\./m);
    expect(() => manifestsOf(path.join(folder, 'nowhere'))).toThrow(/nowhere" is neither a folder nor a revision of git: /);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
