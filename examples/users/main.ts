import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import { AclUser, Auth, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });

// Each application has a user and a password of its own: the key `shop-password` of the Secret. None of them may move the master.
const redis = new RedisHa(chart, 'redis', {
  auth: Auth.secret('cache-redis-auth', {
    users: [
      AclUser.application('shop', { keys: ['shop:*'], channels: ['shop:*'] }),
      AclUser.reader('report', { keys: ['shop:*'] }),
    ],
    componentUsers: true,
  }),
});

const shop = new Deployment(chart, 'shop', { containers: [{ image: 'registry.example.com/shop:1.0.0', portNumber: 8080 }] });
redis.connectFrom(shop, { user: 'shop' });
const report = new Deployment(chart, 'report', { containers: [{ image: 'registry.example.com/report:1.0.0', portNumber: 8080 }] });
redis.connectFrom(report, { user: 'report' });

app.synth();
