import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import { RedisHa, Tls, TlsCertificate } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });

// TLS on every connection. The Secret `cache-redis-tls` has `tls.crt`, `tls.key` and `ca.crt`; a new certificate is used without a restart of a server.
const redis = new RedisHa(chart, 'redis', {
  tls: Tls.everywhere(TlsCertificate.secret('cache-redis-tls')),
});

// The application gets REDIS_TLS, REDIS_CA_FILE and the CA alone, beside host, port and password.
const shop = new Deployment(chart, 'shop', { containers: [{ image: 'registry.example.com/shop:1.0.0', portNumber: 8080 }] });
redis.connectFrom(shop);

app.synth();
