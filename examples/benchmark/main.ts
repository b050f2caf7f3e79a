import { App, Chart, Duration } from 'cdk8s';
import { RedisBenchmark, RedisHa, Routing } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

const redis = new RedisHa(chart, 'redis', { routing: Routing.podIp() });

// What a client gets: a Job that runs once, and loads all as hard as it can. To be removed when it is done.
new RedisBenchmark(chart, 'benchmark', {
  redis,
  load: { clients: 100, requests: 1_000_000, pipeline: 16, valueBytes: 100 },
  deadline: Duration.minutes(20),
});

app.synth();
