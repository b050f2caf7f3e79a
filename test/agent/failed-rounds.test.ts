import { Scheduler } from './support/scheduler';
import { SimulatedServer } from './support/simulated-server';
import { Agent } from '../../lib/agent/agent';
import { AgentState } from '../../lib/agent/agent-state';
import { parseConfig } from '../../lib/agent/config/parse-config';
import { AgentMetrics } from '../../lib/agent/count/agent-metrics';
import { Decision } from '../../lib/agent/decide/decide';
import { Endpoint } from '../../lib/agent/redis/resp';
import { Log } from '../../lib/log/log';

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

test('rounds that fail tell what they saw: no series keeps the role that the server had before', async () => {
  const clock = new Scheduler();
  const server = new SimulatedServer(0, {
    addressOf: (ordinal) => ADDRESSES[ordinal],
    replicasOf: () => [],
    promoted: () => undefined,
    shutDown: () => undefined,
    now: () => clock.now(),
    below: () => 0,
  });
  const metrics = new AgentMetrics();
  const local: Endpoint = {
    batch: async (commands) => {
      if (!server.up) throw new Error('refused');
      return commands.map((command) => server.execute(command));
    },
    call: async (...command) => server.execute(command),
  };
  const nobody: Endpoint = { call: async () => { throw new Error('nobody'); }, batch: async () => { throw new Error('nobody'); } };
  let fails = false;
  const agent = new Agent({
    config: parseConfig(JSON.stringify({ masterName: 'm', servers: ADDRESSES, sentinels: ADDRESSES, self: 0 }), ''),
    peers: {
      local,
      servers: [local, nobody, nobody],
      sentinels: [nobody, nobody, nobody],
      serverAt: () => nobody,
      addresses: ADDRESSES,
      sentinelAddresses: ADDRESSES,
      clock,
    },
    state: new AgentState(
      { read: () => undefined, remove: () => undefined, write: () => undefined, behind: () => false }, { publish: async () => undefined }),
    passwords: () => undefined,
    log: new Log({ write: () => undefined }),
    metrics,
    decide: (_, memory): Decision => {
      if (fails) throw new Error('somebody did not answer');
      return { action: { kind: 'wait', why: 'too few Sentinels answer' }, memory };
    },
  });
  const round = async (): Promise<string[]> => {
    let ended = false;
    clock.in(0, () => void agent.tick().then(() => { ended = true; }));
    await clock.runUntil(() => ended, clock.now() + 60_000);
    return [...metrics.text().matchAll(/^redis_ha_(?:role\{role="(\w+)"\}|server_(up)) 1$/gm)].map(([, role, up]) => role ?? up);
  };
  server.start();
  server.role = 'master';
  expect(await round()).toEqual(['up', 'master']);
  fails = true;
  server.role = 'slave';
  expect(await round()).toEqual(['up', 'standby']);
  server.stop({ losesData: false });
  expect(await round()).toEqual(['unknown']);
});
