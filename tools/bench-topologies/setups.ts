import { Auth, RedisHaProps, Routing } from '../../lib';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { Installation } from '../../test/e2e/support/installation';
import { Namespace, Pod } from '../../test/e2e/support/namespace';
import { until } from '../../test/e2e/support/until';

const IMAGE = defaultImage(IMAGES.redis);
const START_MILLIS = 180_000;
const SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const POD_SECURITY = { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } };
const CLIENT = 'client';

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
  readonly title: string;
  /** Requests a second in 2020, on another machine, with other versions. */
  readonly in2020?: { readonly get: number; readonly set: number };
  up(namespace: Namespace): Promise<Omit<Setup, 'title' | 'namespace'>>;
}

/** A pod that waits for commands, or one that is a server by itself. */
function pod(name: string, command: string[]): any {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: POD_SECURITY,
      containers: [{ name, image: IMAGE, command, resources: { requests: { cpu: '50m' } }, securityContext: SECURITY }],
    },
  };
}

const client: Member = { kind: 'client', pod: CLIENT, container: CLIENT };

async function podNamed(namespace: Namespace, name: string): Promise<Pod> {
  return until(`${name} is ready`, START_MILLIS, async () => (await namespace.pods()).find((one) => one.name === name && one.ready && one.address !== undefined));
}

const STANDALONE: Way = {
  title: 'standalone, at its pod IP',
  in2020: { get: 51_599.59, set: 53_734.55 },
  async up(namespace) {
    await namespace.apply([pod(CLIENT, ['sleep', '86400']), pod('alone', ['redis-server', '--save', '', '--protected-mode', 'no'])]);
    await podNamed(namespace, CLIENT);
    const { address } = await podNamed(namespace, 'alone');
    return { host: address!, port: 6379, members: [client, { kind: 'server', pod: 'alone', container: 'alone' }] };
  },
};

/** Highly available, with HAProxy. */
function available(title: string, props: RedisHaProps, in2020?: Way['in2020']): Way {
  return {
    title,
    in2020,
    async up(namespace) {
      const installation = new Installation(namespace, { auth: Auth.none(), ...props });
      const { redis } = installation;
      await namespace.apply([pod(CLIENT, ['sleep', '86400'])]);
      // the client's pod is not made by cdk8s: the policies let in all pods of the namespace
      await namespace.apply([...installation.manifests, allowAll(redis.name)]);
      await podNamed(namespace, CLIENT);
      await until('one master that HAProxy leads to', START_MILLIS, async () => {
        const { stdout } = await namespace.exec(CLIENT, CLIENT, `redis-cli -h ${redis.host} -p ${redis.port} SET a b`);
        return stdout.trim() === 'OK';
      });
      const pods = await namespace.pods();
      const servers = pods.filter(({ name }) => name.startsWith(`${redis.serverStatefulSet.name}-`));
      const roles = await Promise.all(servers.map(async ({ name }) => (await namespace.exec(name, 'server', '"$CLI_BIN" ROLE')).stdout));
      const master = servers[roles.findIndex((role) => role.startsWith('master'))]!;
      const proxies = pods.filter(({ name }) => name.startsWith(`${redis.proxyDeployment!.name}-`));
      return {
        host: redis.host!,
        port: redis.port!,
        members: [client, { kind: 'server', pod: master.name, container: 'server' }, ...proxies.map(({ name }): Member => ({ kind: 'proxy', pod: name, container: 'proxy' }))],
      };
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

/** The ways that are compared; the first is what all others are measured by. */
export const WAYS: readonly Way[] = [
  STANDALONE,
  available('HA through Services', { routing: Routing.service() }, { get: 37_257.82, set: 34_989.5 }),
  available('HA at pod IPs, by kube-template', { routing: Routing.podIp() }, { get: 44_014.08, set: 42_247.57 }),
];
