import { Duration } from 'cdk8s';
import { Peer, ProxyServiceType, RedisHaProps, Spread, TcpRouteOptions } from '../../lib';
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

  test('has no number of pods with an autoscaler, which would be taken back at each apply, and shares the clients among the most pods that there may be', () => {
    const manifests = install({ proxy: { autoscaling: { maxReplicas: 9 } } });
    expect(manifests.get('Deployment', 'redis-proxy').spec).not.toHaveProperty('replicas');
    expect(manifests.get('HorizontalPodAutoscaler', 'redis-proxy').spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'redis-proxy' },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    });
    expect(manifests.env('Deployment', 'redis-proxy', 'proxy')).toMatchObject({ PROXIES: '10', MAXCONN: install({ proxy: { replicas: 9 } }).env('Deployment', 'redis-proxy', 'proxy').MAXCONN });
  });

  test('lets clients that are granted reach further ports', () => {
    const manifests = install({ proxy: { extraPorts: [{ name: 'more', port: 7010 }] } }, (redis) => redis.allowFrom(Peer.namespace('shop')));
    expect(manifests.get('Service', 'redis').spec.ports).toContainEqual({ name: 'more', port: 7010, protocol: 'TCP', targetPort: 'more' });
    expect(manifests.container('Deployment', 'redis-proxy', 'proxy').ports).toContainEqual({ name: 'more', containerPort: 7010 });
    const [{ ports }] = manifests.get('NetworkPolicy', 'redis-proxy').spec.ingress;
    expect(ports.map(({ port }: any) => port)).toEqual([6379, 6380, 7010]);
  });

  test('has routes from a Gateway for writes, and for reads by another listener', () => {
    const routes = (tcpRoute: TcpRouteOptions) => install({ proxy: { tcpRoute } }).all.filter(({ kind }) => kind === 'TCPRoute')
      .map(({ metadata, spec }) => [metadata.name, spec.parentRefs[0], spec.rules[0].backendRefs[0]]);
    expect(routes({ gateway: 'outside' })).toEqual([['redis', { name: 'outside' }, { name: 'redis', port: 6379 }]]);
    expect(routes({ gateway: 'outside', namespace: 'edge', listener: 'redis', readListener: 'redis-read' })).toEqual([
      ['redis', { name: 'outside', namespace: 'edge', sectionName: 'redis' }, { name: 'redis', port: 6379 }],
      ['redis-read', { name: 'outside', namespace: 'edge', sectionName: 'redis-read' }, { name: 'redis', port: 6380 }],
    ]);
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
