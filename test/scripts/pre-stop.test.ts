import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

const SCRIPT = path.join(__dirname, '../../lib/assets/scripts/pre-stop.sh');

jest.setTimeout(15_000);

describe('pre-stop.sh', () => {
  let directory: string;
  let server: net.Server;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'pre-stop-'));
    server = net.createServer();
    await new Promise<void>((resolve) => server.listen(inRunDir('server.sock'), resolve));
  });

  afterEach(() => {
    server.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  async function preStop(budget: string, runDir = directory): Promise<{ code: number | null; output: string }> {
    const child = spawn('sh', [SCRIPT], { env: { PATH: process.env.PATH, RUN_DIR: runDir, STOP_BUDGET_SECONDS: budget } });
    let output = '';
    child.stdout.on('data', (chunk) => output += chunk);
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
  }

  function inRunDir(name: string): string {
    return path.join(directory, name);
  }

  test('asks for the hand-over and tells the answer', async () => {
    const watcher = fs.watch(directory, (_, name) => {
      if (name === 'stop-requested' && !fs.existsSync(inRunDir('stop-answered'))) {
        fs.writeFileSync(inRunDir('new'), 'to server 1: done\n');
        fs.renameSync(inRunDir('new'), inRunDir('stop-answered'));
      }
    });
    try {
      expect(await preStop('10')).toEqual({ code: 0, output: 'pre-stop: to server 1: done\n' });
    } finally {
      watcher.close();
    }
  });

  test('does not take an answer from before for one to this request', async () => {
    fs.writeFileSync(inRunDir('stop-answered'), 'old\n');

    expect(await preStop('1')).toEqual({ code: 0, output: 'pre-stop: no answer within 1 s\n' });
    expect(fs.existsSync(inRunDir('stop-requested'))).toBe(true);
  });

  test('waits for no answer before there is a server', async () => {
    server.close();

    expect(await preStop('10')).toEqual({ code: 0, output: 'pre-stop: there is no server yet\n' });
    expect(fs.existsSync(inRunDir('stop-requested'))).toBe(true);
  });

  test('ends with 0 when it cannot even ask', async () => {
    const { code, output } = await preStop('1', inRunDir('missing'));

    expect({ code, output }).toEqual({ code: 0, output: `pre-stop: cannot ask for a hand-over in ${inRunDir('missing')}\n` });
  });
});
