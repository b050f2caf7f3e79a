import { Chart, ChartProps, Duration, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  AclUser, Auth, BackupRetention, BackupSource, BackupTarget, BackupVerification, ClientCertificates, Cpu, Engine, Persistence, RedisBackup,
  RedisBackupProps, RedisHa, RedisHaProps, Tls, TlsCertificate, TrustedCas,
} from '../../lib';
import { Manifest, Manifests } from '../support/manifests';
import { schemaErrors, VERSIONS } from '../support/schema';

const TARGET = BackupTarget.s3({ bucket: 'backups', credentialsSecret: 's3', passwordSecret: 'restic' });

/** Backups of an installation, each in a chart of its own; the same namespace unless told. */
function backedUp(props: Partial<RedisBackupProps> = {}, installation: RedisHaProps = {}, chartProps: ChartProps = { namespace: 'cache' }) {
  const app = Testing.app();
  const redis = new RedisHa(new Chart(app, 'cache', { namespace: 'cache' }), 'redis', { name: 'cache', ...installation });
  const chart = new Chart(app, 'beside', chartProps);
  new RedisBackup(chart, 'backup', { redis, target: TARGET, ...props });
  return { beside: new Manifests(Testing.synth(chart) as Manifest[]), installation: new Manifests(Testing.synth(Chart.of(redis)) as Manifest[]) };
}

const podOf = (manifests: Manifests, name: string) => manifests.get('CronJob', name).spec.jobTemplate.spec.template;
const container = (manifests: Manifests, cronJob: string, name: string) => {
  const { spec } = podOf(manifests, cronJob);
  return [...spec.initContainers, ...spec.containers].find((one: any) => one.name === name);
};
const env = (manifests: Manifests, cronJob: string, name: string) => (
  Object.fromEntries(container(manifests, cronJob, name).env.map((one: any) => [one.name, one.value ?? one.valueFrom])));

describe('without options', () => {
  const { beside, installation } = backedUp();

  test('there are two CronJobs and their scripts, which each Kubernetes takes', () => {
    expect(beside.all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap cache-backup', 'CronJob cache-backup', 'CronJob cache-backup-verify']);
    for (const version of VERSIONS) expect(beside.all.flatMap((manifest) => schemaErrors(version, manifest))).toEqual([]);
  });

  test('a backup runs each night, alone, ends within six hours, and is not repeated where that would change nothing', () => {
    const { schedule, jobTemplate, ...spec } = beside.get('CronJob', 'cache-backup').spec;
    expect(schedule).toMatch(/^\d{1,2} 2 \* \* \*$/);
    expect(spec).toEqual({
      concurrencyPolicy: 'Forbid', failedJobsHistoryLimit: 3, startingDeadlineSeconds: 3600, successfulJobsHistoryLimit: 3, suspend: false,
    });
    const { template, ...job } = jobTemplate.spec;
    expect(job).toEqual({
      activeDeadlineSeconds: 21600,
      backoffLimit: 3,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [73, 77] } },
        ],
      },
    });
    expect(template.spec.restartPolicy).toBe('Never');
  });

  test('pods have no token, no right, and nothing that the installation\'s Services or policies select', () => {
    for (const name of ['cache-backup', 'cache-backup-verify']) {
      const { spec, metadata } = podOf(beside, name);
      const { runAsNonRoot, seccompProfile } = spec.securityContext;
      expect([spec.automountServiceAccountToken, spec.enableServiceLinks, runAsNonRoot, seccompProfile.type]).toEqual([false, false, true, 'RuntimeDefault']);
      for (const { securityContext } of [...spec.initContainers, ...spec.containers]) {
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      }
      const selectors = installation.all.flatMap(({ kind, spec: { selector, podSelector } = {} as any }) => (kind === 'Service' ? [selector] : podSelector ? [podSelector.matchLabels] : []));
      expect(selectors.length).toBeGreaterThan(3);
      for (const selector of selectors) expect(metadata.labels).not.toMatchObject(selector);
    }
  });

  test('the servers\' policy lets pods of backups in, and not those of verifications', () => {
    const { ingress } = installation.get('NetworkPolicy', 'cache-server').spec;
    const peers = ingress.flatMap(({ from }: any) => from.map(({ podSelector }: any) => podSelector.matchLabels['redis-ha.cdk8s.io/backup']));
    expect(peers.filter((one: unknown) => one)).toEqual(['cache-backup']);
  });

  test('passwords are references to Secrets, that of the servers only where the dump is taken, that of the repository only where restic runs', () => {
    const secrets = (cronJob: string, name: string) => container(beside, cronJob, name).env
      .filter(({ valueFrom }: any) => valueFrom?.secretKeyRef).map(({ name: variable, valueFrom }: any) => `${variable} ${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`);
    const restic = ['RESTIC_PASSWORD restic/password', 'AWS_ACCESS_KEY_ID s3/AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY s3/AWS_SECRET_ACCESS_KEY'];
    expect(secrets('cache-backup', 'dump')).toEqual(['REDIS_PASSWORD cache-auth/password']);
    expect(secrets('cache-backup', 'store')).toEqual(restic);
    expect(secrets('cache-backup-verify', 'fetch')).toEqual(restic);
    expect(secrets('cache-backup-verify', 'verify')).toEqual([]);
  });

  test('servers, image and names are those of the installation', () => {
    expect(env(beside, 'cache-backup', 'dump')).toMatchObject({
      HOSTS: 'cache-announce-0 cache-announce-1 cache-announce-2', PORT: '6379', ALLOW_MASTER: 'false', CLI_BIN: 'redis-cli', SERVER_BIN: 'redis-server',
    });
    expect(container(beside, 'cache-backup', 'dump').image).toBe(installation.container('StatefulSet', 'cache-server', 'server').image);
    expect(env(beside, 'cache-backup', 'store')).toMatchObject({
      SNAPSHOT_HOST: 'cache/cache', BACKUP_NAME: 'cache-backup', KEEP: '--keep-daily 7 --keep-weekly 5 --keep-monthly 12 --keep-within 48h', RUN_SECONDS: '19440', LOCK_SECONDS: '2700',
    });
  });
});

test('all options are in the manifests', () => {
  const { beside } = backedUp({
    name: 'nightly',
    schedule: '30 1 * * *',
    timeZone: 'Europe/Berlin',
    retention: BackupRetention.keep({ last: 1, hourly: 2, daily: 3, weekly: 4, monthly: 5, yearly: 6, within: Duration.days(2) }),
    verification: BackupVerification.schedule({ schedule: '@weekly', resources: { cpu: { request: Cpu.units(1) } } }),
    source: BackupSource.REPLICA_OR_MASTER,
    pushgateway: 'http://pushgateway.monitoring:9091',
    image: 'registry.example.com/restic:1',
    engineImage: 'registry.example.com/redis:1',
    imagePullSecrets: ['registry'],
    resources: { cpu: { request: Cpu.units(2) } },
    pod: { nodeSelector: { pool: 'batch' }, podSpecOverrides: { volumes: [{ name: 'dump', emptyDir: null, ephemeral: { volumeClaimTemplate: {} } }] } },
    serviceAccountName: 'backup',
    job: {
      deadline: Duration.hours(1),
      retries: 0,
      startingDeadline: Duration.minutes(5),
      successfulHistory: 1,
      failedHistory: 2,
      lockTimeout: Duration.minutes(40),
      suspend: true,
    },
    fixedIds: false,
  });
  expect(beside.names('CronJob')).toEqual(['nightly', 'nightly-verify']);
  const { spec } = beside.get('CronJob', 'nightly');
  expect(spec).toMatchObject({
    schedule: '30 1 * * *',
    timeZone: 'Europe/Berlin',
    suspend: true,
    startingDeadlineSeconds: 300,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 2,
    jobTemplate: { spec: { activeDeadlineSeconds: 3600, backoffLimit: 0 } },
  });
  const pod = podOf(beside, 'nightly').spec;
  expect(pod).toMatchObject({ serviceAccountName: 'backup', automountServiceAccountToken: false, nodeSelector: { pool: 'batch' }, imagePullSecrets: [{ name: 'registry' }] });
  expect(pod.securityContext.runAsUser).toBeUndefined();
  expect(pod.volumes.find(({ name }: any) => name === 'dump')).toEqual({ name: 'dump', ephemeral: { volumeClaimTemplate: {} } });
  expect(pod.initContainers[0].image).toBe('registry.example.com/redis:1');
  expect(pod.containers[0]).toMatchObject({ image: 'registry.example.com/restic:1', resources: { requests: { cpu: '2' } } });
  expect(env(beside, 'nightly', 'dump').ALLOW_MASTER).toBe('true');
  expect(env(beside, 'nightly', 'store')).toMatchObject({
    KEEP: '--keep-last 1 --keep-hourly 2 --keep-daily 3 --keep-weekly 4 --keep-monthly 5 --keep-yearly 6 --keep-within 48h',
    PUSHGATEWAY: 'http://pushgateway.monitoring:9091',
    NAMESPACE: 'cache',
    INSTALLATION: 'cache',
    LOCK_SECONDS: '2400',
    RUN_SECONDS: '3240',
  });
  expect(beside.get('CronJob', 'nightly-verify').spec.schedule).toBe('@weekly');
  expect(container(beside, 'nightly-verify', 'verify').resources.requests.cpu).toBe('1');
});

test('an installation that hibernates is not dumped, and what there is goes on being verified', () => {
  const suspended = ({ beside }: ReturnType<typeof backedUp>) => beside.names('CronJob').map((name) => beside.get('CronJob', name).spec.suspend);
  const installation = { persistence: Persistence.volume(Size.gibibytes(1)) };
  expect(suspended(backedUp({}, { ...installation, hibernate: true }))).toEqual([true, false]);
  expect(suspended(backedUp({}, installation))).toEqual([false, false]);
});

test('nothing is removed with BackupRetention.forever, and nothing verified with BackupVerification.none', () => {
  const { beside } = backedUp({ retention: BackupRetention.forever(), verification: BackupVerification.none() });
  expect(beside.names('CronJob')).toEqual(['cache-backup']);
  expect(env(beside, 'cache-backup', 'store')).not.toHaveProperty('KEEP');
});

test('a user, its password and certificates are those of the connection; ssh finds its user in the image', () => {
  const { beside } = backedUp(
    { connection: { user: 'backup', clientCertificate: 'backup-tls' }, target: BackupTarget.sftp({ host: 'nas', user: 'redis', path: 'x', credentialsSecret: 'ssh', passwordSecret: 'restic' }) },
    { engine: Engine.valkey(), auth: Auth.secret('auth', { users: [AclUser.backup()] }), tls: Tls.everywhere(TlsCertificate.secret('tls')) },
  );
  const dump = env(beside, 'cache-backup', 'dump');
  expect(dump).toMatchObject({ REDIS_USERNAME: 'backup', REDIS_PASSWORD: { secretKeyRef: { name: 'auth', key: 'backup-password' } }, CLI_BIN: 'valkey-cli' });
  const mounted = container(beside, 'cache-backup', 'dump').volumeMounts.map(({ mountPath }: any) => mountPath);
  for (const file of ['REDIS_CA_FILE', 'REDIS_CERT_FILE', 'REDIS_KEY_FILE']) expect(mounted).toContain(dump[file].replace(/\/[^/]*$/, ''));
  expect(container(beside, 'cache-backup', 'store').securityContext.runAsUser).toBe(65534);
  expect(container(beside, 'cache-backup', 'store').command.slice(0, 3)).toEqual(['sh', '/etc/redis-ha/backup-store.sh', '-o']);
});

test('where only HAProxy speaks TLS, servers are asked without', () => {
  const { beside } = backedUp({}, { tls: Tls.edge(TlsCertificate.secret('tls')) });
  expect(Object.keys(env(beside, 'cache-backup', 'dump')).filter((name) => name.startsWith('REDIS_'))).toEqual(['REDIS_PASSWORD']);
});

test('in another namespace servers are found by their namespace, and the password in a copy', () => {
  const { beside } = backedUp({ connection: { secretName: 'copy' } }, {}, { namespace: 'ops' });
  expect(env(beside, 'cache-backup', 'dump')).toMatchObject({ HOSTS: expect.stringMatching(/^cache-announce-0\.cache\.svc /), REDIS_PASSWORD: { secretKeyRef: { name: 'copy', key: 'password' } } });
  expect(env(beside, 'cache-backup', 'store').SNAPSHOT_HOST).toBe('cache/cache');
});

test('an installation that is made elsewhere is backed up too, by its own policy', () => {
  const chart = new Chart(Testing.app(), 'test', { namespace: 'cache' });
  new RedisBackup(chart, 'backup', { redis: RedisHa.fromAttributes(chart, 'redis', { name: 'cache', engine: Engine.valkey({ version: '8.1.5' }) }), target: TARGET });
  const manifests = new Manifests(Testing.synth(chart) as Manifest[]);
  expect(container(manifests, 'cache-backup', 'dump').image).toMatch(/valkey:8\.1\.5$/);
  expect(manifests.names('NetworkPolicy')).toEqual([expect.stringMatching(/^cache-server-from-/)]);
});

test('without a namespace the pod tells it', () => {
  const chart = Testing.chart();
  new RedisBackup(chart, 'backup', { redis: new RedisHa(chart, 'redis', { name: 'cache' }), target: TARGET });
  const manifests = new Manifests(Testing.synth(chart) as Manifest[]);
  expect(env(manifests, 'cache-backup', 'store')).toMatchObject({ SNAPSHOT_HOST: '$(POD_NAMESPACE)/cache', POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } } });
});

const secretObject = (chart: Chart) => new k8s.KubeSecret(chart, 'no-installation');

test.each<readonly [Partial<RedisBackupProps>, RedisHaProps, string]>([
  [{ redis: secretObject(Testing.chart()) as any }, {}, "'redis' (\"test/no-installation\") must be an installation: a RedisHa, or what RedisHa.fromAttributes returns"],
  [{ target: undefined }, {}, "'target' (undefined) must be of the class BackupTarget, like BackupTarget.s3({ … })"],
  [{ target: BackupTarget.volume('X', { passwordSecret: 'restic' }) }, {}, "'target' (\"X\") must be the name of a Kubernetes object"],
  [{ name: 'cache-verify' }, {}, "'name' (\"cache-verify\") must not end with \"-verify\", as CronJobs of verifications do"],
  [{}, { replicas: 1 }, "'source' (\"replica\") must be BackupSource.REPLICA_OR_MASTER: the installation has one server, and no replica"],
  [{ schedule: '* * * *' }, {}, "'schedule' (\"* * * *\") must be a schedule of cron: minute, hour, day, month and day of the week, like \"30 2 * * *\"; a time zone belongs in 'timeZone'"],
  [{ schedule: 'TZ=UTC 0 2 * * *' }, {}, "'schedule' (\"TZ=UTC 0 2 * * *\") must be a schedule of cron"],
  [{ verification: BackupVerification.schedule({ schedule: 'weekly' }) }, {}, "'verification.schedule' (\"weekly\") must be a schedule of cron"],
  [{ timeZone: 'Berlin time' }, {}, "'timeZone' (\"Berlin time\") must be the name of a time zone, like \"Europe/Berlin\""],
  [{ retention: BackupRetention.keep({}) }, {}, "'retention' (an empty object) must keep something, like BackupRetention.keep({ daily: 7 }); BackupRetention.forever() keeps all"],
  [{ retention: BackupRetention.keep({ daily: 0 }) }, {}, "'retention.daily' (0) must be a whole number from 1 to 100000"],
  [{ retention: BackupRetention.keep({ within: Duration.minutes(90) }) }, {}, "'retention.within' (\"5400 s\") must be whole hours"],
  [{ pushgateway: 'http://user:secret@pushgateway' }, {}, "'pushgateway' (a text) must be a URL without credentials and without a slash at its end, like \"http://pushgateway.monitoring:9091\""],
  [{ name: 'x'.repeat(46) }, {}, `'name' ("${'x'.repeat(46)}") must have at most 45 characters, it has 46`],
  [{ image: 'restic/restic' }, {}, "'image' (\"restic/restic\") must be an image with a tag or a digest"],
  [{ job: { deadline: Duration.minutes(1) } }, {}, "'job.deadline' (\"60 s\") must be whole seconds from 300 to 604800"],
  [{ job: { startingDeadline: Duration.seconds(5) } }, {}, "'job.startingDeadline' (\"5 s\") must be whole seconds from 20 to 86400"],
  [{ pod: { env: [{ name: 'HTTP_PROXY', value: 'x' }, { name: 'RESTIC_REPOSITORY', value: 'x' }] } }, {}, "'pod.env[1]' (\"RESTIC_REPOSITORY\") is reserved: the library sets it"],
  [{ connection: { user: 'shop' } }, { auth: Auth.secret('auth', { users: [AclUser.backup()] }) }, "'connection.user' (\"shop\") must be a user of 'auth': \"backup\""],
  [{}, { auth: Auth.secret('auth', { users: [AclUser.backup()] }) }, "'connection.user' (undefined) must be a user of 'auth': \"backup\""],
  [{ connection: { ca: TrustedCas.secret('ca') } }, {}, "'connection.ca' ({\"kind\":\"secret\",\"name\":\"ca\",\"key\":\"ca.crt\"}) must not be given: the installation has no 'tls'"],
])('a wrong prop %#', (props, installation, message) => {
  expect(() => backedUp(props, installation)).toThrow(message);
});

test('where servers ask for a certificate it has to be named, and not where HAProxy does, which a backup passes by', () => {
  const certificate = TlsCertificate.secret('tls');
  const clients = ClientCertificates.REQUIRED;
  expect(() => backedUp({}, { tls: Tls.everywhere(certificate, { clients }) })).toThrow(
    "'connection.clientCertificate' (undefined) must name a Secret with a certificate: the installation asks every client for one ('clients' of its 'tls')");
  expect(env(backedUp({ connection: { clientCertificate: 'backup' } }, { tls: Tls.everywhere(certificate, { clients }) }).beside, 'cache-backup', 'dump'))
    .toHaveProperty('REDIS_CERT_FILE');
  expect(() => backedUp({}, { tls: Tls.edge(certificate, { clients }) })).not.toThrow();
});

test('two of one installation have names of their own', () => {
  const chart = Testing.chart();
  const redis = new RedisHa(chart, 'redis', { name: 'cache' });
  new RedisBackup(chart, 'a', { redis, target: TARGET });
  expect(() => new RedisBackup(chart, 'b', { redis, target: TARGET })).toThrow('\'name\' ("cache-backup") must be another one');
  new RedisBackup(chart, 'c', { redis, target: TARGET, name: 'cache-hourly' });
});

test('a backup beside the schedule is a Job as the schedule makes them, let in as they are', () => {
  const app = Testing.app();
  const chart = new Chart(app, 'cache');
  const redis = new RedisHa(chart, 'redis', { name: 'cache' });
  const backup = new RedisBackup(chart, 'backup', { redis, target: TARGET, pod: { podSpecOverrides: { serviceAccountName: 'bucket' } } });
  backup.backupNow('Before-Upgrade');
  const manifests = new Manifests(Testing.synth(chart) as Manifest[]);
  const { metadata, spec } = manifests.get('Job', 'cache-backup-before-upgrade');
  const template = manifests.get('CronJob', 'cache-backup').spec.jobTemplate;
  expect({ labels: metadata.labels, spec }).toEqual({ labels: template.metadata.labels, spec: template.spec });
  expect(spec.template.spec.serviceAccountName).toBe('bucket');
  expect(() => backup.backupNow('before upgrade')).toThrow("'id' (\"cache-backup-before upgrade\") must be");
  expect(() => backup.backupNow(undefined as any)).toThrow("'id' (undefined) must be");
});
