import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { Egress, ImagePullPolicy, IpStack, Peer, Routing, Sentinel, TrafficDistribution } from '../lib';
import { describeWith } from './support/binaries';
import { EXAMPLES, synthExample } from './support/examples';
import { install, Manifest } from './support/manifests';
import { isCustom, SCHEMA_FOLDER, schemaErrors, VERSIONS } from './support/schema';

/** The field behind native sidecars, which this example asks for, came with 1.28. */
const NEEDS: { readonly [example: string]: string } = { valkey: '1.28' };
const examplesFor = (version: string) => EXAMPLES.filter((name) => version >= (NEEDS[name] ?? '1.27'));

/** An object that may be spoilt. */
function copyOf(kind: string, name: string): Manifest {
  return JSON.parse(JSON.stringify(install().get(kind, name)));
}

test('there are schemas for Kubernetes 1.27 to 1.37', () => {
  expect(VERSIONS).toEqual(['1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37']);
});

describe.each(VERSIONS)('Kubernetes %s', (version) => {
  test.each(examplesFor(version))('takes the example %s', (name) => {
    expect(synthExample(name).flatMap((manifest) => schemaErrors(version, manifest))).toEqual([]);
  });

  test('refuses fields that do not exist, are missing, or have another type', () => {
    const service = copyOf('Service', 'redis');
    service.spec.portz = [];
    service.spec.ports[0].port = '6379';
    delete service.spec.ports[1].port;
    expect(schemaErrors(version, service)).toEqual([
      'Service.spec has no field portz', 'Service.spec.ports[0].port must be integer', 'Service.spec.ports[1] lacks port',
    ]);
  });

  test('refuses a workload without selector, half a replica, and a deep field that does not exist', () => {
    const set = copyOf('StatefulSet', 'redis-server');
    delete set.spec.selector;
    set.spec.replicas = 2.5;
    set.spec.template.spec.containers[0].livenessProbe.exec.comand = [];
    expect(schemaErrors(version, set)).toEqual([
      'StatefulSet.spec lacks selector', 'StatefulSet.spec.replicas must be integer',
      'StatefulSet.spec.template.spec.containers[0].livenessProbe.exec has no field comand',
    ]);
  });

  test('refuses two items of a list with one key, and kinds that we do not make', () => {
    const service = copyOf('Service', 'redis');
    service.spec.ports[1].port = service.spec.ports[0].port;
    expect(schemaErrors(version, service)).toEqual(['Service.spec.ports has an item twice']);
    expect(schemaErrors(version, { ...service, apiVersion: 'v2', kind: 'Servant' })).toEqual([
      'Servant.apiVersion must be equal to one of the allowed values', 'Servant.kind must be equal to one of the allowed values',
    ]);
  });
});

test.each(VERSIONS.filter((version) => version >= '1.30'))('Kubernetes %s takes what props write that no example has', (version) => {
  const pod = { envFrom: [{ configMapRef: { name: 'more' } }], imagePullPolicy: ImagePullPolicy.ALWAYS };
  const manifests = install({
    routing: Routing.podIp(),
    ipStack: IpStack.DUAL_STACK_IPV6,
    network: { appProtocol: 'tcp', egress: Egress.restricted({ more: [{ to: Peer.cidr('10.0.0.0/8'), ports: [4317] }] }) },
    sentinel: Sentinel.deployments(3, { zones: ['a', 'b', 'c'], revisionHistoryLimit: 3, pod }),
    server: { pod, memberServices: { hostname: 'redis-{ordinal}.example.com', nodePorts: [30001, 30002, 30003] } },
    proxy: {
      pod,
      service: { sessionAffinity: Duration.hours(1), trafficDistribution: TrafficDistribution.PREFER_CLOSE },
      extraPorts: [{ name: 'more', port: 7010 }],
      autoscaling: { maxReplicas: 5, memoryPercent: 80 },
      rollout: { minReady: Duration.seconds(5), revisionHistoryLimit: 3 },
      tcpRoute: { gateway: 'outside', namespace: 'edge', listener: 'redis', readListener: 'redis-read' },
    },
  });
  expect(manifests.all.flatMap((manifest) => schemaErrors(version, manifest))).toEqual([]);
});

test('routes of the Gateway API have the fields that it knows', () => {
  const { all } = install({ proxy: { tcpRoute: { gateway: 'outside' } } });
  const { spec, ...rest } = all.find(({ kind }) => kind === 'TCPRoute')!;
  expect(schemaErrors('1.37', { ...rest, spec })).toEqual([]);
  const [backend] = spec.rules[0].backendRefs;
  expect(schemaErrors('1.37', { ...rest, spec: { ...spec, gateway: 'outside', rules: [{ backendRefs: [{ ...backend, port: 'redis' }] }] } })).toEqual([
    'TCPRoute.spec has no field gateway', 'TCPRoute.spec.rules[0].backendRefs[0].port must be integer',
  ]);
});

test('Kubernetes 1.27 does not know native sidecars: the schemas tell versions apart', () => {
  const manifests = install({ nativeSidecars: true }).all;
  expect(manifests.flatMap((manifest) => schemaErrors('1.27', manifest))).toEqual([
    'StatefulSet.spec.template.spec.initContainers[0] has no field restartPolicy',
    'StatefulSet.spec.template.spec.initContainers[1] has no field restartPolicy',
  ]);
  expect(manifests.flatMap((manifest) => schemaErrors('1.28', manifest))).toEqual([]);
});

describeWith(['kubeconform'])('kubeconform', () => {
  const run = (version: string, manifests: readonly Manifest[]) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubeconform-'));
    try {
      manifests.forEach((manifest, index) => fs.writeFileSync(path.join(folder, `${index}.json`), JSON.stringify(manifest)));
      return spawnSync('kubeconform', [
        '-strict', '-summary', '-kubernetes-version', `${version}.0`, '-schema-location', path.join(SCHEMA_FOLDER, `${version}.json`), folder,
      ], { encoding: 'utf8' });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };

  test.each(VERSIONS)('of Kubernetes %s takes every example', (version) => {
    const manifests = examplesFor(version).flatMap((name) => synthExample(name)).filter((manifest) => !isCustom(manifest));
    const { status, stdout } = run(version, manifests);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`Valid: ${manifests.length}, Invalid: 0, Errors: 0, Skipped: 0`)]);
  });

  test.each(VERSIONS)('of Kubernetes %s refuses a field that does not exist', (version) => {
    const service = copyOf('Service', 'redis');
    service.spec.portz = [];
    const { status, stdout } = run(version, [service]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/additional ?properties 'portz' not allowed/i);
  });
});
