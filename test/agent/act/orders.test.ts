import { channelOf, Orders } from '../../../lib/agent/act/orders';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';

/** A server where somebody has subscribed to these channels. */
function server(runId: string, ...channels: string[]): { readonly local: Endpoint } {
  const call = async (word: string): Promise<Reply> => (word === 'INFO' ? `# Server\r\nrun_id:${runId}\r\nport:6379` : channels);
  return { local: { call, batch: async (commands) => Promise.all(commands.map(async ([word]) => call(word))) } };
}

test('an order is taken by the agent of the server that it is for, and nowhere else', async () => {
  const orders = () => new Orders(() => ['former', 'secret']);
  const channel = await channelOf(server('one').local, 'rebuild', '', 'secret');
  expect(await orders().take(server('other', channel))).toEqual([]);
  expect(await orders().take(server('one', channel))).toEqual([{ channel, word: 'rebuild', argument: '' }]);
});

test('an agent that is not told which process its server is takes none', async () => {
  const channel = await channelOf(server('one').local, 'resume', '', 'secret');
  expect(await new Orders(() => ['secret']).take(server('', channel))).toBeUndefined();
  expect(await new Orders(() => ['secret']).take(server(''))).toEqual([]);
});
