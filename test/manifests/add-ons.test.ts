import { Chart, Duration, Size, Testing } from 'cdk8s';
import { BackupTarget, IRedisHa, Order, Persistence, RedisBackup, RedisBenchmark, RedisHa, RedisKeyRestore, RedisOrder, Restore } from '../../lib';

const target = BackupTarget.volume('backups', { passwordSecret: 'key' });
const ADD_ONS: { readonly [name: string]: (redis: IRedisHa, chart: Chart, options?: object) => unknown } = {
  RedisBackup: (redis, chart, options) => new RedisBackup(chart, 'add-on', { redis, target, ...options }),
  RedisKeyRestore: (redis, chart, options) => new RedisKeyRestore(chart, 'add-on', { redis, from: Restore.fromBackup(target), pattern: '*', ...options }),
  RedisOrder: (redis, chart, options) => new RedisOrder(chart, 'add-on', { redis, order: Order.pause(Duration.minutes(1)), ...options }),
  RedisBenchmark: (redis, chart, options) => new RedisBenchmark(chart, 'add-on', { redis, ...options }),
};

const INSTALLATION = { imageRegistry: 'mirror.example.com', imagePullSecrets: ['pull'], fixedIds: false };
const HERE = (chart: Chart) => new RedisHa(chart, 'redis', { name: 'cache', ...INSTALLATION });
const ELSEWHERE = (chart: Chart) => RedisHa.fromAttributes(chart, 'redis', { name: 'cache', ...INSTALLATION });

/** Pods of the Jobs and CronJobs beside an installation. */
function podsBeside(addOn: string, redisIn: (chart: Chart) => IRedisHa, options?: object): any[] {
  const chart = Testing.chart();
  ADD_ONS[addOn](redisIn(chart), chart, options);
  const ofKind = (kind: string) => Testing.synth(chart).filter((one: any) => one.kind === kind);
  return [...ofKind('Job'), ...ofKind('CronJob').map(({ spec }: any) => spec.jobTemplate)].map(({ spec }) => spec.template.spec);
}

describe.each(Object.keys(ADD_ONS))('pods of %s', (addOn) => {
  test.each([['of this chart', HERE], ['of another one', ELSEWHERE]])('have registry, pull secrets and ids as the installation %s', (_, redisIn) => {
    const pods = podsBeside(addOn, redisIn);
    expect(pods.length).toBeGreaterThan(0);
    for (const pod of pods) {
      expect(pod.imagePullSecrets).toEqual([{ name: 'pull' }]);
      expect(JSON.stringify(pod)).not.toContain('runAsUser');
      for (const { image } of [...pod.initContainers ?? [], ...pod.containers]) expect(image).toMatch(/^mirror\.example\.com\//);
    }
  });

  // left out, the API server would keep the one of before, which prune removes
  test('name a ServiceAccount', () => {
    for (const pod of podsBeside(addOn, HERE)) expect([pod.serviceAccountName, pod.automountServiceAccountToken]).toEqual(['default', false]);
  });

  test('may have others', () => {
    for (const pod of podsBeside(addOn, HERE, { imagePullSecrets: [], fixedIds: true })) {
      expect(pod).not.toHaveProperty('imagePullSecrets');
      expect(pod.securityContext.runAsUser).toBe(999);
    }
  });
});

test.each(['RedisKeyRestore', 'RedisOrder', 'RedisBenchmark'])('%s needs servers', (addOn) => {
  const asleep = (chart: Chart) => new RedisHa(chart, 'redis', { hibernate: true, persistence: Persistence.volume(Size.gibibytes(1)) });
  expect(() => podsBeside(addOn, asleep)).toThrow("'redis' (\"test/redis\") must have servers: it hibernates ('hibernate')");
});
