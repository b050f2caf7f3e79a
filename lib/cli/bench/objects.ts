import { benchmarkManifests } from '../../benchmark/manifests';
import { Auth } from '../../options/auth';
import { BenchmarkLoad } from '../../options/benchmark';
import { Engine } from '../../options/engine';
import { RedisHaAttributes } from '../../options/redis-ha-attributes';
import { Routing } from '../../options/routing';
import { Tls } from '../../options/tls';
import { TlsCertificate, TrustedCas } from '../../options/tls-certificate';
import { RedisHa } from '../../redis-ha/redis-ha';
import { InvalidPropError } from '../../settings/invalid-prop';
import { CliError, EXIT } from '../base/command';
import { Access } from '../read/access';

/** A benchmark that is asked for on the command line. */
export interface Asked {
  /** Of the Job, and of all else that it needs. */
  readonly name: string;
  readonly load: BenchmarkLoad;
  readonly clientCertificate?: string;
  readonly deadlineSeconds: number;
  readonly ttlSeconds: number;
}

/** The objects of a benchmark: those that `RedisBenchmark` makes in a chart that imports the installation. @throws CliError for a load that it refuses */
export function benchmarkObjects(access: Access, { name, load, clientCertificate, deadlineSeconds, ttlSeconds }: Asked): object[] {
  const { namespace, image, imagePullSecrets, fixedIds } = access;
  try {
    return benchmarkManifests(
      { namespace, deadlineSeconds, ttlSeconds },
      // policies are named by the path
      (chart) => RedisHa.fromAttributes(chart, name, attributesOf(access)),
      { name, load, clientCertificate, image, imagePullSecrets: [...imagePullSecrets], fixedIds },
    );
  } catch (error) {
    if (error instanceof InvalidPropError) throw new CliError(error.message, EXIT.usage);
    throw error;
  }
}

function attributesOf({ name, namespace, engine, serverPort, frontDoor, password, tls, networkPolicies }: Access): RedisHaAttributes {
  return {
    name,
    namespace,
    engine: engine === 'valkey' ? Engine.valkey() : Engine.redis(),
    serverPort,
    ...routingOf(frontDoor),
    auth: password === undefined ? Auth.none() : Auth.secret(password.secretName, { key: password.key }),
    tls: tls && Tls[tls.everywhere ? 'everywhere' : 'edge'](TlsCertificate.secret(tls.secretName, { ca: tls.ca && TrustedCas[tls.ca.kind](tls.ca.name, tls.ca.key) })),
    networkPolicies,
  };
}

function routingOf(frontDoor: Access['frontDoor']): Pick<RedisHaAttributes, 'routing' | 'port' | 'readPort'> {
  if (frontDoor === undefined) return { routing: Routing.none() };
  const { kind, ...ports } = frontDoor;
  return kind === 'direct' ? { routing: Routing.direct(ports) } : ports;
}
