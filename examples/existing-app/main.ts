import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Peer, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
const redis = new RedisHa(chart, 'redis');

const shop = new kplus.Deployment(chart, 'web', {
  containers: [{ image: 'registry.example.com/shop:1.4.2', portNumber: 8080, securityContext: { user: 1000 } }],
});
// The app gets REDIS_HOST, REDIS_PORT, REDIS_READ_PORT and REDIS_PASSWORD, and a NetworkPolicy rule admits its pods. It may be an object of
// any cdk8s-plus, or an L1 object.
redis.connectFrom(shop);

// Jobs in another namespace may connect too. They have to know host and password themselves.
redis.allowFrom(Peer.namespaces({ team: 'jobs' }));

app.synth();
