import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { StopRequests } from '../../../lib/agent/run-dir/stop-requests';
import { Log } from '../../../lib/log/log';

let directory: string;
beforeEach(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stop-requests-')); });
afterEach(() => fs.rmSync(directory, { recursive: true }));

test('the container of the server reads what came of its request', () => {
  new StopRequests(directory, new Log()).answer('handed over to server 1');
  expect(fs.readFileSync(path.join(directory, 'stop-answered'), 'utf8')).toBe('handed over to server 1\n');
});

test('an answer that cannot be written is said, and ends nothing', () => {
  let lines = '';
  // as a volume that is full, this holds no file of that name
  fs.mkdirSync(path.join(directory, 'stop-answered.new'));
  new StopRequests(directory, new Log({ write: (line) => { lines += line; } })).answer('handed over to server 1');
  expect(lines).toMatch(/error stop the server cannot be told "handed over to server 1": EISDIR/);
});
