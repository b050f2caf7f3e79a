import { Chart, Testing } from 'cdk8s';
import * as plus27 from 'cdk8s-plus-27';
import * as plus34 from 'cdk8s-plus-34';
import { Auth, Cpu, KubeTemplate, Peer, RedisHa } from '../../lib';

/* What users of each cdk8s-plus write, with its own types: it is the type check of the tests that says whether they fit. */
const TEMPLATES = [{ file: 'pods.txt', template: '{{ range pods "" "app=web" }}{{ .Name }}{{ end }}' }];
const containers = [{ image: 'web:1' }];
const USERS: { readonly [title: string]: (chart: Chart) => void } = {
  'cdk8s-plus-27': (chart) => {
    const redis = new RedisHa(chart, 'redis', {
      auth: Auth.fromSecret(plus27.Secret.fromSecretName(chart, 'password', 'redis')),
      server: { resources: { cpu: { request: plus27.Cpu.millis(100) }, requests: { memory: plus27.k8s.Quantity.fromString('1Gi') } } },
    });
    const web = new plus27.Deployment(chart, 'web', { containers });
    redis.connectFrom(web);
    redis.connectFrom(new plus27.k8s.KubePod(chart, 'pod', { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x' }] } }));
    redis.allowFrom(plus27.Namespaces.all(chart, 'all'));
    redis.allowFrom(plus27.NetworkPolicyIpBlock.ipv4(chart, 'range', '10.0.0.0/8'));
    redis.allowMetricsFrom(new plus27.Namespace(chart, 'monitoring'));
    web.connections.allowTo(redis);
    web.connections.allowTo(RedisHa.fromAttributes(chart, 'elsewhere', { name: 'other' }));
    KubeTemplate.attachTo(web, { templates: TEMPLATES });
    for (const [name, value] of Object.entries(redis.connectionEnvValues())) web.containers[0].env.addVariable(name, value);
  },
  'cdk8s-plus-34': (chart) => {
    const redis = new RedisHa(chart, 'redis', {
      auth: Auth.fromSecret(plus34.Secret.fromSecretName(chart, 'password', 'redis')),
      server: { resources: { cpu: { request: plus34.Cpu.millis(100) }, requests: { memory: plus34.k8s.Quantity.fromString('1Gi') } } },
      proxy: { pod: { tolerations: [{ key: 'x' }], env: [{ name: 'X', value: 'y' }] } satisfies { env: plus34.k8s.EnvVar[]; tolerations: plus34.k8s.Toleration[] } },
    });
    const web = new plus34.Deployment(chart, 'web', { containers });
    redis.connectFrom(web);
    redis.connectFrom(new plus34.k8s.KubePod(chart, 'pod', { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x' }] } }));
    redis.allowFrom(plus34.Namespaces.all(chart, 'all'));
    redis.allowFrom(plus34.NetworkPolicyIpBlock.ipv4(chart, 'range', '10.0.0.0/8'));
    redis.allowMetricsFrom(new plus34.Namespace(chart, 'monitoring'));
    web.connections.allowTo(redis);
    web.connections.allowTo(RedisHa.fromAttributes(chart, 'elsewhere', { name: 'other' }));
    KubeTemplate.attachTo(web, { templates: TEMPLATES });
    new plus34.k8s.KubePod(chart, 'other', { spec: { containers: [{ name: 'x', env: redis.connectionEnvironment() }] } });
  },
  'neither': (chart) => {
    const redis = new RedisHa(chart, 'redis', { server: { resources: { cpu: { request: Cpu.units(1) } } } });
    redis.allowFrom(Peer.pods({ labels: { app: 'web' } }));
    RedisHa.fromAttributes(chart, 'elsewhere', { name: 'other' }).allowFrom(redis);
  },
};

test.each(Object.entries(USERS))('what users of %s hand in is taken', (_, use) => {
  const chart = Testing.chart();
  use(chart);
  expect(Testing.synth(chart).length).toBeGreaterThan(10);
});
