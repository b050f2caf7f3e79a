import { App, Chart } from 'cdk8s';
import { RedisHa, RedisHaProps, Routing } from '../../lib';
import * as assets from '../../lib/manifests/assets';
import { Manifests } from '../support/manifests';

/** Names of the ConfigMaps that hold programs. */
const programs = (manifests: Manifests) => manifests.all.filter(({ kind, data }) => kind === 'ConfigMap' && Object.keys(data).some((file) => file.endsWith('.js')));

test('two charts whose ids begin alike have programs of their own', () => {
  const app = new App();
  for (const region of ['eu-west', 'us-east']) {
    new RedisHa(new Chart(app, `my-company-platform-cache-blue-${region}`), 'redis', { name: `cache-${region}` });
  }
  const names = programs(new Manifests(app.charts.flatMap((chart) => chart.toJson()))).map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
});

describe('another version of our programs', () => {
  afterEach(() => jest.restoreAllMocks());

  const synthesized = (version: string) => {
    const original = assets.readAsset;
    jest.spyOn(assets, 'readAsset').mockImplementation((name) => original(name) + (name.startsWith('bundles/') ? `// ${version}` : ''));
    const chart = new Chart(new App(), 'test');
    new RedisHa(chart, 'redis', { name: 'redis', routing: Routing.podIp() });
    jest.restoreAllMocks();
    return new Manifests(chart.toJson());
  };
  const [before, after] = [synthesized('1'), synthesized('2')];
  const titles = ({ all }: Manifests) => all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  test('leaves every object where it is: pods of the former revision may have to mount it once more', () => {
    expect(titles(after)).toEqual(titles(before));
    expect(programs(before).map(({ immutable }) => immutable)).toEqual([false, false, false]);
    expect(programs(after)).not.toEqual(programs(before));
  });

  test.each([['StatefulSet', 'redis-server'], ['Deployment', 'redis-proxy']] as const)('rolls the pods of the %s', (kind, name) => {
    expect(after.podTemplate(kind, name).metadata.annotations).not.toEqual(before.podTemplate(kind, name).metadata.annotations);
    expect(after.podSpec(kind, name)).toEqual(before.podSpec(kind, name));
  });
});

describe('programs of a chart, which its installations share', () => {
  type Given = Pick<RedisHaProps, 'labels' | 'annotations'>;
  const metadata = (...all: Given[]) => {
    const chart = new Chart(new App(), 'cache', { labels: { chart: 'yes' } });
    all.forEach((given, index) => new RedisHa(chart, `redis-${index}`, given));
    const { metadata: one } = chart.toJson().find(({ kind, data }) => kind === 'ConfigMap' && data['agent.js'] !== undefined);
    return { labels: one.labels, annotations: one.annotations };
  };
  const ours = { 'app.kubernetes.io/name': 'redis-ha', 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha', 'chart': 'yes' };

  test('bear labels, and what their installations give', () => {
    expect(metadata({}).labels).toEqual(ours);
    const { labels, annotations } = metadata({ labels: { team: 'shop' }, annotations: { note: 'mine' } });
    expect(labels).toEqual({ ...ours, team: 'shop' });
    expect(annotations).toMatchObject({ note: 'mine' });
  });

  test('are the same whichever installation comes first: what two give differently is left out', () => {
    const one = { labels: { team: 'shop', stage: 'live' }, annotations: { note: 'one', owner: 'us' } };
    const other = { labels: { team: 'news', stage: 'live' }, annotations: { note: 'other' } };
    const both = metadata(one, other);
    expect(both.labels).toEqual({ ...ours, stage: 'live' });
    expect(both.annotations).toMatchObject({ owner: 'us' });
    expect(both.annotations).not.toHaveProperty('note');
    expect(metadata(other, one)).toEqual(both);
  });
});
