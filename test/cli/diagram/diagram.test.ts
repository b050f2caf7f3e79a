import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Peer, RedisHa, RedisHaProps, RedisMonitoring, Scraping } from '../../../lib';
import { EXAMPLES, synthExample } from '../../support/examples';
import { Manifest } from '../../support/manifests';
import { runCli } from '../support/cli';

describe('diagram', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'diagram-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const cli = async (...args: string[]) => runCli(['diagram', ...args]);

  /** Every JSON text is one of YAML. */
  const file = (objects: readonly unknown[]) => {
    const name = path.join(folder, 'manifest.k8s.yaml');
    fs.writeFileSync(name, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    return name;
  };

  test.each(['minimal', 'separate-sentinel', 'pod-ip-topology', 'direct'])('%s as Mermaid', async (name) => {
    const { status, out, err } = await cli(file(synthExample(name)));
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatchSnapshot();
  });

  // that example has no installation
  test.each(EXAMPLES.filter((name) => name !== 'kube-template-nginx'))('%s as SVG: all workloads and all Services before them have their names in it, and every element ends', async (name) => {
    const objects = synthExample(name);
    const { status, out, err } = await cli(file(objects), '--format', 'svg');
    expect([status, err]).toEqual([0, '']);
    const ours = (object: Manifest) => JSON.stringify(object.spec.selector ?? {}).includes('redis-ha.cdk8s.io/installation');
    const workloads = objects.filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind));
    // the Service before the Job of a restore is none of those: it is there once
    const leads = ({ spec }: Manifest) => workloads.some(({ spec: { template } }) => (
      Object.entries(spec.selector ?? {}).every(([label, value]) => template.metadata.labels[label] === value)));
    const names = [...workloads, ...objects.filter(({ kind }) => kind === 'Service').filter(leads)].filter(ours).map(({ metadata }) => metadata.name);
    expect(names.filter((each) => !new RegExp(`[ >]${each}<`).test(out))).toEqual([]);
    expect(names.length).toBeGreaterThan(2);
    expect(open(out)).toEqual([]);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('who is let in stands at the arrow, and characters of SVG are escaped', async () => {
    const objects = synthExample('existing-app');
    const { out } = await cli(file(objects));
    expect(out).toMatch(/-\.->\|"let in: [^"]*6379/);
    const set = (synthExample('minimal').find(({ kind }) => kind === 'StatefulSet'))!;
    const svg = await cli(file([{ ...set, metadata: { ...set.metadata, name: 'a<b&"c' } }]), '--format', 'svg');
    expect(svg.out).toContain('StatefulSet a&#60;b&#38;&#34;c<');
    expect(svg.out).toContain('no NetworkPolicy: all are let in');
  });

  const drawn = async (then: (redis: RedisHa, chart: Chart) => readonly object[] | void, props: RedisHaProps = {}) => {
    const chart = new Chart(Testing.app(), 'cache', { namespace: 'cache' });
    const more = then(new RedisHa(chart, 'redis', { name: 'cache', ...props }), chart) ?? [];
    return (await cli(file([...more, ...Testing.synth(chart)]))).out;
  };

  test('a client is the workload of its namespace, not another one with its labels', async () => {
    const out = await drawn((redis) => {
      const [innocent, web] = ['a', 'b'].map((namespace) => {
        const labels = { app: 'web' };
        const chart = new Chart(Testing.app(), namespace, { namespace });
        const client = new k8s.KubeDeployment(chart, 'web', { metadata: { name: `web-of-${namespace}` }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } } });
        return { client, synth: () => Testing.synth(chart) };
      });
      redis.allowFrom(web.client);
      return [...innocent.synth(), ...web.synth()];
    });
    expect(out).toContain('["Deployment web-of-b in namespace b"]');
    expect(out).not.toContain('web-of-a');
  });

  test('an installation whose name begins with that of this one is another one', async () => {
    const out = await drawn((redis, chart) => redis.allowFrom(new RedisHa(chart, 'new', { name: 'cache-new' })));
    expect(out).toMatch(/i0o0\["StatefulSet cache-new-server"\][^]* i0o0 -\.->\|"let in: 6379, 6380"\| i0w1\n/);
  });

  test('an empty list of peers is everybody', async () => {
    const policy = { kind: 'NetworkPolicy', metadata: { name: 'open', namespace: 'cache' }, spec: { podSelector: {}, ingress: [{ from: [] }] } };
    const out = await drawn(() => [policy]);
    expect(out).toMatch(/i0o0\["anybody"\][^]* i0o0 -\.->\|"let in: all ports"\| i0w0\n/);
    expect(out).not.toContain('nobody else');
  });

  test('Services of members for outside are not announced', async () => {
    const out = await drawn(() => undefined, { server: { memberServices: {} } });
    expect(out.match(/from outside: cache-member-\d/g)).toHaveLength(3);
    expect(out).not.toContain('announced: cache-member');
  });

  test('Services for metrics are no way of clients', async () => {
    const out = await drawn((redis, chart) => { new RedisMonitoring(chart, 'monitoring', { redis, scraping: Scraping.annotatedServices(), scraper: Peer.namespace('monitoring') }); });
    expect(out.match(/ i0clients --> ?.*/g)).toEqual([' i0clients -->|"6379, 6380"| i0s2']);
    expect(out).toMatch(/(i0m\d)\["Prometheus, by Service cache-proxy-stats"\][^]* \1 -\.->\|"metrics"\| i0w1\n/);
  });

  test('two installations of one name in two namespaces are two pictures', async () => {
    const inNamespace = (namespace: string) => synthExample('minimal').map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
    const { out } = await cli(file([...inNamespace('shop'), ...inNamespace('blog')]));
    expect(out.match(/subgraph .*/g)).toEqual(['subgraph p0["cache-redis in namespace shop"]', 'subgraph p1["cache-redis in namespace blog"]']);
    expect(out.match(/StatefulSet /g)).toHaveLength(2);
  });

  test('a list of kubectl', async () => {
    expect((await cli(file([{ apiVersion: 'v1', kind: 'List', items: synthExample('minimal') }]))).out).toContain('StatefulSet cache-redis-server');
  });

  test('a file for the picture, whose name tells the format', async () => {
    const target = path.join(folder, 'picture.svg');
    expect(await cli(file(synthExample('minimal')), '--out', target)).toEqual({ status: 0, out: '', err: '' });
    expect(fs.readFileSync(target, 'utf8')).toMatch(/^<svg /);
  });

  test('what can not be drawn is told in a line, with a status', async () => {
    expect(await cli('--format', 'png', 'x')).toMatchObject({ status: 64, err: 'cdk8s-redis-ha diagram: there is no format "png"; there are mermaid, svg\n' });
    expect(await cli(path.join(folder, 'none'))).toMatchObject({ status: 2, err: expect.stringContaining("none can't be read: ENOENT") });
    expect(await cli(file([{ a: 1 }]))).toMatchObject({ status: 2, err: expect.stringContaining('no kind') });
    expect(await cli(file([{ kind: 'ConfigMap', metadata: { name: 'a' } }]))).toMatchObject({ status: 66, err: expect.stringContaining('there is no installation in') });
  });

  test('the picture in the docs is that of the minimal example', async () => {
    const { out } = await cli(file(synthExample('minimal')), '--format', 'svg');
    expect(fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs/images/minimal.svg'), 'utf8')).toBe(out);
  });
});

/** Elements that begin and never end, or end and never began. */
function open(svg: string): string[] {
  const stack: string[] = [];
  for (const [, end, name, rest] of svg.matchAll(/<(\/?)(\w+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (end !== '') {
      if (stack.pop() !== name) return [`</${name}>`];
    } else if (!rest.endsWith('/')) {
      stack.push(name);
    }
  }
  return stack;
}
