import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { variables } from '../manifests/pod-parts';
import { scriptJob } from '../manifests/script-job';
import { claimNames } from '../manifests/unique-names';
import { RedisBenchmarkProps } from '../options/benchmark';
import { resolveBenchmark } from '../settings/resolve-benchmark';

/**
 * Measures what a client of an installation gets: a Job that runs `redis-benchmark`, or `valkey-benchmark`, through the Service for writes, with password and
 * certificates as clients have them. Its log is a line of CSV for each command: requests a second, and latencies in milliseconds. `npx cdk8s-redis-ha bench`
 * does the same from outside, and prints a table. docs/how-to/measuring.md tells more.
 *
 * It runs once, when it is applied, and tries once. It writes keys like `key:000000000042`, refuses if any of them is there, and deletes them afterwards. The benchmark logs in
 * as a user that lives as long as the run and may do nothing else, because it takes passwords from its command line only.
 *
 * It loads servers, HAProxy and nodes as hard as it can: clients of a production installation will notice.
 *
 * @throws an error that names the prop, its value and what is accepted
 *
 * @example
 *
 * new RedisBenchmark(chart, 'benchmark', { redis, load: { clients: 100, pipeline: 16 } });
 */
export class RedisBenchmark extends Construct {
  /** The Job that measures. */
  public readonly job: k8s.KubeJob;

  /** The script. */
  public readonly config: kplus.ConfigMap;

  constructor(scope: Construct, id: string, props: RedisBenchmarkProps) {
    super(scope, id);
    const { redis } = props;
    const settings = resolveBenchmark(props, { id, namespace: Chart.of(this).namespace });
    const { tests, clients, requests, pipeline, valueBytes, keys, threads } = settings.load;
    ({ config: this.config, job: this.job } = scriptJob(this, {
      settings,
      installation: redis.name,
      purpose: 'benchmark',
      scripts: ['benchmark.sh'],
      env: variables({
        CLI_BIN: `${redis.engineName}-cli`,
        BENCHMARK_BIN: `${redis.engineName}-benchmark`,
        TESTS: [...new Set(tests)].join(','),
        CLIENTS: clients,
        REQUESTS: requests,
        PIPELINE: pipeline,
        VALUE_BYTES: valueBytes,
        KEYS: keys,
        THREADS: threads,
      }),
      resources: settings.resources,
      deadlineSeconds: settings.deadlineSeconds,
      ttlSeconds: settings.ttlSeconds,
    }));
    // only the user who may do everything makes another one
    redis.connectFrom(this.job, { user: redis.secretName === undefined ? undefined : 'default', clientCertificate: settings.clientCertificate });
    claimNames(this, { name: settings.name });
  }
}
