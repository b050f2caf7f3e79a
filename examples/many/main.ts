import { App, Chart } from 'cdk8s';
import { Auth, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'teams', { namespace: 'redis' });

// Ten installations in one namespace. Each has object names, a password and a master name of its own, so that the Sentinels of one
// never mix with those of another. They share one ConfigMap with the agent's program.
for (let team = 0; team < 10; team += 1) {
  const name = `team-${team}`;
  new RedisHa(chart, name, { name, auth: Auth.secret(`${name}-password`), proxy: { replicas: 2 } });
}

app.synth();
