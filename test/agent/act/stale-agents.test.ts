import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AcceptedPasswords } from '../../../lib/agent/act/accepted-passwords';
import { PasswordKeeper } from '../../../lib/agent/act/password-keeper';
import { Config } from '../../../lib/agent/config/config';
import { FORMER_MS, passwordsOf, problemAtSentinels } from '../../../lib/agent/config/password-file';
import { Peers } from '../../../lib/agent/redis/peers';
import { Log } from '../../../lib/log/log';
import { Accepting, hash } from '../support/accepting';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('agents of which some nodes have an older Secret than others', () => {
  let dir: string;
  let now: number;
  /** Each with its own clock, which began at another time. */
  let agents: PasswordKeeper[];
  let servers: Accepting[];
  let sentinel: Accepting;

  const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Log;
  /** What the node of one agent has of the Secret. */
  const node = (i: number, password: string, alternate?: string) => {
    const file = path.join(dir, `password-${i}`);
    fs.writeFileSync(file, password);
    if (alternate === undefined) fs.rmSync(`${file}-alternate`, { force: true });
    else fs.writeFileSync(`${file}-alternate`, alternate);
  };
  const nodes = (password: string, alternate?: string) => [0, 1, 2].forEach((i) => node(i, password, alternate));
  const start = (i: number) => {
    const begin = now;
    const clock = { now: () => now - begin, sleep: async () => undefined };
    const peers = { local: servers[i], servers, sentinels: [sentinel], clock } as unknown as Peers;
    const reader = passwordsOf(path.join(dir, `password-${i}`), log, clock.now, problemAtSentinels);
    agents[i] = new PasswordKeeper(peers, { masterName: 'm' } as Config, reader, new AcceptedPasswords('default', clock), log);
  };
  /** Server 0 is the master. */
  const pass = async (ms = 5_000) => {
    const step = ms > HOUR ? MINUTE : 5_000;
    for (const end = now + ms; now < end;) {
      now = Math.min(end, now + step);
      for (const [i, agent] of agents.entries()) await agent.keep({ server: true, sentinels: i === 0 });
    }
  };
  const accepted = () => [...servers, sentinel].map(({ hashes }) => ['a', 'b', 'c'].filter((password) => hashes.includes(hash(password))).join(''));

  beforeEach(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'stale-'));
    now = 0;
    servers = [new Accepting(), new Accepting(), new Accepting()];
    sentinel = new Accepting();
    for (const each of [...servers, sentinel]) each.hashes = [hash('a')];
    agents = [];
    nodes('a');
    for (const i of [0, 1, 2]) {
      start(i);
      await pass();
    }
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  test('keep one that was used before, where one of them goes back to it', async () => {
    nodes('b');
    await pass(FORMER_MS + MINUTE);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
    node(1, 'a');
    await pass(2 * MINUTE);
    expect(accepted()).toEqual(['ab', 'ab', 'ab', 'ab']);
    nodes('a');
    await pass(FORMER_MS + MINUTE);
    expect(accepted()).toEqual(['a', 'a', 'a', 'a']);
  });

  test('keep one that was taken back, where one of them goes back to it minutes later', async () => {
    nodes('a', 'b');
    await pass();
    nodes('b', 'a');
    await pass();
    nodes('b');
    await pass(4 * MINUTE);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
    node(1, 'b', 'a');
    await pass(2 * MINUTE);
    expect(accepted()).toEqual(['ab', 'ab', 'ab', 'ab']);
  });

  test('take it back again where a node was behind by two steps', async () => {
    nodes('a', 'b');
    await pass();
    node(0, 'b', 'a');
    await pass();
    node(0, 'b');
    await pass();
    expect(accepted()).toEqual(['b', 'ab', 'ab', 'b']);
    await pass(MINUTE);
    node(1, 'b', 'a');
    await pass(10_000);
    expect(accepted()).toEqual(['b', 'ab', 'ab', 'b']);
    for (const i of [1, 2]) node(i, 'b');
    await pass();
    expect(accepted()).toEqual(['b', 'b', 'ab', 'b']);
    await pass(FORMER_MS);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
  });

  test('let the new one work where the node of the master learns nothing for hours', async () => {
    node(1, 'b');
    node(2, 'b');
    await pass(4 * FORMER_MS);
    expect(accepted()).toEqual(['ab', 'b', 'b', 'ab']);
    node(0, 'b');
    await pass(FORMER_MS);
    expect(accepted()).toEqual(['ab', 'b', 'b', 'ab']);
    await pass(MINUTE);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
  });

  test('end one that others told 15 minutes after their own change, as they do their own', async () => {
    node(1, 'b');
    await pass(FORMER_MS + MINUTE);
    node(0, 'c');
    node(1, 'c');
    node(2, 'c');
    await pass(FORMER_MS + MINUTE);
    expect(accepted()).toEqual(['c', 'c', 'c', 'c']);
  });

  test('end a former one again that an agent on a stale node tells as it starts', async () => {
    node(0, 'b');
    node(1, 'b');
    await pass(FORMER_MS + MINUTE);
    // it finds the former one at the stale server
    start(1);
    await pass();
    expect(accepted()).toEqual(['b', 'ab', 'ab', 'b']);
    await pass(FORMER_MS);
    expect(accepted()).toEqual(['b', 'b', 'ab', 'b']);
    start(2);
    await pass(10_000);
    expect(accepted()).toEqual(['ab', 'ab', 'ab', 'ab']);
    await pass(FORMER_MS);
    expect(accepted()).toEqual(['b', 'b', 'a', 'b']);
    node(2, 'b');
    await pass(FORMER_MS + MINUTE);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
  });

  test('end after a day what nobody has in a Secret', async () => {
    servers[0].hashes.push(hash('c'));
    await pass(23 * HOUR);
    expect(accepted()).toEqual(['ac', 'a', 'a', 'ac']);
    await pass(2 * HOUR);
    expect(accepted()).toEqual(['a', 'a', 'a', 'a']);
  });

  test('end a former one for all of them, whichever starts again meanwhile', async () => {
    nodes('b');
    await pass(10 * MINUTE);
    start(1);
    await pass(10 * MINUTE);
    expect(accepted()).toEqual(['b', 'ab', 'b', 'b']);
    await pass(6 * MINUTE);
    expect(accepted()).toEqual(['b', 'b', 'b', 'b']);
  });
});
