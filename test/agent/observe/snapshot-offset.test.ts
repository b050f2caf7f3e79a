import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { snapshotOffset } from '../../../lib/agent/observe/snapshot-offset';

describe('the offset of a snapshot that a log begins with', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
  const base = path.join(directory, 'appendonlydir', 'appendonly.aof.1.base.rdb');
  beforeAll(() => fs.mkdirSync(path.dirname(base)));
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  // as Redis 7.0 and 8.0 and Valkey 9.1 write them: 8, 16 and 32 bits, and text
  test.each<[number, number[]]>([
    [100, [0xc0, 100]],
    [163, [0xc1, 0xa3, 0x00]],
    [13_107_210, [0xc2, 0x0a, 0x00, 0xc8, 0x00]],
    [5_000_000_000, [10, ...Buffer.from('5000000000')]],
  ])('is %d', (offset, value) => {
    const id = Buffer.from(`\xfa\x07repl-id\x28${'a'.repeat(40)}\xfa\x0brepl-offset`, 'latin1');
    fs.writeFileSync(base, Buffer.concat([Buffer.from('REDIS0010'), id, Buffer.from(value), Buffer.from([0xfa, 0x08]), Buffer.from('aof-base')]));
    expect(snapshotOffset(directory)).toBe(offset);
  });

  test('is not known of a log that a server began itself, and where there is none', () => {
    fs.writeFileSync(base, 'REDIS0010\xfa\x08aof-base\xc0\x01\xff');
    expect(snapshotOffset(directory)).toBe(0);
    expect(snapshotOffset(path.join(directory, 'none'))).toBe(0);
  });
});
