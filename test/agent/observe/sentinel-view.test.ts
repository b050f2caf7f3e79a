import { Config } from '../../../lib/agent/config/config';
import { sentinelView } from '../../../lib/agent/observe/sentinel-view';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';

const [MASTER, OTHER, OUTSIDE] = ['10.0.0.1', '10.0.0.2', '10.9.0.1'];
const config = { self: 0, masterName: 'redis', serverPort: 6379 } as Config;

function answering(reply: (...command: string[]) => Reply): Endpoint {
  return { call: async (...command) => reply(...command), batch: async (commands) => commands.map((each) => reply(...each)) };
}

/** A Sentinel of two servers that finds a third one down, at another address. */
const sentinel = answering((_, what) => {
  if (what === 'GET-MASTER-ADDR-BY-NAME') return [MASTER, '6379'];
  if (what === 'MASTER') return ['flags', 'master', 'num-slaves', '2', 'num-other-sentinels', '0'];
  return what === 'SENTINELS' ? [] : [['ip', OTHER, 'port', '6379', 'flags', 'slave'], ['ip', OUTSIDE, 'port', '1', 'flags', 's_down,slave,disconnected']];
});

test.each([
  ['the master has as a replica now, as another installation follows it', `slave0:ip=${OTHER},port=6379,state=online\r\nslave1:ip=${OUTSIDE},port=1,state=online\r\n`, 0],
  ['was removed', `slave0:ip=${OTHER},port=6379,state=online\r\n`, 1],
  ['was at this address, where another one is now', `slave0:ip=${OUTSIDE},port=6379,state=online\r\n`, 1],
])('a server that a Sentinel remembers, and that %s', async (_, info, staleEntries) => {
  const master = answering((...command) => (command.join(' ') === 'INFO replication' ? `role:master\r\n${info}` : 'OK'));
  const silent = answering(() => { throw new Error('is not asked'); });
  const peers = { addresses: [MASTER, OTHER], sentinelAddresses: [MASTER], local: master, servers: [silent, silent] };
  expect(await sentinelView(sentinel, peers, config)).toMatchObject({ names: 0, staleEntries });
  const atOther = { ...peers, local: silent, servers: [master, silent] };
  expect(await sentinelView(sentinel, atOther, { ...config, self: 1 })).toMatchObject({ staleEntries });
});
