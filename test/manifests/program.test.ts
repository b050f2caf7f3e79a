import { App, Chart } from 'cdk8s';
import { RedisHa } from '../../lib';

test('two charts whose ids begin alike have programs of their own', () => {
  const app = new App();
  for (const region of ['eu-west', 'us-east']) {
    new RedisHa(new Chart(app, `my-company-platform-cache-blue-${region}`), 'redis', { name: `cache-${region}` });
  }
  const names = app.charts.flatMap((chart) => chart.toJson()).filter(({ kind, immutable }) => kind === 'ConfigMap' && immutable).map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
});
