import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AccessMode, ClaimSource, DurabilityMode, Engine, Fsync, IpStack, Persistence, ProxyServiceType, RedisHaProps, Routing, Sentinel, UpdateStrategy,
  Workload,
} from '../../lib';
import { InvalidPropError } from '../../lib/settings/invalid-prop';
import { build, FULL, OTHERS } from '../settings/full-props';
import { randomProps } from '../settings/random-props';
import { install, Manifest, Manifests } from '../support/manifests';

/** What the API server lets an update of a StatefulSet change. */
const MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds', 'revisionHistoryLimit'];

/** What the API server refuses to change in an object that is there. */
function immutable({ kind, spec, roleRef, immutable: frozen, data }: Manifest): unknown {
  switch (kind) {
    case 'StatefulSet': return Object.fromEntries(Object.entries(spec).filter(([field]) => !MUTABLE.includes(field)));
    case 'Deployment': return spec.selector;
    case 'Service': return [spec.clusterIP, spec.ipFamilies?.[0], spec.loadBalancerClass];
    case 'Job': return [spec.selector, spec.template];
    case 'RoleBinding':
    case 'ClusterRoleBinding': return roleRef;
    case 'ConfigMap': return frozen === true ? data : undefined;
    default: return undefined;
  }
}

/** Objects of both that could not be updated from one to the other. */
function refused(before: Manifests, after: Manifests): string[] {
  return after.all.flatMap((one) => {
    const former = before.find(one.kind, one.metadata.name);
    const same = former === undefined || JSON.stringify(immutable(former)) === JSON.stringify(immutable(one));
    return same ? [] : [`${one.kind} ${one.metadata.name}`];
  });
}

const VOLUME = Persistence.volume(Size.gibibytes(1));
/** With everything that there may be, under one name. */
const BASE: RedisHaProps = { persistence: VOLUME, sentinel: Sentinel.deployments() };

/** Props that say what cannot be changed in place, and what is changed there. Each has its row in docs/how-to/operations.md. */
const DOCUMENTED: { readonly [row: string]: readonly [before: RedisHaProps, after: RedisHaProps, refused: string] } = {
  'Persistence.volume(size)': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(2)) }, 'StatefulSet redis-server'],
  'storageClass': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { storageClass: 'fast' }) }, 'StatefulSet redis-server'],
  'annotations': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { annotations: { a: 'b' } }) }, 'StatefulSet redis-server'],
  'specOverrides': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { specOverrides: { volumeAttributesClassName: 'x' } }) }, 'StatefulSet redis-server'],
  'labels': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { labels: { a: 'b' } }) }, 'StatefulSet redis-server'],
  'accessMode': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { accessMode: AccessMode.READ_WRITE_ONCE_POD }) }, 'StatefulSet redis-server'],
  'selector': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { selector: { a: 'b' } }) }, 'StatefulSet redis-server'],
  'dataSource': [BASE, { ...BASE, persistence: Persistence.volume(Size.gibibytes(1), { dataSource: ClaimSource.claim('a') }) }, 'StatefulSet redis-server'],
  'workload': [{}, { workload: Workload.QUEUE }, 'StatefulSet redis-server'],
  'Persistence.emptyDir()': [BASE, { ...BASE, persistence: Persistence.emptyDir() }, 'StatefulSet redis-server'],
  'ipStack': [{ ipStack: IpStack.IPV4 }, { ipStack: IpStack.IPV6 }, 'Service redis'],
  'proxy.service.loadBalancerClass': [
    { proxy: { service: { type: ProxyServiceType.LOAD_BALANCER, loadBalancerClass: 'a' } } }, { proxy: { service: { type: ProxyServiceType.LOAD_BALANCER, loadBalancerClass: 'b' } } }, 'Service redis',
  ],
};

describe('what cannot be changed in place', () => {
  const operations = fs.readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'how-to', 'operations.md'), 'utf8');
  const section = /## Change what cannot be changed in place\n([^]*?)\n## /.exec(operations)![1];

  test.each(Object.entries(DOCUMENTED))('%s is in docs/how-to/operations.md', (row, [before, after, object]) => {
    expect(refused(install(before), install(after))).toContain(object);
    expect(section).toContain(`\`${row}\``);
  });
});

/** The same without what the list above names. */
function changeable({ persistence, ipStack, proxy, ...others }: RedisHaProps): RedisHaProps {
  if (proxy?.service === undefined) return { ...others, ...proxy && { proxy } };
  const { loadBalancerClass, ...service } = proxy.service;
  return { ...others, proxy: { ...proxy, service } };
}

/** Each prop, set alone over an installation that has none of it. */
const ALONE: [string, Partial<RedisHaProps>][] = [
  ...Object.keys(FULL).map((prop): [string, Partial<RedisHaProps>] => [prop, { [prop]: build((FULL as any)[prop]) }]),
  ...OTHERS.map((props): [string, Partial<RedisHaProps>] => [Object.keys(props).join(), build(props)]),
];

describe('everything else reaches no field that the API server refuses to change', () => {
  test.each(ALONE)('%s', (prop, given) => {
    const { networkPolicies, ...after } = { ...BASE, ...changeable(given) };
    // one of the proxy's options needs it
    const routing = prop === 'proxy' ? { routing: Routing.podIp() } : {};
    const same = { name: 'redis', ...prop === 'name' ? given : {}, ...routing };
    expect(refused(install({ ...BASE, ...same }), install({ ...after, networkPolicies, ...same }))).toEqual([]);
  });

  test.each<[string, RedisHaProps, RedisHaProps]>([
    ['from Redis to Valkey', { engine: Engine.redis() }, { engine: Engine.valkey() }],
    ['how data is written', { persistence: VOLUME }, { persistence: Persistence.volume(Size.gibibytes(1), { mode: DurabilityMode.SNAPSHOT }) }],
    ['when the log is flushed, and where it is', { persistence: VOLUME }, { persistence: Persistence.volume(Size.gibibytes(1), { fsync: Fsync.ALWAYS, subPath: 'a' }) }],
    ['what becomes of claims of servers that are left out', { persistence: VOLUME }, { persistence: Persistence.volume(Size.gibibytes(1), { deleteWhenScaled: true }) }],
    ['how pods are updated', {}, { server: { updateStrategy: UpdateStrategy.onDelete(), minReady: Duration.seconds(5) } }],
    ['what becomes of claims', { persistence: VOLUME }, { persistence: Persistence.volume(Size.gibibytes(1), { deleteWithCluster: true }) }],
    ['a second family', { ipStack: IpStack.IPV4 }, { ipStack: IpStack.DUAL_STACK }],
    ['labels and annotations', {}, { labels: { team: 'shop' }, annotations: { note: 'x' } }],
    ['Sentinels with pods of their own', { sentinel: Sentinel.sidecar() }, { sentinel: Sentinel.deployments() }],
  ])('%s', (_, before, after) => {
    expect(refused(install({ persistence: VOLUME, ...before }), install({ persistence: VOLUME, ...after }))).toEqual([]);
  });

  test('of random props', () => {
    let compared = 0;
    const attempt = (props: RedisHaProps) => {
      try {
        return install({ ...changeable(props), name: 'redis', persistence: VOLUME });
      } catch (error) {
        if (!(error instanceof InvalidPropError)) throw error;
        return undefined;
      }
    };
    fc.assert(fc.property(randomProps(), randomProps(), (one, other) => {
      const [before, after] = [attempt(one), attempt(other)];
      if (before === undefined || after === undefined) return;
      compared += 1;
      expect(refused(before, after)).toEqual([]);
    }), { numRuns: 200 });
    // a property that hardly ever compares proves nothing
    expect(compared).toBeGreaterThan(20);
  }, 120_000);
});
