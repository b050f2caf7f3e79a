import { cutClients } from '../../../lib/agent/direct/clients';
import { Endpoint } from '../../../lib/agent/redis/resp';

test('all sessions are cut but those of replicas, Sentinels and the own pod', async () => {
  const list = [
    'id=3 addr=/run/redis-ha/server.sock:0 laddr=/run/redis-ha/server.sock:0 fd=8 name= age=1 flags=U db=0 cmd=client|list user=default',
    'id=4 addr=10.0.0.2:4000 laddr=10.0.0.1:6379 fd=9 name=sentinel-1234abcd-cmd age=1 flags=N db=0 cmd=ping user=default',
    'id=5 addr=10.0.0.2:4001 laddr=10.0.0.1:6379 fd=10 name=sentinel-1234abcd-pubsub age=1 flags=P db=0 cmd=subscribe user=default',
    'id=6 addr=10.0.0.3:4002 laddr=10.0.0.1:6379 fd=11 name= age=1 flags=S db=0 cmd=replconf user=default',
    'id=7 addr=10.0.0.3:4003 laddr=10.0.0.1:6379 fd=12 name= age=1 flags=M db=0 cmd=set user=default',
    'id=8 addr=10.0.9.9:4004 laddr=10.0.0.1:6379 fd=13 name=MyApp age=1 flags=N db=0 cmd=set user=app',
    'id=9 addr=10.0.9.9:4005 laddr=10.0.0.1:6379 fd=14 name= age=1 flags=P db=0 cmd=subscribe user=app',
    'id=10 addr=[fd00::9]:4006 laddr=[fd00::1]:6379 fd=15 name= age=1 flags=b db=0 cmd=blpop user=app',
    'id=11 addr=10.0.9.9:4007 laddr=10.0.0.1:6379 fd=16 name=sentinel-app age=1 flags=N db=0 cmd=get user=app',
    '',
  ].join('\n');
  const killed: string[][] = [];
  const local: Endpoint = {
    call: async () => list,
    batch: async (commands) => {
      killed.push(...commands);
      return commands.map(() => 1);
    },
  };
  expect(await cutClients(local)).toBe(4);
  expect(killed).toEqual(['8', '9', '10', '11'].map((id) => ['CLIENT', 'KILL', 'ID', id]));
});
