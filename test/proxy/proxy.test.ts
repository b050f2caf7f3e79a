import { Duration } from 'cdk8s';
import { ProxyServiceType, RedisHaProps, Spread } from '../../lib';
import { install } from '../support/manifests';

const deployment = (props: RedisHaProps = {}) => install(props).get('Deployment', 'redis-proxy').spec;

describe('the proxy', () => {
  test('is told Services by name, and the password by file', () => {
    expect(install().env('Deployment', 'redis-proxy', 'proxy')).toMatchObject({ SERVERS: 'redis-announce-0 redis-announce-1 redis-announce-2', PASSWORD_FILE: '/etc/redis-ha-auth/password', DRAIN_SECONDS: '5' });
  });

  test('is probed at the statistics port', () => {
    const container = install({ proxy: { probes: { readiness: { period: Duration.seconds(1) } } } }).container('Deployment', 'redis-proxy', 'proxy');
    expect(container.readinessProbe).toMatchObject({ httpGet: { path: '/ready', port: 'stats' }, periodSeconds: 1 });
    expect(container.livenessProbe.httpGet.path).toBe('/alive');
  });

  test('drains before it stops', () => {
    expect(install().container('Deployment', 'redis-proxy', 'proxy').lifecycle.preStop.exec.command).toEqual(['sh', '/etc/redis-ha/stop-proxy.sh']);
  });

  test.each([[Spread.PREFERRED, 1, 0], [Spread.REQUIRED, 0, 1], [Spread.ONE_PER_NODE, 0, 1]])(
    'spread %s rolls with a surge of %i and %i away: no node may be free for one more', (spread, maxSurge, maxUnavailable) => {
      expect(deployment({ proxy: { pod: { spread } } }).strategy.rollingUpdate).toEqual({ maxSurge, maxUnavailable });
    });

  test('has a Service with both ports, of the type that is wanted', () => {
    const service = (props: RedisHaProps = {}) => install(props).get('Service', 'redis').spec;
    expect(service().ports.map((port: any) => [port.name, port.port, port.targetPort])).toEqual([['redis', 6379, 'redis'], ['redis-read', 6380, 'redis-read']]);
    const outside = service({ proxy: { service: { type: ProxyServiceType.LOAD_BALANCER, loadBalancerClass: 'inner', loadBalancerSourceRanges: ['10.0.0.0/8'], readNodePort: 30380 } } });
    expect(outside).toMatchObject({ type: 'LoadBalancer', loadBalancerClass: 'inner', loadBalancerSourceRanges: ['10.0.0.0/8'] });
    expect(outside.ports[1].nodePort).toBe(30380);
  });

  test('takes containers, volumes, environment, annotations and labels of the user', () => {
    const { template } = deployment({
      proxy: {
        pod: {
          labels: { tier: 'edge' },
          annotations: { note: 'x' },
          env: [{ name: 'MORE', value: '1' }],
          containers: [{ name: 'logs', image: 'logs:1' }],
          volumes: [{ name: 'more', emptyDir: {} }],
          volumeMounts: [{ name: 'more', mountPath: '/more' }],
        },
      },
    });
    expect(template.metadata.labels).toMatchObject({ tier: 'edge' });
    expect(template.metadata.annotations).toMatchObject({ note: 'x' });
    expect(template.spec.containers.map((one: any) => one.name)).toEqual(['proxy', 'logs']);
    expect(template.spec.containers[0].env).toContainEqual({ name: 'MORE', value: '1' });
    expect(template.spec.containers[0].volumeMounts).toContainEqual({ name: 'more', mountPath: '/more' });
    expect(template.spec.volumes).toContainEqual({ name: 'more', emptyDir: {} });
  });
});
