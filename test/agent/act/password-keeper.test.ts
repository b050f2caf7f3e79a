import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AcceptedPasswords } from '../../../lib/agent/act/accepted-passwords';
import { PasswordKeeper } from '../../../lib/agent/act/password-keeper';
import { Config } from '../../../lib/agent/config/config';
import { FORMER_MS, PasswordReader, passwordsOf, problemAtSentinels } from '../../../lib/agent/config/password-file';
import { Peers } from '../../../lib/agent/redis/peers';
import { Log } from '../../../lib/log/log';
import { Accepting, hash } from '../support/accepting';

describe('passwords that are accepted', () => {
  let directory: string;
  let file: string;
  let now: number;
  let server: Accepting;
  let other: Accepting;
  let sentinel: Accepting;
  let keeper: PasswordKeeper;
  let reader: PasswordReader;

  const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Log;
  const secret = (password: string, alternate?: string) => {
    fs.writeFileSync(file, password);
    if (alternate === undefined) fs.rmSync(`${file}-alternate`, { force: true });
    else fs.writeFileSync(`${file}-alternate`, alternate);
  };
  const agent = () => {
    const peers = { local: server, servers: [server, other], sentinels: [sentinel], clock: { now: () => now } } as unknown as Peers;
    reader = passwordsOf(file, log, () => now, problemAtSentinels);
    return new PasswordKeeper(peers, { masterName: 'm' } as Config, reader, new AcceptedPasswords('default', peers.clock), log);
  };
  const pass = async (ms = 1_000) => {
    now += ms;
    await keeper.keep({ server: true, sentinels: true });
  };

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'passwords-'));
    file = path.join(directory, 'password');
    now = 0;
    [server, other, sentinel] = [new Accepting(), new Accepting(), new Accepting()];
    for (const each of [server, other, sentinel]) each.hashes = [hash('a')];
    secret('a');
    keeper = agent();
    await pass();
  });
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  test('are the new one and, for fifteen minutes, the one that it replaced', async () => {
    secret('b');
    await pass();
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('b'), hash('a')]);
    // its own agent puts them in order
    expect(other.hashes).toEqual([hash('a'), hash('b')]);
    await pass(FORMER_MS - 1_000);
    expect(server.hashes).toEqual([hash('b'), hash('a')]);
    await pass(1_000);
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('b')]);
    await pass(FORMER_MS);
    expect(server.hashes).toEqual([hash('b')]);
  });

  test('are all of fifteen minutes where one rotation follows soon on another one, and are all tried', async () => {
    secret('b');
    await pass();
    secret('c');
    await pass(60_000);
    for (const each of [server, sentinel]) expect([...each.hashes].sort()).toEqual([hash('a'), hash('b'), hash('c')].sort());
    expect(reader()!.logins).toEqual(['c', 'b', 'a']);
    await pass(FORMER_MS - 60_000);
    expect([...server.hashes].sort()).toEqual([hash('b'), hash('c')].sort());
    expect(reader()!.logins).toEqual(['c', 'b']);
    await pass(60_000);
    expect(server.hashes).toEqual([hash('c')]);
    expect(reader()!.logins).toEqual(['c']);
  });

  test('are so for an agent that starts in between, too, even if its server has started anew', async () => {
    secret('b');
    await pass();
    server.hashes = [hash('b')];
    keeper = agent();
    await pass();
    expect(server.hashes).toEqual([hash('b'), hash('a')]);
  });

  test('no longer include one that stood in the alternate key and was removed', async () => {
    secret('a', 'b');
    await pass();
    secret('b', 'a');
    await pass();
    expect(server.hashes).toEqual([hash('b'), hash('a')]);
    secret('b');
    await pass();
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('b')]);
  });

  test('are for fifteen minutes also that with the newline that the Secret had at its end: clients may have it as a variable', async () => {
    secret('a\n');
    await pass();
    expect(server.hashes).toEqual([hash('a'), hash('a\n')]);
    secret('a');
    await pass();
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('a'), hash('a\n')]);
    await pass(FORMER_MS);
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('a')]);
  });

  test('are two while a forgotten alternate is there, and the former one nevertheless', async () => {
    secret('a', 'forgotten');
    await pass();
    secret('b', 'forgotten');
    await pass();
    expect(server.hashes).toEqual([hash('b'), hash('forgotten'), hash('a')]);
  });

  test('end at once with an empty alternate, for good', async () => {
    secret('b');
    await pass();
    secret('b', '');
    await pass();
    expect(server.hashes).toEqual([hash('b')]);
    secret('b');
    for (const each of [server, sentinel]) each.hashes.push(hash('a'));
    await pass();
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('b')]);
  });

  test.each([['two', 'two\nlines'], ['the line end of Windows', 'b\r\n'], ['NUL', 'b\0c']])('stay as they were where the new one holds control characters (%s), which no Sentinel can have', async (_, password) => {
    secret(password);
    await pass();
    for (const each of [server, sentinel]) expect(each.hashes).toEqual([hash('a')]);
    expect(reader()?.current).toBe('a');
    secret('b');
    await pass();
    expect(sentinel.hashes).toEqual([hash('b'), hash('a')]);
  });

  test('include those that another agent has told sooner', async () => {
    server.hashes.push(hash('sooner'));
    await pass();
    expect(server.hashes).toEqual([hash('a'), hash('sooner')]);
    secret('sooner');
    await pass();
    expect(server.hashes).toEqual([hash('sooner'), hash('a')]);
  });
});
