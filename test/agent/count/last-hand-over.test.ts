import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LastHandOver } from '../../../lib/agent/count/last-hand-over';
import { Log } from '../../../lib/log/log';

describe('the last hand-over on the volume', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hand-over-'));
  const lines: string[] = [];
  const last = (where = folder) => new LastHandOver(where, new Log({ write: (line) => void lines.push(line) }));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test('is found by the next agent', () => {
    expect(last().read()).toBeUndefined();
    last().write({ outcome: 'done', at: 12, seconds: 1.5 });
    expect(last().read()).toEqual({ outcome: 'done', at: 12, seconds: 1.5 });
  });

  test('is none when it can\'t be read, and a line in the log when it can\'t be written', () => {
    fs.writeFileSync(path.join(folder, 'redis-ha-hand-over.json'), '{"outcome":"done","at":"x"}');
    expect(last().read()).toBeUndefined();
    expect(lines).toEqual([]);
    last(path.join(folder, 'absent')).write({ outcome: 'done', at: 12, seconds: 1.5 });
    expect(lines).toEqual([expect.stringMatching(/ warn hand-over its outcome cannot be kept: .*ENOENT/)]);
  });
});
