import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../../playground/stack/until';
import { install } from '../support/manifests';

jest.setTimeout(60_000);

/** A kubectl that lists objects, and forwards a port to a HAProxy until it is ended. */
const KUBECTL = `#!/usr/bin/env node
const fs = require('node:fs');
const args = process.argv.slice(2);
if (args.includes('get')) console.log(fs.readFileSync(__dirname + '/items.json', 'utf8'));
else if (args.includes('port-forward')) {
  fs.appendFileSync(__dirname + '/forwards', process.pid + '\\n');
  const server = require('node:http').createServer((_, response) => response.end('# pxname,svname,scur,status\\nwrite,FRONTEND,1,OPEN\\n'));
  server.listen(0, '127.0.0.1', () => console.log('Forwarding from 127.0.0.1:' + server.address().port + ' -> 8404'));
} else process.exit(1);
`;

test('a reader of its output that leaves first ends "status --watch", and every kubectl that it started', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
  fs.writeFileSync(path.join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
  const kept = install({}).all.filter(({ kind }: any) => ['StatefulSet', 'Deployment', 'Service'].includes(kind));
  const { spec: { template } } = kept.find(({ kind }: any) => kind === 'Deployment')!;
  const proxy = { kind: 'Pod', metadata: { name: 'redis-proxy-x', uid: 'x', labels: template.metadata.labels }, spec: template.spec, status: { phase: 'Running' } };
  fs.writeFileSync(path.join(folder, 'items.json'), JSON.stringify({ items: [...kept, proxy].map((one) => ({ ...one, metadata: { namespace: 'shop', ...one.metadata } })) }));
  const forwards = (): number[] => (fs.existsSync(path.join(folder, 'forwards')) ? fs.readFileSync(path.join(folder, 'forwards'), 'utf8').trim().split('\n').map(Number) : []);
  const lives = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const main = path.join(__dirname, '..', '..', 'lib', 'cli', 'main.ts');
  const program = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', main, 'status', '--watch'], {
    env: { ...process.env, KUBECTL: path.join(folder, 'kubectl') }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(program, 'exit');
  try {
    await once(program.stdout, 'data');
    program.stdout.destroy();
    await ended;
    expect(forwards()).toHaveLength(1);
    await until('all have ended', () => !forwards().some(lives));
  } finally {
    program.kill('SIGKILL');
    for (const pid of forwards().filter(lives)) process.kill(pid, 'SIGKILL');
    fs.rmSync(folder, { recursive: true });
  }
});
