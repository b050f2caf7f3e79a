import { Size } from 'cdk8s';
import { BackupTarget, ContainerResources, Persistence, RedisHaProps, Restore, Sentinel, Tls, TlsCertificate } from '../../lib';
import { install, Manifests } from '../support/manifests';

const TARGET = BackupTarget.s3({ bucket: 'backups', credentialsSecret: 's3', passwordSecret: 'key' });
const KEPT: RedisHaProps = { persistence: Persistence.volume(Size.gibibytes(1)) };
const withRestore = (restore: Restore, props: RedisHaProps = {}) => install({ ...KEPT, ...props, restore });
const jobOf = (manifests: Manifests) => manifests.get('Job', manifests.names('Job')[0]);
const podOf = (manifests: Manifests) => jobOf(manifests).spec.template.spec;

describe('the prop comes and goes without a restart', () => {
  test.each([['sidecars', {}], ['deployments', { sentinel: Sentinel.deployments(3) }]])('of any pod (%s)', (_, props) => {
    const [without, given] = [install({ ...KEPT, ...props }), withRestore(Restore.fromBackup(TARGET), props)];
    for (const kind of ['StatefulSet', 'Deployment'] as const) {
      expect(given.names(kind)).toEqual(without.names(kind));
      for (const name of without.names(kind)) expect(given.get(kind, name)).toEqual(without.get(kind, name));
    }
    // a file that agents follow
    expect(JSON.parse(given.get('ConfigMap', 'redis-server').data['members.json'])).toEqual({
      ...JSON.parse(without.get('ConfigMap', 'redis-server').data['members.json']), restoreSource: 'redis-restore:9097',
    });
  });

  test('and nothing is left of it', () => {
    expect(JSON.stringify(install(KEPT).all)).not.toContain('redis-restore');
  });
});

test('another restore is another Job, as the spec of one can not be changed, and the Service leads to that one only', () => {
  const all = ['latest', '4f3c1d2e'].map((snapshot) => withRestore(Restore.fromBackup(TARGET, { snapshot })));
  const names = all.map((one) => one.names('Job')[0]);
  expect(new Set(names).size).toBe(2);
  all.forEach((one, index) => {
    const { selector } = one.get('Service', 'redis-restore').spec;
    expect(Object.keys(selector).sort()).toEqual(['redis-ha.cdk8s.io/component', 'redis-ha.cdk8s.io/installation', 'redis-ha.cdk8s.io/restore']);
    expect(names[index]).toBe(`redis-restore-${selector['redis-ha.cdk8s.io/restore']}`);
    expect(jobOf(one).spec.template.metadata.labels).toMatchObject(selector);
  });
  // and the same one is the same
  expect(withRestore(Restore.fromBackup(TARGET)).names('Job')).toEqual([names[0]]);
  // also for another number of servers
  const grown = withRestore(Restore.fromBackup(TARGET), { replicas: 5 });
  expect([grown.names('Job'), grown.get('ConfigMap', 'redis-restore').data.replicas]).toEqual([[names[0]], '5']);
  // what is laid over the pod belongs to it
  expect(withRestore(Restore.fromBackup(TARGET, { pod: { podSpecOverrides: { hostUsers: false } } })).names('Job')).not.toEqual([names[0]]);
});

test('it looks, fetches and serves, one after the other, and never gives up', () => {
  const manifests = withRestore(Restore.fromBackup(TARGET));
  const { initContainers, containers, restartPolicy } = podOf(manifests);
  expect([...initContainers, ...containers].map(({ name }: any) => name)).toEqual(['look', 'fetch', 'source']);
  expect([restartPolicy, jobOf(manifests).spec.backoffLimit]).toEqual(['OnFailure', 1_000_000]);
});

test('what fetches has the memory of the throw-away server, or more', () => {
  const limit = (resources: ContainerResources) => podOf(withRestore(Restore.fromBackup(TARGET, { resources }))).initContainers[1].resources.limits;
  expect(limit({ memory: { limit: Size.gibibytes(4) } })).toEqual({ memory: '4Gi' });
  expect(limit({ memory: { limit: Size.mebibytes(300) } })).toEqual({ memory: '1Gi' });
  expect(limit({ limits: {} })).toBeUndefined();
});

test('only the container that fetches has what opens backups, and no secret stands in the manifests', () => {
  const { initContainers: [look, fetch], containers: [source] } = podOf(withRestore(Restore.fromBackup(TARGET)));
  const secrets = (container: any) => container.env.flatMap(({ valueFrom }: any) => valueFrom?.secretKeyRef?.name ?? []);
  expect([secrets(look), secrets(fetch), secrets(source)]).toEqual([[], ['key', 's3', 's3'], []]);
});

test('the throw-away server loads what servers load', () => {
  const configOf = (directives: string[]) => withRestore(Restore.fromBackup(TARGET), { server: { directives } }).get('ConfigMap', 'redis-restore').data['redis.conf'];
  expect(configOf([])).toMatch(/^databases 16$/m);
  const config = configOf(['databases 32', 'hz 50', 'loadmodule /opt/mine.so a b', 'DATABASES "64"']);
  expect(config.match(/^(databases|hz|loadmodule) .*/gim)).toEqual(['databases 64', 'loadmodule /opt/mine.so a b']);
});

test('a volume is only read', () => {
  const { volumes, containers: [source] } = podOf(withRestore(Restore.fromVolume('data-old-server-0', '.')));
  expect(volumes).toContainEqual({ name: 'source', persistentVolumeClaim: { claimName: 'data-old-server-0', readOnly: true } });
  expect(source.volumeMounts).toContainEqual({ name: 'source', mountPath: '/source', readOnly: true });
  expect(source.env).toContainEqual({ name: 'SOURCE', value: '/source' });
});

test('servers copy from it and nobody else does, and it may ask servers and Sentinels', () => {
  const manifests = withRestore(Restore.fromBackup(TARGET), { sentinel: Sentinel.deployments(3) });
  expect(manifests.get('NetworkPolicy', 'redis-restore').spec.ingress).toEqual([{
    from: [{ podSelector: { matchLabels: { 'redis-ha.cdk8s.io/component': 'server', 'redis-ha.cdk8s.io/installation': 'redis' } } }],
    ports: [{ port: 9097, protocol: 'TCP' }],
  }]);
  for (const [name, port] of [['redis-server', 6379], ['redis-sentinel', 26379]] as const) {
    expect(manifests.get('NetworkPolicy', name).spec.ingress).toContainEqual({
      from: [{ podSelector: { matchLabels: expect.objectContaining({ 'redis-ha.cdk8s.io/component': 'restore' }) } }],
      ports: [{ port, protocol: 'TCP' }],
    });
  }
  expect(withRestore(Restore.fromBackup(TARGET), { networkPolicies: false }).names('NetworkPolicy')).toEqual([]);
});

test('with TLS everywhere it speaks that, and elsewhere it does not', () => {
  const config = (manifests: Manifests) => manifests.get('ConfigMap', 'redis-restore').data['redis.conf'];
  const manifests = withRestore(Restore.fromBackup(TARGET), { tls: Tls.everywhere(TlsCertificate.secret('tls')) });
  expect(config(manifests)).toContain('\ntls-port 9097\n');
  expect(podOf(manifests).containers[0].env).toContainEqual({ name: 'TLS_DIR', value: '/etc/redis-ha-tls' });
  expect(config(withRestore(Restore.fromBackup(TARGET), { tls: Tls.edge(TlsCertificate.secret('tls')) }))).toContain('\nport 9097\n');
});

test.each([[true, 65534], [false, undefined]])('restic over SSH runs as a user with a name, unless the cluster gives the ids (fixedIds: %j)', (fixedIds, user) => {
  const target = BackupTarget.sftp({ host: 'nas', user: 'redis', path: 'x', credentialsSecret: 'ssh', passwordSecret: 'key' });
  const fetch = podOf(withRestore(Restore.fromBackup(target), { fixedIds })).initContainers.find(({ name }: any) => name === 'fetch');
  expect(fetch.securityContext.runAsUser).toBe(user);
});
