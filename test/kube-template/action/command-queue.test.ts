import { CommandQueue } from '../../../lib/kube-template/action/command-queue';
import { Command } from '../../../lib/kube-template/config/settings';
import { until } from '../support/until';

/** A queue whose commands end when the test says so. */
function recorded() {
  const started: Command[] = [];
  const lines: string[] = [];
  let end: (error?: Error) => void = () => undefined;
  const queue = new CommandQueue(
    {
      done: (text) => lines.push(`done ${text}`),
      failed: (text, reason) => lines.push(`failed ${text}: ${reason}`),
      dropped: (text) => lines.push(`dropped ${text}`),
    },
    async (command) => {
      started.push(command);
      await new Promise<void>((resolve, reject) => { end = (error) => error ? reject(error) : resolve(); });
    },
  );
  const finish = async (error?: Error): Promise<void> => {
    const before = lines.length;
    end(error);
    await until(() => lines.length > before, 'the command has ended');
  };
  return { queue, started, lines, finish };
}
const due = (...commands: Command[]) => commands.map((command) => ({ command, timeout: 1000 }));

test('commands of a round run one after another in their order, the same one once', async () => {
  const { queue, started, finish } = recorded();
  queue.add(due('b', 'a', 'b', ['a']));
  expect(started).toEqual(['b']);
  await finish();
  expect(started).toEqual(['b', 'a']);
  await finish();
  expect(started).toEqual(['b', 'a', ['a']]);
  await finish();
  await queue.idle();
  expect(started).toHaveLength(3);
});

test('rounds that arrive while commands run collapse into one', async () => {
  const { queue, started, finish } = recorded();
  queue.add(due('a'));
  for (let i = 0; i < 5; i++) queue.add(due('a', 'b'));
  expect(started).toEqual(['a']);
  for (let i = 0; i < 3; i++) await finish();
  await queue.idle();
  expect(started).toEqual(['a', 'a', 'b']);
});

test('a failed command is reported and the next one runs', async () => {
  const { queue, lines, finish } = recorded();
  queue.add(due('a', ['b', 'c']));
  await finish(new Error('exit status 1'));
  await finish();
  await queue.idle();
  expect(lines).toEqual(['failed a: exit status 1', 'done b c']);
});

test('an empty round does nothing, and the queue works after it', async () => {
  const { queue, started, finish } = recorded();
  queue.add([]);
  await queue.idle();
  queue.add(due('a'));
  await finish();
  await queue.idle();
  expect(started).toEqual(['a']);
});

test('clear drops what waits, of this round and the next, and tells each once', async () => {
  const { queue, started, lines, finish } = recorded();
  queue.add(due('x', 'a', 'b'));
  await finish();
  started.shift();
  queue.add(due('c', 'b', 'x'));
  queue.clear();
  await finish();
  expect(lines).toEqual(['done x', 'dropped b', 'dropped c', 'dropped x', 'done a']);
  await queue.idle();
  expect(started).toEqual(['a']);
});
