import { Size } from 'cdk8s';
import { Engine, Persistence } from '../../lib';
import { Topology } from '../../lib/topology/topology';
import { install } from '../support/manifests';

const topology = (replicas: number, sentinel = { sidecar: true, count: replicas }) => new Topology({ name: 'redis', engineVersion: '9.1.2', replicas, sentinel, labels: { 'team': 'shop', 'app.kubernetes.io/component': 'mine' } });

describe('the topology', () => {
  test.each([[1, 1], [2, 2], [3, 2], [4, 3], [5, 3], [7, 4], [9, 5]])('%i Sentinels have a majority of %i', (count, majority) => {
    expect(topology(count).majority).toBe(majority);
  });

  test('gives each server a Service whose name is not its pod\'s: a pod finds its own name in its hosts file', () => {
    expect(topology(2).servers).toEqual([
      { ordinal: 0, service: 'redis-announce-0', workload: 'redis-server-0' },
      { ordinal: 1, service: 'redis-announce-1', workload: 'redis-server-1' },
    ]);
  });

  test('lets a sidecar share the Service of its server, and gives one of its own to any other Sentinel', () => {
    const sidecars = topology(3);
    expect(sidecars.sentinels).toEqual(sidecars.servers);
    expect(topology(2, { sidecar: false, count: 3 }).sentinels.map((one) => one.service)).toEqual(['redis-sentinel-0', 'redis-sentinel-1', 'redis-sentinel-2']);
  });

  test('keeps labels of the user out of selectors, and its own labels from being overwritten', () => {
    expect(topology(3).selector('proxy')).toEqual({ 'redis-ha.cdk8s.io/installation': 'redis', 'redis-ha.cdk8s.io/component': 'proxy' });
    expect(topology(3).labels('proxy')).toMatchObject({ 'team': 'shop', 'app.kubernetes.io/component': 'proxy' });
  });

  test('names no object beyond 63 characters, and no StatefulSet beyond 52, at the longest name', () => {
    const longest = new Topology({ name: 'x'.repeat(40), engineVersion: '8.0.6', replicas: 15, sentinel: { sidecar: false, count: 15 }, labels: {} });
    for (const { service, workload } of [...longest.servers, ...longest.sentinels]) {
      expect(Math.max(service.length, workload.length)).toBeLessThanOrEqual(63);
    }
    expect(longest.serverSet.length).toBeLessThanOrEqual(52);
  });
});

test('what is immutable does not name the engine: an installation may change it', () => {
  const immutable = (engine: Engine) => {
    const { spec } = install({ engine, persistence: Persistence.volume(Size.gibibytes(1)) }).get('StatefulSet', 'redis-server');
    return [spec.selector, spec.volumeClaimTemplates, spec.serviceName];
  };
  expect(immutable(Engine.valkey())).toEqual(immutable(Engine.redis()));
});
