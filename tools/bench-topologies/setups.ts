import { FULL_NAME, renderChart, SERVERS } from '../../faults/versus/helm';
import { Auth, RedisHaProps, Routing } from '../../lib';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { Installation } from '../../test/e2e/support/installation';
import { kubectl } from '../../test/e2e/support/kubectl';
import { Namespace, Pod } from '../../test/e2e/support/namespace';
import { until } from '../../test/e2e/support/until';

const IMAGE = defaultImage(IMAGES.redis);
/** The chart's pods take more than a minute each, one after the other. */
const START_MILLIS = 480_000;
const SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const POD_SECURITY = { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } };
const CLIENT = 'client';
const CONSUL = 'consul';
const CONSUL_PORT = 8500;

/** A container whose CPU is counted. */
export interface Member {
  readonly kind: 'client' | 'proxy' | 'server';
  readonly pod: string;
  readonly container: string;
}

/** What a client writes to, in a namespace of its own. */
export interface Setup {
  readonly title: string;
  readonly namespace: Namespace;
  readonly host: string;
  readonly port: number;
  /** Without those that have nothing to do with a client's request, like replicas. */
  readonly members: readonly Member[];
}

/** A way from a client to a server. */
export interface Way {
  /** By which it is asked for. */
  readonly key: string;
  /** By which its figures are known, those of 2020 too: ./figures.ts. */
  readonly title: string;
  up(namespace: Namespace): Promise<Omit<Setup, 'title' | 'namespace'>>;
}

/** A pod that waits for commands, or one that is a server by itself. */
function pod(name: string, command: string[], image: string = IMAGE): any {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: POD_SECURITY,
      containers: [{ name, image, command, resources: { requests: { cpu: '50m' } }, securityContext: SECURITY }],
    },
  };
}

const client: Member = { kind: 'client', pod: CLIENT, container: CLIENT };

async function podNamed(namespace: Namespace, name: string): Promise<Pod> {
  return until(`${name} is ready`, START_MILLIS, async () => (await namespace.pods()).find((one) => one.name === name && one.ready && one.address !== undefined));
}

const STANDALONE: Way = {
  key: 'standalone',
  title: 'standalone, at its pod IP',
  async up(namespace) {
    await namespace.apply([pod(CLIENT, ['sleep', '86400']), pod('alone', ['redis-server', '--save', '', '--protected-mode', 'no'])]);
    await podNamed(namespace, CLIENT);
    const { address } = await podNamed(namespace, 'alone');
    return { host: address!, port: 6379, members: [client, { kind: 'server', pod: 'alone', container: 'alone' }] };
  },
};

/** The pods of a workload, and the container in them that a request passes. */
interface Workload {
  readonly name: string;
  readonly container: string;
}

/** Waits until clients are served, and tells whose CPU a request costs: that of the client, of the master, and of all HAProxies. */
async function members(
  namespace: Namespace, { host, port, servers, proxies }: { host: string; port: number; servers: Workload; proxies?: Workload },
): Promise<Member[]> {
  await until('one master that clients are led to', START_MILLIS, async () => {
    const { stdout } = await namespace.exec(CLIENT, CLIENT, `redis-cli -h ${host} -p ${port} SET a b`);
    return stdout.trim() === 'OK';
  });
  const pods = await until('all pods are ready', START_MILLIS, async () => {
    const all = await namespace.pods();
    return all.every(({ ready }) => ready) && of(all, servers).length === SERVERS && all;
  });
  const set = of(pods, servers);
  const roles = await Promise.all(set.map(async ({ name }) => (await namespace.exec(name, servers.container, '"${CLI_BIN:-redis-cli}" ROLE')).stdout));
  const master = set[roles.findIndex((role) => role.startsWith('master'))]!;
  return [
    client,
    { kind: 'server', pod: master.name, container: servers.container },
    ...proxies ? of(pods, proxies).map(({ name }): Member => ({ kind: 'proxy', pod: name, container: proxies.container })) : [],
  ];
}

function of(pods: readonly Pod[], { name: workload }: Workload): Pod[] {
  return pods.filter(({ name }) => name.startsWith(`${workload}-`));
}

/** Starts what an installation needs in its namespace. */
type Beside = (namespace: Namespace) => Promise<void>;

/** Highly available. */
function available(key: string, title: string, props: RedisHaProps, beside?: Beside): Way {
  return {
    key,
    title,
    async up(namespace) {
      await beside?.(namespace);
      const installation = new Installation(namespace, { auth: Auth.none(), ...props });
      const { redis } = installation;
      await namespace.apply([pod(CLIENT, ['sleep', '86400'])]);
      // the client's pod is not made by cdk8s: the policies let in all pods of the namespace
      await namespace.apply([...installation.manifests, allowAll(redis.name)]);
      await podNamed(namespace, CLIENT);
      const at = { host: redis.host!, port: redis.port! };
      const servers = { name: redis.serverStatefulSet.name, container: 'server' };
      const proxies = redis.proxyDeployment && { name: redis.proxyDeployment.name, container: 'proxy' };
      return { ...at, members: await members(namespace, { ...at, servers, proxies }) };
    },
  };
}

function allowAll(name: string): any {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${name}-bench` },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
  };
}

/** Images of Consul, and of consul-template if it is not our default one. */
export interface ConsulImages {
  readonly consul: string;
  readonly consulTemplate?: string;
}

/** Highly available, at pod IPs that Consul knows: the set-up of 2020. */
export function byConsul({ consul, consulTemplate }: ConsulImages): Way {
  const routing = Routing.consul({ address: `http://${CONSUL}:${CONSUL_PORT}`, image: consulTemplate });
  return available('consul', 'HA at pod IPs, by Consul and consul-template', { routing }, async (namespace) => {
    const server = pod(CONSUL, ['consul', 'agent', '-dev', '-client', '0.0.0.0'], consul);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: CONSUL },
      spec: { selector: { app: CONSUL }, ports: [{ port: CONSUL_PORT }] },
    };
    await namespace.apply([server, service]);
    await podNamed(namespace, CONSUL);
  });
}

/** What is measured, for the report. */
export function versions({ consul }: { readonly consul?: string }): string[] {
  return [IMAGES.redis, IMAGES.haproxy].map((image) => defaultImage(image)).concat(consul ?? []).map((image) => image.replace(/^.*\//, ''));
}

/** Highly available, by the Helm chart redis-ha with its HAProxy. */
export function byChart(chart: string): Way {
  return {
    key: 'chart',
    title: 'HA by the chart redis-ha',
    async up(namespace) {
      await namespace.apply([pod(CLIENT, ['sleep', '86400'])]);
      // as text: its 0755 is octal for kubectl, and decimal in YAML 1.2
      await kubectl(['-n', namespace.name, 'apply', '-f', '-'], renderChart({ chart, values: [], volumes: false }, namespace.name));
      await podNamed(namespace, CLIENT);
      const host = `${FULL_NAME}-haproxy`;
      const [servers, proxies] = [{ name: `${FULL_NAME}-server`, container: 'redis' }, { name: host, container: 'haproxy' }];
      return { host, port: 6379, members: await members(namespace, { host, port: 6379, servers, proxies }) };
    },
  };
}

/** The ways that are always compared; the first is what all others are measured by. */
export const WAYS: readonly Way[] = [
  STANDALONE,
  available('service', 'HA through Services', { routing: Routing.service() }),
  available('pod-ip', 'HA at pod IPs, by kube-template', { routing: Routing.podIp() }),
  available('direct', 'HA without a proxy', { routing: Routing.direct() }),
];
