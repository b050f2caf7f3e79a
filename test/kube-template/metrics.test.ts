import { Metrics } from '../../lib/kube-template/metrics';

test('every stage of errors is there from the start, so that rates work', () => {
  const text = new Metrics().text();
  for (const stage of ['config', 'render', 'check', 'write', 'command', 'haproxy']) {
    expect(text).toContain(`kube_template_errors_total{stage="${stage}"} 0\n`);
  }
});

test('every line is a comment or a sample', () => {
  const metrics = new Metrics();
  metrics.renders.add({ destination: '/a' });
  metrics.observe([{ source: 'pods', synced: true, connected: false, lastEventAgeMs: 1500, restarts: { network: 2 } }]);
  for (const line of metrics.text().trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) kube_template_\w+ .+|kube_template_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.]+)$/);
  }
});

test('sources: synced, connected, age and restarts; those that are gone are not told any more', () => {
  const metrics = new Metrics();
  metrics.observe([
    { source: 'pods', synced: true, connected: false, lastEventAgeMs: 1500, restarts: { network: 2, ended: 3 } },
    { source: 'secrets', synced: false, connected: false, restarts: {} },
  ]);
  const text = metrics.text();
  expect(text).toContain('source_synced{source="pods"} 1\n');
  expect(text).toContain('source_synced{source="secrets"} 0\n');
  expect(text).toContain('source_connected{source="pods"} 0\n');
  expect(text).toContain('source_last_event_age_seconds{source="pods"} 1.5\n');
  expect(text).not.toContain('age_seconds{source="secrets"}');
  expect(text).toContain('watch_restarts_total{source="pods",reason="network"} 2\n');
  metrics.observe([]);
  expect(metrics.text()).not.toContain('source="pods"');
});
