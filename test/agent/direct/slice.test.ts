import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ConfigError } from '../../../lib/agent/config/config';
import { Slice, Want } from '../../../lib/agent/direct/slice';
import { KubeApi } from '../../../lib/agent/kubernetes/kube-api';
import { Log } from '../../../lib/log/log';
import { FakeApi } from '../../kube-template/support/fake-api';

const PATH = '/apis/discovery.k8s.io/v1/namespaces/cache/endpointslices/redis-write';
const COLLECTION = 'discovery.k8s.io/v1/endpointslices';

describe('a slice', () => {
  let server: FakeApi;
  let dir: string;
  let api: KubeApi;
  let slice: Slice;

  beforeAll(async () => {
    server = await FakeApi.start({ token: 'first' });
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'slice-'));
    fs.writeFileSync(path.join(dir, 'namespace'), 'cache');
    fs.writeFileSync(path.join(dir, 'ca.crt'), server.certificate.cert);
  });
  beforeEach(() => {
    server.token = 'first';
    fs.writeFileSync(path.join(dir, 'token'), 'first\n');
    api = new KubeApi(dir, { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) });
    slice = new Slice(api, {
      service: 'redis',
      writeSlice: 'redis-write',
      writePort: 'redis',
      readSlice: 'redis-read',
      readPort: 'redis-read',
      labels: { installation: 'redis' },
      domain: 'example.com',
      accountDir: dir,
      name: 'redis-write',
      portName: 'redis',
      port: 6379,
    }, new Log({ write: () => undefined }));
    server.put('v1/services', { metadata: { name: 'redis', namespace: 'cache', uid: 'uid-1' } });
    if (server.collections.get(PATH)) server.remove(COLLECTION, 'cache', 'redis-write');
  });
  afterEach(() => api.close());
  afterAll(async () => {
    await server.stop();
    fs.rmSync(dir, { recursive: true });
  });

  const want = (address: string, epoch: number): Want => ({ addresses: [address], epoch: { term: 1, epoch }, certainForMs: 0 });
  const addresses = (): string[] => (server.collections.get(PATH) as any).endpoints.flatMap((one: any) => one.addresses);

  test('is made as Kubernetes wants it, and goes with the Service', async () => {
    expect(await slice.keep(async () => want('10.0.0.1', 3))).toBe(true);
    expect(server.collections.get(PATH)).toMatchObject({
      metadata: {
        labels: { 'installation': 'redis', 'kubernetes.io/service-name': 'redis', 'endpointslice.kubernetes.io/managed-by': 'cdk8s-redis-ha' },
        annotations: { 'example.com/epoch': '1.3' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'redis', uid: 'uid-1' }],
      },
      addressType: 'IPv4',
      ports: [{ name: 'redis', port: 6379, protocol: 'TCP' }],
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true, serving: true, terminating: false } }],
    });
  });

  test('has the family of its addresses', async () => {
    await slice.keep(async () => want('fd00::1', 3));
    expect((server.collections.get(PATH) as any).addressType).toBe('IPv6');
  });

  test('that another master wrote after it was read is not overwritten by an older look', async () => {
    await slice.keep(async () => want('10.0.0.1', 3));
    await expect(slice.keep(async () => {
      // the look of this one is older than what the other one does meanwhile
      server.put(COLLECTION, { ...server.collections.get(PATH)!, endpoints: [{ addresses: ['10.0.0.2'] }] });
      return want('10.0.0.3', 3);
    })).rejects.toThrow('the API server answers 409 the object has been modified');
    expect(addresses()).toEqual(['10.0.0.2']);
  });

  test('of a later epoch is left as it is', async () => {
    await slice.keep(async () => want('10.0.0.2', 4));
    expect(await slice.keep(async () => want('10.0.0.1', 3))).toBe(false);
    expect(addresses()).toEqual(['10.0.0.2']);
  });

  test('is not written by one that is not certain once it was read', async () => {
    expect(await slice.keep(async () => undefined)).toBe(false);
    expect(server.collections.get(PATH)).toBeUndefined();
  });

  test('is left by a master in doubt, if nobody else is in it, and it is still in doubt', async () => {
    expect(await slice.leave('10.0.0.1', () => true)).toBe(true);
    await slice.keep(async () => want('10.0.0.1', 3));
    expect(await slice.leave('10.0.0.2', () => true)).toBe(true);
    // it is in it still, and has to leave later
    expect(await slice.leave('10.0.0.1', () => false)).toBe(false);
    expect(addresses()).toEqual(['10.0.0.1']);
    expect((await slice.addresses()).includes('10.0.0.1')).toBe(true);
    expect(await slice.leave('10.0.0.1', () => true)).toBe(true);
    expect(addresses()).toEqual([]);
    expect((await slice.addresses()).includes('10.0.0.1')).toBe(false);
  });

  test('keeps the others where one leaves', async () => {
    await slice.keep(async () => ({ ...want('10.0.0.1', 3), addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }));
    await slice.leave('10.0.0.2', () => true);
    expect(addresses()).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  test('is written with the token as it is now', async () => {
    await slice.keep(async () => want('10.0.0.1', 3));
    server.token = 'second';
    await expect(slice.keep(async () => want('10.0.0.2', 4))).rejects.toThrow('the API server answers 401 Unauthorized');
    fs.writeFileSync(path.join(dir, 'token'), 'second\n');
    expect(await slice.keep(async () => want('10.0.0.2', 4))).toBe(true);
  });

  test('goes with the Service that is there now, and is not written again for that', async () => {
    const stored = (): any => server.collections.get(PATH);
    await slice.keep(async () => want('10.0.0.1', 3));
    server.put('v1/services', { metadata: { name: 'redis', namespace: 'cache', uid: 'uid-2' } });
    await slice.keep(async () => want('10.0.0.1', 3));
    expect(stored().metadata.ownerReferences).toMatchObject([{ uid: 'uid-2' }]);
    const { resourceVersion } = stored().metadata;
    await slice.keep(async () => want('10.0.0.1', 3));
    expect(stored().metadata.resourceVersion).toBe(resourceVersion);
  });

  test.each([
    ['ports', { ports: [{ name: 'redis', port: 6380, protocol: 'TCP' }] }],
    ['conditions', { endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }] }],
    ['labels', { metadata: { name: 'redis-write', namespace: 'cache', labels: { 'kubernetes.io/service-name': 'another' } } }],
  ])('whose %s are others is written again', async (_, other) => {
    await slice.keep(async () => want('10.0.0.1', 3));
    const written: any = server.collections.get(PATH);
    server.put(COLLECTION, { ...written, ...other });
    await slice.keep(async () => want('10.0.0.1', 3));
    const { metadata: { labels }, ports, endpoints } = written;
    expect(server.collections.get(PATH)).toMatchObject({ metadata: { labels }, ports, endpoints });
  });

  describe('of a Service that leads to proxies now', () => {
    beforeEach(async () => {
      await slice.keep(async () => ({ ...want('10.0.0.1', 3), addresses: ['10.0.0.1', '10.0.0.2'] }));
      server.put('v1/services', { metadata: { name: 'redis', namespace: 'cache', uid: 'uid-1' }, spec: { selector: { component: 'proxy' } } });
    });

    test('is emptied by the master, and not written any more', async () => {
      const kept = async (): Promise<boolean> => slice.keep(async () => want('10.0.0.1', 3));
      await expect(kept()).rejects.toThrow('the Service redis has a selector: redis-write stays empty');
      expect(addresses()).toEqual([]);
      const { resourceVersion } = server.collections.get(PATH)!.metadata;
      await expect(kept()).rejects.toThrow('has a selector');
      expect(server.collections.get(PATH)!.metadata.resourceVersion).toBe(resourceVersion);
    });

    test('is not made', async () => {
      server.remove(COLLECTION, 'cache', 'redis-write');
      await expect(slice.keep(async () => want('10.0.0.1', 3))).rejects.toThrow('has a selector');
      expect(server.collections.get(PATH)).toBeUndefined();
    });

    test('keeps nobody when one leaves for good', async () => {
      await slice.leave('10.0.0.9', () => true);
      expect(addresses()).toEqual([]);
    });
  });

  test('is left also by one that can not read the Service', async () => {
    await slice.keep(async () => want('10.0.0.1', 3));
    const { ownerReferences } = server.collections.get(PATH)!.metadata as any;
    server.remove('v1/services', 'cache', 'redis');
    await slice.leave('10.0.0.1', () => true);
    expect(addresses()).toEqual([]);
    expect((server.collections.get(PATH) as any).metadata.ownerReferences).toEqual(ownerReferences);
  });

  test('of a Service that is not there is not made', async () => {
    server.remove('v1/services', 'cache', 'redis');
    await expect(slice.keep(async () => want('10.0.0.1', 3))).rejects.toThrow('there is no Service redis');
  });
});

test('an agent without a ServiceAccount or the address of the API says so', () => {
  expect(() => new KubeApi('/nowhere', { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' })).toThrow(ConfigError);
  expect(() => new KubeApi('/nowhere', {})).toThrow('the Kubernetes API needs the variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT');
});
