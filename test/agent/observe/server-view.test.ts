import { serverView } from '../../../lib/agent/observe/server-view';
import { Endpoint } from '../../../lib/agent/redis/resp';

const REPLICATION = ['role:slave', 'master_host:10.0.0.2', 'master_port:6379', 'master_link_status:up', 'slave_repl_offset:70', 'slave_priority:100'];

/** What is understood of a replica whose INFO has these lines too. */
async function view(...lines: string[]) {
  const info = ['run_id:a', [...REPLICATION, ...lines].join('\r\n'), '', 'loading:0'];
  const server = { batch: async () => info } as unknown as Endpoint;
  return serverView(server, { addresses: ['10.0.0.1', '10.0.0.2'] }, { serverPort: 6379, restoreSource: { host: 'restore', port: 9097 } });
}

test('a replica follows a server, and its link is up while the master is heard', async () => {
  expect(await view('master_last_io_seconds_ago:10')).toMatchObject({ role: 'slave', follows: 1, linkUp: true, offset: 70, priority: 100 });
});

test('a link on which nothing was heard for longer than the master pings is not up, whatever the server says', async () => {
  expect(await view('master_last_io_seconds_ago:15')).toMatchObject({ linkUp: false });
});

test('the source of a restore is known by its port, and how much it has sent', async () => {
  expect(await view('master_port:9097', 'master_sync_in_progress:1', 'master_sync_read_bytes:500')).toMatchObject({ follows: 'source', received: 500 });
  expect(await view('master_port:9097', 'master_sync_in_progress:0', 'master_sync_read_bytes:500')).toMatchObject({ follows: 'source', received: undefined });
});

test('the source of a restore is known when nobody asks for it any more, and no server is taken for one', async () => {
  const info = (port: number) => ['run_id:a', [...REPLICATION, `master_port:${port}`].join('\r\n'), '', 'loading:0'];
  const server = (port: number) => ({ batch: async () => info(port) }) as unknown as Endpoint;
  expect(await serverView(server(9097), { addresses: ['10.0.0.1'] }, { serverPort: 6379 })).toMatchObject({ follows: 'source' });
  expect(await serverView(server(9097), { addresses: ['10.0.0.1', '10.0.0.2'] }, { serverPort: 9097 })).toMatchObject({ follows: 1 });
});

test.each(['aof_rewrite_in_progress', 'aof_rewrite_scheduled'])('what it holds is not all on its disk while the append-only file is written anew (%s)', async (field) => {
  expect(await view(`${field}:1`)).toMatchObject({ rewriting: true });
  expect(await view(`${field}:0`)).toMatchObject({ rewriting: false });
});

test.each([['1', true], ['0', false]])('whether it keeps the end of its stream (%s)', async (active, backlog) => {
  expect(await view(`repl_backlog_active:${active}`)).toMatchObject({ backlog });
});

test('a rewrite is due that has not begun', async () => {
  expect(await view('aof_rewrite_scheduled:1')).toMatchObject({ rewriteDue: true });
  expect(await view('aof_rewrite_in_progress:1')).toMatchObject({ rewriteDue: false });
});

test('a master outside is known by the name that agents are told', async () => {
  const info = ['run_id:a', [...REPLICATION, 'master_host:old-redis.shop'].join('\r\n'), '', 'loading:0'];
  const server = { batch: async () => info } as unknown as Endpoint;
  const follow = { host: 'old-redis.shop', port: 6379, tls: false, cutOver: false };
  expect(await serverView(server, { addresses: ['10.0.0.1'] }, { serverPort: 6379, follow })).toMatchObject({ follows: 'external' });
  expect(await serverView(server, { addresses: ['10.0.0.1'] }, { serverPort: 6379, follow: { ...follow, port: 6380 } })).toMatchObject({ follows: 'unknown' });
  expect(await serverView(server, { addresses: ['10.0.0.1'] }, { serverPort: 6379 })).toMatchObject({ follows: 'unknown' });
});
