import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../lib/agent/act/actor';
import { AgentState } from '../../lib/agent/agent-state';
import { Operator } from '../../lib/agent/operator';
import { Pause } from '../../lib/agent/run-dir/pause';
import { RebuildMark } from '../../lib/agent/run-dir/rebuild-mark';
import { Log } from '../../lib/log/log';

describe('the mark that has a server drop its data at its next start', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'operator-'));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  test.each([
    ['goes when the server that was asked to end answers: by its next start it may be the master', async () => [], false],
    ['stays while it does not', async () => { throw new Error('no answer'); }, true],
  ])('%s', async (_, call, stays) => {
    const lines: string[] = [];
    const log = new Log({ write: (line) => lines.push(line) });
    const mark = new RebuildMark(directory);
    const operator = new Operator({ state: {} as AgentState, pause: {} as Pause, mark, log, passwords: () => [''], handOver: async () => '' });
    mark.set();
    await operator.serve({ peers: { local: { call } } } as unknown as Actor);
    expect(fs.existsSync(path.join(directory, 'rebuild'))).toBe(stays);
    expect(lines).toEqual(stays ? [] : [expect.stringMatching(/rebuild: failed, the server that was asked to end answers, and keeps its data/)]);
    await operator.serve({ peers: { local: { call } } } as unknown as Actor);
    expect(lines).toHaveLength(stays ? 0 : 1);
  });
});
