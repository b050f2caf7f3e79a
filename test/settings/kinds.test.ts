import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import {
  build, Call, exchanged, FULL, FULL_ATTRIBUTES, FULL_CONNECT, FULL_ENVIRONMENT, FULL_KUBE_TEMPLATE, FULL_METRICS, OTHERS, PEERS, Place, places,
} from './full-props';
import {
  AclUser, Auth, Engine, KubeTemplate, KubeTemplateImage, KubeTemplateProps, Overrides, Peer, Persistence, RedisHa, RedisHaProps, Routing, Sentinel,
  Tls, TlsCertificate,
} from '../../lib/index';
import { InvalidPropError } from '../../lib/settings/invalid-prop';
import { resolveSettings } from '../../lib/settings/resolve';

const resolve = (props: unknown) => resolveSettings(props as RedisHaProps, { defaultName: 'cache-redis' });

/** The message of the error; undefined when the props are taken. */
function refusal(take: () => unknown): string | undefined {
  try {
    take();
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    return error.message;
  }
  return undefined;
}

/** A value of each kind that props have, and of some that they never have. */
const VALUES: readonly unknown[] = [
  'hunter2', 5, NaN, true, {}, { value: undefined, toJSON: null }, [], [undefined], Duration.seconds(1), Size.mebibytes(1), k8s.Quantity.fromString('1'),
  () => 'x', Symbol('x'), 10n, new Map(), new Date(0), /x/, Engine.redis(), Auth.none(), new Chart(Testing.app(), 'x'), null, undefined,
];

const kindOf = (value: unknown): unknown => {
  if (value instanceof Call) return kindOf(build(value));
  return typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : typeof value;
};
/** Values that are strings, but not any string. */
const ENUM = /(spread|mode|maxmemoryPolicy|consensus|service\.type|ipStack|logFormat)$/;
/** What is handed on as it is. */
const HANDED_ON = /resources\b|Overrides\b|\[\d+\]/;
/** Fields of the API's containers that are looked at only once all is laid over each other. */
const LATER = /ontainers\[\d+\]\.image$/;
const judged = (value: unknown, path?: string) => places(value, path).filter((place) => !LATER.test(place.path));
const isWrong = ({ path, value, required }: Place, other: unknown) => (
  other === null || other === undefined ? required : kindOf(other) !== kindOf(value) || ENUM.test(path));

interface Taker {
  /** How errors call the whole. */
  readonly path?: string;
  readonly props: any;
  readonly take: (props: any) => unknown;
}

const chart = () => new Chart(Testing.app(), 'test', { namespace: 'shop' });
const web = () => new kplus.Deployment(chart(), 'web', { containers: [{ image: 'web:1' }] });
const redis = (props?: RedisHaProps) => new RedisHa(chart(), 'redis', props);
const attach = (props: any) => KubeTemplate.attachTo(web(), props as KubeTemplateProps);

/** An installation that has what clients may ask for. */
const CONNECTED: RedisHaProps = { tls: Tls.everywhere(TlsCertificate.secret('mine')), auth: Auth.secret('mine', { users: [AclUser.application('shop')] }) };

const TAKERS: { readonly [title: string]: Taker } = {
  'props': { props: FULL, take: resolve },
  ...Object.fromEntries(OTHERS.map((props, index) => [`${Object.keys(props)[0]} ${index}`, { props, take: resolve }])),
  'connectFrom': { props: FULL_CONNECT, take: (options) => redis(CONNECTED).connectFrom(web(), options) },
  'connectionEnvironment': { props: FULL_ENVIRONMENT, take: (options) => redis(CONNECTED).connectionEnvironment(options) },
  'connectionEnvValues': { props: FULL_ENVIRONMENT, take: (options) => redis(CONNECTED).connectionEnvValues(options) },
  'connectionVolume': { props: FULL_ENVIRONMENT, take: (options) => redis(CONNECTED).connectionVolume(options) },
  'allowMetricsFrom': { props: FULL_METRICS, take: (options) => redis({ sentinel: Sentinel.deployments() }).allowMetricsFrom(web(), options) },
  'fromAttributes': { props: FULL_ATTRIBUTES, take: (attributes) => RedisHa.fromAttributes(chart(), 'redis', attributes) },
  ...Object.fromEntries(PEERS.map((props, index) => [`allowFrom ${index}`, { props, path: 'client', take: (client) => redis().allowFrom(client) }])),
  'KubeTemplate.attachTo': { props: FULL_KUBE_TEMPLATE, take: attach },
};

describe.each(Object.entries(TAKERS))('%s', (_, { props, take, path: root = '' }) => {
  const all = judged(props, root);

  test('are taken as they are', () => {
    expect(refusal(() => take(build(props)))).toBeUndefined();
  });

  test('of no other kind are taken, and all are told at once', () => {
    const depths = [...new Set(all.map(({ keys }) => keys.length))];
    const silent = VALUES.flatMap((other) => depths.flatMap((depth) => {
      const wrong = all.filter((place) => place.keys.length === depth && isWrong(place, other));
      const given = wrong.reduce((one, { keys }) => exchanged(one, keys, other), props);
      const lines = wrong.length === 0 ? [] : refusal(() => take(build(given)))?.split('\n') ?? [];
      const told = ({ path }: Place) => lines.some((line) => line.trim().startsWith(`'${path}`) && / must be | is no prop: /.test(line));
      return wrong.filter((place) => !told(place)).map(({ path }) => `${path} as ${typeof other}`);
    }));
    expect(silent).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
  });

  test('null is as good as nothing', () => {
    for (const { keys } of all.filter(({ required, path }) => !required && !HANDED_ON.test(path))) {
      const [withNull, without] = [null, undefined].map((other) => {
        let taken: unknown;
        const message = refusal(() => { taken = take(build(exchanged(props, keys, other))); });
        return message?.replace('(null)', '(undefined)') ?? (take === resolve ? taken : 'taken');
      });
      expect(withNull).toEqual(without);
    }
  });

  test('misspelt names are told, with the name that was meant', () => {
    const structs = [{ path: root, keys: [], value: props }, ...all].filter(({ value, path }) => !Array.isArray(value) && !(value instanceof Call)
      && kindOf(value) === Object.prototype && !/(requests|limits|[lL]abels|annotations|[sS]elector|affinity|scripts|Overrides|\[\d+\])$/.test(path));
    for (const { path, keys, value } of structs) {
      for (const name of Object.keys(value as object).filter((one) => one.length > 3)) {
        const at = (one: string) => (path === '' ? one : `${path}.${one}`);
        const wrong = `${name.slice(0, -2)}${name.at(-1)}`;
        // with the right name away, no other error hides it
        const others = Object.fromEntries(Object.entries(value as object).filter(([key]) => key !== name));
        const misspelt = { ...others, [wrong]: 'hunter2' };
        const given = keys.length === 0 ? misspelt : exchanged(props, keys, misspelt);
        const message = refusal(() => take(build(given)));
        expect(message).toContain(`'${at(wrong)}' (a string) is no prop: did you mean '${at(name)}'?`);
      }
    }
  });
});

describe('several wrong props', () => {
  const all = judged(FULL);
  const apart = (a: Place, b: Place) => !a.path.startsWith(b.path) && !b.path.startsWith(a.path);

  test('of any kinds are told together, a line each', () => {
    fc.assert(fc.property(fc.subarray([...all], { minLength: 2, maxLength: 4 }), fc.integer({ min: 0 }), (some, seed) => {
      fc.pre(some.every((a, index) => some.slice(index + 1).every((b) => apart(a, b))));
      const wrong = some.reduce((props, place) => {
        const values = VALUES.filter((other) => isWrong(place, other));
        return exchanged(props, place.keys, values[seed % values.length]);
      }, FULL as any);
      const lines = refusal(() => resolve(build(wrong)))!.split('\n');
      expect(Number(/^(\d+) props are wrong:$/.exec(lines[0])?.[1])).toBe(lines.length - 1);
      for (const { path } of some) expect(lines.some((line) => line.startsWith(`  '${path}`))).toBe(true);
    }), { numRuns: 300 });
  });

  test('are told in this form', () => {
    const props = { replicas: '3', auth: 'hunter2', persistence: '10Gi', server: { mode: 'aof' }, proxy: { consensus: 'strct', prot: 1 } };
    const text = `6 props are wrong:
  'replicas' ("3") must be a number
  'persistence' ("10Gi") must be of the class Persistence, like Persistence.volume(Size.gibibytes(10))
  'auth' (a string) must be of the class Auth, like Auth.secret("NAME") or Auth.none()
  'server.mode' (a string) is no prop: there are port, maxmemory, maxmemoryPolicy, minReplicasToWrite, minReplicasMaxLag, replBacklogSize, allowFlush, \
directives, resources, probes, agent, pod, updateStrategy, minReady, revisionHistoryLimit, memberServices, disruptionBudget
  'proxy.prot' (a number) is no prop: did you mean 'proxy.port'?
  'proxy.consensus' ("strct") must be of the enum Consensus: "strict", "lenient"`;
    expect(refusal(() => resolve(props))).toBe(text);
  });

  test('that break rules are told together too', () => {
    expect(refusal(() => resolve({ replicas: 16, name: 'Cache', server: { port: 80 }, proxy: { port: 443, readPort: 80, maxconn: 0 } }))).toBe(`6 props are wrong:
  'name' ("Cache") must be lower-case letters, digits and "-", start with a letter and end with a letter or digit
  'replicas' (16) must be a whole number from 1 to 15
  'server.port' (80) must be a whole number from 1024 to 65535
  'proxy.port' (443) must be a whole number from 1024 to 65535
  'proxy.readPort' (80) must be a whole number from 1024 to 65535
  'proxy.maxconn' (0) must be a whole number of at least 1`);
  });

  test('are told of the pod at once, too', () => {
    const pod = { containers: [{ name: 'proxy', image: 'x:1' }], volumes: [{ name: 'config' }], env: [{ name: 'SERVERS', value: 'x' }] };
    expect(refusal(() => new RedisHa(chart(), 'redis', { proxy: { pod } }))).toMatch(/^3 props are wrong:\n.*containers\[0\].*\n.*volumes\[0\].*\n.*env\[0\]/);
  });
});

describe('arguments of static functions', () => {
  test.each<[string, () => unknown, unknown]>([
    ['Engine.redis', () => ({ engine: (Engine as any).redis({ version: 8 }) }), "'engine.version' (8) must be a string"],
    ['Engine.valkey', () => ({ engine: (Engine as any).valkey('8.1') }), `'engine' ("8.1") must be an object with some of version, image`],
    ['Persistence.volume', () => ({ persistence: (Persistence as any).volume('10Gi') }), `'persistence' ("10Gi") must be a Size, like Size.mebibytes(512)`],
    ['Persistence.volume without a size', () => ({ persistence: (Persistence as any).volume() }), `'persistence' (undefined) must be a Size, like Size.mebibytes(512)`],
    ['Persistence.emptyDir', () => ({ persistence: (Persistence as any).emptyDir({ mode: 'aof' }) }),
      `'persistence.mode' ("aof") must be of the enum DurabilityMode: "append-only", "snapshot", "none"`],
    ['Sentinel.deployments', () => ({ sentinel: (Sentinel as any).deployments('3') }), `'sentinel.count' ("3") must be a number`],
    ['Sentinel.sidecar with what only deployments have', () => ({ sentinel: (Sentinel as any).sidecar({ pod: {} }) }),
      expect.stringMatching(/^'sentinel.pod' \(an object\) is no prop: there are quorum, /)],
    ['Routing.podIp', () => ({ routing: (Routing as any).podIp({ image: 'kube-template:1' }) }),
      `'routing.image' ("kube-template:1") must be of the class KubeTemplateImage, like KubeTemplateImage.node()`],
    ['Auth.secret', () => ({ auth: (Auth as any).secret(5) }), "'auth.secret' (a number) must be a string"],
    ['Auth.fromSecret', () => ({ auth: (Auth as any).fromSecret(new kplus.Secret(chart(), 'x'), { key: 5 }) }), "'auth.key' (a number) must be a string"],
    ['Auth.none with a Secret', () => ({ auth: (Auth as any).none('mine') }), "'auth' (a string) must not be given: Auth.none takes nothing"],
    ['Routing.service with options', () => ({ routing: (Routing as any).service({ image: 'x' }) }), "'routing' (an object) must not be given: Routing.service takes nothing"],
    ['Engine.redis with too many', () => ({ engine: (Engine as any).redis({}, 'redis:8') }), "'engine' (a string) must not be given: Engine.redis takes at most 1 argument"],
    ['an object of another class', () => ({ auth: Routing.none() }),
      "'auth' (an object of the class Routing) must be of the class Auth, like Auth.secret(\"NAME\") or Auth.none()"],
    ['a class in place of an object', () => ({ routing: Routing }), "'routing' (a function) must be of the class Routing, like Routing.service()"],
  ])('%s', (_, props, message) => {
    expect(refusal(() => resolve(props()))).toEqual(message);
  });
});

describe('arguments of methods that must be given', () => {
  const CALLS: { readonly [method: string]: (wrong: any) => unknown } = {
    "connectFrom 'workload'": (wrong) => redis().connectFrom(wrong),
    "allowFrom 'client'": (wrong) => redis().allowFrom(wrong),
    "allowFrom without policies 'client'": (wrong) => redis({ networkPolicies: false }).allowFrom(wrong),
    "allowSentinelFrom 'client'": (wrong) => redis().allowSentinelFrom(wrong),
    "allowMetricsFrom 'reader'": (wrong) => redis().allowMetricsFrom(wrong),
    "KubeTemplate.attachTo 'workload'": (wrong) => KubeTemplate.attachTo(wrong, build(FULL_KUBE_TEMPLATE)),
    "Overrides.merge 'construct'": (wrong) => Overrides.merge(wrong, {}),
    "Overrides.merge 'fields'": (wrong) => Overrides.merge(web(), wrong),
  };

  test.each(Object.entries(CALLS))('%s', (method, call) => {
    const prop = /'\w+'$/.exec(method)![0];
    for (const wrong of ['hunter2', 5, null, undefined, [], () => 'x', ...prop === "'fields'" ? [] : [{}]]) {
      expect(refusal(() => call(wrong))).toMatch(new RegExp(`^${prop} \\(.*\\) must be (a construct|an object)`));
    }
  });
});

test('objects from another copy of a package are taken', () => {
  let other: any;
  let cdk8s: any;
  jest.isolateModules(() => {
    /* eslint-disable @typescript-eslint/no-require-imports */
    other = require('../../lib/index');
    cdk8s = require('cdk8s');
    /* eslint-enable @typescript-eslint/no-require-imports */
  });
  expect(other.Engine).not.toBe(Engine);
  expect(cdk8s.Duration).not.toBe(Duration);
  const same = (lib: any, { Duration: D, Size: S }: any) => resolve({
    engine: lib.Engine.valkey({ version: '8.1.0' }),
    sentinel: lib.Sentinel.deployments(5, { downAfter: D.seconds(5) }),
    routing: lib.Routing.podIp({ image: lib.KubeTemplateImage.of('mine/kt:1') }),
    persistence: lib.Persistence.volume(S.gibibytes(2)),
    auth: lib.Auth.secret('mine'),
  });
  expect(() => redis().allowFrom(other.Peer.namespace('jobs'))).not.toThrow();
  expect(other.Peer).not.toBe(Peer);
  const ours = { Engine, Sentinel, Routing, Persistence, Auth, KubeTemplateImage };
  expect(same(other, cdk8s)).toEqual(same(ours, { Duration, Size }));
});

describe('no error repeats what may be a secret', () => {
  const SECRETS = /^auth|directives|env|ontainers|Overrides|customSections|[vV]olume/;

  test('whatever is wrong about it', () => {
    const hidden = places(FULL).filter(({ path, keys }) => SECRETS.test(path) && keys.join('.') !== 'auth.0');
    expect(hidden.length).toBeGreaterThan(50);
    for (const { keys, path, value } of hidden) {
      for (const wrong of ['hunter2', ['hunter2'], { hunter: 'hunter2' }, [['hunter2']], [{ name: ['hunter2'] }]]) {
        if (typeof value === 'string' && typeof wrong === 'string') continue;
        // names of variables, volumes and containers are none
        const message = refusal(() => resolve(build(exchanged(FULL, keys, wrong)))) ?? '';
        expect({ path, message }).toEqual({ path, message: expect.not.stringContaining('hunter2') });
      }
    }
  });

  test('long values are cut', () => {
    expect(refusal(() => resolve({ name: 'X'.repeat(1000) }))!.length).toBeLessThan(250);
  });
});
