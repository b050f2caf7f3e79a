import { Case, check } from './support';

const IS_TEXT = 'refused: is text, which Helm takes for true: write false without quotes, or true';

const KEYS: { readonly [title: string]: Case } = {
  'numbers as text': { values: { replicas: '3', redis: { port: '6380' } }, program: ['replicas: 3', 'port: 6380'] },
  'words for true': { values: { haproxy: { enabled: 'yes' } }, program: ['Routing.service()'] },
  'words for false, which Helm takes for true': {
    values: { auth: 'false', existingSecret: 'creds', hardAntiAffinity: 'no', persistentVolume: { enabled: ' False', size: '20Gi' }, haproxy: { enabled: 'off', servicePort: 7000 }, sysctlImage: { enabled: 'false' }, exporter: { enabled: 'false' } },
    program: ["Auth.secret('creds', { key: 'auth' })", 'Spread.ONE_PER_NODE', 'Persistence.volume(Size.gibibytes(20)', 'Routing.service()', 'port: 7000', 'Metrics.exporter('],
    says: {
      ...Object.fromEntries(['auth', 'hardAntiAffinity', 'persistentVolume.enabled', 'haproxy.enabled', 'exporter.enabled'].map((key) => [key, IS_TEXT])),
      'persistentVolume.size': /^mapped/,
      'haproxy.servicePort': /^mapped/,
      'sysctlImage.enabled': /^refused: a privileged container/,
    },
  },
  'an even number of servers': { values: { replicas: 2 }, program: ['replicas: 2', 'Sentinel.deployments(3'], says: { replicas: /^noted: .*three Sentinels/ } },
  'a number of servers that is none': { values: { replicas: 'many' }, without: ['replicas'], says: { replicas: 'refused: must be a whole number' } },
  'a template': { values: { existingSecret: '{{ .Release.Name }}-creds', auth: true }, without: ['Release'], says: { existingSecret: /^refused: is a template of Helm/ } },
  'a misspelt key': { values: { persistantVolume: { size: '1Gi' } }, says: { persistantVolume: 'refused: is no key of the chart redis-ha: did you mean persistentVolume?' } },
  'a key in a wrong place': { values: { masterGroupName: 'x' }, says: { masterGroupName: 'refused: is no key of the chart redis-ha: did you mean redis.masterGroupName?' } },
  'a name that is in many places': { values: { sentinel: { tag: 'x' } }, says: { 'sentinel.tag': 'refused: is no key of the chart redis-ha' } },
  'null': { values: { redis: null, haproxy: null, persistentVolume: null }, program: ['Size.gibibytes(10)'], says: { redis: 'unused: empty' } },
  'text where keys belong': { values: { haproxy: 'on' }, says: { haproxy: /^refused: must be an object with keys like/ } },
  'what is switched off': { values: { haproxy: { replicas: 5, image: { tag: '2.0' } } }, without: ['proxy:'], says: { 'haproxy.replicas': 'unused: haproxy.enabled is off' } },
  'a key of a former version': { values: { split_brain_detection: { interval: 60 } }, says: { 'split_brain_detection.interval': /^noted/ } },

  'clients bound to a server': { values: { haproxy: { enabled: true, stickyBalancing: true } }, program: ['reads: { balance: ReadBalance.SOURCE }'] },
  'an image': { values: { image: { repository: 'mirror.example.com/redis', tag: '7.2.4-alpine' } }, program: ["Engine.redis({ version: '7.2.4', image: 'mirror.example.com/redis:7.2.4-alpine' })"] },
  'the official image': { values: { image: { repository: 'docker.io/library/redis', tag: '8.2.1' } }, program: ["Engine.redis({ version: '8.2.1' })"] },
  'an image of Valkey': { values: { image: { repository: 'valkey/valkey', tag: '8.1.3-alpine' } }, program: ["Engine.valkey({ version: '8.1.3', image: 'valkey/valkey:8.1.3-alpine' })"] },
  'an image that is too old': { values: { image: { repository: 'redis', tag: '5.0.3-alpine' } }, without: ['Engine'], says: { 'image.tag': /^refused: 'engine.version' \("5.0.3"\) must be a version of redis from 7.0/ } },
  'an image without a version': { values: { image: { repository: 'redis', tag: 'latest' } }, without: ['Engine'], says: { 'image.tag': /^refused: which version/ } },
  'a policy for pulling': { values: { image: { pullPolicy: 'Always' } }, program: ["{ name: 'server', imagePullPolicy: 'Always' }", "{ name: 'sentinel', imagePullPolicy: 'Always' }"] },
  'an old HAProxy': { values: { haproxy: { enabled: true, image: { repository: 'haproxy', tag: '2.0.4' } } }, without: ['image:'], says: { 'haproxy.image.tag': /^refused: HAProxy 2.6 or newer is needed, this is 2.0.4/ } },

  'a password in an existing Secret': { values: { auth: true, existingSecret: 'creds', authKey: 'redis-password' }, program: ["Auth.secret('creds', { key: 'redis-password' })"] },
  'the default key of the Secret': { values: { auth: true, existingSecret: 'creds' }, program: ["Auth.secret('creds', { key: 'auth' })"] },
  'a password in clear text': {
    values: { auth: true, redisPassword: 'hunter2' },
    without: ['Auth'],
    says: { redisPassword: /^refused: a password in clear text is not taken over: put it into a Secret \(kubectl create secret generic redis-ha-auth --from-literal=password=…\)/ },
  },

  'a password that Sentinels of the chart do not ask for': { values: { auth: true, existingSecret: 'creds' }, says: { '(not given) sentinel.auth': /^noted: off in the chart: here Sentinels ask/ } },
  'a volume': { values: { persistentVolume: { size: '20Gi', storageClass: 'fast', annotations: { a: 'b' } } }, program: ['Persistence.volume(Size.gibibytes(20), {', "storageClass: 'fast'", "annotations: { a: 'b' }", 'mode: DurabilityMode.SNAPSHOT'] },
  'no dynamic volumes': { values: { persistentVolume: { storageClass: '-' } }, program: ["specOverrides: { storageClassName: '' }"] },
  'a volume in memory': { values: { persistentVolume: { enabled: false }, emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } }, program: ['Persistence.emptyDir({', 'inMemory: true', 'sizeLimit: Size.gibibytes(1)'] },
  'a folder of a node': { values: { persistentVolume: { enabled: false }, hostPath: { path: '/data' } }, program: ['Persistence.emptyDir('], says: { 'hostPath.path': /^refused/ } },

  'an append-only log': { values: { redis: { config: { appendonly: 'yes', save: '900 1' } } }, program: ['DurabilityMode.APPEND_ONLY'], without: ['save'], says: { 'redis.config.save': /^refused: no snapshots/ } },
  'nothing is written': { values: { redis: { config: { appendonly: false, save: '' } } }, program: ['DurabilityMode.NONE'], without: ['save'] },
  'snapshots': { values: { redis: { config: { save: ['900 1', '60 1000'] } } }, program: ['DurabilityMode.SNAPSHOT', "'save 900 1', 'save 60 1000'"] },
  'a wrong save': { values: { redis: { config: { save: 'often' } } }, without: ['often'], says: { 'redis.config.save': /^refused: must be pairs/ } },
  'directives with props': {
    values: { redis: { config: { 'maxmemory': '512mb', 'maxmemory-policy': 'allkeys-lru', 'min-slaves-to-write': 1, 'min-slaves-max-lag': '10', 'repl-backlog-size': '64mb' } } },
    program: ['maxmemory: Size.mebibytes(512)', 'MaxmemoryPolicy.ALLKEYS_LRU', 'minReplicasToWrite: 1', 'minReplicasMaxLag: Duration.seconds(10)', 'replBacklogSize: Size.mebibytes(64)'],
  },
  'directives without': { values: { redis: { config: { 'timeout': 300, 'hz': '20', 'list-max-ziplist-size': -2 } } }, program: ["'timeout 300', 'hz 20', 'list-max-ziplist-size -2'"] },
  'directives that are reserved': {
    values: { redis: { config: { port: 7000, requirepass: 'hunter2', loadmodule: '/x.so' } } },
    program: ['loadmodule /x.so'],
    without: ['hunter2', '7000'],
    says: { 'redis.config.port': "refused: is reserved: use 'server.port'", 'redis.config.requirepass': /^refused: is reserved: a password belongs in a Secret/ },
  },
  'a redis.conf': {
    values: { redis: { customConfig: '# mine\nmaxmemory 1gb\n\nappendonly yes\nmasterauth hunter2\nrename-command FLUSHALL ""\n' } },
    program: ['maxmemory: Size.gibibytes(1)', 'APPEND_ONLY'],
    without: ['hunter2', 'VOLATILE_LRU'],
    says: { 'redis.customConfig line 5 (masterauth)': /^refused/, 'redis.customConfig line 6 (rename-command)': /^noted/ },
  },
  'a redis.conf that leaves snapshots to the engine': {
    values: { redis: { customConfig: 'maxmemory 1gb' } }, program: ['DurabilityMode.SNAPSHOT', "'save 3600 1 300 100 60 10000'"],
  },
  'a redis.conf without snapshots': { values: { redis: { customConfig: 'save ""' } }, program: ['DurabilityMode.NONE'], without: ["'save"] },
  'commands that are switched off': { values: { redis: { disableCommands: ['FLUSHDB', 'FLUSHALL', 'KEYS'] } }, without: ['allowFlush'], says: { 'redis.disableCommands': /^refused: KEYS: no other command is renamed/ } },
  'commands that are all on': { values: { redis: { disableCommands: [] } }, program: ['allowFlush: true'] },
  'more replicas to write than there are': { values: { redis: { config: { 'min-replicas-to-write': 3 } } }, without: ['minReplicasToWrite'], says: { 'redis.config.min-replicas-to-write': /^refused: 'server.minReplicasToWrite' \(3\) must be below/ } },

  'resources': {
    values: { redis: { resources: { requests: { cpu: '0.5', memory: '256Mi' }, limits: { cpu: 2, memory: '1G' } } } },
    program: ['cpu: { request: Cpu.millis(500), limit: Cpu.units(2) }', 'memory: { request: Size.mebibytes(256), limit: Size.kibibytes(976562.5) }'].slice(0, 1),
    says: { 'redis.resources': /^mapped/ },
  },
  'amounts that are none': { values: { redis: { resources: { requests: { cpu: 'lots' }, limit: { memory: '1Gi' } } } }, says: { 'redis.resources.requests.cpu': /^refused: must be a quantity/, 'redis.resources.limit': 'refused: must be requests or limits' } },
  'a request above the limit': { values: { redis: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } } }, says: { 'redis.resources.requests.memory': /^refused: .*must not exceed the limit/ } },
  'no limit of memory': { values: { redis: { resources: { requests: { memory: '2Gi' } } } }, program: ['limits: {}'], says: { '(not given) redis.resources.limits.memory': /^noted/ } },
  'probes': { values: { redis: { livenessProbe: { periodSeconds: 10, timeoutSeconds: '5', initialDelaySeconds: 30 }, readinessProbe: { enabled: false } } }, program: ['liveness: { period: Duration.seconds(10), timeout: Duration.seconds(5) }'], says: { 'redis.readinessProbe.enabled': /^refused/ } },
  'a grace period that is too short': { values: { redis: { terminationGracePeriodSeconds: 10 } }, without: ['terminationGracePeriod'], says: { 'redis.terminationGracePeriodSeconds': /^refused: .*must be at least 15 s below 'server.pod.terminationGracePeriod'/ } },
  'Sentinels': {
    values: { sentinel: { quorum: 2, config: { 'down-after-milliseconds': 5000, 'failover-timeout': '60000', 'parallel-syncs': 2, 'maxclients': 500, 'notification-script': '/x' } } },
    program: ['quorum: 2', 'downAfter: Duration.seconds(5)', 'failoverTimeout: Duration.minutes(1)', 'parallelSyncs: 2', "directives: ['maxclients 500']"],
    says: { 'sentinel.config.notification-script': /^refused/ },
  },

  'TLS': {
    values: { redis: { port: 0, tlsPort: 6385, authClients: 'no' }, sentinel: { port: 0, tlsPort: 26385 }, tls: { secretName: 'certs', caCertFile: 'my.crt', certFile: 'tls.crt', keyFile: 'tls.key' } },
    program: ["Tls.everywhere(TlsCertificate.secret('certs', { ca: TrustedCas.secret('certs', 'my.crt') }))", 'port: 6385', 'Sentinel.sidecar({ port: 26385 })'],
  },
  'TLS, with what can not be taken over': { values: { redis: { tlsPort: 6385 } }, program: ["Tls.everywhere(TlsCertificate.secret('redis-ha-tls'), { clients: ClientCertificates.REQUIRED })"], says: { 'redis.tlsPort': /^refused: there is one port/ } },
  'TLS, with a name that is none': { values: { redis: { port: 0, tlsPort: 6385 }, tls: { secretName: 'My Certs' } }, program: ["Tls.everywhere(TlsCertificate.secret('redis-ha-tls')"], says: { 'tls.secretName': /^refused: 'tls.certificate' \("My Certs"\) must be the name/ } },
  'a size that is none': { values: { persistentVolume: { size: 10 } }, program: ['Persistence.volume(Size.gibibytes(10), {'], says: { 'persistentVolume.size': /^refused: .*at least 16 MiB/ } },
  'a Secret whose name is none': { values: { auth: true, existingSecret: 'My Secret' }, without: ['Auth.none'], says: { existingSecret: /^refused: 'auth.secret'/ } },
  'no port': { values: { redis: { port: 0 } }, without: ['port: 0'], says: { 'redis.port': /^refused: must be a port/ } },
  'a password of Sentinels alone': { values: { sentinel: { auth: true } }, says: { 'sentinel.auth': /^refused/ } },
  'TLS at HAProxy': { values: { haproxy: { enabled: true, tls: { enabled: true, secretName: 'pem', keyName: 'a.pem' } } }, program: ["Tls.edge(TlsCertificate.secret('pem'))"], says: { 'haproxy.tls.keyName': /^refused/ } },

  'HAProxy': {
    values: { haproxy: { enabled: true, servicePort: 7000, readOnly: { enabled: true, port: 7001 }, replicas: 2, timeout: { connect: '4s', client: '330s', check: 2000 }, checkInterval: '500ms', metrics: { enabled: true, port: 9101 } } },
    program: ['port: 7000', 'readPort: 7001', 'replicas: 2', 'connect: Duration.seconds(4)', 'client: Duration.hours(1)', 'timeout: Duration.seconds(2)', 'roleInterval: Duration.millis(500)', 'statsPort: 9101'],
  },
  'the timeout that counts': { values: { haproxy: { enabled: true, timeout: { client: '330s', tunnel: '2h' } } }, program: ['client: Duration.hours(2)', 'server: Duration.hours(2)'], says: { 'haproxy.timeout.client': 'noted: haproxy.timeout.tunnel is in its place' } },
  'the timeout that counts, of the chart': { values: { haproxy: { enabled: true, timeout: { client: '30s', server: '30s' } } }, program: ['client: Duration.hours(1), server: Duration.hours(1)'], says: { 'haproxy.timeout.client': /^noted: .*haproxy.timeout.tunnel of the chart is in its place, 1h/ } },
  'its Service': {
    values: { haproxy: { enabled: true, service: { type: 'LoadBalancer', loadBalancerIP: '10.0.0.1', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['10.0.0.0/8', 'all'], annotations: { a: 'b' }, labels: { c: 'd' } } } },
    program: ['ProxyServiceType.LOAD_BALANCER', "loadBalancerIP: '10.0.0.1'", 'ExternalTrafficPolicy.LOCAL', "loadBalancerSourceRanges: ['10.0.0.0/8']", "annotations: { a: 'b' }", "Overrides.merge(redis.proxyService!, { metadata: { labels: { c: 'd' } } });"],
    says: { 'haproxy.service.loadBalancerSourceRanges': /^refused: .*must be a CIDR/ },
  },
  'sections of haproxy.cfg': { values: { haproxy: { enabled: true, extraConfig: 'frontend a\n  bind :9000' } }, program: ["customSections: 'frontend a\\n bind :9000'"] },
  'lines that are no sections': { values: { haproxy: { enabled: true, extraConfig: 'timeout queue 1s' } }, without: ['customSections'], says: { 'haproxy.extraConfig': /^refused: .*must start with a section/ } },

  'one a node': { values: { hardAntiAffinity: true }, program: ['Spread.ONE_PER_NODE'] },
  'several a node': { values: { hardAntiAffinity: false }, program: ['Spread.PREFERRED'] },
  'affinity as text': { values: { affinity: 'nodeAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    nodeSelectorTerms: [{ matchExpressions: [{ key: a, operator: Exists }] }]\n' }, program: ["affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } } }"] },
  'affinity that Helm fills in': {
    values: { affinity: 'podAntiAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    - labelSelector:\n        matchLabels:\n          app: {{ template "redis-ha.name" . }}\n      topologyKey: kubernetes.io/hostname\n' },
    program: ['Spread.ONE_PER_NODE'],
    says: { affinity: /^noted/ },
  },
  'affinity that is no YAML': { values: { affinity: 'a: [' }, says: { affinity: /^refused: must be YAML: line 2/ } },
  'comments that an example left': { values: { affinity: '##\n## Example:\n' }, says: { affinity: 'unused: empty' } },
  'labels that are reserved': { values: { labels: { 'app.kubernetes.io/name': 'redis', 'team': 'shop' } }, program: ["labels: { team: 'shop' }"], says: { 'labels.app.kubernetes.io/name': /^refused: .*is reserved/ } },
  'several labels that are refused': {
    values: { labels: { 'app.kubernetes.io/name': 'a', 'app.kubernetes.io/component': 'b', 'my team': 'c', 'team': 'shop' }, podAnnotations: { 'a b': 'c', 'd/e/f': 'g', 'note': 'h' } },
    program: ["labels: { team: 'shop' }, annotations: { note: 'h' }"],
    says: { 'labels.app.kubernetes.io/component': /^refused: 'server.pod.labels\["app.kubernetes.io\/component"\]'/, 'labels.my team': /^refused: .*\["my team"\]/, 'podAnnotations.d/e/f': /^refused: .*\["d\/e\/f"\]/ },
  },
  'affinity to nodes by a label that pods have, too': {
    values: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['redis'] }] }] } } } },
    program: ["matchExpressions: [{ key: 'app', operator: 'In', values: ['redis'] }]"],
  },
  'pods apart from another application': {
    values: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'postgres' } } }] }, podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } } }] } } },
    program: ["podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'postgres' } } }] }", 'podAffinity: {'],
    without: ['Spread'],
  },
  'pods apart from each other and another application': {
    values: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: ['redis-ha', 'postgres'].map((app) => ({ weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } } })) } } },
    program: ["labelSelector: { matchLabels: { 'redis-ha.cdk8s.io/installation': 'redis-ha', 'redis-ha.cdk8s.io/component': 'server' } }", "labelSelector: { matchLabels: { app: 'postgres' } }"],
    without: ['Spread', "app: 'redis-ha'"],
  },
  'pods apart if it can be had': {
    values: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'redis-ha', release: 'x' } } } }] } } },
    program: ['Spread.PREFERRED'],
  },
  'the same, that Helm fills in': { values: { affinity: 'podAntiAffinity:\n  preferredDuringSchedulingIgnoredDuringExecution:\n    - podAffinityTerm:\n        labelSelector: { matchLabels: { app: {{ template "redis-ha.name" . }} } }\n' }, program: ['Spread.PREFERRED'] },
  'mounts of a container that is not there': {
    values: { replicas: 4, sentinel: { extraVolumeMounts: [{ name: 'x', mountPath: '/x' }] }, redis: { extraVolumeMounts: [{ name: 'x', mountPath: '/x' }] }, extraVolumes: [{ name: 'x', emptyDir: {} }] },
    program: ["containers: [{ name: 'server', volumeMounts: [{ name: 'x', mountPath: '/x' }] }]"],
    says: { 'sentinel.extraVolumeMounts[0]': 'refused: there is no container "sentinel" in these pods, and no image for one. It is left out' },
  },
  'mounts of a volume that is not there': {
    values: { redis: { extraVolumeMounts: [{ name: 'x', mountPath: '/x' }, { name: 'data', mountPath: '/also' }] }, extraVolumes: [{ name: 'config', emptyDir: {} }], extraContainers: [{ name: 'side', image: 'a:1', volumeMounts: [{ name: 'config2', mountPath: '/x' }] }] },
    program: ["volumeMounts: [{ name: 'data', mountPath: '/also' }]"],
    without: ["'side'"],
    says: { 'redis.extraVolumeMounts[0]': 'refused: there is no volume "x" for the container "server". It is left out', 'extraVolumes[0]': /^refused/, 'extraContainers[0]': /^refused: there is no volume "config2"/ },
  },
  'containers': {
    values: { extraContainers: [{ name: 'side', image: 'a:1', resources: { limits: { cpu: '100m' } } }, { name: 'agent', image: 'a:1' }] },
    program: ["containers: [{ name: 'side', image: 'a:1', resources: { limits: { cpu: '100m' } } }]"],
    says: { 'extraContainers[1]': /^refused: the name agent is one of the library's own/ },
  },
  'a security context': {
    values: { securityContext: { runAsUser: 1000, fsGroup: 1000, runAsNonRoot: true, sysctls: [{ name: 'a', value: '1' }] }, containerSecurityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN'] } } },
    program: ['runAsUser: 1000', "sysctls: [{ name: 'a', value: '1' }]"],
    says: { 'containerSecurityContext.privileged': /^refused/, 'containerSecurityContext.capabilities': /^refused/, 'securityContext.runAsNonRoot': 'noted: is so here' },
  },
  'root': { values: { securityContext: { runAsUser: 0 } }, without: ['runAsUser'], says: { 'securityContext.runAsUser': /^refused/ } },
  'a constraint': { values: { topologySpreadConstraints: { enabled: true, maxSkew: '2' } }, program: ['maxSkew: 2', "'redis-ha.cdk8s.io/installation': 'redis-ha'"] },
  'a budget': { values: { podDisruptionBudget: { maxUnavailable: 1, minAvailable: '50%' } }, program: ['disruptionBudget: { maxUnavailable: 1 }'], says: { 'podDisruptionBudget.minAvailable': /^refused: a percentage/ } },
  'OpenShift': { values: { global: { compatibility: { openshift: { adaptSecurityContext: 'force' } } } }, program: ['fixedIds: false'] },

  'an exporter': { values: { exporter: { enabled: true, image: 'oliver006/redis_exporter', tag: 'v1.43.0', extraArgs: { 'check-keys': 'a:*,b:*', 'debug': true } } }, program: ["image: 'oliver006/redis_exporter:v1.43.0-alpine'", "keyPatterns: ['a:*', 'b:*']"], says: { 'exporter.extraArgs.debug': /^refused/ } },
  'a monitor and alerts': {
    values: { exporter: { enabled: true, serviceMonitor: { enabled: true, interval: '15s', labels: { release: 'p' }, namespace: 'monitoring' } }, prometheusRule: { enabled: true, rules: [{ alert: 'x' }] } },
    program: ['new RedisMonitoring(chart, \'ha-monitoring\', { redis, scraping: Scraping.podMonitors({', 'interval: Duration.seconds(15)', 'Alerts.prometheusRule()'],
    says: { 'exporter.serviceMonitor.namespace': /^refused/, 'prometheusRule.rules': /^refused/ },
  },
  'two monitors that differ': {
    values: {
      haproxy: { enabled: true, metrics: { enabled: true, serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'b', team: 'x' } } } },
      exporter: { enabled: true, serviceMonitor: { enabled: true, interval: '15s', labels: { release: 'a' } } },
    },
    program: ['interval: Duration.seconds(15)', "labels: { team: 'x', release: 'a' }"],
    says: { 'haproxy.metrics.serviceMonitor.interval': 'refused: is one for all PodMonitors: that of exporter.serviceMonitor.interval counts', 'haproxy.metrics.serviceMonitor.labels.release': /^refused/ },
  },
  'a policy of the servers alone': {
    values: { haproxy: { enabled: true }, networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ podSelector: { matchLabels: { app: 'web' } } }] }] } },
    program: ["redis.allowSentinelFrom(Peer.pods({ labels: { app: 'web' } }));"],
    says: { 'networkPolicy.enabled': /^noted: .*the chart lets everybody in to HAProxy, as haproxy.networkPolicy.enabled is off.*redis.allowFrom\(peer\)/ },
  },
  'a policy of HAProxy alone': {
    values: { haproxy: { enabled: true, networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ podSelector: { matchLabels: { app: 'web' } } }] }] } }, networkPolicy: { enabled: false } },
    program: ["redis.allowFrom(Peer.pods({ labels: { app: 'web' } }));"],
    says: { 'haproxy.networkPolicy.enabled': /^noted: .*to servers and Sentinels, as networkPolicy.enabled is off/, 'networkPolicy.enabled': 'mapped: networkPolicies' },
  },
  'policies of both': { values: { haproxy: { enabled: true, networkPolicy: { enabled: true } }, networkPolicy: { enabled: true } }, says: { 'networkPolicy.enabled': /nobody else is$/, 'haproxy.networkPolicy.enabled': /nobody else is$/ } },
  'policies that are off': { values: { networkPolicy: { enabled: false } }, program: ['networkPolicies: false'], says: { 'networkPolicy.enabled': 'mapped: networkPolicies' } },
  'policies': {
    values: { networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ namespaceSelector: { matchLabels: { team: 'web' } }, podSelector: { matchLabels: { app: 'web' } } }, { ipBlock: { cidr: '10.0.0.0/8' } }, { namespaceSelector: {} }] }] } },
    program: ["redis.allowFrom(Peer.pods({ labels: { app: 'web' }, namespaceLabels: { team: 'web' } }));", "redis.allowFrom(Peer.cidr('10.0.0.0/8'));"],
    without: ['networkPolicies'],
    says: { 'networkPolicy.ingressRules[0].selectors[2]': /^refused: would let everybody in/ },
  },
  'a client that is none': { values: { networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ ipBlock: { cidr: 'everywhere' } }] }] } }, without: ['Peer'], says: { 'networkPolicy.ingressRules[0].selectors[0]': /^refused: .*must be a CIDR/ } },
  'no policies': { values: {}, program: ['networkPolicies: false'], says: { '(not given) networkPolicy.enabled': /^noted: off, as in the chart/, '(not given) auth': /^noted: off, as in the chart/ } },
  'a name that is none': { values: { fullnameOverride: 'My Redis' }, without: ['My Redis'], says: { fullnameOverride: /^refused: 'name' \("My Redis"\) must be lower-case letters/ } },
};

test.each(Object.entries(KEYS))('redis-ha: %s', (_, one) => check('redis-ha', one));

const BITNAMI: { readonly [title: string]: Case } = {
  'a server alone': {
    values: { architecture: 'standalone', auth: { enabled: false }, master: { persistence: { size: '2Gi' }, resources: { limits: { memory: '256Mi' } } }, replica: { replicaCount: 5 } },
    program: ['replicas: 1', 'Size.gibibytes(2)', 'limit: Size.mebibytes(256)', 'Auth.none()', 'Routing.service()'],
    says: { 'replica.replicaCount': 'unused: architecture is standalone' },
  },
  'replication': { values: { replica: { replicaCount: 2 } }, program: ['replicas: 3'], says: { 'replica.replicaCount': 'noted: replicas: 3 with the master' } },
  'words for false, which Helm takes for true': {
    values: { auth: { enabled: 'false' }, cluster: { enabled: 'off' }, tls: { enabled: 'no', existingSecret: 's' }, master: { podSecurityContext: { enabled: 'false', runAsUser: 1001 } } },
    program: ['replicas: 4', 'runAsUser: 1001', "Tls.everywhere(TlsCertificate.secret('s')"],
    without: ['Auth.none'],
    says: { 'auth.enabled': IS_TEXT, 'cluster.enabled': IS_TEXT, 'tls.enabled': IS_TEXT, 'tls.existingSecret': /^mapped/, 'master.podSecurityContext.enabled': IS_TEXT },
  },
  'Sentinels': {
    values: { sentinel: { enabled: true, masterSet: 'main', quorum: 2, downAfterMilliseconds: 5000 }, replica: { replicaCount: 3 } },
    program: ["masterName: 'main'", 'replicas: 3', 'Routing.none()', 'quorum: 2', 'downAfter: Duration.seconds(5)'],
  },
  'what is said of replicas counts': { values: { master: { podLabels: { a: 'b' }, nodeSelector: { x: 'y' } }, replica: { podLabels: { a: 'c' } } }, program: ["labels: { a: 'c' }", "nodeSelector: { x: 'y' }"], says: { 'master.podLabels': /^noted: .*replica.podLabels is in its place/ } },
  'a Secret where former versions had it': { values: { usePassword: true, existingSecret: 's', existingSecretPasswordKey: 'k' }, program: ["Auth.secret('s', { key: 'k' })"] },
  'slaves of former versions': { values: { cluster: { enabled: true, slaveCount: 2 }, sentinel: { enabled: true, usePassword: true, service: { sentinelPort: 26379 } }, configmap: 'maxmemory 100mb' }, program: ['replicas: 3', 'maxmemory: Size.mebibytes(100)'], says: { 'cluster.slaveCount': /^noted/ } },
  'no slaves of former versions': { values: { cluster: { enabled: false } }, program: ['replicas: 1'], says: { 'cluster.enabled': /^noted: replicas: a former version/ } },
  'a Redis Cluster': { values: { cluster: { nodes: 6 }, persistence: { size: '1Gi' } }, says: { 'cluster.nodes': /^refused: keys are not spread/, 'persistence.size': /^refused: has no meaning/ } },
  'flags of the command line': {
    values: { commonConfiguration: 'maxmemory 90mb', master: { extraFlags: ['--maxmemory 100mb', '--maxmemory-policy', 'allkeys-lru', '--hz 20 --dir /x'] } },
    program: ['maxmemory: Size.mebibytes(100)', 'MaxmemoryPolicy.ALLKEYS_LRU', "'hz 20'"],
    says: { 'master.extraFlags[3]': /^refused: is reserved/ },
  },
  'more data than our own limit of memory has room for': {
    values: { commonConfiguration: 'maxmemory 4gb' },
    program: ['maxmemory: Size.gibibytes(4)', 'resources: { limits: {} }'],
    says: { '(not given) master.resources.limits.memory': /^noted: none, as in the chart: give one, a third above maxmemory/ },
  },
  'less data than that': { values: { commonConfiguration: 'maxmemory 100mb' }, program: ['maxmemory: Size.mebibytes(100)'], without: ['resources'] },
  'a flag without dashes': { values: { master: { extraFlags: ['hz 20'] } }, program: ["'hz 20'"] },
  'a name of former versions': { values: { slave: { podLabels: { a: 'b' } }, usePassword: false }, program: ["labels: { a: 'b' }", 'Auth.none()'] },
  'its image': { values: { image: { registry: 'docker.io', repository: 'bitnami/redis', tag: '7.2.4-debian-11-r5' } }, program: ["Engine.redis({ version: '7.2.4' })"], says: { 'image.repository': /^noted: .*official image of 7.2.4/ } },
  'a Secret': { values: { auth: { existingSecret: 'creds' } }, program: ["Auth.secret('creds', { key: 'redis-password' })"] },
  'a password in clear text': { values: { auth: { password: 'hunter2' }, global: { redis: { password: 'hunter2' } } }, without: ['hunter2'], says: { 'auth.password': /^refused: a password in clear text/, 'global.redis.password': /^refused/ } },
  'no word of a password': { values: {}, says: { '(not given) auth.existingSecret': 'noted: the chart makes a password: here it comes from the Secret NAME-auth, key password, which you make' } },
  'variables of a ConfigMap and of a Secret': {
    values: { master: { extraEnvVarsCM: 'a', extraEnvVarsSecret: 'b' } },
    program: ["containers: [{ name: 'server', envFrom: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'b' } }] }]"],
  },
  'variables of which some are refused': {
    values: { master: { extraEnvVars: [{ name: 'A', value: '1' }, { name: 'B_PASSWORD', value: 'hunter2' }, { name: 'C', value: '3' }], extraEnvVarsCM: 'a' } },
    program: ["env: [{ name: 'A', value: '1' }, { name: 'C', value: '3' }]", "configMapRef: { name: 'a' }"],
    without: ['hunter2'],
    says: { 'master.extraEnvVars[1]': /^refused: .*must not hold a secret/ },
  },
  'variables of Sentinels that have pods of their own': { values: { sentinel: { enabled: true, extraEnvVarsCM: 'a', extraEnvVarsSecret: 'b' }, replica: { replicaCount: 2 } }, without: ['containers'], says: { 'sentinel.extraEnvVarsCM': /^refused: there is no container "sentinel"/, 'sentinel.extraEnvVarsSecret': /^refused/ } },
  'a volume in the place of ours': { values: { metrics: { enabled: true, extraVolumes: [{ name: 'config', configMap: { name: 'x' } }] } }, without: ['volumes'], says: { 'metrics.extraVolumes[0]': /^refused: the name config is one of the library's own/ } },
  'ports of the Sentinels': { values: { sentinel: { enabled: true, containerPorts: { sentinel: 26381 }, service: { ports: { sentinel: 26380 } } } }, program: ['Sentinel.sidecar({ port: 26380 })'], says: { 'sentinel.containerPorts.sentinel': /^noted: / } },
  'Sentinels, and a Service that leads to the master': {
    values: { sentinel: { enabled: true, service: { type: 'LoadBalancer' }, masterService: { enabled: true, type: 'NodePort', ports: { redis: 7000 }, nodePorts: { redis: 30079 } } } },
    program: ['Routing.service()', "masterName: 'mymaster'", 'ProxyServiceType.NODE_PORT', 'port: 7000', 'nodePort: 30079'],
    without: ['LOAD_BALANCER'],
    says: { 'sentinel.service.type': /^refused: the Service of the Sentinels has no such option/, 'sentinel.masterService.enabled': 'mapped: routing' },
  },
  'the same in one Service': { values: { sentinel: { enabled: true, service: { createMaster: true, type: 'NodePort' }, masterService: { type: 'LoadBalancer' } } }, program: ['Routing.service()', 'ProxyServiceType.NODE_PORT'], says: { 'sentinel.masterService.type': 'unused: sentinel.masterService.enabled is off' } },
  'a Service of replicas, which the chart does not make beside Sentinels': { values: { sentinel: { enabled: true }, replica: { service: { type: 'NodePort' } } }, says: { 'replica.service.type': 'unused: sentinel.enabled is on' } },
  'commands that only the master has': { values: { sentinel: { enabled: true }, master: { disableCommands: [] } }, without: ['allowFlush'], says: { 'master.disableCommands': 'noted: all servers are alike: FLUSHALL and FLUSHDB are off, as by replica.disableCommands' } },
  'commands that only the replicas have': { values: { replica: { disableCommands: [] } }, without: ['allowFlush'], says: { 'replica.disableCommands': /^noted: all servers are alike/ } },
  'commands that all have': { values: { master: { disableCommands: [] }, replica: { disableCommands: ['KEYS'] } }, program: ['allowFlush: true'], says: { 'replica.disableCommands': /^refused: KEYS/ } },
  'commands of a server alone': { values: { architecture: 'standalone', master: { disableCommands: [] } }, program: ['allowFlush: true'] },
  'one claim for several servers': { values: { master: { persistence: { existingClaim: 'old', size: '2Gi' } } }, program: ['Persistence.volume(Size.gibibytes(2)'], without: ['existingClaim'], says: { 'master.persistence.existingClaim': /^refused: is one claim for several servers/ } },
  'clients of any namespace': { values: { networkPolicy: { allowExternal: false, ingressNSPodMatchLabels: { c: 'd' } } }, program: ["redis.allowFrom(Peer.pods({ labels: { c: 'd' } }));"], says: { 'networkPolicy.ingressNSPodMatchLabels': /^refused: pods of any namespace/ } },
  'a certificate that the chart does not make': { values: { tls: { enabled: true, existingSecret: 'certs', autoGenerated: false } }, says: { 'tls.autoGenerated': 'unused: asks for nothing' } },
  'users': {
    values: { auth: { existingSecret: 'creds', acl: { enabled: true, users: [{ username: 'shop', enabled: 'on', commands: '+@read', keys: '~shop:*', password: 'hunter2' }] } } },
    program: ["AclUser.custom('shop', ['~shop:*', '+@read', '-@admin', '-@dangerous'])"],
    without: ['hunter2'],
    says: { 'auth.acl.users[0].password': /^refused/ },
  },
  'redis.conf': { values: { commonConfiguration: 'appendonly no\nsave 60 1\nmaxmemory-policy allkeys-lfu' }, program: ['SNAPSHOT', "'save 60 1'", 'ALLKEYS_LFU'] },
  'a preset': { values: { replica: { resourcesPreset: 'small' } }, program: ['request: Cpu.millis(500)', 'limit: Size.mebibytes(768)'] },
  'an existing claim': { values: { architecture: 'standalone', master: { persistence: { existingClaim: 'old' } } }, program: ["Persistence.existingClaim('old'"] },
  'a Service': { values: { master: { service: { type: 'NodePort', ports: { redis: 7000 }, nodePorts: { redis: 30079 } } } }, program: ['ProxyServiceType.NODE_PORT', 'port: 7000', 'nodePort: 30079'] },
  'policies': { values: { networkPolicy: { allowExternal: false, ingressNSMatchLabels: { a: 'b' }, ingressNSPodMatchLabels: { c: 'd' } } }, program: ["redis.allowFrom(Peer.pods({ labels: { c: 'd' }, namespaceLabels: { a: 'b' } }));"], without: ['networkPolicies'] },
  'metrics': { values: { metrics: { enabled: true, serviceMonitor: { enabled: true, additionalLabels: { r: 'p' } } } }, program: ['Metrics.exporter()', "Scraping.podMonitors({ labels: { r: 'p' } })"] },
  'TLS': { values: { tls: { enabled: true, existingSecret: 'certs', certFilename: 'tls.crt', certKeyFilename: 'server.key', autoGenerated: true } }, program: ["Tls.everywhere(TlsCertificate.secret('certs'), { clients: ClientCertificates.REQUIRED })"], says: { 'tls.certKeyFilename': /^refused/, 'tls.autoGenerated': /^refused/ } },
};

test.each(Object.entries(BITNAMI))("Bitnami's redis: %s", (_, one) => check('redis', one));

test("Bitnami's valkey has the same keys under its own words", () => check('valkey', {
  values: { architecture: 'replication', sentinel: { enabled: true, primarySet: 'main' }, primary: { count: 1 }, replica: { replicaCount: 3, containerPorts: { valkey: 6380 } }, image: { tag: '8.1.3-debian-12-r3' } },
  program: ["Engine.valkey({ version: '8.1.3' })", "masterName: 'main'", 'port: 6380'],
}));
