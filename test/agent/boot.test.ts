import { REDIS, TestCluster } from './support/cluster';
import { describeWith } from '../support/binaries';

jest.setTimeout(60_000);

describeWith(REDIS)('a first start', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  test('makes one of three standbys the master, attaches the others and registers all Sentinels', async () => {
    // Nobody is missing, and on a busy machine the last agent may be seconds late.
    cluster = new TestCluster({ bootTimeoutMs: 20_000 });
    await cluster.start();
    expect(await cluster.converged()).toBe(0);
  });
});
