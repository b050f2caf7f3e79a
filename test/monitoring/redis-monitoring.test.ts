import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as yaml from 'js-yaml';
import {
  Alert, Alerts, Dashboards, IRedisHa, Metrics, Peer, Persistence, RedisHa, RedisHaProps, RedisMonitoring, RedisMonitoringProps, Routing, Scraping,
  Sentinel,
} from '../../lib';
import { Manifest, Manifests } from '../support/manifests';
import { schemaErrors, VERSIONS } from '../support/schema';

const ALL: RedisHaProps = {
  persistence: Persistence.volume(Size.gibibytes(1)), metrics: Metrics.exporter(), routing: Routing.podIp(), sentinel: Sentinel.deployments(3),
};

/** Objects of an installation and of its monitoring, in charts of their own. */
function monitored(props: Omit<RedisMonitoringProps, 'redis'> = {}, installation: RedisHaProps = ALL, namespace: string | undefined = 'cache') {
  const app = Testing.app();
  const redis = new RedisHa(new Chart(app, 'cache', { namespace }), 'redis', { name: 'cache', ...installation });
  const chart = new Chart(app, 'ops', { namespace: 'ops' });
  new RedisMonitoring(chart, 'monitoring', { redis, ...props });
  return { beside: new Manifests(Testing.synth(chart) as Manifest[]), installation: new Manifests(Testing.synth(Chart.of(redis)) as Manifest[]) };
}

/** Containers' ports of the pods that a selector selects. */
function portsOf({ all }: Manifests, selector: { [name: string]: string }) {
  const selected = (labels: { [name: string]: string }) => Object.entries(selector).every(([name, value]) => labels[name] === value);
  const templates = all.map(({ spec }) => spec?.template).filter((one) => one && selected(one.metadata.labels));
  expect(templates.length).toBeGreaterThan(0);
  return templates[0].spec.containers.flatMap(({ ports }: any) => ports ?? []);
}

test('installations of one name do not take the place of each other where monitoring has one namespace', () => {
  const app = Testing.app();
  const ops = new Chart(app, 'ops', { namespace: 'ops' });
  const [shop, blog] = ['shop', 'blog'].map((namespace) => RedisHa.fromAttributes(ops, `of-${namespace}`, { name: 'cache', namespace }));
  new RedisMonitoring(ops, 'shop', { redis: shop });
  expect(() => new RedisMonitoring(ops, 'blog', { redis: blog })).toThrow(`'redis' ("cache") must be another one: the name of the PodMonitor "cache-server" is also that of ops/shop`);
  new RedisMonitoring(new Chart(app, 'ops-blog', { namespace: 'ops-blog' }), 'blog', { redis: blog });
  // these stand in the namespace of the installation, whichever the chart has
  new RedisMonitoring(new Chart(app, 'more', { namespace: 'more' }), 'shop', { redis: shop, scraping: Scraping.annotatedServices() });
  expect(() => new RedisMonitoring(new Chart(app, 'less', { namespace: 'less' }), 'shop', { redis: shop, scraping: Scraping.annotatedServices() })).toThrow('is also that of more/shop');
});

describe('PodMonitors', () => {
  test('are one for each kind of pods, and name ports that those have', () => {
    const { beside, installation } = monitored({ scraping: Scraping.podMonitors({ interval: Duration.seconds(15), labels: { release: 'main' } }) });
    expect(beside.names('PodMonitor')).toEqual(['cache-server', 'cache-sentinel', 'cache-proxy']);
    const named = Object.fromEntries(beside.names('PodMonitor').map((name) => {
      const { spec, metadata } = beside.get('PodMonitor', name);
      expect(metadata.labels!.release).toBe('main');
      expect(spec.namespaceSelector).toEqual({ matchNames: ['cache'] });
      const has = portsOf(installation, spec.selector.matchLabels).map((port: any) => port.name);
      const ports = spec.podMetricsEndpoints.map(({ port, interval }: any) => {
        expect([port, has.includes(port), interval]).toEqual([port, true, '15s']);
        return port;
      });
      return [name, ports];
    }));
    expect(named).toEqual({ 'cache-server': ['agent-stats', 'redis-stats'], 'cache-sentinel': ['sentinel-stats'], 'cache-proxy': ['stats', 'templates'] });
  });

  test('of an installation without exporters are fewer', () => {
    const { beside } = monitored({}, { routing: Routing.none() });
    expect(beside.names('PodMonitor')).toEqual(['cache-server']);
    expect(beside.get('PodMonitor', 'cache-server').spec.podMetricsEndpoints.map(({ port }: any) => port)).toEqual(['agent-stats']);
  });
});

test('annotated Services are one for each port, in the namespace of the pods, with the labels that samples get', () => {
  const { beside, installation } = monitored({ scraping: Scraping.annotatedServices() });
  expect(beside.names('PodMonitor')).toEqual([]);
  expect(beside.names('Service')).toEqual([
    'cache-server-agent-stats', 'cache-server-redis-stats', 'cache-sentinel-stats', 'cache-proxy-stats', 'cache-proxy-templates',
  ]);
  for (const name of beside.names('Service')) {
    const { metadata, spec } = beside.get('Service', name);
    const [{ name: portName, port }] = spec.ports;
    expect(portsOf(installation, spec.selector)).toContainEqual({ name: portName, containerPort: port });
    expect(metadata.namespace).toBe('cache');
    expect((metadata as any).annotations).toEqual({
      'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': '/metrics',
    });
    expect(metadata.labels).toMatchObject({ installation: 'cache', namespace: 'cache' });
  }
});

test('names of annotated Services are as long as the API takes them, whatever the name of the installation', () => {
  const chart = new Chart(Testing.app(), 'cache');
  const redis = new RedisHa(chart, 'redis', { name: 'x'.repeat(40), sentinel: Sentinel.deployments(3), routing: Routing.podIp(), metrics: Metrics.exporter() });
  const { services } = new RedisMonitoring(chart, 'monitoring', { redis, scraping: Scraping.annotatedServices() });
  expect(services).toHaveLength(5);
  for (const { name } of services) expect(name.length).toBeLessThanOrEqual(63);
});

describe('alerts', () => {
  const rules = (manifests: Manifests) => manifests.get('PrometheusRule', 'cache-alerts').spec.groups[0].rules as any[];

  test('are those for which there are metrics', () => {
    const names = rules(monitored({}, { routing: Routing.none() }).beside).map(({ alert }) => alert);
    expect(names).toEqual(expect.arrayContaining([Alert.NO_MASTER, Alert.DATA_LOST]));
    for (const alert of [Alert.PROXY_NO_WRITES, Alert.KUBE_TEMPLATE_STALE, Alert.MEMORY_NEAR_LIMIT, Alert.SENTINEL_TILT]) {
      expect(names).not.toContain(alert);
    }
    expect(rules(monitored().beside).map(({ alert }) => alert).sort()).toEqual(Object.values(Alert).sort());
  });

  test('about volumes select the claims that data is on, and are left out where there is none', () => {
    const app = Testing.app();
    const claims = (redis: IRedisHa) => {
      const chart = new Chart(app, `of-${app.node.children.length}`, { namespace: `ops-${app.node.children.length}` });
      const { alerts } = new RedisMonitoring(chart, 'monitoring', { redis });
      const { rules: all } = alerts!.toJson().spec.groups[0];
      const about = all.filter(({ alert }: any) => [Alert.VOLUME_FILLS_UP, Alert.VOLUME_NEARLY_FULL].includes(alert));
      return about.map(({ expr }: any) => [...new Set(expr.match(/persistentvolumeclaim[^,}]*/g))]);
    };
    const made = (persistence?: Persistence) => new RedisHa(new Chart(app, `in-${app.node.children.length}`, { namespace: `shop-${app.node.children.length}` }), 'redis', { name: 'cache', persistence });
    const elsewhere = (persistence?: Persistence) => RedisHa.fromAttributes(new Chart(app, `by-${app.node.children.length}`), 'redis', { name: 'cache', namespace: 'shop', persistence });
    const own = ['persistentvolumeclaim=~"data-cache-server-0|data-cache-server-1|data-cache-server-2"'];
    for (const of of [made, elsewhere]) {
      expect(claims(of(Persistence.volume(Size.gibibytes(1))))).toEqual([own, own]);
      expect(claims(of(Persistence.existingClaim('disk.of-all')))).toEqual([['persistentvolumeclaim="disk.of-all"'], ['persistentvolumeclaim="disk.of-all"']]);
      expect(claims(of(Persistence.hostPath('/mnt/redis')))).toEqual([]);
      expect(claims(of(Persistence.emptyDir()))).toEqual([]);
    }
    expect(claims(made())).toEqual([]);
    // not known
    expect(claims(elsewhere())).toEqual([['persistentvolumeclaim=~"data-cache-server-[0-9]+"'], ['persistentvolumeclaim=~"data-cache-server-[0-9]+"']]);
  });

  test('can be left out, labelled, and told from when on they fire', () => {
    const { beside } = monitored({
      alerts: Alerts.prometheusRule({
        disabled: [Alert.EVICTIONS],
        alertLabels: { team: 'shop' },
        labels: { release: 'main' },
        runbooks: 'https://wiki.example.com/redis',
        thresholds: { memoryPercent: 70, replicaLag: Size.mebibytes(1), clientsPercent: 50, certificateExpiry: Duration.days(2) },
      }),
    });
    const of = (alert: Alert) => rules(beside).find((one) => one.alert === alert);
    expect(of(Alert.EVICTIONS)).toBeUndefined();
    expect(of(Alert.NO_MASTER)).toMatchObject({ labels: { team: 'shop', severity: 'critical' }, annotations: { runbook_url: 'https://wiki.example.com/redis/RedisNoMaster.md' } });
    expect(of(Alert.MEMORY_NEAR_LIMIT).expr).toContain('> 70 ');
    expect(of(Alert.REPLICA_LAG).expr).toContain('> 1048576');
    expect(of(Alert.CLIENTS_NEAR_LIMIT).expr).toContain('> 50');
    expect(of(Alert.CERTIFICATE_EXPIRES).expr).toContain('< 172800');
    expect(beside.get('PrometheusRule', 'cache-alerts').metadata.labels!.release).toBe('main');
  });

  test('count the HAProxy that there should be: of an autoscaler the least number, none while it hibernates', () => {
    const counted = (installation: RedisHaProps) => {
      const [group] = monitored({}, installation).beside.get('PrometheusRule', 'cache-alerts').spec.groups;
      return group.rules.find(({ alert }: any) => alert === Alert.PROXY_MISSING)?.expr.split(' - ')[0];
    };
    expect(counted({ proxy: { replicas: 5 } })).toBe('5');
    expect(counted({ proxy: { autoscaling: { minReplicas: 2, maxReplicas: 5 } } })).toBe('2');
    expect(counted({ hibernate: true, persistence: Persistence.volume(Size.gibibytes(1)) })).toBe('0');
    expect(counted({ routing: Routing.direct() })).toBeUndefined();
  });

  test('of an installation that hibernates are those that miss nothing', () => {
    const alertsOf = (hibernate: boolean) => {
      const { beside } = monitored({}, { ...ALL, hibernate, persistence: Persistence.volume(Size.gibibytes(1)) });
      return beside.get('PrometheusRule', 'cache-alerts').spec.groups[0].rules.map(({ alert }: any) => alert);
    };
    const awake = alertsOf(false);
    const asleep = alertsOf(true);
    expect(awake.filter((alert: Alert) => !asleep.includes(alert))).toEqual([Alert.BACKUP_TOO_OLD, Alert.METRICS_MISSING]);
  });

  test('are the same in a ConfigMap', () => {
    const { data } = monitored({ alerts: Alerts.configMap() }).beside.get('ConfigMap', 'cache-alerts');
    expect(yaml.load(data['redis-ha.rules.yaml'])).toEqual(monitored().beside.get('PrometheusRule', 'cache-alerts').spec);
    expect(monitored({ alerts: Alerts.none() }).beside.find('PrometheusRule', 'cache-alerts')).toBeUndefined();
  });

  test('select by the installation alone where its namespace is not known', () => {
    const app = Testing.app();
    const chart = new Chart(app, 'test');
    new RedisMonitoring(chart, 'monitoring', { redis: new RedisHa(chart, 'redis', { name: 'cache' }) });
    const spec = Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule').spec;
    const expressions: string[] = spec.groups.flatMap((group: any) => group.rules.map(({ expr }: any) => expr));
    expect(expressions[0]).toMatch(/^max by \(cluster, namespace\) \(redis_ha_role\{installation="cache",role="master"\}\) < 1 /);
    // of all that is added up
    for (const [, labels] of expressions.flatMap((expression) => [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)])) expect(labels).toMatch(/^cluster, (exported_)?namespace(, |$)/);
    expect(expressions.filter((expression) => /\bnamespace=/.test(expression))).toEqual([]);
  });
});

test('dashboards have the label of the sidecar, or others, or are none', () => {
  const { beside } = monitored();
  expect(beside.get('ConfigMap', 'cache-dashboards').metadata.labels!.grafana_dashboard).toBe('1');
  expect(Object.keys(beside.get('ConfigMap', 'cache-dashboards').data)).toEqual(['redis-ha-fleet.json', 'redis-ha-installation.json']);
  const mine = monitored({ dashboards: Dashboards.configMap({ labels: { board: 'yes' }, annotations: { grafana_folder: 'Redis' } }) }).beside.get('ConfigMap', 'cache-dashboards');
  expect(mine.metadata).toMatchObject({ labels: { board: 'yes' }, annotations: { grafana_folder: 'Redis' } });
  expect(mine.metadata.labels!.grafana_dashboard).toBeUndefined();
  expect(monitored({ dashboards: Dashboards.none() }).beside.names('ConfigMap')).toEqual([]);
});

test('the scraper, and nobody else, is let in to all ports that are scraped', () => {
  const opened = (props: Omit<RedisMonitoringProps, 'redis'>) => {
    const { installation } = monitored(props);
    return installation.names('NetworkPolicy').map((name) => installation.get('NetworkPolicy', name).spec.ingress
      ?.filter(({ from }: any) => from[0].namespaceSelector).map(({ ports }: any) => ports.map(({ port }: any) => port)) ?? []);
  };
  expect(opened({ scraper: Peer.namespace('monitoring') })).toEqual([[[9098, 9121]], [[9122]], [[8404, 9099]]]);
  expect(opened({})).toEqual([[], [], []]);
});

test('an installation that is made elsewhere is monitored the same, but that nobody says how many HAProxy it has', () => {
  const chart = new Chart(Testing.app(), 'ops', { namespace: 'ops' });
  const redis = RedisHa.fromAttributes(chart, 'redis', { name: 'cache', namespace: 'cache', ...ALL });
  new RedisMonitoring(chart, 'monitoring', { redis });
  expect(new Manifests(Testing.synth(chart) as Manifest[]).all.filter(({ kind }) => kind !== 'NetworkPolicy'))
    .toEqual(monitored({ alerts: Alerts.prometheusRule({ disabled: [Alert.PROXY_MISSING, Alert.PROXIES_ADMIT_TOO_MANY] }) }).beside.all);
});

test('all objects are as the API server takes them', () => {
  for (const props of [{}, { scraping: Scraping.annotatedServices(), alerts: Alerts.configMap() }]) {
    for (const one of monitored(props).beside.all) expect(schemaErrors(VERSIONS.at(-1)!, one)).toEqual([]);
  }
  // the schema is one that can refuse
  const wrong = { ...monitored().beside.get('PodMonitor', 'cache-server'), spec: { podMetricsEndpoints: [{ port: 5, every: '1s' }] } };
  expect(schemaErrors(VERSIONS.at(-1)!, wrong)).not.toEqual([]);
});

test.each<[string, () => RedisMonitoringProps, string]>([
  ['no installation', () => ({ redis: new Chart(Testing.app(), 'x') as any }), "'redis' (\"x\") must be an installation: a RedisHa, or what RedisHa.fromAttributes returns"],
  ['an interval', () => ({ redis: plain(), scraping: Scraping.podMonitors({ interval: Duration.millis(500) }) }), "'scraping.interval' (\"0.5 s\") must be whole seconds from 1 to 3600"],
  ['a label of alerts', () => ({ redis: plain(), alerts: Alerts.prometheusRule({ alertLabels: { 'my-team': 'a' } }) }),
    "'alerts.alertLabels[\"my-team\"]' (\"my-team\") must be the name of a label of Prometheus: letters, digits and \"_\""],
  ['a URL', () => ({ redis: plain(), alerts: Alerts.prometheusRule({ runbooks: 'wiki/' }) }), "'alerts.runbooks' (\"wiki/\") must be a URL without a slash at its end"],
  ['a threshold', () => ({ redis: plain(), alerts: Alerts.prometheusRule({ thresholds: { memoryPercent: 0.9 } }) }), "'alerts.thresholds.memoryPercent' (0.9) must be a whole number from 1 to 100"],
])('%s that is wrong is refused', (_, props, message) => {
  expect(() => new RedisMonitoring(new Chart(Testing.app(), 'ops'), 'monitoring', props())).toThrow(message);
});

function plain(): RedisHa {
  return new RedisHa(new Chart(Testing.app(), 'cache'), 'redis');
}
