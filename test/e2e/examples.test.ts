import { defaultImage, IMAGES } from '../../lib/options/images';
import { EXAMPLES, synthExample } from '../support/examples';
import { Manifest } from '../support/manifests';
import { Api } from './support/api';
import { CustomKinds } from './support/custom-kinds';
import { PASSWORD } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';

/** An image that the cluster has, in place of the one that only the example's reader has. */
const STAND_IN = { image: defaultImage(IMAGES.redis), imagePullPolicy: 'IfNotPresent', command: ['sleep', '86400'] };

const api = new Api();
let kinds: CustomKinds;
let namespace: Namespace;

beforeAll(async () => { kinds = await CustomKinds.define(api); });

afterAll(async () => {
  await kinds?.remove();
  api.close();
});

beforeEach(async () => {
  namespace = await Namespace.create('example');
});

afterEach(() => namespace?.remove());

it.each(EXAMPLES)('example %s is accepted by the API server, where Pod Security is restricted', async (name) => {
  const manifests = synthExample(name);
  const accepted = await namespace.apply(manifests, '--dry-run=server', '-o', 'name');
  expect(accepted.trim().split('\n')).toHaveLength(manifests.length);
});

it('example minimal becomes ready', async () => {
  const manifests = synthExample('minimal');
  await namespace.secret('cache-redis-auth', { password: PASSWORD });
  await namespace.apply(manifests);
  await namespace.ready(manifests, 120_000);
});

it('example existing-app becomes ready, and the app reaches Redis with the variables that it got', async () => {
  const manifests = synthExample('existing-app').map((one) => (one.metadata.name.includes('web') && one.kind === 'Deployment' ? standIn(one) : one));
  await namespace.secret('shop-redis-auth', { password: PASSWORD });
  await namespace.apply(manifests);
  await namespace.ready(manifests, 120_000);
  const app = (await namespace.pods()).find((pod) => pod.containers.some((container) => container.image === STAND_IN.image && container.command?.[0] === 'sleep'))!;
  await until('a write of the app', 30_000, async () => {
    const script = 'REDISCLI_AUTH=$REDIS_PASSWORD timeout 3 redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" SET from app';
    const { stdout, stderr } = await namespace.exec(app.name, app.containers[0].name, script);
    if (stdout.trim() === 'OK') return true;
    throw new Error(stdout + stderr);
  });
});

/** The same workload with an image that exists, and what `restricted` asks of pods. */
function standIn(workload: Manifest): Manifest {
  const copy = JSON.parse(JSON.stringify(workload));
  const { spec } = copy.spec.template;
  spec.securityContext = { ...spec.securityContext, seccompProfile: { type: 'RuntimeDefault' } };
  for (const container of spec.containers) {
    delete container.startupProbe; // the stand-in listens on no port
    Object.assign(container, STAND_IN, { resources: {}, securityContext: { ...container.securityContext, capabilities: { drop: ['ALL'] } } });
  }
  return copy;
}
