import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import {
  Auth, Engine, IpStack, Persistence, ProxyServiceType, RedisHaProps, Routing, Sentinel, Spread,
} from '../../lib';
import { InvalidPropError } from '../../lib/private/invalid-prop';
import { install, Manifests } from '../support/manifests';
import { schemaErrors } from '../support/schema';

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const count = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) }, { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, NaN, 99) });
const port = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1024, max: 65535 }) }, { weight: 1, arbitrary: fc.integer({ min: -1, max: 70000 }) });
const text = fc.oneof({ weight: 6, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,45}$/) }, { weight: 1, arbitrary: fc.string() });
const duration = fc.integer({ min: 0, max: 100_000 }).map((ms) => Duration.millis(ms));
const size = fc.integer({ min: 1, max: 4_000_000 }).map((kib) => Size.kibibytes(kib));
const labels = fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z]{1,10}(\/[a-z]{1,10})?$/), fc.string()), fc.oneof(text, fc.string()), { maxKeys: 2 });
const resources = fc.record({ limits: fc.integer({ min: 1, max: 4000 }).map((mib) => ({ memory: k8s.Quantity.fromString(`${mib}Mi`) })) });
const disruptionBudget = fc.record({ minAvailable: count, maxUnavailable: count }, { requiredKeys: [] });
const pod = fc.record({
  labels,
  spread: fc.constantFrom(...Object.values(Spread)),
  priorityClassName: text,
  terminationGracePeriod: duration,
  containers: fc.array(fc.record({ name: text }), { maxLength: 1 }),
}, { requiredKeys: [] });
const sentinelOptions = fc.record({ quorum: count, downAfter: duration, port, disruptionBudget }, { requiredKeys: [] });

const props: fc.Arbitrary<RedisHaProps> = fc.record<RedisHaProps>({
  name: text,
  masterName: maybe(text),
  engine: maybe(fc.oneof(
    fc.constant(Engine.valkey()), text.map((version) => Engine.redis({ version })), text.map((image) => Engine.redis({ image })))),
  replicas: maybe(count),
  sentinel: maybe(fc.oneof(
    sentinelOptions.map((options) => Sentinel.sidecar(options)), fc.tuple(count, sentinelOptions).map(([n, o]) => Sentinel.deployments(n, o)))),
  routing: maybe(fc.constantFrom(Routing.service(), Routing.podIp(), Routing.none())),
  persistence: maybe(fc.oneof(
    size.map((s) => Persistence.volume(s)), size.map((s) => Persistence.emptyDir({ sizeLimit: s })),
    text.map((claim) => Persistence.existingClaim(claim)))),
  auth: maybe(fc.oneof(fc.constant(Auth.none()), fc.tuple(text, text).map(([name, key]) => Auth.secret(name, { key })))),
  server: maybe(fc.record({ port, maxmemory: size, minReplicasToWrite: count, resources, pod, disruptionBudget }, { requiredKeys: [] })),
  proxy: maybe(fc.record({
    replicas: count,
    port,
    readPort: port,
    statsPort: port,
    maxconn: count,
    drain: duration,
    resources,
    pod,
    disruptionBudget,
    service: fc.record({ type: fc.constantFrom(...Object.values(ProxyServiceType)), nodePort: port, loadBalancerClass: text }, { requiredKeys: [] }),
  }, { requiredKeys: [] })),
  labels: maybe(labels),
  imagePullSecrets: maybe(fc.array(text, { maxLength: 2 })),
  ipStack: maybe(fc.constantFrom(...Object.values(IpStack))),
  nativeSidecars: maybe(fc.boolean()),
  networkPolicies: maybe(fc.boolean()),
});

/** Some props at a time: with all of them almost nothing would be accepted. */
const someProps = fc.tuple(props, fc.array(fc.constantFrom<keyof RedisHaProps>(
  'masterName', 'engine', 'replicas', 'sentinel', 'routing', 'persistence', 'auth', 'server', 'proxy', 'labels', 'imagePullSecrets', 'ipStack',
  'nativeSidecars', 'networkPolicies'), { maxLength: 4 })).map(([all, keys]) => Object.fromEntries(
  Object.entries(all).filter(([key, value]) => (key === 'name' || keys.includes(key as keyof RedisHaProps)) && value !== undefined)) as RedisHaProps);

function check(manifests: Manifests): void {
  const names = manifests.all.map((one) => `${one.kind} ${one.metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
  for (const one of manifests.all) {
    expect(schemaErrors('1.33', one)).toEqual([]);
    expect(one.metadata.name).toMatch(NAME);
    expect(one.metadata.name.length).toBeLessThanOrEqual(one.kind === 'StatefulSet' ? 52 : 63);
    const template = one.spec?.template;
    for (const value of Object.values<string>({ ...one.metadata.labels, ...template?.metadata.labels })) {
      expect(value).toMatch(LABEL_VALUE);
      expect(value.length).toBeLessThanOrEqual(63);
    }
    for (const { name } of template?.spec.containers ?? []) {
      expect(name).toMatch(NAME);
      expect(name.length).toBeLessThanOrEqual(63);
    }
  }
}

test('random props either throw InvalidPropError or become manifests that Kubernetes takes', () => {
  const seen = { refused: 0, taken: 0 };
  fc.assert(fc.property(someProps, (random) => {
    let manifests: Manifests;
    try {
      manifests = install(random);
    } catch (error) {
      if (!(error instanceof InvalidPropError)) throw error;
      seen.refused += 1;
      return;
    }
    seen.taken += 1;
    check(manifests);
  }), { numRuns: 200 });
  // a property that only ever sees one of the two proves nothing
  expect(seen.refused).toBeGreaterThan(10);
  expect(seen.taken).toBeGreaterThan(10);
}, 120_000);
