import { Counter, exposition, Gauge, Summary } from '../../lib/metrics/registry';

test('a counter is written in Prometheus\' text format', () => {
  const metric = new Counter('things_total', 'Things.');
  metric.add({ kind: 'a' });
  metric.add({ kind: 'a' }, 2);
  metric.add({ kind: 'quote " slash \\ feed \n' });
  expect(metric.text()).toBe('# HELP things_total Things.\n# TYPE things_total counter\nthings_total{kind="a"} 3\nthings_total{kind="quote \\" slash \\\\ feed \\n"} 1\n');
  expect([metric.get({ kind: 'a' }), metric.get({ kind: 'b' }), metric.total()]).toEqual([3, 0, 4]);
});

test('a gauge without labels', () => {
  const metric = new Gauge('up', 'Up.');
  metric.set({}, 1);
  metric.set({}, 0);
  expect(metric.text()).toBe('# HELP up Up.\n# TYPE up gauge\nup 0\n');
  metric.clear();
  expect(metric.text()).toBe('# HELP up Up.\n# TYPE up gauge\n');
});

test('a summary tells how often and how much', () => {
  const metric = new Summary('work_seconds', 'Work.');
  metric.observe({ how: 'well' }, 1.5);
  metric.observe({ how: 'well' }, 2);
  expect(metric.text()).toBe('# HELP work_seconds Work.\n# TYPE work_seconds summary\nwork_seconds_sum{how="well"} 3.5\nwork_seconds_count{how="well"} 2\n');
  expect([metric.count({ how: 'well' }), metric.count()]).toEqual([2, 0]);
});

test('the metrics of an object, and nothing else of it', () => {
  expect(exposition({ one: new Gauge('one', 'One.'), other: 'text' })).toBe('# HELP one One.\n# TYPE one gauge\n');
});
