import { App, Chart, Duration } from 'cdk8s';
import { RedisBenchmark } from './redis-benchmark';
import { RedisBenchmarkProps } from '../options/benchmark';
import { IRedisHa } from '../options/i-redis-ha';

/** Where the Job of a benchmark runs, and when it ends at the latest. */
export interface BenchmarkJobOptions {
  readonly namespace: string;
  readonly deadlineSeconds: number;
  /** So long after its end Kubernetes removes the Job, should nobody have deleted it. */
  readonly ttlSeconds: number;
}

/** The objects of a benchmark without a chart of the user's, for whoever applies them at once. */
export function benchmarkManifests(
  { namespace, deadlineSeconds, ttlSeconds }: BenchmarkJobOptions, redisIn: (chart: Chart) => IRedisHa, props: Omit<RedisBenchmarkProps, 'redis'>,
): object[] {
  const chart = new Chart(new App(), 'benchmark', { namespace });
  new RedisBenchmark(chart, 'benchmark', { redis: redisIn(chart), deadline: Duration.seconds(deadlineSeconds), timeToLive: Duration.seconds(ttlSeconds), ...props });
  return chart.toJson();
}
