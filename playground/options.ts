import { parseArgs } from 'node:util';
import { Size } from 'cdk8s';
import { Engine, Persistence, RedisHaProps, Routing, Sentinel } from '../lib';

/** What `npm run playground` was asked for. */
export interface PlaygroundOptions {
  readonly props: RedisHaProps;
  /** One line that says what the installation is. */
  readonly title: string;
  /** Paths of programs, by their names in the manifests. */
  readonly programs: { readonly [name: string]: string };
  /** Print the screen once and end. */
  readonly once: boolean;
  /** Keys that are pressed one after the other, each when all has settled. */
  readonly press: string;
  readonly help: boolean;
}

/** The command line was wrong. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}

export const USAGE = `npm run playground [-- OPTION…]

An installation of Redis with high availability as processes of this machine, without Kubernetes: what cdk8s-redis-ha would
install on a cluster, to kill, freeze and cut off, while a probe writes and reads everything back.

  --engine redis|valkey     default: redis
  --replicas N              servers, 2 to 9; default: 3
  --sentinels N             N Sentinels in pods of their own; default: one beside each server
  --proxies N               HAProxy pods, 1 to 9; default: 2
  --routing service|pod-ip  whether HAProxy connects to Services, or to pods that kube-template watches; default: service
  --persistent              data on volumes that outlive a pod, with an append-only file; default: in memory
  --program NAME=PATH       a program that is not on PATH, such as redis-server=/opt/redis/bin/redis-server; repeat it for more
  --press KEYS              press these keys, each once all has settled: "k" kills the master
  --once                    print the screen once all has settled, and end
  --help

Without a terminal it prints a line for each thing that happens, until it gets SIGINT or SIGTERM.

exit status: 0 ended as asked, 1 acknowledged writes were lost, or it did not settle, 64 wrong option, 69 programs are not installed`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): PlaygroundOptions {
  const values = parsed(args);
  const oneOf = (name: 'engine' | 'routing', ...accepted: string[]) => {
    if (!accepted.includes(values[name])) throw new UsageError(`--${name} ${values[name]}: accepted are ${accepted.join(' and ')}`);
    return values[name];
  };
  const count = (name: string, text: string, from: number) => {
    if (!/^\d$/.test(text) || Number(text) < from) throw new UsageError(`--${name} ${text}: accepted is ${from} to 9`);
    return Number(text);
  };
  const engine = oneOf('engine', 'redis', 'valkey');
  const routing = oneOf('routing', 'service', 'pod-ip');
  const replicas = count('replicas', values.replicas, 2);
  const proxies = count('proxies', values.proxies, 1);
  const sentinels = values.sentinels === undefined ? undefined : count('sentinels', values.sentinels, 3);
  const programs = values.program.map((program) => {
    const [, name, path] = /^([\w-]+)=(.+)$/.exec(program) ?? [];
    if (!name) throw new UsageError(`--program ${program}: accepted is NAME=PATH`);
    return [name, path];
  });
  return {
    props: {
      engine: engine === 'valkey' ? Engine.valkey() : Engine.redis(),
      replicas,
      sentinel: sentinels === undefined ? Sentinel.sidecar() : Sentinel.deployments(sentinels),
      proxy: { replicas: proxies },
      routing: routing === 'pod-ip' ? Routing.podIp() : Routing.service(),
      persistence: values.persistent ? Persistence.volume(Size.gibibytes(2)) : undefined,
    },
    title: `${engine === 'valkey' ? 'Valkey' : 'Redis'}, ${replicas} servers, ${sentinels === undefined ? 'a Sentinel beside each' : `${sentinels} Sentinels`}, `
      + `${proxies} HAProxy to ${routing === 'pod-ip' ? 'pods' : 'Services'}, ${values.persistent ? 'on volumes' : 'in memory'}`,
    programs: Object.fromEntries(programs),
    once: values.once,
    press: values.press,
    help: values.help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        engine: { type: 'string', default: 'redis' },
        replicas: { type: 'string', default: '3' },
        sentinels: { type: 'string' },
        proxies: { type: 'string', default: '2' },
        routing: { type: 'string', default: 'service' },
        persistent: { type: 'boolean', default: false },
        program: { type: 'string', multiple: true, default: [] as string[] },
        press: { type: 'string', default: '' },
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
