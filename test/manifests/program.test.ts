import { App, Chart } from 'cdk8s';
import { RedisHa, RedisHaProps } from '../../lib';

test('two charts whose ids begin alike have programs of their own', () => {
  const app = new App();
  for (const region of ['eu-west', 'us-east']) {
    new RedisHa(new Chart(app, `my-company-platform-cache-blue-${region}`), 'redis', { name: `cache-${region}` });
  }
  const names = app.charts.flatMap((chart) => chart.toJson()).filter(({ kind, immutable }) => kind === 'ConfigMap' && immutable).map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
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
