import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { needsCertificate, needsOwnNamespace, needsServers, podsBeside } from './add-on-rules';
import { dnsLabel, image, objectName, seconds, wholeNumber } from './checks';
import { reject, together } from './invalid-prop';
import { checked } from './kinds';
import { PodSettings } from './pod-settings';
import { resolvePod } from './resolve-pod';
import { resolveResources, resources } from './resolve-resources';
import { redisBenchmarkProps } from './shapes-add-ons';
import { BenchmarkLoad, BenchmarkTest, RedisBenchmarkProps } from '../options/benchmark';
import { Spread } from '../options/pod-options';

const MIB = 1024 * 1024;
const DAY_SECONDS = 24 * 3600;

/** A benchmark and the Job that runs it, with every default filled in. */
export interface BenchmarkSettings {
  readonly name: string;
  readonly load: Required<BenchmarkLoad>;
  readonly clientCertificate?: string;
  readonly deadlineSeconds: number;
  readonly ttlSeconds?: number;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly fixedIds: boolean;
  readonly resources: k8s.ResourceRequirements;
  readonly pod: PodSettings;
}

/**
 * Props with every default filled in and every rule checked.
 *
 * @param namespace of the chart
 * @throws InvalidPropError naming each prop that is wrong, its value and what is accepted
 */
export function resolveBenchmark(
  given: RedisBenchmarkProps, { id, namespace }: { readonly id: string; readonly namespace?: string },
): BenchmarkSettings {
  const props = checked(redisBenchmarkProps, given);
  return together(() => {
    const { redis, clientCertificate } = props;
    needsServers(redis);
    needsOwnNamespace(redis, namespace, 'the Job reads its Secret');
    if (redis.host === undefined) {
      reject('redis', redis.node.path, 'must have a Service for writes: with Routing.none() clients ask the Sentinels, which a benchmark does not');
    }
    if (clientCertificate !== undefined && redis.tlsSecretName === undefined) reject('clientCertificate', clientCertificate, "must not be given: the installation has no 'tls'");
    if (redis.clientCertificates) needsCertificate('clientCertificate', clientCertificate);
    const load = loadOf(props.load ?? {});
    return {
      name: dnsLabel('name', props.name ?? `${redis.name}-${id.toLowerCase()}`, 63),
      load,
      clientCertificate: clientCertificate === undefined ? undefined : objectName('clientCertificate', clientCertificate),
      deadlineSeconds: seconds('deadline', props.deadline ?? Duration.minutes(10), 1, DAY_SECONDS),
      ttlSeconds: props.timeToLive === undefined ? undefined : seconds('timeToLive', props.timeToLive, 0, 30 * DAY_SECONDS),
      image: props.image === undefined ? redis.serverImage : image('image', props.image),
      ...podsBeside(redis, props),
      resources: resolveResources('resources', props.resources, resources('100m', '64Mi', memory(load))),
      pod: resolvePod('pod', props.pod, { spread: Spread.NONE, gracePeriod: Duration.seconds(30) }),
    };
  });
}

function loadOf(given: BenchmarkLoad): Required<BenchmarkLoad> {
  const { tests = [BenchmarkTest.SET, BenchmarkTest.GET], clients, requests, pipeline, valueBytes, keys, threads } = given;
  if (tests.length === 0) reject('load.tests', tests, 'must have a command');
  const load = {
    tests,
    clients: wholeNumber('load.clients', clients ?? 100, 1, 10_000),
    requests: wholeNumber('load.requests', requests ?? 100_000, 1, 1_000_000_000),
    pipeline: wholeNumber('load.pipeline', pipeline ?? 1, 1, 10_000),
    valueBytes: wholeNumber('load.valueBytes', valueBytes ?? 3, 1, MIB),
    keys: wholeNumber('load.keys', keys ?? 1000, 1, 1_000_000),
    threads: wholeNumber('load.threads', threads ?? 1, 1, 64),
  };
  // redis-benchmark opens a multiple of its threads
  if (load.threads > load.clients) reject('load.threads', load.threads, `must not exceed 'load.clients' (${load.clients})`);
  return load;
}

/** Each connection keeps what it sends and what it has read: as much again is for growing buffers. */
function memory({ clients, pipeline, valueBytes }: Required<BenchmarkLoad>): string {
  return `${128 + Math.ceil((clients * pipeline * (valueBytes + 100) * 4) / MIB)}Mi`;
}
