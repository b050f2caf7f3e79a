import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import {
  AclUser, Alerts, Auth, BackupTarget, CertificateIssuer, ClientCertificates, ConnectOptions, Egress, ExternalMaster, IpStack, IRedisHa,
  KubeTemplate, LogFormat, Metrics, Order, Peer, Persistence, RedisBackup, RedisBenchmark, RedisHa, RedisHaProps, RedisKeyRestore,
  RedisMonitoring, RedisOrder, Restore, Routing, Scraping, Sentinel, Tls, TlsCertificate, TlsFront, TrustedCas, Workload,
} from '../../lib';
import { InvalidPropError } from '../../lib/settings/invalid-prop';
import { Manifest } from '../support/manifests';
import { danglingReferences, Outside, refusedConnections } from '../support/references';
import { schemaErrors } from '../support/schema';
import { secretLeaks } from '../support/secrets';

/** What users make by hand. */
const OUTSIDE: Outside = {
  // where `auth` is not given, NAME-auth
  Secret: /^(auth|copy|cert|cas|restic|s3|client|old|token|.+-auth)$/,
  ConfigMap: /^(cas-map|kube-root-ca\.crt)$/,
  PersistentVolumeClaim: /^(old-data|backups)$/,
};

/** The same numbers for the same seed. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 48_271) % 2_147_483_647;
    this.next();
  }

  /** From 0 to below 1, by the generator of Park and Miller. */
  public next(): number {
    this.state = (this.state * 16_807) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  public pick<T>(...choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)];
  }

  public chance(share: number): boolean {
    return this.next() < share;
  }
}

const NAMES = ['redis', 'a', '0cache', 'x'.repeat(40), 'x'.repeat(48), 'a-server', 'a-0', 'cache9', 'a.b', 'x'.repeat(63), 'a-restore',
  'a-announce-0'];
const target = (dice: Dice) => dice.pick(
  BackupTarget.s3({ bucket: 'backups', passwordSecret: 'restic', credentialsSecret: 's3' }),
  BackupTarget.volume('backups', { passwordSecret: 'restic' }),
  BackupTarget.sftp({ host: 'files.example.com', user: 'backup', path: '/backups', passwordSecret: 'restic', credentialsSecret: 's3' }),
  BackupTarget.gcs({ bucket: 'backups', passwordSecret: 'restic' }),
);

function tls(dice: Dice): Tls | undefined {
  const certificate = dice.pick(
    TlsCertificate.secret('cert'), TlsCertificate.secret('cert', { ca: TrustedCas.configMap('cas-map') }),
    TlsCertificate.secret('cert', { ca: TrustedCas.secret('cas') }),
    TlsCertificate.certManager(CertificateIssuer.own()), TlsCertificate.certManager(CertificateIssuer.clusterIssuer('all')),
    TlsCertificate.certManager(CertificateIssuer.own(), { secretName: 'mine', clusterDomain: 'cluster.local' }),
  );
  const clients = dice.pick(undefined, ClientCertificates.REQUIRED);
  return dice.pick(
    undefined, undefined, Tls.edge(certificate), Tls.edge(certificate, { plainPort: 6390, plainReadPort: 6391, clients }),
    Tls.everywhere(certificate, { clients }), Tls.everywhere(certificate, { front: TlsFront.REENCRYPT, clients }),
  );
}

function propsOf(dice: Dice): RedisHaProps {
  const users = dice.pick<AclUser[] | undefined>(undefined, undefined, [AclUser.application('shop', { keys: ['shop:*'] }), AclUser.backup()],
    [AclUser.reader('shop')]);
  const hostNetwork = dice.chance(0.1);
  const pod = {
    podSpecOverrides: hostNetwork ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : undefined,
    labels: dice.chance(0.2) ? { tier: 'data' } : undefined,
  };
  const replicas = dice.pick(undefined, 1, 2, 3, 3, 5);
  const persistence = dice.pick<Persistence | undefined>(undefined, Persistence.volume(Size.gibibytes(1)),
    Persistence.volume(Size.gibibytes(1)), Persistence.emptyDir());
  const sentinel = dice.pick(undefined, undefined, Sentinel.deployments(3), Sentinel.deployments(5, { port: 26390 }),
    Sentinel.sidecar({ port: 26391 }));
  return {
    name: dice.pick(undefined, ...NAMES),
    replicas,
    sentinel: replicas === 2 ? Sentinel.deployments(3) : sentinel,
    routing: dice.pick(undefined, Routing.podIp(), Routing.direct(), Routing.direct({ readPort: 6380 }), Routing.consul(),
      Routing.consul({ tokenSecret: 'token' }), Routing.none()),
    persistence,
    auth: dice.pick<Auth | undefined>(undefined, undefined, Auth.none(), Auth.secret('auth', {
      users,
      componentUsers: users && dice.chance(0.5) ? true : undefined,
    })),
    tls: tls(dice),
    metrics: dice.pick(undefined, Metrics.exporter()),
    workload: dice.pick(undefined, undefined, Workload.CACHE),
    ipStack: dice.pick(undefined, undefined, IpStack.DUAL_STACK, IpStack.IPV6),
    kubernetes: dice.pick(undefined, undefined, { events: true, roleLabel: true }),
    network: dice.pick(undefined, undefined, { egress: Egress.restricted() },
      { egress: Egress.restricted({ more: [{ to: Peer.cidr('10.0.0.0/8'), ports: [443] }] }) }),
    networkPolicies: dice.chance(0.1) ? false : undefined,
    nativeSidecars: dice.chance(0.2) ? true : undefined,
    hibernate: dice.chance(0.08) ? true : undefined,
    fixedIds: dice.chance(0.2) ? false : undefined,
    imageRegistry: dice.pick(undefined, 'registry.example.com'),
    logFormat: dice.pick(undefined, LogFormat.JSON),
    restore: dice.chance(0.12) ? dice.pick(Restore.fromBackup(target(dice)), Restore.fromVolume('old-data', 'dump.rdb')) : undefined,
    follow: dice.chance(0.08) ? ExternalMaster.at('old.example.com', 6379, { passwordSecret: 'old' }) : undefined,
    server: {
      pod: { ...pod, terminationGracePeriod: undefined },
      port: dice.pick(undefined, 7000),
      memberServices: dice.chance(0.1) ? {} : undefined,
    },
    proxy: dice.chance(0.3) ? { port: dice.pick(undefined, 7100), autoscaling: dice.chance(0.4) ? { maxReplicas: 5 } : undefined } : undefined,
    labels: dice.pick(undefined, { team: 'shop' }),
  };
}

/** Does what may be refused. @returns whether it was not */
function tried(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof InvalidPropError) return false;
    throw error;
  }
}

function addOns(dice: Dice, chart: Chart, redis: IRedisHa, id: string): void {
  const acts: readonly (() => unknown)[] = [
    () => new RedisBackup(chart, `${id}-backup`,
      { redis, target: target(dice), connection: { user: dice.pick(undefined, 'backup'), clientCertificate: redis.clientCertificates ? 'client' : undefined } }),
    () => new RedisMonitoring(chart, `${id}-mon`,
      { redis, scraping: dice.pick(undefined, Scraping.annotatedServices(), Scraping.none()), alerts: dice.pick(undefined, Alerts.configMap()) }),
    () => new RedisBenchmark(chart, `${id}-bench`, { redis, clientCertificate: redis.clientCertificates ? 'client' : undefined }),
    () => new RedisOrder(chart, `${id}-order`,
      { redis, order: dice.pick(Order.failover(), Order.pause(Duration.minutes(5)), Order.rebuild(0), Order.resume()) }),
    () => new RedisKeyRestore(chart, `${id}-keys`,
      { redis, from: dice.pick(Restore.fromBackup(target(dice)), Restore.fromVolume('old-data', 'dump.rdb')), pattern: 'cart:*' }),
  ];
  for (const act of acts) {
    const before = chart.node.children.length;
    // what is refused half-way ends the synthesis of whoever catches nothing
    if (dice.chance(0.35) && !tried(act)) for (const child of chart.node.children.slice(before)) chart.node.tryRemoveChild(child.node.id);
  }
}

function connect(dice: Dice, redis: IRedisHa, workload: IConstruct, elsewhere: boolean, prefix: string): void {
  const options: ConnectOptions = {
    prefix,
    user: dice.pick(undefined, 'shop', 'default'),
    sentinel: dice.chance(0.4) ? true : undefined,
    clientCertificate: redis.clientCertificates ? 'client' : undefined,
    ...elsewhere ? { secretName: 'copy', ca: TrustedCas.secret('cas') } : {},
  };
  for (const given of [options, { ...options, ca: undefined }, { ...options, user: undefined }, {
    ...options,
    user: undefined,
    ca: undefined,
  }]) if (tried(() => redis.connectFrom(workload, given))) return;
}

/** Everything of one seed. */
function synthesized(seed: number): { readonly manifests: readonly Manifest[]; readonly installations: number } {
  const dice = new Dice(seed);
  const app = Testing.app();
  const namespace = dice.pick(undefined, 'shop', 'shop');
  const charts = [new Chart(app, 'one', { namespace }), new Chart(app, 'two', {
    namespace: dice.pick(namespace, namespace,
      namespace === undefined ? undefined : 'other'),
  })];
  const clients = charts.flatMap((chart) => [new kplus.Deployment(chart, 'web', {
    containers: [{
      image: 'web:1',
      securityContext: { ensureNonRoot: false },
    }],
  }), new kplus.CronJob(chart, 'report', { schedule: { expressionString: '0 0 * * *' } as any, containers: [{ image: 'report:1' }] })]);
  let installations = 0;
  for (const [index, chart] of [charts[0], dice.pick(...charts), ...dice.chance(0.3) ? [charts[1]] : []].entries()) {
    const props = propsOf(dice);
    let redis: RedisHa | undefined;
    // an id of its own for each, so that one that is refused leaves nothing behind that is looked at
    const scope = new Chart(app, `${chart.node.id}-${index}`, { namespace: chart.namespace });
    if (!tried(() => { redis = new RedisHa(scope, 'redis', props); })) {
      for (const child of scope.node.children) scope.node.tryRemoveChild(child.node.id);
      continue;
    }
    installations += 1;
    addOns(dice, scope, redis!, 'r');
    for (const [order, client] of clients.entries()) {
      if (dice.chance(0.5)) {
        connect(dice, redis!, client,
          Chart.of(client).namespace !== chart.namespace, dice.chance(0.85) ? `R${index}${order}` : 'REDIS');
      }
    }
    if (dice.chance(0.2)) tried(() => redis!.allowMetricsFrom(Peer.namespace('monitoring')));
    if (dice.chance(0.3)) {
      const { name, masterName, auth, tls: secure, sentinel, routing, replicas, metrics, server, proxy, networkPolicies } = props;
      tried(() => {
        const imported = RedisHa.fromAttributes(charts[1], `imported-${index}`, {
          name: name ?? redis!.name,
          masterName,
          auth,
          tls: secure,
          sentinel,
          routing,
          replicas,
          metrics,
          namespace: redis!.namespace,
          serverPort: server?.port,
          port: proxy?.port,
          networkPolicies,
        });
        connect(dice, imported, clients[2], charts[1].namespace !== chart.namespace, `IMPORTED${index}`);
        if (dice.chance(0.4)) addOns(dice, charts[1], imported, `i${index}`);
      });
    }
  }
  if (dice.chance(0.3)) {
    KubeTemplate.attachTo(clients[0], {
      templates: [{
        template: '{{ range pods "app=web" }}{{ .Name }}{{ end }}',
        file: 'pods.txt',
      }],
    });
  }
  return { manifests: app.charts.flatMap((chart) => Testing.synth(chart) as Manifest[]), installations };
}

function faults(manifests: readonly Manifest[]): string[] {
  return [
    ...manifests.flatMap((one) => [...schemaErrors('1.33', one), ...secretLeaks(one)].map((error) => `${one.kind} ${one.metadata.name}: ${error}`)),
    ...danglingReferences(manifests, OUTSIDE), ...refusedConnections(manifests),
  ];
}

/** How many are looked at. Others: FIRST=1000 SEEDS=500 */
const SEEDS = Number(process.env.SEEDS ?? 100);
const FIRST = Number(process.env.FIRST ?? 1);

test('combinations of installations, clients and add-ons: valid objects, whose references lead somewhere and whose connections are let through',
  () => {
    const found = new Map<string, number>();
    let installations = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const one = synthesized(seed);
      installations += one.installations;
      for (const fault of faults(one.manifests)) if (!found.has(fault)) found.set(fault, seed);
    }
    expect([...found].map(([fault, seed]) => `seed ${seed}: ${fault}`)).toEqual([]);
    // where all are refused nothing is shown
    expect(installations).toBeGreaterThan(SEEDS / 2);
  }, 120_000);

describe('notices', () => {
  const kinds = ['StatefulSet', 'CronJob', 'Job', 'NetworkPolicy', 'PodMonitor'];
  const complete = (seed: number): readonly Manifest[] => {
    const { manifests } = synthesized(seed);
    return kinds.every((kind) => manifests.some((one) => one.kind === kind && one.metadata.labels !== undefined)) ? manifests : complete(seed + 1);
  };
  const manifests = complete(1);

  const changed = (change: (one: any) => void): string[] => {
    const copies: Manifest[] = JSON.parse(JSON.stringify(manifests));
    copies.forEach(change);
    return faults(copies);
  };
  const without = (kind: string): string[] => faults(manifests.filter((one) => one.kind !== kind));

  test.each<[string, () => string[], RegExp]>([
    ['a ConfigMap that is not there', () => without('ConfigMap'), /StatefulSet .*: no ConfigMap /],
    ['a Service that is not there', () => without('Service'), /: no Service /],
    ['a workload that is not there', () => without('StatefulSet'), /^Service .* selects nothing$/],
    ['an object that exists twice', () => faults([...manifests, manifests[0]]), /exists twice$/],
    ['a policy without rules', () => changed((one) => { if (one.kind === 'NetworkPolicy') delete one.spec.ingress; }), /does not let .* in at \d+$/],
    ['a policy that shuts in',
      () => changed((one) => { if (one.kind === 'NetworkPolicy') Object.assign(one.spec, { policyTypes: ['Egress'], egress: undefined }); }), /is not let out to /],
    ['a port that nobody listens on',
      () => changed((one) => { if (one.kind === 'Service') for (const port of one.spec.ports) port.targetPort = 'other'; }), /has no port other$/],
    ['labels of pods that no selector knows',
      () => changed((one) => { if (one.kind === 'Deployment') one.spec.template.metadata.labels = {}; }), /selects the pods of nobody$/],
    ['a Secret that nobody makes',
      () => changed((one) => { for (const volume of one.spec?.template?.spec?.volumes ?? []) if (volume.secret) volume.secret.secretName = 'nobodys'; }), /: no Secret nobodys$/],
    ['a name that is too long',
      () => changed((one) => { if (one.kind === 'StatefulSet') one.metadata.name = 'x'.repeat(53); }), /has no name of its kind$/],
    ['a volume that is not there', () => changed((one) => { if (one.kind === 'StatefulSet') one.spec.template.spec.volumes = []; }), /: no volume /],
    ['a password',
      () => changed((one) => { if (one.kind === 'StatefulSet') one.spec.template.spec.containers[0].command.push('--requirepass', 'hunter2'); }), /StatefulSet/],
  ])('%s', (_, broken, fault) => {
    expect(broken()).toContainEqual(expect.stringMatching(fault));
  });
});
