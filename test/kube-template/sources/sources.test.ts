import { KubeObject, Status } from '../../../lib/kube-template/kube';
import { Sources, SourcesOptions } from '../../../lib/kube-template/sources';
import { FakeApi } from '../support/fake-api';
import { until } from '../support/until';

const pod = (namespace: string, name: string, app = 'redis'): KubeObject => (
  { metadata: { namespace, name, labels: { app } }, spec: { nodeName: 'n' }, status: { podIP: '10.0.0.1', phase: 'Running' } }
);
const names = (objects: unknown) => (objects as KubeObject[]).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);

/** The function for a list, where it reads in namespace cache, and the function for one object. */
const KINDS = [
  ['pods', '/api/v1/namespaces/cache/pods', 'pod'],
  ['services', '/api/v1/namespaces/cache/services', 'service'],
  ['endpoints', '/api/v1/namespaces/cache/endpoints', 'endpoint'],
  ['endpointslices', '/apis/discovery.k8s.io/v1/namespaces/cache/endpointslices', 'endpointslice'],
  ['configmaps', '/api/v1/namespaces/cache/configmaps', 'configmap'],
  ['secrets', '/api/v1/namespaces/cache/secrets', 'secret'],
  ['nodes', '/api/v1/nodes', 'node'],
  ['namespaces', '/api/v1/namespaces', 'namespace'],
  ['statefulsets', '/apis/apps/v1/namespaces/cache/statefulsets', 'statefulset'],
  ['deployments', '/apis/apps/v1/namespaces/cache/deployments', 'deployment'],
  ['ingresses', '/apis/networking.k8s.io/v1/namespaces/cache/ingresses', 'ingress'],
  ['events', '/api/v1/namespaces/cache/events', 'event'],
  ['replicationcontrollers', '/api/v1/namespaces/cache/replicationcontrollers', 'replicationcontroller'],
  ['persistentvolumeclaims', '/api/v1/namespaces/cache/persistentvolumeclaims', 'persistentvolumeclaim'],
  ['persistentvolumes', '/api/v1/persistentvolumes', 'persistentvolume'],
  ['serviceaccounts', '/api/v1/namespaces/cache/serviceaccounts', 'serviceaccount'],
  ['resourcequotas', '/api/v1/namespaces/cache/resourcequotas', 'resourcequota'],
  ['limitranges', '/api/v1/namespaces/cache/limitranges', 'limitrange'],
  ['podtemplates', '/api/v1/namespaces/cache/podtemplates', 'podtemplate'],
  ['componentstatuses', '/api/v1/componentstatuses', 'componentstatus'],
] as const;

describe('Sources', () => {
  let api: FakeApi;
  let sources: Sources;
  const make = (options: SourcesOptions = {}) => {
    sources = new Sources(api.config('cache'), options);
    return sources;
  };
  /** Renders in passes until nothing is missing, and returns what the last one gave. */
  const render = async <T>(call: (fn: ReturnType<Sources['functions']>) => T): Promise<T> => {
    const functions = sources.functions();
    let result: { value?: T; error?: unknown } = {};
    await until(() => {
      sources.begin();
      const { missing, ...rest } = sources.track(() => call(functions));
      result = rest;
      return sources.end() && missing.size === 0;
    }, 'data');
    if (result.error) throw result.error;
    return result.value as T;
  };

  beforeEach(async () => {
    api = await FakeApi.start();
    for (const [namespace, name] of [['cache', 'redis-1'], ['cache', 'redis-0'], ['other', 'redis-2']]) api.put('v1/pods', pod(namespace, name));
    api.put('v1/pods', pod('cache', 'web-0', 'web'));
    make();
  });
  afterEach(async () => {
    sources.stop();
    await api.stop();
  });

  describe('lists', () => {
    test.each([
      ['of the default namespace', [], ['cache/redis-0', 'cache/redis-1', 'cache/web-0']],
      ['of a namespace', ['other'], ['other/redis-2']],
      ['of a namespace by selector', ['cache', 'app=redis'], ['cache/redis-0', 'cache/redis-1']],
      ['in the order selector, namespace', ['app=redis', 'cache'], ['cache/redis-0', 'cache/redis-1']],
      ['of the default namespace by selector', ['app=web'], ['cache/web-0']],
      ['of the default namespace, given as nil or empty', [null, ''], ['cache/redis-0', 'cache/redis-1', 'cache/web-0']],
      ['of all namespaces', ['*'], ['cache/redis-0', 'cache/redis-1', 'cache/web-0', 'other/redis-2']],
      ['of all namespaces by selector', ['*', 'app!=web'], ['cache/redis-0', 'cache/redis-1', 'other/redis-2']],
      ['of a namespace by a bare key', ['other', 'app'], ['other/redis-2']],
    ])('%s', async (_, args, expected) => {
      expect(names(await render(({ pods }) => pods(...args)))).toEqual(expected);
    });

    test('in the order selector, namespace when asked for and both could be names', async () => {
      make({ selectorFirst: true });
      expect(names(await render(({ pods }) => pods('app', 'other')))).toEqual(['other/redis-2']);
      expect(names(await render(({ pods }) => pods('other', 'app=redis')))).toEqual(['other/redis-2']);
    });

    test('of another default namespace', async () => {
      make({ namespace: 'other' });
      expect(names(await render(({ pods }) => pods()))).toEqual(['other/redis-2']);
    });

    test('of any kind by group, version and plural', async () => {
      api.put('apps/v1/daemonsets', pod('cache', 'agent'));
      expect(names(await render(({ list }) => list('apps/v1', 'daemonsets', 'cache')))).toEqual(['cache/agent']);
      expect(names(await render(({ list }) => list('apps/v1', 'daemonsets', 'app=redis')))).toEqual(['cache/agent']);
      expect(names(await render(({ list }) => list('v1', 'pods', '*', 'app=web')))).toEqual(['cache/web-0']);
      await render(({ list }) => list('storage.k8s.io/v1', 'storageclasses'));
      expect(api.requests.some(({ path }) => path === '/apis/storage.k8s.io/v1/storageclasses')).toBe(true);
    });

    test('of cluster-scoped kinds, which have a selector only', async () => {
      api.put('v1/nodes', { metadata: { name: 'b', labels: { zone: 'x' } } });
      api.put('v1/nodes', { metadata: { name: 'a' } });
      expect(names(await render(({ nodes }) => nodes()))).toEqual(['/a', '/b']);
      expect(names(await render(({ nodes }) => nodes('zone=x')))).toEqual(['/b']);
    });

    test('again from the cache until something changes, in an array that cannot be changed', async () => {
      const first = await render(({ pods }) => pods());
      expect(await render(({ pods }) => pods())).toBe(first);
      expect(() => (first as unknown[]).pop()).toThrow(TypeError);
      const changed = new Promise((resolve) => sources.once('change', resolve as () => void));
      api.put('v1/pods', pod('cache', 'a-new'));
      await changed;
      expect(names(await render(({ pods }) => pods()))[0]).toBe('cache/a-new');
    });

    test.each(KINDS)('with %s from %s', async (list, path) => {
      expect(await render((functions) => functions[list]())).toEqual(list === 'pods' ? expect.any(Array) : []);
      expect(api.requests[0].path).toBe(path);
    });

    test('with only the fields and the page size that were asked for', async () => {
      make({ tuning: { pods: { fields: ['status.podIP'], limit: 2 } } });
      const [first] = await render(({ pods }) => pods()) as KubeObject[];
      expect(first.status).toEqual({ podIP: '10.0.0.1' });
      expect(first).not.toHaveProperty('spec');
      expect(first.kind).toBe('Pod');
      expect(api.seen('list')[0].query.get('limit')).toBe('2');
    });
  });

  describe('single objects', () => {
    test('by name, asking for no other', async () => {
      api.put('v1/secrets', { metadata: { namespace: 'cache', name: 'redis' }, data: { password: 'cA==' } });
      expect(await render(({ secret }) => secret('cache', 'redis'))).toMatchObject({ kind: 'Secret', data: { password: 'cA==' } });
      expect(api.requests[0].query.get('fieldSelector')).toBe('metadata.name=redis');
    });

    test('in the default namespace', async () => {
      expect(names([await render(({ pod: get }) => get('', 'web-0'))])).toEqual(['cache/web-0']);
    });

    test('that are cluster-scoped', async () => {
      api.put('v1/nodes', { metadata: { name: 'a' } });
      expect(names([await render(({ node }) => node('a'))])).toEqual(['/a']);
    });

    test('that do not exist are nil', async () => {
      expect(await render(({ configmap }) => configmap('cache', 'none'))).toBeNull();
      expect(await render(({ node }) => node('none'))).toBeNull();
    });

    test('without a name are nil and need no source', async () => {
      expect(await render(({ pod: get }) => get('cache', null))).toBeNull();
      expect(api.requests).toEqual([]);
    });

    test.each(KINDS.map(([, path, one]) => [one, path]))('with %s from %s', async (one, path) => {
      const args = path.includes('/namespaces/cache/') ? ['cache', 'x'] : ['x'];
      expect(await render((functions) => functions[one](...args))).toBeNull();
      expect(api.requests[0].path).toBe(path);
      expect(api.requests[0].query.get('fieldSelector')).toBe('metadata.name=x');
    });
  });

  describe('endpoints', () => {
    beforeEach(() => api.put('v1/endpoints', pod('cache', 'redis')));

    test('NAMESPACE NAME is one object', async () => {
      expect(names([await render(({ endpoints }) => endpoints('cache', 'redis'))])).toEqual(['cache/redis']);
      expect(await render(({ endpoints }) => endpoints('cache', 'none'))).toBeNull();
    });

    test('with a selector, in either order, is a list', async () => {
      expect(names(await render(({ endpoints }) => endpoints('cache', 'app=redis')))).toEqual(['cache/redis']);
      expect(names(await render(({ endpoints }) => endpoints('app=redis', 'cache')))).toEqual(['cache/redis']);
    });

    test('SELECTOR NAMESPACE is a list when the selector comes first', async () => {
      make({ selectorFirst: true });
      expect(names(await render(({ endpoints }) => endpoints('app', 'cache')))).toEqual(['cache/redis']);
    });
  });

  test.each<[string, (fn: ReturnType<Sources['functions']>) => unknown, string]>([
    ['a namespace', ({ pods }) => pods('no/pe'), 'pods: namespace "no/pe": expected a namespace name or "*"'],
    ['two selectors', ({ pods }) => pods('a=b', 'c=d'), 'pods: namespace "a=b": expected a namespace name or "*"'],
    ['a number', ({ pods }) => pods(5), 'pods: argument: expected text; got int'],
    ['an object', ({ pods }) => pods({ data: 'hidden' }), 'pods: argument: expected text; got map'],
    ['an object as a port', ({ backends }) => backends('cache', 'redis', { data: 'hidden' }), 'backends: port: expected text; got map'],
    ['a name', ({ pod: get }) => get('cache', 'a,b'), 'pod: name "a,b": expected the name of one object'],
    ['a group', ({ list }) => list('../v1', 'pods'), 'list: API version "../v1": expected a group and version such as "apps/v1"'],
    ['a resource', ({ list }) => list('v1', 'Pods/x'), 'list: resource "Pods/x": expected a lower-case plural such as "daemonsets"'],
    ['all namespaces for one object', ({ pod: get }) => get('*', 'a'), 'pod: namespace "*": expected one namespace'],
    ['no service', ({ backends }) => backends('cache', ''), 'backends: service "": expected the name of one service'],
  ])('refuses %s that is none, without asking the API server', async (_, call, message) => {
    await expect(render(call)).rejects.toThrow(message);
    expect(api.requests).toEqual([]);
  });

  test('every function that reads the API is tested', () => {
    const tested = [...KINDS.flatMap(([list, , one]) => [list, one]), 'list', 'backends'];
    expect(Object.keys(sources.functions()).sort()).toEqual(tested.sort());
  });

  describe('passes', () => {
    test('start all sources of a template at once and call them missing until they have data', async () => {
      const { pods, secret } = sources.functions();
      const call = () => [pods('cache', 'app=redis'), secret('cache', 'redis')];
      sources.begin();
      const { value, missing } = sources.track(call);
      expect(value).toEqual([[], null]);
      expect([...missing]).toEqual(['pods in namespace cache with app=redis', 'secrets named redis in namespace cache']);
      expect(sources.missing).toEqual(missing);
      expect(sources.end()).toBe(false);
      await render(() => call());
      expect(sources.missing.size).toBe(0);
      expect(api.seen('list')).toHaveLength(2);
    });

    test('tell for each template what it misses, also when another missed it before', () => {
      const { pods } = sources.functions();
      sources.begin();
      const first = sources.track(() => pods('cache'));
      const second = sources.track(() => pods('cache'));
      const third = sources.track(() => 'nothing');
      expect([first, second, third].map(({ missing }) => missing.size)).toEqual([1, 1, 0]);
    });

    test('give the error of a template along with what it misses', () => {
      const { pods } = sources.functions();
      sources.begin();
      const { error, missing } = sources.track(() => (pods('cache') as KubeObject[])[0].metadata);
      expect(error).toBeInstanceOf(TypeError);
      expect(missing.size).toBe(1);
    });

    test('stop a source that 5 of them did not use', async () => {
      await render(({ pods }) => pods('cache'));
      await render(({ pods }) => pods('other'));
      const { pods } = sources.functions();
      const pass = () => {
        sources.begin();
        sources.track(() => pods('other'));
        sources.end();
      };
      // The last render left cache unused in at least one pass; using it again starts the count anew.
      await render(({ pods: get }) => [get('cache'), get('other')]);
      for (let unused = 1; unused < 5; unused++) pass();
      // On a slow machine the renders before took more passes, and cache came back behind other.
      expect(sources.reflectors.map(({ name }) => name).sort()).toEqual(['pods in namespace cache', 'pods in namespace other']);
      pass();
      expect(sources.reflectors.map(({ name }) => name)).toEqual(['pods in namespace other']);
      await until(() => api.watcherCount === 1, 'closed watch');
    });

    test('see changes of every source', async () => {
      await render(({ pods, secrets }) => [pods(), secrets()]);
      for (const collection of ['v1/pods', 'v1/secrets']) {
        await until(() => sources.reflectors.every(({ connected }) => connected), 'watches');
        const changed = new Promise<void>((resolve) => sources.once('change', resolve));
        api.put(collection, pod('cache', 'another'));
        await changed;
      }
    });
  });

  test('pass on what sources say about their connection', async () => {
    const statuses: [string, Status][] = [];
    sources.on('status', (...status) => statuses.push(status));
    api.fail({ status: 403, message: 'no' });
    const { pods } = sources.functions();
    sources.begin();
    sources.track(() => pods('cache'));
    await until(() => statuses.length > 0, 'status');
    expect(statuses[0]).toEqual(['pods in namespace cache', { connected: false, error: expect.objectContaining({ failure: 'forbidden' }) }]);
  });

  test('backends gives the ready addresses of a service', async () => {
    api.put('discovery.k8s.io/v1/endpointslices', {
      metadata: { namespace: 'cache', name: 'redis-x', labels: { 'kubernetes.io/service-name': 'redis' } },
      addressType: 'IPv4',
      ports: [{ name: 'redis', port: 6379 }],
      endpoints: [
        { addresses: ['10.0.0.2'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'redis-1' } },
        { addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'redis-0' } },
        { addresses: ['10.0.0.3'], conditions: { ready: false }, targetRef: { kind: 'Pod', name: 'redis-2' } },
      ],
    });
    const found = await render(({ backends }) => backends('cache', 'redis', 'redis'));
    expect(found).toEqual([
      expect.objectContaining({ name: 'redis-0', address: '10.0.0.1', port: 6379 }),
      expect.objectContaining({ name: 'redis-1', address: '10.0.0.2', port: 6379 }),
    ]);
    expect(api.requests[0].query.get('labelSelector')).toBe('kubernetes.io/service-name=redis');
  });
});
