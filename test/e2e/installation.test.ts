import { Size } from 'cdk8s';
import { Engine, KubeTemplateImage, Persistence, RedisHaProps, Routing, Sentinel } from '../../lib';
import { app } from './support/app';
import { Installation } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';
import { defaultImage, IMAGES } from '../../lib/options/images';

const KEYS = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
const value = (key: string) => `value of ${key}`;

interface Case extends RedisHaProps {
  readonly title: string;
  readonly purpose: string;
  readonly image: string;
}

const REDIS = defaultImage(IMAGES.redis);
const VALKEY = defaultImage(IMAGES.valkey);
/** An image made from docker/kube-template/Dockerfile that the cluster has; without one, the program comes from a ConfigMap. */
const IMAGE = process.env.KUBE_TEMPLATE_IMAGE;
const VOLUME = Persistence.volume(Size.mebibytes(64));

const CASES: Case[] = [
  { title: 'Redis with Sentinel sidecars', purpose: 'redis-sidecar', image: REDIS },
  { title: 'Redis with separate Sentinels and volumes', purpose: 'redis-separate', image: REDIS, sentinel: Sentinel.deployments(3), persistence: VOLUME },
  { title: 'Valkey with Sentinel sidecars and volumes', purpose: 'valkey-sidecar', image: VALKEY, engine: Engine.valkey(), persistence: VOLUME },
  {
    title: 'Valkey with separate Sentinels, volumes and pod IPs',
    purpose: 'valkey-pod-ip',
    image: VALKEY,
    engine: Engine.valkey(),
    sentinel: Sentinel.deployments(3),
    routing: Routing.podIp({ image: IMAGE === undefined ? undefined : KubeTemplateImage.of(IMAGE) }),
    persistence: VOLUME,
  },
];

describe.each(CASES)('$title', ({ title, purpose, image, ...props }) => {
  const [sentinelPods, sentinelCount] = props.sentinel ? ['sentinel', 3] : ['server', 3];
  let namespace: Namespace;
  let installation: Installation;

  beforeAll(async () => {
    namespace = await Namespace.create(purpose);
    installation = new Installation(namespace, props);
    installation.redis.connectFrom(app(installation.clientsChart, 'granted', image));
    app(installation.clientsChart, 'ungranted', image);
    const { ready, firstWrite } = await installation.start();
    process.stdout.write(`${title}: apply → all ready ${ready} ms, first write ${firstWrite} ms\n`);
  });

  afterAll(() => namespace?.remove());

  it('keeps 1,000 writes that went through HAProxy, and reads them on both ports', async () => {
    await installation.withClients(async ({ write, read }) => {
      await Promise.all(KEYS.map(async (key) => expect(await write.set(key, value(key))).toBe('OK')));
      expect(await write.wait(2, 8_000)).toBe(2);
      for (const client of [write, read]) expect(await Promise.all(KEYS.map((key) => client.get(key)))).toEqual(KEYS.map(value));
    });
  });

  it('routes the write port to the master and the read port to a replica', async () => {
    await installation.withClients(async ({ write, read }) => {
      expect((await write.role())[0]).toBe('master');
      expect((await read.role())[0]).toBe('slave');
    });
  });

  it('has exactly one master, and all others are its linked replicas', async () => {
    await until('one master with two linked replicas', 20_000, async () => {
      const infos = await installation.ask('server', 'server', 'INFO replication');
      const masters = infos.filter((info) => /^role:master/m.test(info));
      const linked = infos.filter((info) => /^role:slave/m.test(info) && /^master_link_status:up/m.test(info));
      if (masters.length === 1 && linked.length === 2 && /^connected_slaves:2\r?$/m.test(masters[0]!)) return true;
      throw new Error(infos.join('\n'));
    });
  });

  it('has Sentinels that know all others and all replicas, and agree that a failover is possible', async () => {
    const { masterName } = installation.redis;
    await until('all Sentinels complete', 30_000, async () => {
      const quorums = await installation.ask(sentinelPods, 'sentinel', `-p 26379 SENTINEL CKQUORUM ${masterName}`);
      const masters = await installation.ask(sentinelPods, 'sentinel', `-p 26379 SENTINEL MASTER ${masterName}`);
      const complete = masters.filter((master) => /num-slaves\r?\n2\r?\n/.test(master) && /num-other-sentinels\r?\n2\r?\n/.test(master));
      if (quorums.length === sentinelCount && quorums.every((line) => line.startsWith('OK 3 usable Sentinels')) && complete.length === sentinelCount) return true;
      throw new Error([...quorums, ...masters].join('\n'));
    });
  });

  it('gives a connected app what it needs, lets it in to HAProxy only, and refuses every other pod', async () => {
    const clients = installation.clientsChart.toJson();
    await namespace.apply(clients);
    await namespace.ready([...installation.manifests, ...clients], 60_000);
    const pod = async (name: string) => (await namespace.pods()).find((one) => one.name.startsWith(`${name}-`))!.name;
    const redisCli = image === VALKEY ? 'valkey-cli' : 'redis-cli';
    const run = async (name: string, script: string) => namespace.exec(await pod(name), 'app', script);

    // policies follow pods within seconds
    await until('a write of the connected app', 20_000, async () => {
      const { stdout, stderr } = await run('granted', `REDISCLI_AUTH=$REDIS_PASSWORD timeout 3 ${redisCli} -h "$REDIS_HOST" -p "$REDIS_PORT" SET from app`);
      if (stdout.trim() === 'OK') return true;
      throw new Error(stdout + stderr);
    });
    const read = await run('granted', `REDISCLI_AUTH=$REDIS_PASSWORD timeout 3 ${redisCli} -h "$REDIS_HOST" -p "$REDIS_READ_PORT" PING`);
    expect(read.stdout.trim()).toBe('PONG');

    const { host, port, readPort, announceServices } = installation.redis;
    const refused: [string, string, number][] = [
      ['ungranted', host!, port!],
      ['ungranted', host!, readPort!],
      ['granted', announceServices[0]!.name, 6379],
      ['ungranted', announceServices[0]!.name, 6379],
    ];
    for (const [who, where, on] of refused) {
      // the name is found, so it is the connection that fails
      const { stdout, code } = await run(who, `getent hosts ${where} && timeout 3 ${redisCli} -h ${where} -p ${on} PING`);
      expect({ who, where, on, found: /^\d/.test(stdout), answered: /PONG|NOAUTH/.test(stdout), code })
        .toEqual({ who, where, on, found: true, answered: false, code: 124 });
    }
    await namespace.delete(clients);
  });

  it('leaves nothing but claims and the Secret when it is deleted', async () => {
    await namespace.delete(installation.manifests);
    const claims = props.persistence ? [0, 1, 2].map((index) => `persistentvolumeclaim/data-e2e-redis-server-${index}`) : [];
    await until('only what is not ours', 90_000, async () => {
      const contents = await namespace.contents();
      if (JSON.stringify(contents) === JSON.stringify([...claims, `secret/${installation.redis.secretName}`])) return true;
      throw new Error(`there are ${contents.join(', ')}`);
    });
  });

  if (props.persistence) {
    it('finds its data again when it is applied over its claims', async () => {
      await installation.apply();
      await installation.withClients(async ({ write }) => {
        expect(await Promise.all(KEYS.map((key) => write.get(key)))).toEqual(KEYS.map(value));
      });
    });
  }
});
