import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { agentProgram } from './support/cluster';

describe('the program', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-main-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const configured = (config: object = {}) => {
    const file = path.join(folder, 'agent.json');
    fs.writeFileSync(file, JSON.stringify({ masterName: 'cache', servers: ['127.0.0.1'], sentinels: ['127.0.0.1'], dataDir: folder, runDir: folder, ...config }));
    return file;
  };
  const run = (env: { readonly [name: string]: string }) => (
    spawnSync(process.execPath, [agentProgram(), configured()], { encoding: 'utf8', timeout: 20_000, env: { ...process.env, ...env } }));

  test('takes the pod\'s name, not that of the host: with hostNetwork or setHostnameAsFQDN they differ', () => {
    const { status, stderr } = run({ POD_NAME: 'cache-server-5', HOSTNAME: 'node-0' });
    expect(status).toBe(2);
    expect(stderr).toContain('"cache-server-5"');
  });

  test('writes JSON when it is told to', async () => {
    const child = spawn(process.execPath, [agentProgram(), configured({ logFormat: 'json' })], { env: { ...process.env, POD_NAME: 'cache-server-0' } });
    const [chunk] = await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(JSON.parse(String(chunk).split('\n')[0])).toEqual({ time: expect.any(String), level: 'info', subject: 'start', message: 'server 0 of 127.0.0.1; Sentinels 127.0.0.1' });
  });
});
