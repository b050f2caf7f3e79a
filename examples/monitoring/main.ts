import { App, Chart, Duration } from 'cdk8s';
import { Alert, Alerts, Metrics, Peer, RedisHa, RedisMonitoring, Scraping } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });

// Exporters beside servers and Sentinels; agents and HAProxy have metrics without.
const redis = new RedisHa(chart, 'redis', { metrics: Metrics.exporter({ countedPatterns: ['session:*'] }) });

new RedisMonitoring(chart, 'monitoring', {
  redis,
  // the only one that the NetworkPolicies let in to metrics
  scraper: Peer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } }),
  // by this label the kube-prometheus-stack chooses monitors and rules
  scraping: Scraping.podMonitors({ interval: Duration.seconds(15), labels: { release: 'kube-prometheus-stack' } }),
  alerts: Alerts.prometheusRule({
    labels: { release: 'kube-prometheus-stack' },
    alertLabels: { team: 'shop' },
    // a cache may evict
    disabled: [Alert.EVICTIONS],
  }),
});

app.synth();
