import { Copies, Stake } from '../../../lib/agent/observe/copies';
import { ServerView } from '../../../lib/agent/observe/observation';
import { Peers } from '../../../lib/agent/redis/peers';
import { Endpoint, ReplyError } from '../../../lib/agent/redis/resp';
import { describeWith } from '../../support/binaries';
import { REDIS, TestCluster, until } from '../support/cluster';
import { standby } from '../support/views';

/** A key of each type, some of them large; `salt` makes other values of the same names. */
function fill(n: number, salt: string): string[][] {
  const words = (count: number): string[] => Array.from({ length: count }, (_, i) => `${salt}${n}-${i}`);
  const pairs = (count: number): string[] => words(count).flatMap((word) => [word, word]);
  return [
    ['SET', `string:${n}`, salt.repeat(1_000)],
    ['SET', `number:${n}`, String(n + salt.length)],
    ['RPUSH', `list:${n}`, ...words(5)],
    ['SADD', `set:${n}`, ...words(5)],
    ['SADD', `large-set:${n}`, ...words(600 + salt.length)],
    ['HSET', `hash:${n}`, ...pairs(5)],
    ['HSET', `large-hash:${n}`, ...pairs(600 + salt.length)],
    ['ZADD', `zset:${n}`, ...words(5).flatMap((word, i) => [String(i), word])],
    ['XADD', `stream:${n}`, '1-1', ...pairs(1)],
  ];
}

describeWith(REDIS)('data of two servers', () => {
  const cluster = new TestCluster({}, 2);
  const view = (ordinal: number, change: Partial<ServerView> = {}) => standby({ runId: `run ${ordinal}`, streamId: `stream ${ordinal}`, ...change });
  let asked = 0;
  const counted = (one: Endpoint): Endpoint => ({
    call: async (...command) => one.call(...command),
    batch: async (commands, encoding) => {
      asked++;
      return one.batch(commands, encoding);
    },
  });
  const copies = () => {
    const servers = [0, 1].map((i) => counted(cluster.server(i, 5_000)));
    return new Copies({ local: servers[0], servers } as unknown as Peers, 0);
  };
  const of = async (one: Copies, pair = { of: 1, by: 0 }, views = [view(0), view(1)]): Promise<Stake['is']> => (
    one.look([pair], { at: 0, servers: views, sentinels: [] }).then(([stake]) => stake.is));

  beforeAll(async () => {
    await cluster.choosePorts();
    for (const i of [0, 1]) {
      cluster.startServer(i);
      await until('it answers', async () => await cluster.ask(i, 'PING') === 'PONG');
    }
  });
  afterAll(async () => cluster.stop());

  beforeEach(async () => {
    for (const i of [0, 1]) {
      await cluster.ask(i, 'REPLICAOF', 'NO', 'ONE');
      await cluster.ask(i, 'FLUSHALL');
    }
    asked = 0;
  });
  const write = async (i: number, salt: string, database = '0', count = 30) => {
    const client = cluster.server(i, 10_000);
    await client.batch([['SELECT', database], ...Array.from({ length: count }, (_, n) => fill(n, salt)).flat()]);
    client.close();
  };

  test('a copy with another tail is one, in all databases and after a restart from a log', async () => {
    for (const database of ['0', '7']) await write(0, 'a', database);
    await cluster.ask(1, 'REPLICAOF', cluster.servers[0], String(cluster.serverPort));
    await until('it has all', async () => String(await cluster.ask(1, 'INFO', 'keyspace')) === String(await cluster.ask(0, 'INFO', 'keyspace')));
    await until('its log is written', async () => /aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(String(await cluster.ask(1, 'INFO', 'persistence'))));
    await cluster.ask(1, 'REPLICAOF', '127.0.0.1', '1');
    await cluster.kill('redis-1', 'SIGTERM');
    cluster.startServer(1);
    await until('it answers', async () => await cluster.ask(1, 'PING') === 'PONG');
    for (let n = 0; n < 20; n++) await cluster.ask(0, 'SET', `string:${n}`, 'tail');
    expect(await of(copies())).toBe('copy');
    expect(await of(copies(), { of: 0, by: 1 })).toBe('copy');
  }, 30_000);

  test('other keys are none, nor are other values of the same names, nor is what is in another database', async () => {
    await write(0, 'a');
    await cluster.fill(1, 200, 'pears');
    expect(await of(copies())).toBe('different');
    await cluster.ask(1, 'FLUSHALL');
    await write(1, 'bb');
    expect(await of(copies())).toBe('different');
    await cluster.ask(1, 'FLUSHALL');
    await write(1, 'a', '3');
    expect(await of(copies())).toBe('different');
  }, 30_000);

  test('names of keys and values that are no text are compared as what they are', async () => {
    const bytes = async (i: number, salt: string) => {
      const client = cluster.server(i, 5_000);
      await client.batch(Array.from({ length: 100 }, (_, n) => ['SET', `\xff\x80${salt}\xc3${String.fromCharCode(n)}`, `\xfe${n}`]), 'latin1');
      client.close();
    };
    await bytes(0, 'apples');
    await bytes(1, 'pears');
    expect(await of(copies())).toBe('different');
    await bytes(0, 'pears');
    expect(await of(copies())).toBe('copy');
  });

  test('a key in a database of its own that both have makes no copy of the rest', async () => {
    for (const i of [0, 1]) {
      const client = cluster.server(i);
      await client.batch([['SELECT', '0'], ['SET', 'schema', '3'], ['SELECT', '1'], ...Array.from({ length: 200 }, (_, n) => ['SET', `${i}:${n}`, 'x'])]);
      client.close();
    }
    expect(await of(copies())).toBe('different');
  });

  test('what has less is held by what has more, and not the other way round', async () => {
    await cluster.fill(0, 2_000, 'apples');
    await cluster.fill(1, 50, 'apples');
    expect(await of(copies(), { of: 1, by: 0 })).toBe('copy');
    expect(await of(copies(), { of: 0, by: 1 })).toBe('different');
  });

  test('keys that have expired count for nothing', async () => {
    await cluster.fill(0, 100, 'apples');
    // a standby deletes none, and where all have a time to live it also picks some that have expired
    const client = cluster.server(1);
    const pears = Array.from({ length: 3_000 }, (_, n) => ['SET', `pears:${n}`, 'x', 'PX', '500']);
    const kept = Array.from({ length: 10 }, (_, n) => ['SET', `kept:${n}`, 'x', 'EX', '3600']);
    await client.batch([...pears, ...kept, ['REPLICAOF', '127.0.0.1', '1']]);
    client.close();
    await until('they have expired', async () => await cluster.ask(1, 'EXISTS', 'pears:2999') === 0);
    expect(await cluster.ask(1, 'DBSIZE')).toBe(3_010);
    expect(await of(copies())).toBe('different');
  });

  test('it is asked once, and nobody is asked where the stream says it or a server loads', async () => {
    await cluster.fill(0, 10, 'apples');
    await cluster.fill(1, 10, 'pears');
    expect(await of(copies(), undefined, [view(0), view(1, { streamId: 'stream 0' })])).toBe('copy');
    expect(await of(copies(), undefined, [view(0), view(1, { loading: true })])).toBe('open');
    expect(asked).toBe(0);
    const one = copies();
    expect(await of(one)).toBe('different');
    const before = asked;
    expect(await of(one)).toBe('different');
    expect(asked).toBe(before);
    await cluster.ask(1, 'FLUSHALL');
    await cluster.fill(1, 10, 'apples');
    expect(await of(one, undefined, [view(0), view(1, { runId: 'another' })])).toBe('copy');
  });

  test('who can\'t be asked is asked again', async () => {
    await cluster.fill(0, 10, 'apples');
    await cluster.fill(1, 10, 'apples');
    const [one, other] = [cluster.server(0), cluster.server(1)];
    let loading = true;
    const server: Endpoint = {
      call: async (...command) => one.call(...command),
      batch: async (commands, encoding) => loading ? commands.map(() => new ReplyError('LOADING Redis is loading the dataset in memory')) : one.batch(commands, encoding),
    };
    const tested = new Copies({ local: server, servers: [server, other] } as unknown as Peers, 0);
    expect(await of(tested)).toBe('open');
    expect(await of(tested, { of: 0, by: 1 })).toBe('open');
    loading = false;
    expect(await of(tested)).toBe('copy');
  });
});
