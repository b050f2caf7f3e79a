import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  AccessMode, AclUser, Auth, BackupTarget, CertificateIssuer, ClaimSource, ClientCertificates, Consensus, DurabilityMode, Egress, Engine,
  ExternalMaster, ExternalTrafficPolicy, Fsync, ImagePullPolicy, IpStack, KubeTemplateImage, LogFormat, MaxmemoryPolicy, Metrics, Peer,
  Persistence, ProxyServiceType, ReadBalance, RedisHaProps, Restore, Routing, Sentinel, Spread, Tls, TlsCertificate, TlsFront, TlsVersion,
  TrafficDistribution, TrustedCas, UpdateStrategy, Workload,
} from '../../lib';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { install, withoutPrograms } from '../support/manifests';

/** A value for an option, and what it writes: a part of the manifests that is not there without it. */
type Case = readonly [value: unknown, written: string];

interface Options {
  readonly file: string;
  readonly interface: string;
  /** Props that hold these options, on top of those that the case is compared with. */
  readonly props: (options: any) => RedisHaProps;
  readonly cases: { readonly [option: string]: Case };
}

const memory = (limit: string) => ({ limits: { memory: k8s.Quantity.fromString(limit) } });
const KEPT = Persistence.volume(Size.gibibytes(1));
const seconds = (count: number) => Duration.seconds(count);

const POD: { readonly [option: string]: Case } = {
  spread: [Spread.ONE_PER_NODE, '"requiredDuringSchedulingIgnoredDuringExecution"'],
  labels: [{ tier: 'edge' }, '"tier":"edge"'],
  annotations: [{ note: 'mine' }, '"note":"mine"'],
  nodeSelector: [{ disk: 'ssd' }, '"nodeSelector":{"disk":"ssd"}'],
  tolerations: [[{ key: 'dedicated', operator: 'Exists' }], '"tolerations":[{"key":"dedicated","operator":"Exists"}]'],
  affinity: [{ nodeAffinity: {} }, '"nodeAffinity":{}'],
  topologySpreadConstraints: [[{ topologyKey: 'rack', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' }], '"topologyKey":"rack"'],
  priorityClassName: ['high', '"priorityClassName":"high"'],
  terminationGracePeriod: [seconds(77), '"terminationGracePeriodSeconds":77'],
  env: [[{ name: 'MORE', value: 'x' }], '{"name":"MORE","value":"x"}'],
  volumes: [[{ name: 'more', emptyDir: {} }], '{"emptyDir":{},"name":"more"}'],
  volumeMounts: [[{ name: 'run', mountPath: '/more' }], '{"mountPath":"/more","name":"run"}'],
  containers: [[{ name: 'logs', image: 'logs:1' }], '{"image":"logs:1","name":"logs"}'],
  initContainers: [[{ name: 'first', image: 'first:1' }], '"initContainers":[{"image":"first:1","name":"first"}]'],
  podSpecOverrides: [{ hostUsers: false }, '"hostUsers":false'],
  envFrom: [[{ configMapRef: { name: 'more' } }], '"envFrom":[{"configMapRef":{"name":"more"}}]'],
  imagePullPolicy: [ImagePullPolicy.ALWAYS, '"imagePullPolicy":"Always"'],
};
const PROBE: { readonly [option: string]: Case } = {
  period: [seconds(17), '"periodSeconds":17'], timeout: [seconds(19), '"timeoutSeconds":19'], failureThreshold: [23, '"failureThreshold":23'],
};
const PROBES: { readonly [option: string]: Case } = Object.fromEntries(['readiness', 'liveness', 'startup'].map((probe) => (
  [probe, [{ period: seconds(17) }, '"periodSeconds":17']])));
const BUDGET: { readonly [option: string]: Case } = { minAvailable: [2, '"minAvailable":2'], maxUnavailable: [2, '"maxUnavailable":2'] };

const pods = { file: 'options/pod-options.ts', interface: 'PodOptions', cases: POD };
const probes = { file: 'options/pod-options.ts', interface: 'ProbeOptions', cases: PROBES };
const budgets = { file: 'options/pod-options.ts', interface: 'DisruptionBudget', cases: BUDGET };

const ALL: { readonly [title: string]: Options } = {
  'props': {
    file: 'options/redis-ha-props.ts',
    interface: 'RedisHaProps',
    props: (options) => (options.restore ?? options.follow ?? options.hibernate ? { ...options, persistence: KEPT } : options),
    cases: {
      engine: [Engine.valkey(), defaultImage(IMAGES.valkey)],
      replicas: [5, '"replicas":5'],
      sentinel: [Sentinel.deployments(3), 'redis-sentinel-2'],
      routing: [Routing.podIp(), '"name":"kube-template"'],
      persistence: [Persistence.volume(Size.gibibytes(3)), '"storage":"3Gi"'],
      workload: [Workload.CACHE, '\\nmaxmemory-policy allkeys-lru'],
      restore: [Restore.fromVolume('old', 'dump.rdb'), '"name":"redis-restore"'],
      follow: [ExternalMaster.at('old-redis'), '\\"host\\": \\"old-redis\\"'],
      auth: [Auth.secret('other'), '"secretName":"other"'],
      tls: [Tls.edge(TlsCertificate.secret('mine')), '"name":"tls","projected"'],
      metrics: [Metrics.exporter(), '"name":"exporter"'],
      kubernetes: [{ events: true }, '"name":"POD_UID"'],
      server: [{ port: 7001 }, '"port":7001'],
      proxy: [{ port: 7001 }, '"port":7001'],
      name: ['other', '"name":"other-server"'],
      masterName: ['main', '"name":"MASTER_NAME","value":"main"'],
      labels: [{ team: 'shop' }, '"team":"shop"'],
      annotations: [{ note: 'mine' }, '"note":"mine"'],
      imageRegistry: ['registry.example.com', 'registry.example.com/library/haproxy'],
      imagePullSecrets: [['pull'], '"imagePullSecrets":[{"name":"pull"}]'],
      ipStack: [IpStack.DUAL_STACK, '"ipFamilyPolicy":"RequireDualStack"'],
      logFormat: [LogFormat.JSON, '\\"logFormat\\": \\"json\\"'],
      fixedIds: [false, '"securityContext":{"fsGroupChangePolicy":"OnRootMismatch","runAsNonRoot":true,'],
      nativeSidecars: [true, '"restartPolicy":"Always"'],
      networkPolicies: [false, ''],
      network: [{ appProtocol: 'tcp' }, '"appProtocol":"tcp"'],
      hibernate: [true, '"replicas":0'],
    },
  },
  'kubernetes': {
    file: 'options/kubernetes-options.ts',
    interface: 'KubernetesOptions',
    props: (kubernetes) => ({ kubernetes }),
    cases: { events: [true, '\\"events\\": true'], roleLabel: [true, '\\"roleLabel\\": true'] },
  },
  'Engine': {
    file: 'options/engine.ts',
    interface: 'EngineOptions',
    props: (options) => ({ engine: Engine.redis(options) }),
    cases: { version: ['7.4.1', 'library/redis:7.4.1'], image: [`mine/redis@sha256:${'0'.repeat(64)}`, `mine/redis@sha256:${'0'.repeat(64)}`] },
  },
  'Engine.redis': {
    file: 'options/engine.ts',
    interface: 'RedisOptions',
    props: (options) => ({ engine: Engine.redis(options) }),
    cases: { modules: [true, '{"name":"MODULES_DIR","value":"/usr/local/lib/redis/modules"}'] },
  },
  'Auth.secret': {
    file: 'options/auth.ts',
    interface: 'SecretAuthOptions',
    props: (options) => ({ auth: Auth.secret('redis-auth', options) }),
    cases: {
      key: ['pass', '/etc/redis-ha-auth/pass"'],
      users: [[AclUser.application('shop')], 'shop shop-password ~* +@all'],
      componentUsers: [true, '"name":"PASSWORD_USER","value":"proxy"'],
    },
  },
  'AclUser.application': {
    file: 'options/acl-user.ts',
    interface: 'ApplicationUserOptions',
    props: (options) => ({ auth: Auth.secret('redis-auth', { users: [AclUser.application('shop', options)] }) }),
    cases: {
      keys: [['shop:*'], 'shop-password ~shop:* +@all'],
      channels: [['shop:*'], '&shop:* +@all'],
      allow: [['keys'], '+info +keys'],
      deny: [['eval'], '+info -eval'],
      allowFlush: [true, '+flushall +flushdb'],
      passwordKey: ['mine', 'shop mine ~*'],
    },
  },
  'AclUser.custom': {
    file: 'options/acl-user.ts',
    interface: 'CustomUserOptions',
    props: (options) => ({ auth: Auth.secret('redis-auth', { users: [AclUser.custom('shop', ['+get'], options)] }) }),
    cases: { passwordKey: ['mine', 'shop mine +get'] },
  },
  'Tls.edge': {
    file: 'options/tls.ts',
    interface: 'TlsEdgeOptions',
    props: (options) => ({ tls: Tls.edge(TlsCertificate.certManager(CertificateIssuer.own()), options) }),
    cases: {
      clients: [ClientCertificates.REQUIRED, 'ca-file \\"${CLIENT_CAS}\\" verify required'],
      plainPort: [6378, '"name":"redis-plain"'],
      plainReadPort: [6377, '"name":"plain-read"'],
      serverName: ['redis.example.com', '"dnsNames":["redis.example.com"'],
      minVersion: [TlsVersion.TLS_1_3, 'ssl-min-ver TLSv1.3'],
    },
  },
  'Tls.everywhere': {
    file: 'options/tls.ts',
    interface: 'TlsEverywhereOptions',
    props: (options) => ({ tls: Tls.everywhere(TlsCertificate.secret('mine'), options) }),
    cases: { front: [TlsFront.REENCRYPT, 'sni str(redis)'] },
  },
  'TlsCertificate.secret': {
    file: 'options/tls-certificate.ts',
    interface: 'SecretCertificateOptions',
    props: (options) => ({ tls: Tls.edge(TlsCertificate.secret('mine', options)) }),
    cases: { ca: [TrustedCas.configMap('cas'), '"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"cas"}'] },
  },
  'TlsCertificate.certManager': {
    file: 'options/tls-certificate.ts',
    interface: 'CertManagerOptions',
    props: (options) => ({ tls: Tls.edge(TlsCertificate.certManager(CertificateIssuer.own(), options)) }),
    cases: {
      duration: [Duration.days(30), '"duration":"720h0m0s"'],
      renewBefore: [Duration.days(10), '"renewBefore":"240h0m0s"'],
      extraNames: [['cache.example.com'], '"cache.example.com"'],
      clusterDomain: ['cluster.local', '"redis.shop.svc.cluster.local"'],
      secretName: ['mine', '"secretName":"mine"'],
      ca: [TrustedCas.secret('cas', 'both'), '"key":"both"'],
    },
  },
  'Metrics.exporter': {
    file: 'options/metrics.ts',
    interface: 'ExporterOptions',
    props: (options) => ({ metrics: Metrics.exporter(options) }),
    cases: {
      image: ['exporter:1', '"image":"exporter:1"'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
      scripts: [{ 'carts.lua': 'return {}' }, '"exporter-carts.lua":"PROGRAM"'],
      keys: [['queue', 'db1=mails'], '"-check-single-keys","queue,db1=mails"'],
      keyPatterns: [['queue:*'], '"-check-keys","queue:*","-skip-checkkeys-for-role-master"'],
      countedPatterns: [['session:*'], '"-count-keys","session:*"'],
    },
  },
  'ExternalMaster.at': {
    file: 'options/external-master.ts',
    interface: 'ExternalMasterOptions',
    props: (options) => ({
      persistence: KEPT,
      tls: options.tls ? Tls.everywhere(TlsCertificate.secret('mine')) : undefined,
      follow: ExternalMaster.at('old-redis', 6379, { ...options.passwordKey ?? options.user ? { passwordSecret: 'old' } : {}, ...options }),
    }),
    cases: {
      passwordSecret: ['old', '"name":"follow","secret":{"defaultMode":288,"optional":true,"secretName":"old"}'],
      passwordKey: ['redis-password', '/etc/redis-ha-follow/redis-password'],
      user: ['replica', '\\"user\\": \\"replica\\"'],
      tls: [true, '\\"tls\\": true'],
      cutOver: [true, '\\"cutOver\\": true'],
    },
  },
  'Restore': {
    file: 'options/restore.ts',
    interface: 'RestoreOptions',
    props: (options) => ({ persistence: KEPT, restore: Restore.fromVolume('old', '.', options) }),
    cases: {
      resources: [memory('77Mi'), '"memory":"77Mi"'],
      pod: [{ nodeSelector: { disk: 'ssd' } }, '"nodeSelector":{"disk":"ssd"}'],
    },
  },
  'Restore.fromBackup': {
    file: 'options/restore.ts',
    interface: 'BackupRestoreOptions',
    props: (options) => ({ persistence: KEPT, restore: Restore.fromBackup(BackupTarget.volume('backups', { passwordSecret: 'key' }), options) }),
    cases: {
      snapshot: ['4f3c1d2e', '{"name":"SNAPSHOT","value":"4f3c1d2e"}'],
      installation: ['other', '{"name":"SNAPSHOT_INSTALLATION","value":"other"}'],
      namespace: ['shop', '{"name":"SNAPSHOT_NAMESPACE","value":"shop"}'],
      image: ['restic:1', '"image":"restic:1"'],
    },
  },
  'Restore.fromVolume': {
    file: 'options/restore.ts',
    interface: 'VolumeRestoreOptions',
    props: (options) => ({ persistence: KEPT, restore: Restore.fromVolume('old', '.', options) }),
    cases: { until: ['2026-11-28T10:30:00Z', '{"name":"RESTORE_UNTIL","value":"1795861800"}'] },
  },
  'Persistence.volume': {
    file: 'options/persistence.ts',
    interface: 'VolumePersistenceOptions',
    props: (options) => ({ persistence: Persistence.volume(Size.gibibytes(1), options) }),
    cases: {
      storageClass: ['fast', '"storageClassName":"fast"'],
      mode: [DurabilityMode.NONE, '\\nappendonly no'],
      annotations: [{ note: 'mine' }, '"note":"mine"'],
      specOverrides: [{ volumeAttributesClassName: 'gold' }, '"volumeAttributesClassName":"gold"'],
      deleteWithCluster: [true, '{"whenDeleted":"Delete","whenScaled":"Retain"}'],
      deleteWhenScaled: [true, '{"whenDeleted":"Retain","whenScaled":"Delete"}'],
      fsync: [Fsync.ALWAYS, '\\nappendfsync always\\n'],
      labels: [{ team: 'shop' }, '"team":"shop"'],
      accessMode: [AccessMode.READ_WRITE_ONCE_POD, '"accessModes":["ReadWriteOncePod"]'],
      selector: [{ disk: 'ssd' }, '"selector":{"matchLabels":{"disk":"ssd"}}'],
      dataSource: [ClaimSource.snapshot('before'), '"dataSource":{"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"before"}'],
      subPath: ['redis/data', '{"mountPath":"/data","name":"data","subPath":"redis/data"}'],
    },
  },
  'Persistence.emptyDir': {
    file: 'options/persistence.ts',
    interface: 'EmptyDirPersistenceOptions',
    props: (options) => ({ persistence: Persistence.emptyDir(options), server: { maxmemory: Size.mebibytes(32) } }),
    cases: {
      sizeLimit: [Size.mebibytes(96), '"sizeLimit":"96Mi"'],
      inMemory: [true, '{"emptyDir":{"medium":"Memory"},"name":"data"}'],
      mode: [DurabilityMode.APPEND_ONLY, '\\nappendonly yes'],
    },
  },
  'Persistence.existingClaim': {
    file: 'options/persistence.ts',
    interface: 'ExistingClaimOptions',
    props: (options) => ({ persistence: Persistence.existingClaim('mine', options) }),
    cases: {
      mode: [DurabilityMode.NONE, '\\nappendonly no'],
      fsync: [Fsync.NEVER, '\\nappendfsync no\\n'],
      subPath: ['redis', '"subPathExpr":"redis/$(POD_NAME)"'],
    },
  },
  'Persistence.hostPath': {
    file: 'options/persistence.ts',
    interface: 'HostPathOptions',
    props: (options) => ({ persistence: Persistence.hostPath('/mnt/redis', options) }),
    cases: { mode: [DurabilityMode.NONE, '\\nappendonly no'], fsync: [Fsync.ALWAYS, '\\nappendfsync always\\n'] },
  },
  'UpdateStrategy.rolling': {
    file: 'options/update-strategy.ts',
    interface: 'RollingUpdateOptions',
    props: (options) => ({ server: { updateStrategy: UpdateStrategy.rolling(options) } }),
    cases: { partition: [2, '"updateStrategy":{"rollingUpdate":{"partition":2},"type":"RollingUpdate"}'] },
  },
  'server': {
    file: 'options/server-options.ts',
    interface: 'ServerOptions',
    props: (server) => ({ server }),
    cases: {
      port: [7001, '"containerPort":7001'],
      maxmemory: [Size.mebibytes(100), '\\nmaxmemory 104857600\\n'],
      maxmemoryPolicy: [MaxmemoryPolicy.ALLKEYS_LFU, '\\nmaxmemory-policy allkeys-lfu'],
      minReplicasToWrite: [2, '\\nmin-replicas-to-write 2'],
      minReplicasMaxLag: [seconds(7), '\\nmin-replicas-max-lag 7'],
      updateStrategy: [UpdateStrategy.onDelete(), '"updateStrategy":{"type":"OnDelete"}'],
      minReady: [seconds(7), '"minReadySeconds":7'],
      revisionHistoryLimit: [3, '"revisionHistoryLimit":3'],
      memberServices: [{ type: ProxyServiceType.NODE_PORT }, '"name":"redis-member-2"'],
      replBacklogSize: [Size.mebibytes(3), '\\nrepl-backlog-size 3145728'],
      allowFlush: [true, '"name":"ALLOW_FLUSH","value":"true"'],
      directives: [['hz 20'], '\\nhz 20'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
      probes: [{ startup: { period: seconds(17) } }, '"periodSeconds":17'],
      agent: [{ image: 'mine/node:22' }, 'mine/node:22'],
      pod: [{ priorityClassName: 'high' }, '"priorityClassName":"high"'],
      disruptionBudget: [{ minAvailable: 2 }, '"minAvailable":2'],
    },
  },
  'agent': {
    file: 'options/server-options.ts',
    interface: 'AgentOptions',
    props: (agent) => ({ server: { agent } }),
    cases: {
      image: ['mine/node:22', 'mine/node:22'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
      bootTimeout: [seconds(61), '\\"bootTimeoutMs\\": 61000'],
      handOverBudget: [seconds(31), '\\"handOverBudgetMs\\": 31000'],
    },
  },
  'Sentinel': {
    file: 'options/sentinel.ts',
    interface: 'SentinelOptions',
    props: (options) => ({ sentinel: Sentinel.sidecar(options) }),
    cases: {
      quorum: [3, '\\"quorum\\": 3'],
      downAfter: [seconds(7), '\\"downAfterMs\\": 7000'],
      failoverTimeout: [seconds(7), '\\"failoverTimeoutMs\\": 7000'],
      parallelSyncs: [2, '\\"parallelSyncs\\": 2'],
      masterRebootDownAfter: [seconds(7), '\\"masterRebootDownAfterMs\\": 7000'],
      unreachableAfter: [seconds(7), '\\"unreachableAfterMs\\": 7000'],
      port: [27001, '"containerPort":27001'],
      directives: [['maxclients 77'], '\\nmaxclients 77'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
      probes: [{ liveness: { period: seconds(17) } }, '"periodSeconds":17'],
    },
  },
  'Sentinel.deployments': {
    file: 'options/sentinel.ts',
    interface: 'SentinelDeploymentsOptions',
    props: (options) => ({ sentinel: Sentinel.deployments(3, options) }),
    cases: {
      pod: [{ priorityClassName: 'high' }, '"priorityClassName":"high"'],
      zones: [['a', 'b', 'c'], '"nodeSelector":{"topology.kubernetes.io/zone":"b"}'],
      revisionHistoryLimit: [3, '"revisionHistoryLimit":3'],
      disruptionBudget: [{ minAvailable: 2 }, '"minAvailable":2'],
    },
  },
  'proxy': {
    file: 'options/proxy-options.ts',
    interface: 'ProxyOptions',
    props: (proxy) => ({ proxy }),
    cases: {
      replicas: [7, '"replicas":7'],
      image: ['mine/haproxy:3', 'mine/haproxy:3'],
      port: [7001, '"containerPort":7001'],
      readPort: [7001, '"containerPort":7001'],
      readFromMasterAsFallback: [false, ''],
      statsPort: [7001, '"containerPort":7001'],
      maxconn: [77, '\\n    presetenv MAXCONN 77\\n'],
      consensus: [Consensus.LENIENT, '\\nbackend answering'],
      checks: [{ roleInterval: Duration.millis(777) }, 'check inter 777ms'],
      timeouts: [{ connect: Duration.millis(777) }, 'timeout connect 777ms'],
      service: [{ annotations: { note: 'mine' } }, '"note":"mine"'],
      extraPorts: [[{ name: 'more', port: 7010 }], '{"name":"more","port":7010,"protocol":"TCP","targetPort":"more"}'],
      reads: [{ balance: ReadBalance.ROUND_ROBIN }, '\\n    balance roundrobin\\n'],
      autoscaling: [{ maxReplicas: 5 }, '"kind":"HorizontalPodAutoscaler"'],
      rollout: [{ maxSurge: 2 }, '"maxSurge":2'],
      tcpRoute: [{ gateway: 'outside' }, '"kind":"TCPRoute"'],
      lines: [{ global: ['tune.bufsize 32768'] }, '\\n    tune.bufsize 32768\\n\\ndefaults\\n'],
      customSections: ['cache mine\n    total-max-size 1', '\\ncache mine\\n'],
      drain: [seconds(7), '"name":"DRAIN_SECONDS","value":"7"'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
      probes: [{ startup: { period: seconds(17) } }, '"periodSeconds":17'],
      pod: [{ priorityClassName: 'high' }, '"priorityClassName":"high"'],
      disruptionBudget: [{ minAvailable: 2 }, '"minAvailable":2'],
    },
  },
  'checks of the proxy': {
    file: 'options/proxy-options.ts',
    interface: 'ProxyCheckOptions',
    props: (checks) => ({ proxy: { checks } }),
    cases: {
      sentinelInterval: [Duration.millis(777), 'check inter 777ms fastinter'],
      roleInterval: [Duration.millis(777), 'check inter 777ms fastinter'],
      consensusInterval: [Duration.millis(77), 'inter 77ms fastinter 10ms fall 3'],
      sentinelFall: [4, 'fastinter 10ms fall 4 rise 1'],
      sentinelRise: [3, 'fastinter 10ms fall 2 rise 3'],
      timeout: [Duration.millis(777), 'timeout check 777ms'],
    },
  },
  'timeouts of the proxy': {
    file: 'options/proxy-options.ts',
    interface: 'ProxyTimeoutOptions',
    props: (timeouts) => ({ proxy: { timeouts } }),
    cases: {
      connect: [seconds(7), 'timeout connect 7000ms'], client: [seconds(7), 'timeout client 7000ms'], server: [seconds(7), 'timeout server 7000ms'],
    },
  },
  'the Service of the proxy': {
    file: 'options/service-options.ts',
    interface: 'ProxyServiceOptions',
    props: (service) => ({ proxy: { service: { type: ProxyServiceType.LOAD_BALANCER, ...service } } }),
    cases: {
      type: [ProxyServiceType.NODE_PORT, '"type":"NodePort"'],
      annotations: [{ note: 'mine' }, '"note":"mine"'],
      nodePort: [30001, '"nodePort":30001'],
      readNodePort: [30002, '"nodePort":30002'],
      loadBalancerClass: ['inner', '"loadBalancerClass":"inner"'],
      loadBalancerSourceRanges: [['10.0.0.0/8'], '"loadBalancerSourceRanges":["10.0.0.0/8"]'],
      externalTrafficPolicy: [ExternalTrafficPolicy.LOCAL, '"externalTrafficPolicy":"Local"'],
      hostname: ['redis.example.com', '"external-dns.alpha.kubernetes.io/hostname":"redis.example.com"'],
      sessionAffinity: [seconds(77), '"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":77}}'],
      trafficDistribution: [TrafficDistribution.PREFER_CLOSE, '"trafficDistribution":"PreferClose"'],
      specOverrides: [{ internalTrafficPolicy: 'Local' }, '"internalTrafficPolicy":"Local"'],
    },
  },
  'Services of the servers': {
    file: 'options/service-options.ts',
    interface: 'MemberServiceOptions',
    props: (options) => ({ server: { memberServices: options } }),
    cases: {
      type: [ProxyServiceType.NODE_PORT, '"type":"NodePort"'],
      annotations: [{ note: 'mine' }, '"note":"mine"'],
      nodePorts: [[30001, 30002, 30003], '"nodePort":30003'],
      loadBalancerClass: ['inner', '"loadBalancerClass":"inner"'],
      loadBalancerSourceRanges: [['10.0.0.0/8'], '"loadBalancerSourceRanges":["10.0.0.0/8"]'],
      externalTrafficPolicy: [ExternalTrafficPolicy.LOCAL, '"externalTrafficPolicy":"Local"'],
      hostname: ['redis-{ordinal}.example.com', '"external-dns.alpha.kubernetes.io/hostname":"redis-2.example.com"'],
    },
  },
  'reads': {
    file: 'options/proxy-behaviour.ts',
    interface: 'ProxyReadOptions',
    props: (reads) => ({ routing: Routing.podIp(), proxy: { reads } }),
    cases: {
      balance: [ReadBalance.SOURCE, '\\n    balance source\\n    hash-type consistent\\n'],
      maxLag: [Size.mebibytes(1), 'var(proc.offset_0),sub(proc.offset_2) gt 1048576'],
      otherZoneWeight: [7, ' := ternary 7 100 '],
    },
  },
  'lines of haproxy.cfg': {
    file: 'options/proxy-behaviour.ts',
    interface: 'HaproxyLines',
    props: (lines) => ({ proxy: { lines } }),
    cases: {
      global: [['tune.bufsize 32768'], '\\n    tune.bufsize 32768\\n\\ndefaults'],
      defaults: [['backlog 1000'], '\\n    option dontlog-normal\\n    backlog 1000\\n'],
      write: [['option tcplog'], '    option tcplog\\n    acl named_0'],
      read: [['option tcplog'], '    option tcplog\\n    acl in_sync'],
      master: [['fullconn 77'], '\\n    retries 0\\n    fullconn 77\\n'],
      replicas: [['fullconn 77'], '\\n    option redispatch 1\\n    fullconn 77\\n'],
    },
  },
  'ports of the proxy': {
    file: 'options/proxy-workload.ts',
    interface: 'ProxyPort',
    props: (port) => ({ proxy: { service: { type: ProxyServiceType.NODE_PORT }, extraPorts: [{ name: 'more', port: 7010, ...port }] } }),
    cases: { name: ['other', '"name":"other","port":7010'], port: [7011, '"containerPort":7011'], nodePort: [30010, '"nodePort":30010'] },
  },
  'autoscaling of the proxy': {
    file: 'options/proxy-workload.ts',
    interface: 'ProxyAutoscaling',
    props: (autoscaling) => ({ proxy: { autoscaling: { maxReplicas: 9, ...autoscaling } } }),
    cases: {
      minReplicas: [2, '"minReplicas":2'],
      maxReplicas: [7, '"maxReplicas":7'],
      cpuPercent: [55, '"averageUtilization":55'],
      memoryPercent: [66, '"name":"memory","target":{"averageUtilization":66,'],
    },
  },
  'rollout of the proxy': {
    file: 'options/proxy-workload.ts',
    interface: 'ProxyRollout',
    props: (rollout) => ({ proxy: { rollout } }),
    cases: {
      maxSurge: [2, '"maxSurge":2'], maxUnavailable: [2, '"maxUnavailable":2'], minReady: [seconds(7), '"minReadySeconds":7'], revisionHistoryLimit: [3, '"revisionHistoryLimit":3'],
    },
  },
  'routes to the proxy': {
    file: 'options/proxy-workload.ts',
    interface: 'TcpRouteOptions',
    props: (tcpRoute) => ({ proxy: { tcpRoute: { gateway: 'outside', ...tcpRoute.readListener ? { listener: 'redis' } : {}, ...tcpRoute } } }),
    cases: {
      gateway: ['other', '"parentRefs":[{"name":"other"}]'],
      namespace: ['gateways', '"namespace":"gateways"'],
      listener: ['writes', '"sectionName":"writes"'],
      readListener: ['reads', '"sectionName":"reads"'],
    },
  },
  'the network': {
    file: 'options/network-options.ts',
    interface: 'NetworkOptions',
    props: (network) => ({ network }),
    cases: { egress: [Egress.restricted(), '"policyTypes":["Ingress","Egress"]'], appProtocol: ['tcp', '"appProtocol":"tcp"'] },
  },
  'Egress.restricted': {
    file: 'options/network-options.ts',
    interface: 'RestrictedEgressOptions',
    props: (options) => ({ routing: Routing.podIp(), network: { egress: Egress.restricted(options) } }),
    cases: {
      dns: [{ to: Peer.namespace('dns'), ports: [5353] }, '"port":5353,"protocol":"UDP"'],
      apiServer: [{ to: Peer.cidr('10.0.0.1/32') }, '"ipBlock":{"cidr":"10.0.0.1/32"}'],
      more: [[{ ports: [4317] }], '"port":4317,"protocol":"TCP"'],
    },
  },
  'Routing.podIp': {
    file: 'options/routing.ts',
    interface: 'PodIpRoutingOptions',
    props: (options) => ({ routing: Routing.podIp(options) }),
    cases: { image: [KubeTemplateImage.of('mine/kt:1'), 'mine/kt:1'], resources: [memory('777Mi'), '"memory":"777Mi"'] },
  },
  'Routing.consul': {
    file: 'options/routing.ts',
    interface: 'ConsulRoutingOptions',
    props: (options) => ({ routing: Routing.consul({ address: 'https://consul:8501', tokenSecret: 'acl', ...options }) }),
    cases: {
      address: ['https://consul.example.com', '"name":"CONSUL_HTTP_ADDR","value":"https://consul.example.com"'],
      service: ['cache-nodes', 'service \\"cache-nodes\\"'],
      tokenSecret: ['mine', '"secretKeyRef":{"key":"token","name":"mine"}'],
      tokenKey: ['other', '"secretKeyRef":{"key":"other","name":"acl"}'],
      ca: [TrustedCas.configMap('cas'), '"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"cas"}'],
      image: ['mine/ct:1', 'mine/ct:1'],
      resources: [memory('777Mi'), '"memory":"777Mi"'],
    },
  },
  'Routing.direct': {
    file: 'options/routing.ts',
    interface: 'DirectRoutingOptions',
    props: (options) => ({ routing: Routing.direct(options) }),
    cases: { port: [6400, '"name":"redis","port":6400'], readPort: [6401, '"name":"redis-read","port":6401'] },
  },
  'pods of the servers': { ...pods, props: (pod) => ({ server: { pod } }) },
  'pods of the Sentinels': { ...pods, props: (pod) => ({ sentinel: Sentinel.deployments(3, { pod }) }) },
  'pods of the proxy': { ...pods, props: (pod) => ({ proxy: { pod } }) },
  'probes of the Sentinels': { file: 'options/sentinel.ts', interface: 'SentinelProbeOptions', props: (options) => ({ sentinel: Sentinel.sidecar({ probes: options }) }), cases: { readiness: PROBES.readiness, liveness: PROBES.liveness } },
  'probes of the servers': { ...probes, props: (options) => ({ server: { probes: options } }) },
  'probes of the proxy': { ...probes, props: (options) => ({ proxy: { probes: options } }) },
  'a probe': { ...probes, interface: 'ProbeTiming', cases: PROBE, props: (readiness) => ({ server: { probes: { readiness } } }) },
  'budget of the servers': { ...budgets, props: (disruptionBudget) => ({ server: { disruptionBudget } }) },
  'budget of the Sentinels': { ...budgets, props: (disruptionBudget) => ({ sentinel: Sentinel.deployments(3, { disruptionBudget }) }) },
  'budget of the proxy': { ...budgets, props: (disruptionBudget) => ({ proxy: { disruptionBudget } }) },
};

const LIB = path.resolve(__dirname, '..', '..', 'lib');

/** Options of an interface, each with its docs, and whether it must be given. */
function declared(file: string, name: string): { readonly option: string; readonly docs: string; readonly required: boolean }[] {
  const source = fs.readFileSync(path.join(LIB, file), 'utf8');
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([^]*?)\\n\\}`).exec(source)![1];
  return [...body.matchAll(/( {2}\/\*\*[^]*?\*\/)?\n? {2}readonly (\w+)(\??):/g)].map((match) => ({ option: match[2], docs: match[1] ?? '', required: match[3] === '' }));
}

// in a namespace, by which Services have more names
const written = (props: RedisHaProps) => JSON.stringify(withoutPrograms(install(props, undefined, { namespace: 'shop' }).all));

describe.each(Object.entries(ALL))('%s', (_, { file, interface: name, props, cases }) => {
  test('has a case for each option, and each says its default', () => {
    const all = declared(file, name);
    expect(all.map(({ option }) => option).sort()).toEqual(Object.keys(cases).sort());
    expect(all.filter(({ docs, required }) => docs.includes('@default') === required).map(({ option }) => option)).toEqual([]);
  });

  test.each(Object.entries(cases))('%s is written', (option, [value, part]) => {
    const [without, given] = [written(props({})), written(props({ [option]: value }))];
    expect(given).not.toBe(without);
    expect(given).toContain(part);
    if (part !== '') expect(without).not.toContain(part);
  });
});

test('every interface of options is here', () => {
  const files = fs.readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => /^options\/.*\.ts$/.test(file));
  const names = files.flatMap((file) => [...fs.readFileSync(path.join(LIB, file), 'utf8').matchAll(/^export interface (\w+(?:Options|HaProps|Timing|Budget))\b/gm)].map((match) => match[1]));
  const tested = new Set(Object.values(ALL).map((options) => options.interface));
  // what methods take has tests of its own, in test/access and test/helm-values, and what RedisMonitoring takes, in test/monitoring
  const elsewhere = [
    'ScrapingOptions', 'AnnotatedServicesOptions', 'HelmValuesOptions', 'AlertsOptions', 'DashboardsOptions',
    // and RedisBackup, in test/backup and test/settings/backup-target.test.ts
    'BackupRetentionOptions', 'BackupVerificationOptions', 'BackupConnectionOptions', 'BackupJobOptions', 'BackupTargetOptions', 'HttpsTargetOptions', 'S3TargetOptions',
    'GcsTargetOptions', 'AzureTargetOptions', 'SftpTargetOptions', 'VolumeTargetOptions',
    // and RedisOrder, in test/order
    'FailoverOrderOptions',
  ];
  expect(names.filter((name) => !tested.has(name) && !elsewhere.includes(name))).toEqual(['ConnectOptions', 'EnvironmentOptions', 'MetricsOptions', 'PeerPodsOptions', 'PeerCidrOptions']);
});
