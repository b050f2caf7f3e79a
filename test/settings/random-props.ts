import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import {
  Auth, CertificateIssuer, DurabilityMode, Egress, Engine, ExternalMaster, IpStack, LogFormat, Metrics, Peer, Persistence, ProxyServiceType,
  ReadBalance, RedisHaProps, Restore, Routing, Sentinel, Spread, Tls, TlsCertificate, TrustedCas, Workload,
} from '../../lib/index';

/** cdk8s takes no objects without a prototype, and no language makes any of props. */
const PLAIN = { noNullPrototype: true };

/** A few of these options: with all of them almost nothing would be accepted. */
function some<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, most: number = 2): fc.Arbitrary<Partial<T>> {
  const all = Object.keys(model) as (keyof T)[];
  return fc.subarray(all, { maxLength: Math.min(most, all.length) })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, model[key]])), PLAIN) as fc.Arbitrary<Partial<T>>);
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
/** Mostly what may be right, sometimes what is wrong. */
const mostly = <T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrong });

const count = mostly(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, -1, 1.5, NaN, 99));
const port = mostly(
  fc.oneof(fc.integer({ min: 1024, max: 65535 }), fc.constantFrom(6379, 6380, 8404, 26379)),
  fc.constantFrom(-1, 0, 80, 1.5, 70000),
);
const text = mostly(fc.stringMatching(/^[a-z][a-z0-9-]{0,45}$/), fc.string());
const image = mostly(
  fc.constantFrom('redis:1.2.3', 'registry.example.com:5000/a/b:1', `redis@sha256:${'0'.repeat(64)}`),
  fc.oneof(fc.constantFrom('redis', 'redis:latest'), fc.string()),
);
const duration = mostly(
  fc.integer({ min: 1, max: 100 }).map((seconds) => Duration.seconds(seconds)),
  fc.constantFrom(Duration.millis(0), Duration.millis(1), Duration.millis(1500), Duration.hours(30)),
);
const size = fc.integer({ min: 1, max: 4_000_000 }).map((kib) => Size.kibibytes(kib));
const dictionary = fc.dictionary(mostly(fc.stringMatching(/^[a-z]{1,10}(\/[a-z]{1,10})?$/), fc.string()), mostly(text, fc.string()), { maxKeys: 2, ...PLAIN });
const resources = fc.record({ limits: fc.integer({ min: 1, max: 4000 }).map((mib) => ({ memory: k8s.Quantity.fromString(`${mib}Mi`) })) }, PLAIN);
const disruptionBudget = some({ minAvailable: count, maxUnavailable: count });
const probe = some({ period: duration, timeout: duration, failureThreshold: count });
const probes = some({ readiness: probe, liveness: probe, startup: probe });
const named = fc.constantFrom('logs', 'more', 'agent', 'data', 'Config', '');
const env = fc.array(fc.oneof(fc.constant({ name: 'MORE', value: '1' }), fc.constant({ name: 'APP_PASSWORD', value: 'hunter2' })), { maxLength: 1 });
const pod = some({
  labels: dictionary,
  annotations: dictionary,
  spread: fc.constantFrom(...Object.values(Spread)),
  priorityClassName: text,
  terminationGracePeriod: duration,
  env,
  containers: fc.array(fc.record({ name: named, image: fc.constant('more:1'), env }, PLAIN), { maxLength: 2 }),
  volumes: fc.array(fc.record({ name: named, emptyDir: fc.constant({}) }, PLAIN), { maxLength: 2 }),
});
const directives = (...lines: string[]) => fc.array(fc.constantFrom(...lines), { maxLength: 1 });
const sentinelOptions = some({
  quorum: count,
  downAfter: duration,
  failoverTimeout: duration,
  parallelSyncs: count,
  masterRebootDownAfter: duration,
  unreachableAfter: duration,
  port,
  disruptionBudget,
  directives: directives('maxclients 100', 'port 1', 'requirepass hunter2', 'sentinel resolve-hostnames yes', '# none', 'a\nport 2'),
});

const egressRule = some({ to: fc.constantFrom(Peer.namespace('dns'), Peer.cidr('10.0.0.0/8'), Peer.cidr('x')), ports: fc.array(port, { maxLength: 2 }) });

const PROPS: { [K in keyof Required<RedisHaProps>]: fc.Arbitrary<RedisHaProps[K]> } = {
  name: text,
  masterName: text,
  engine: fc.oneof(fc.constant(Engine.valkey()), text.map((version) => Engine.redis({ version })), image.map((one) => Engine.redis({ image: one }))),
  replicas: count,
  annotations: dictionary,
  sentinel: fc.oneof(
    sentinelOptions.map((options) => Sentinel.sidecar(options)),
    fc.tuple(count, sentinelOptions, maybe(pod)).map(([n, options, pods]) => Sentinel.deployments(n, { ...options, pod: pods }))),
  routing: fc.constantFrom(Routing.service(), Routing.podIp(), Routing.none()),
  persistence: fc.oneof(
    fc.tuple(size, maybe(text), maybe(dictionary)).map(([s, storageClass, annotations]) => Persistence.volume(s, { storageClass, annotations })),
    size.map((s) => Persistence.emptyDir({ sizeLimit: s, mode: DurabilityMode.SNAPSHOT })),
    text.map((claim) => Persistence.existingClaim(claim)),
    text.map((directory) => Persistence.hostPath(`/${directory}`))),
  workload: fc.constantFrom(...Object.values(Workload)),
  restore: fc.tuple(text, text, some({ pod, resources, until: text })).map(([claim, path, options]) => Restore.fromVolume(claim, path, options)),
  follow: fc.tuple(text, port, some({ passwordSecret: text, passwordKey: text, user: text, tls: fc.boolean(), cutOver: fc.boolean() }))
    .map(([host, one, options]) => ExternalMaster.at(host, one, options)),
  metrics: some({ image, resources, keys: fc.array(text, { maxLength: 2 }) }).map((options) => Metrics.exporter(options)),
  auth: fc.oneof(fc.constant(Auth.none()), fc.tuple(text, text).map(([name, key]) => Auth.secret(name, { key }))),
  tls: fc.oneof(
    fc.tuple(
      some({ extraNames: fc.array(text, { maxLength: 2 }), duration, renewBefore: duration, secretName: text }), maybe(port), maybe(text),
    ).map(([options, plainPort, serverName]) => (
      Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own(), options), { plainPort, serverName }))),
    fc.tuple(text, maybe(text), maybe(port)).map(([name, ca, plainPort]) => (
      Tls.edge(TlsCertificate.secret(name, { ca: ca === undefined ? undefined : TrustedCas.configMap(ca) }), { plainPort })))),
  server: some({
    port,
    maxmemory: size,
    minReplicasToWrite: count,
    replBacklogSize: size,
    directives: directives('hz 20', 'save 60 1', 'port 1', 'requirepass hunter2', '# none', ' ', 'hz 20\nport 2', '"port" 3'),
    resources,
    probes,
    agent: some({ image, bootTimeout: duration, handOverBudget: duration }),
    pod,
    revisionHistoryLimit: count,
    memberServices: some({ type: fc.constantFrom(...Object.values(ProxyServiceType)), nodePorts: fc.array(port, { maxLength: 3 }), hostname: text }),
    disruptionBudget,
  }),
  proxy: some({
    replicas: count,
    image,
    port,
    readPort: port,
    statsPort: port,
    maxconn: count,
    drain: duration,
    checks: some({ sentinelInterval: duration, roleInterval: duration, consensusInterval: duration, timeout: duration }),
    timeouts: some({ connect: duration, client: duration, server: duration }),
    customSections: fc.constantFrom('', 'cache mine\n    total-max-size 1', 'backend replicas', 'listen more\n    stats auth me:hunter2'),
    resources,
    probes,
    pod,
    disruptionBudget,
    service: some({
      type: fc.constantFrom(...Object.values(ProxyServiceType)),
      annotations: dictionary,
      nodePort: port,
      loadBalancerClass: text,
      hostname: text,
      sessionAffinity: duration,
    }),
    extraPorts: fc.array(fc.record({ name: text, port }, PLAIN), { maxLength: 2 }),
    reads: some({ balance: fc.constantFrom(...Object.values(ReadBalance)), maxLag: size }),
    autoscaling: fc.tuple(count, some({ minReplicas: count, cpuPercent: count })).map(([maxReplicas, more]) => ({ ...more, maxReplicas })),
    rollout: some({ maxSurge: count, maxUnavailable: count, minReady: duration, revisionHistoryLimit: count }),
    tcpRoute: fc.tuple(text, some({ namespace: text, listener: text, readListener: text })).map(([gateway, more]) => ({ ...more, gateway })),
    lines: some({ global: directives('tune.bufsize 32768', 'frontend mine', 'stats auth me:hunter2', 'a\nb'), replicas: directives('fullconn 100') }),
  }),
  labels: dictionary,
  imageRegistry: mostly(fc.constantFrom('registry.example.com', 'registry.example.com:5000/mirror'), fc.string()),
  imagePullSecrets: fc.array(text, { maxLength: 2 }),
  ipStack: fc.constantFrom(...Object.values(IpStack)),
  logFormat: fc.constantFrom(...Object.values(LogFormat)),
  fixedIds: fc.boolean(),
  nativeSidecars: fc.boolean(),
  networkPolicies: fc.boolean(),
  network: some({
    appProtocol: text,
    egress: fc.oneof(
      fc.constant(Egress.any()),
      some({ dns: egressRule, apiServer: egressRule, more: fc.array(egressRule, { maxLength: 2 }) }).map((options) => Egress.restricted(options))),
  }),
  hibernate: fc.boolean(),
  kubernetes: some({ events: fc.boolean(), roleLabel: fc.boolean() }),
};

/** A few props at a time, of those named or of all. */
export function randomProps(...keys: (keyof RedisHaProps)[]): fc.Arbitrary<RedisHaProps> {
  const model = Object.fromEntries(Object.entries(PROPS).filter(([key]) => keys.length === 0 || keys.includes(key as keyof RedisHaProps)));
  return some<RedisHaProps>(model as typeof PROPS, 4);
}
