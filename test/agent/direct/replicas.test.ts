import { Config } from '../../../lib/agent/config/config';
import { replicasInSync } from '../../../lib/agent/direct/replicas';
import { Peers } from '../../../lib/agent/redis/peers';
import { Endpoint } from '../../../lib/agent/redis/resp';

const OWN = '10.0.0.1';

/** Replicas of server 0, each with its priority. */
async function inSync(...priorities: number[]): Promise<string[]> {
  const replica = (priority: number, index: number): Endpoint => {
    const answer = (command: string, what: string): string => {
      if (command === 'CLIENT') return what === 'INFO' ? `id=1 laddr=10.0.0.${index + 2}:6379 fd=8` : '';
      return ['role:slave', 'master_host:server 0', 'master_port:6379', 'master_link_status:up', `slave_priority:${priority}`].join('\r\n');
    };
    return {
      call: async (...command) => answer(command[0], command[1]),
      batch: async (commands) => commands.map(([command, what]) => answer(command, what)),
    };
  };
  const servers = [undefined as unknown as Endpoint, ...priorities.map(replica)];
  const peers = { servers, addresses: servers.map((_, ordinal) => `server ${ordinal}`) };
  return replicasInSync(peers as unknown as Peers, { self: 0, serverPort: 6379 } as Config, OWN);
}

test('reads go to replicas, but not to one that is about to stop', async () => {
  expect(await inSync(100, 100)).toEqual(['10.0.0.2', '10.0.0.3']);
  expect(await inSync(100, 0)).toEqual(['10.0.0.2']);
});

test('where all are about to stop, or not recorded yet, reads go to them', async () => expect(await inSync(0, 0)).toEqual(['10.0.0.2', '10.0.0.3']));
