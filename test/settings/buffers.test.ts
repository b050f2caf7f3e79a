import { bufferDirectives } from '../../lib/settings/buffers';

const MIB = 1024 * 1024;

test('with 512 MiB, of which 384 are for data', () => {
  expect(bufferDirectives(512 * MIB, 384 * MIB, [], 1 / 4)).toEqual([
    `client-output-buffer-limit replica ${96 * MIB} ${48 * MIB} 60`, `maxmemory-clients ${96 * MIB}`, `proto-max-bulk-len ${48 * MIB}`,
  ]);
});

test.each([[32, 24], [64, 48], [512, 100], [512, 500], [1024, 1024], [65536, 49152]])('two values fit into the buffers with %i MiB and maxmemory %i MiB', (limit, maxmemory) => {
  const [replica, clients, value] = bufferDirectives(limit * MIB, maxmemory * MIB, [], 1 / 4).map((line) => Number(/ (\d+)( \d+ \d+)?$/.exec(line)![1]));
  expect(2 * value).toBeLessThanOrEqual(replica);
  expect(2 * value).toBeLessThanOrEqual(clients);
  expect(replica).toBeLessThanOrEqual(Math.max(8 * MIB, (limit - maxmemory) * MIB));
});

test('without a memory limit, and without maxmemory', () => {
  expect(bufferDirectives(undefined, undefined, [], 1 / 4)).toEqual([`client-output-buffer-limit replica ${256 * MIB} ${128 * MIB} 60`, `proto-max-bulk-len ${128 * MIB}`]);
});

test.each([
  ['proto-max-bulk-len 512mb', 'proto-max-bulk-len'],
  ['MAXMEMORY-CLIENTS 0', 'maxmemory-clients'],
  ['client-output-buffer-limit slave 0 0 0', 'client-output-buffer-limit replica'],
  ['client-output-buffer-limit normal 0 0 0 "replica" 1gb 1gb 60', 'client-output-buffer-limit replica'],
])('what the user says stays: %s', (line, directive) => {
  const all = bufferDirectives(512 * MIB, 384 * MIB, [line], 1 / 4);
  expect(all).toHaveLength(2);
  expect(all.some((one) => one.startsWith(directive))).toBe(false);
});

test('other classes of clients are left out of it', () => {
  expect(bufferDirectives(512 * MIB, 384 * MIB, ['client-output-buffer-limit pubsub 0 0 0'], 1 / 4)).toHaveLength(3);
});
