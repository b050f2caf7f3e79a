import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from './support/cli';
import { COMPONENT, INSTALLATION } from '../../lib/topology/topology';
import { until } from '../../playground/stack/until';

jest.setTimeout(60_000);

const GIB = 1024 ** 3;

/** A kubectl that keeps a StatefulSet, its claims and a StorageClass in files, as an API server does: claims of a StatefulSet can't be changed, and volumes grow at once. */
const KUBECTL = `#!/usr/bin/env node
const fs = require('node:fs');
const folder = __dirname;
const args = process.argv.slice(2).filter((arg, i, all) => arg !== '--namespace' && all[i - 1] !== '--namespace');
fs.appendFileSync(folder + '/calls', args.join(' ') + '\\n');
const file = folder + '/world.json';
const world = JSON.parse(fs.readFileSync(file));
const end = (value) => { if (args[0] !== 'get') fs.writeFileSync(file, JSON.stringify(world)); console.log(JSON.stringify(value)); };
const [verb, what] = args;
if (verb === 'get' && what.startsWith('statefulset/')) {
  if (!world.set) { console.error('Error from server (NotFound): statefulsets.apps "cache-server" not found'); process.exit(1); }
  end(world.set);
}
else if (verb === 'get' && what === 'pvc') end({ items: world.claims });
else if (verb === 'get' && what.startsWith('storageclass/')) end(world.storageClass);
else if (verb === 'get') end({ items: [world.set] });
else if (verb === 'patch') {
  const claim = world.claims.find((one) => 'pvc/' + one.metadata.name === what);
  const { spec } = JSON.parse(args[args.indexOf('--patch') + 1]);
  claim.spec.resources = spec.resources;
  if (world.growing) claim.status = { capacity: { storage: spec.resources.requests.storage } };
  end({});
} else if (verb === 'replace') {
  if (!args.includes('--force') || !args.includes('--cascade=orphan')) { console.error('error: Forbidden: updates to statefulset spec for fields other than'); process.exit(1); }
  const input = fs.readFileSync(0, 'utf8');
  if (world.halfway === 'forbidden') { console.error('Error from server (Forbidden): statefulsets.apps "cache-server" is forbidden'); process.exit(1); }
  if (world.halfway === 'other') { world.set.metadata.uid = 'other'; fs.writeFileSync(file, JSON.stringify(world)); console.error('error: AlreadyExists'); process.exit(1); }
  if (world.halfway) { fs.writeFileSync(file, JSON.stringify({ ...world, set: null })); if (world.halfway === 'fails') { console.error('error: etcdserver: leader changed'); process.exit(1); } }
  setTimeout(() => { world.set = JSON.parse(input); end({}); }, world.halfway ? 1500 : 0);
} else if (verb === 'create') {
  world.set = JSON.parse(fs.readFileSync(0, 'utf8'));
  end({});
} else { console.error('error: what is ' + args.join(' ')); process.exit(1); }
`;

describe('cdk8s-redis-ha', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
    fs.writeFileSync(path.join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const labels = { [INSTALLATION]: 'cache', [COMPONENT]: 'server' };
  const template = (storage: string) => ({ metadata: { name: 'data', labels }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } });
  const claim = (ordinal: number, storage: string) => ({
    metadata: { name: `data-cache-server-${ordinal}` },
    spec: { storageClassName: 'fast', resources: { requests: { storage } } },
    status: { capacity: { storage } },
  });
  const set = (templates: object[], updateStrategy: object = { type: 'RollingUpdate' }) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'cache-server', namespace: 'shop', labels, uid: 'former', resourceVersion: '7', managedFields: [{}] },
    spec: { replicas: 3, template: { spec: {} }, updateStrategy, volumeClaimTemplates: templates },
    status: { readyReplicas: 3 },
  });
  const world = (more: object = {}) => fs.writeFileSync(path.join(folder, 'world.json'), JSON.stringify({
    set: set([template('10Gi')]),
    claims: [0, 1, 2].map((ordinal) => claim(ordinal, '10Gi')),
    storageClass: { allowVolumeExpansion: true },
    growing: true,
    ...more,
  }));
  const now = () => JSON.parse(fs.readFileSync(path.join(folder, 'world.json'), 'utf8'));
  const calls = () => fs.readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  const cli = async (...args: string[]) => runCli(args, { kubectl: path.join(folder, 'kubectl') });

  describe('grow', () => {
    test('asks for more in each claim, and exchanges the StatefulSet around its pods once they have grown', async () => {
      world();
      const { status, out } = await cli('grow', 'cache', '20Gi');
      expect(status).toBe(0);
      expect(out).toContain('data-cache-server-2: 10Gi to 20Gi\n');
      expect(out).toContain('statefulset/cache-server was exchanged, its pods run on\n');
      expect(now().claims.map((one: any) => one.spec.resources.requests.storage)).toEqual(['20Gi', '20Gi', '20Gi']);
      const { metadata, spec, status: reported } = now().set;
      expect(spec).toEqual({ ...set([template('20Gi')]).spec });
      // what the API server gives an object, and would refuse in a new one
      expect(metadata).toEqual({ name: 'cache-server', namespace: 'shop', labels });
      expect(reported).toBeUndefined();
      // claims first: a StatefulSet that asks for more than its claims have makes new pods' claims larger than the others
      const order = calls().map((call) => call.split(' ')[0]).filter((verb) => verb !== 'get');
      expect(order).toEqual(['patch', 'patch', 'patch', 'replace']);
    });

    test('does the rest when it is run again', async () => {
      world({ claims: [claim(0, '20Gi'), claim(1, '10Gi'), claim(2, '20Gi')] });
      expect((await cli('grow', '20Gi')).status).toBe(0);
      expect(calls().filter((call) => call.startsWith('patch'))).toHaveLength(1);
      expect((await cli('grow', '20Gi')).status).toBe(0);
      expect(calls().filter((call) => /^(patch|replace)/.test(call))).toHaveLength(2);
    });

    test('waits for volumes that have not grown, and leaves the StatefulSet until then', async () => {
      world({ growing: false });
      const running = cli('grow', '20Gi');
      await until('it looks at them again', () => fs.existsSync(path.join(folder, 'calls')) && calls().filter((call) => call.startsWith('get pvc')).length >= 3);
      expect(calls().some((call) => call.startsWith('replace'))).toBe(false);
      const { claims, ...rest } = now();
      // at once: kubectl reads it meanwhile
      const file = path.join(folder, 'world.json');
      fs.writeFileSync(`${file}.new`, JSON.stringify({ ...rest, claims: claims.map((one: any) => ({ ...one, status: { capacity: { storage: String(20 * GIB) } } })) }));
      fs.renameSync(`${file}.new`, file);
      expect((await running).status).toBe(0);
      expect(now().set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('20Gi');
    });

    test('does not wait for claims that no pod has, of servers that were taken away: their file systems grow when one starts', async () => {
      const left = { ...claim(3, '10Gi'), status: { capacity: { storage: '10Gi' }, conditions: [{ type: 'FileSystemResizePending' }] } };
      world({ growing: false, claims: [0, 1, 2].map((ordinal) => ({ ...claim(ordinal, '20Gi') })).concat(left as never) });
      expect((await cli('grow', '20Gi')).status).toBe(0);
      expect(now().claims[3].spec.resources.requests.storage).toBe('20Gi');
      expect(hasLarger()).toBe(true);
    });

    const hasLarger = () => now().set?.spec.volumeClaimTemplates[0].spec.resources.requests.storage === '20Gi';

    test('who ends it while the StatefulSet is exchanged is not left without one', async () => {
      world({ halfway: 'slow' });
      const aborting = new AbortController();
      const running = runCli(['grow', '20Gi'], { kubectl: path.join(folder, 'kubectl'), signal: aborting.signal });
      await until('it is gone', () => now().set === null);
      aborting.abort();
      expect((await running).status).toBe(0);
      expect(hasLarger()).toBe(true);
    });

    test('an exchange that fails halfway is brought to its end', async () => {
      world({ halfway: 'fails' });
      expect(await cli('grow', '20Gi')).toMatchObject({ status: 0, err: '' });
      expect(hasLarger()).toBe(true);
    });

    test('a StatefulSet that somebody else made anew meanwhile, with the former size, is not exchanged', async () => {
      world({ halfway: 'other' });
      expect(await cli('grow', '20Gi')).toMatchObject({ status: 70, err: expect.stringContaining('was made anew by somebody else, with 10Gi: give Persistence.volume() 20Gi there first') });
      expect(hasLarger()).toBe(false);
    });

    test('an exchange that is refused has changed nothing', async () => {
      world({ halfway: 'forbidden' });
      expect(await cli('grow', '20Gi')).toMatchObject({ status: 77, err: expect.stringContaining('forbidden') });
      expect(calls().some((call) => call.startsWith('create'))).toBe(false);
    });

    test.each<[string, object, string[], string]>([
      ['a class that can\'t', { storageClass: {} }, ['20Gi'], 'the StorageClass fast has no allowVolumeExpansion: docs/how-to/growing.md tells the way by new claims'],
      ['less', {}, ['5Gi'], 'data-cache-server-0 has 10Gi already: nothing shrinks'],
      ['no claims of the StatefulSet', { set: set([]) }, ['20Gi'], 'the servers of cache have no claims of their own: Persistence.volume() makes them'],
      ['no claims at all', { claims: [] }, ['20Gi'], `there are no claims of cache (${INSTALLATION}=cache,${COMPONENT}=server)`],
    ])('refuses %s, and has changed nothing', async (_, more, args, line) => {
      world(more);
      expect(await cli('grow', ...args)).toEqual({ status: 65, out: '', err: `cdk8s-redis-ha grow: ${line}\n` });
      expect(calls().every((call) => call.startsWith('get '))).toBe(true);
    });

    test.each([[['grow'], 'SIZE is missing'], [['grow', 'cache', 'big'], 'big must be a size like 20Gi'], [['grow', 'a', 'b', 'c'], 'NAME and SIZE are accepted, and there are 3: a b c']])('%j is wrong usage', async (args, line) => {
      world();
      expect(await cli(...args)).toEqual({ status: 64, out: '', err: `cdk8s-redis-ha grow: ${line}\n` });
    });
  });

  test('roll leaves servers alone that Kubernetes rolls', async () => {
    world();
    expect(await cli('roll')).toEqual({
      status: 65,
      out: '',
      err: "cdk8s-redis-ha roll: cache-server is rolled by Kubernetes itself as soon as it is changed: set 'server.updateStrategy' to UpdateStrategy.onDelete()\n",
    });
    expect(calls().every((call) => call.startsWith('get '))).toBe(true);
  });

  test.each([
    [['pause'], '--for TIME is missing, like --for 10m'],
    [['pause', '--for', 'soon'], '--for soon must be a time like 90s, 10m or 2h, at most 12h'],
    [['pause', '--for', '13h'], '--for 13h must be a time like 90s, 10m or 2h, at most 12h'],
    [['rebuild'], 'POD is missing'],
    [['rebuild', 'cache', 'other-0'], 'other-0 is no server of cache: there are cache-server-0, cache-server-1, cache-server-2'],
  ])('%j is wrong usage', async (args, line) => {
    world();
    expect(await cli(...args)).toEqual({ status: 64, out: '', err: `cdk8s-redis-ha ${args[0]}: ${line}\n` });
  });
});
