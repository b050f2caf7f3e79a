import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { until } from '../agent/support/cluster';
import { describeWith } from '../support/binaries';

describeWith(['dash'])('follow-addresses.sh', () => {
  let sandbox: Sandbox;
  let file: string;
  let haproxy: ChildProcess;
  let follower = 0;
  let said: string;

  beforeEach(async () => {
    sandbox = new Sandbox();
    file = path.join(sandbox.run, 'addresses');
    said = '';
    sandbox.program('sleep', 'exec /bin/sleep 0.02');
    sandbox.program('getent', `echo "$2" >>${sandbox.run}/asked; awk -v name="$2" '$1 == name { print $2, "STREAM" }' ${sandbox.run}/names`);
    fs.writeFileSync(file, 'a-0 10.0.0.1\na-1 10.0.0.2\n');
    names({ 'a-0': '10.0.0.1', 'a-1': '10.0.0.2' });
    // HAProxy takes the place of the shell that started it
    haproxy = spawn('dash', ['-c', `dash "$CONFIG_DIR/follow-addresses.sh" ${file} & echo $!; exec /bin/sleep 60`], {
      env: { PATH: `${path.dirname(sandbox.program('none', ''))}:${process.env.PATH}`, CONFIG_DIR: sandbox.config },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    haproxy.stdout!.on('data', (data) => { follower = Number(data); });
    haproxy.stderr!.on('data', (data) => { said += data; });
    await rounds(1);
  });
  afterEach(async () => {
    haproxy.kill('SIGKILL');
    try {
      await until('the follower has ended', () => !alive());
    } finally {
      if (alive()) process.kill(follower, 'SIGKILL');
      sandbox.remove();
    }
  });

  const alive = () => {
    try {
      return process.kill(follower, 0);
    } catch {
      return false;
    }
  };

  function names(addresses: { readonly [name: string]: string }): void {
    const text = Object.entries(addresses).map(([name, address]) => `${name} ${address}\n`).join('');
    fs.writeFileSync(path.join(sandbox.run, 'names.new'), text);
    fs.renameSync(path.join(sandbox.run, 'names.new'), path.join(sandbox.run, 'names'));
  }

  /** Waits until all names were asked for so many times more, from their beginning to the writing of the file. */
  async function rounds(count: number): Promise<void> {
    const asked = () => (fs.existsSync(path.join(sandbox.run, 'asked')) ? fs.readFileSync(path.join(sandbox.run, 'asked'), 'utf8').split('\n').length : 0);
    const from = asked();
    await until('names were asked for', () => asked() >= from + 2 * (count + 1));
  }

  const text = () => fs.readFileSync(file, 'utf8');

  test('writes the address that a name has now', async () => {
    names({ 'a-0': '10.0.0.1', 'a-1': '10.0.0.9' });
    await until('it is written', () => text() === 'a-0 10.0.0.1\na-1 10.0.0.9\n');
  });

  test('leaves the file as it is while nothing changes', async () => {
    const before = fs.statSync(file).ino;
    await rounds(2);
    expect(fs.statSync(file).ino).toBe(before);
  });

  test('keeps the former address of a name that does not resolve, and follows others meanwhile', async () => {
    names({});
    await rounds(2);
    expect(text()).toBe('a-0 10.0.0.1\na-1 10.0.0.2\n');
    names({ 'a-0': '10.0.0.8' });
    await until('it is written', () => text() === 'a-0 10.0.0.8\na-1 10.0.0.2\n');
  });

  test('does not give one address to two names, and says so once', async () => {
    names({ 'a-0': '10.0.0.2' });
    await rounds(3);
    expect(text()).toBe('a-0 10.0.0.1\na-1 10.0.0.2\n');
    expect(said.match(/addresses stay as they were: two Services would be at the same one, 10\.0\.0\.2\n/g)).toHaveLength(1);
    names({ 'a-0': '10.0.0.2', 'a-1': '10.0.0.1' });
    await until('both have changed', () => text() === 'a-0 10.0.0.2\na-1 10.0.0.1\n');
  });
});
