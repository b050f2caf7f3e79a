import { Chart, Testing } from 'cdk8s';
import { BackupTarget, Engine, RedisHa, RedisHaProps, RedisKeyRestore, RedisKeyRestoreProps, Restore, Tls, TlsCertificate } from '../../lib';
import { install, Manifests } from '../support/manifests';

const FROM = Restore.fromBackup(BackupTarget.volume('backups', { passwordSecret: 'key' }), { snapshot: '4f3c1d2e' });
const copy = (options: Partial<RedisKeyRestoreProps> = {}, props: RedisHaProps = {}) => (
  install(props, (redis, chart) => new RedisKeyRestore(chart, 'bring-back', { redis, from: FROM, pattern: 'user:*', ...options })));
const jobOf = (manifests: Manifests) => manifests.get('Job', 'redis-bring-back');
const variables = (manifests: Manifests): { [name: string]: string } => (
  Object.fromEntries(jobOf(manifests).spec.template.spec.containers[0].env.map(({ name, value }: any) => [name, value])));

test('it tries once: what was overwritten is not overwritten again by itself', () => {
  const { spec } = jobOf(copy());
  expect([spec.backoffLimit, spec.template.spec.restartPolicy]).toEqual([0, 'Never']);
});

test('it copies by a pattern, leaves what is there, and takes all databases, unless told', () => {
  expect(variables(copy())).toMatchObject({ PATTERN: 'user:*', REPLACE: 'false', REDIS_HOST: 'redis', REDIS_PORT: '6379' });
  expect(variables(copy())).not.toHaveProperty('DATABASES');
  expect(variables(copy({ replace: true, databases: [0, 3] }))).toMatchObject({ REPLACE: 'true', DATABASES: '0 3' });
});

test('it runs the engine of the installation, or an image that is named', () => {
  const image = (manifests: Manifests) => jobOf(manifests).spec.template.spec.containers[0].image;
  // a newer one would send keys in a form that the servers do not know
  for (const engine of [Engine.redis({ version: '7.2.4' }), Engine.valkey({ version: '8.1.1' })]) {
    const manifests = copy({}, { engine, imageRegistry: 'registry.example.com' });
    expect(image(manifests)).toBe(manifests.container('StatefulSet', 'redis-server', 'server').image);
  }
  expect(image(copy({ engineImage: 'redis:1' }))).toBe('redis:1');
  expect(variables(copy({}, { engine: Engine.valkey() }))).toMatchObject({ SERVER_BIN: 'valkey-server', CLI_BIN: 'valkey-cli' });
});

test('modules are loaded where the image has them, as their data could not be loaded without', () => {
  expect(variables(copy()).MODULES_DIR).toBe('/usr/local/lib/redis/modules');
});

test('it is admitted, and has the certificate that a server needs to send by TLS', () => {
  const manifests = copy({}, { tls: Tls.everywhere(TlsCertificate.secret('tls')) });
  expect(JSON.stringify(manifests.get('NetworkPolicy', 'redis-proxy').spec.ingress)).toContain('"key-restore"');
  expect(jobOf(manifests).spec.template.spec.volumes).toContainEqual({ name: 'certificate', secret: { secretName: 'tls', defaultMode: 0o440 } });
  expect(variables(manifests).TLS_DIR).toBe('/etc/redis-ha-tls');
  expect(variables(copy())).not.toHaveProperty('TLS_DIR');
});

test('it may have another name, Secrets for its images, and the ids of the cluster', () => {
  const { template } = copy({ name: 'other', imagePullSecrets: ['pull'], fixedIds: false }).get('Job', 'other').spec;
  expect(template.spec.imagePullSecrets).toEqual([{ name: 'pull' }]);
  expect(template.spec.securityContext).not.toHaveProperty('runAsUser');
  expect(jobOf(copy()).spec.template.spec.securityContext).toMatchObject({ runAsUser: 999 });
});

test.each<[Partial<RedisKeyRestoreProps>, string]>([
  [{ pattern: '' }, "'pattern' (\"\") must be a pattern of keys, like \"user:*\"; \"*\" is all"],
  [{ databases: [-1] }, "'databases[0]' (-1) must be a whole number"],
  [{ engineImage: 'redis' }, "'engineImage' (\"redis\") must be an image"],
  [{ from: undefined }, "'from' (undefined) must be"],
  [{ replac: true } as any, "did you mean 'replace'?"],
])('%j is refused', (options, line) => {
  expect(() => copy(options)).toThrow(line);
});

test('it is in the namespace of the installation, and has a name that nobody else has', () => {
  const app = Testing.app();
  const redis = new RedisHa(new Chart(app, 'cache', { namespace: 'cache' }), 'redis', { name: 'redis' });
  const restore = (id: string, namespace: string) => (
    new RedisKeyRestore(new Chart(app, id, { namespace }), 'bring-back', { redis, from: FROM, pattern: '*' }));
  expect(() => restore('other', 'ops')).toThrow("'redis' (\"cache/redis\") must be an installation of the chart's namespace, ops: the Job reads its Secrets");
  restore('first', 'cache');
  expect(() => restore('second', 'cache')).toThrow('\'name\' ("redis-bring-back") must be another one: the name of the ConfigMap "redis-bring-back" is also that of first/bring-back');
});

test.each([[true, 65534], [false, undefined]])('restic over SSH runs as a user with a name, unless the cluster gives the ids (fixedIds: %j)', (fixedIds, user) => {
  const from = Restore.fromBackup(BackupTarget.sftp({ host: 'nas', user: 'redis', path: 'x', credentialsSecret: 'ssh', passwordSecret: 'key' }));
  const [fetch] = jobOf(copy({ from, fixedIds })).spec.template.spec.initContainers;
  expect(fetch.securityContext.runAsUser).toBe(user);
});
