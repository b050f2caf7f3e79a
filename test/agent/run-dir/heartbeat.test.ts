import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Heartbeat, HEARTBEAT_FILE } from '../../../lib/agent/run-dir/heartbeat';
import { Log } from '../../../lib/log/log';
import { agentProgram, until } from '../support/cluster';

jest.setTimeout(60_000);

describe('the heartbeat', () => {
  let directory: string;
  let file: string;
  let lines: string[];
  let heartbeat: Heartbeat;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'heartbeat-'));
    file = path.join(directory, HEARTBEAT_FILE);
    lines = [];
    heartbeat = new Heartbeat(directory, new Log({ write: (line) => lines.push(line) }), 10);
  });
  afterEach(() => {
    heartbeat.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  const beat = (): number => fs.statSync(file).mtimeMs;
  const age = (): void => fs.utimesSync(file, 0, 0);

  test('is there at once, also where a former process left an old one', () => {
    fs.writeFileSync(file, '');
    age();

    heartbeat.start();

    expect(beat()).toBeGreaterThan(0);
  });

  test('goes on by itself, and comes back when somebody removes it', async () => {
    heartbeat.start();
    age();
    await until('another beat', () => beat() > 0);
    fs.rmSync(file);
    await until('the file is back', () => fs.existsSync(file));
  });

  test('stops while the event loop is blocked', async () => {
    heartbeat.start();
    age();

    // Several beats long, and nothing else runs meanwhile.
    const end = Date.now() + 100;
    while (Date.now() < end) continue;

    expect(beat()).toBe(0);
    await until('the loop runs again', () => beat() > 0);
  });

  test('that cannot be shown is told once', async () => {
    fs.rmSync(directory, { recursive: true });
    heartbeat.start();
    let looks = 0;
    await until('several beats fail', () => ++looks > 5);
    fs.mkdirSync(directory);
    await until('it can be shown', () => fs.existsSync(file));

    expect(lines).toEqual([expect.stringMatching(/ warn heartbeat cannot be shown: .*ENOENT/)]);
  });
});

describe('an agent that waits for addresses', () => {
  let directory: string;
  let agent: ChildProcess;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'heartbeat-'));
    const config = path.join(directory, 'agent.json');
    fs.writeFileSync(config, JSON.stringify({
      masterName: 'm', servers: ['server.invalid'], sentinels: ['127.0.0.1'], self: 0, dataDir: directory, runDir: directory,
    }));
    agent = spawn(process.execPath, [agentProgram(), config], { stdio: ['ignore', 'pipe', 'inherit'] });
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => agent.once('close', resolve));
    agent.kill('SIGKILL');
    await ended;
    fs.rmSync(directory, { recursive: true, force: true });
  });

  test('is alive: its heart beats before the first round, and again', async () => {
    const file = path.join(directory, HEARTBEAT_FILE);
    let log = '';
    agent.stdout!.on('data', (chunk) => { log += chunk; });
    await until('it waits', () => log.includes('has none yet'));
    expect(fs.existsSync(path.join(directory, 'status.json'))).toBe(false);

    fs.utimesSync(file, 0, 0);
    await until('another beat', () => fs.statSync(file).mtimeMs > 0);
  });
});
