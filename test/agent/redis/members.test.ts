import { Config } from '../../../lib/agent/config/config';
import { ConfigFile } from '../../../lib/agent/config/config-file';
import { Connections } from '../../../lib/agent/redis/connections';
import { Members } from '../../../lib/agent/redis/members';
import { Log } from '../../../lib/log/log';

/** Connections that tell whether they are open. */
class Opened {
  public closed = false;
  public next?: Opened;
  public readonly peers = { of: this };

  constructor(public readonly config: Config) {}

  public close(): void { this.closed = true; }

  public async renewed(): Promise<Opened | undefined> {
    const { next } = this;
    this.next = undefined;
    return next;
  }
}

describe('a list of members', () => {
  let file: { current: Config; changed: () => boolean };
  let others: Config | undefined;
  let opened: Opened[];
  let mayTake: boolean;
  let lines: string[];
  let members: Members;

  const listOf = (sentinels: number) => ({ sentinels: Array.from({ length: sentinels }, (_, index) => `sentinel-${index}`) }) as unknown as Config;
  const asConnections = (one: Opened) => one as unknown as Connections;
  const become = (sentinels: number): Config => (others = listOf(sentinels));
  /** What the next rounds take. */
  const rounds = async (ms: number) => {
    const taken: unknown[] = [];
    for (let round = 0; round <= ms / 500; round++) {
      taken.push(members.changed());
      await jest.advanceTimersByTimeAsync(500);
    }
    return taken.filter(Boolean).map((peers: any) => peers.of);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    file = {
      current: listOf(1),
      changed: () => {
        if (!others) return false;
        file.current = others;
        others = undefined;
        return true;
      },
    };
    opened = [];
    mayTake = false;
    lines = [];
    const open = async () => {
      opened.push(new Opened(file.current));
      return asConnections(opened.at(-1)!);
    };
    const log = { info: (_: string, line: string) => lines.push(line) } as unknown as Log;
    opened.push(new Opened(file.current));
    members = new Members(file as unknown as ConfigFile, asConnections(opened[0]), open, async () => mayTake, log);
  });
  afterEach(() => jest.useRealTimers());

  test('with more Sentinels waits until it may be taken, and the former ones are followed on', async () => {
    const three = become(3);
    expect(await rounds(10_000)).toEqual([]);
    expect([lines.length, members.config.sentinels.length, opened[0].closed]).toEqual([1, 1, false]);
    const moved = (opened[0].next = new Opened(members.config));
    expect(await rounds(5_000)).toEqual([moved]);
    const at = (opened[1].next = new Opened(three));
    mayTake = true;
    expect(await rounds(5_000)).toEqual([at]);
    expect([members.config, opened[0].closed, opened[1].closed, moved.closed, at.closed]).toEqual([three, true, true, true, false]);
  });

  test('that another one replaces while it waits is never taken', async () => {
    become(5);
    expect(await rounds(2_000)).toEqual([]);
    mayTake = true;
    const three = become(3);
    expect(await rounds(5_000)).toEqual([opened[2]]);
    expect([members.config, opened[1].closed]).toEqual([three, true]);
  });

  test('with as many or fewer is taken at once', async () => {
    mayTake = true;
    become(3);
    await rounds(2_000);
    mayTake = false;
    for (const sentinels of [3, 1]) {
      const list = become(sentinels);
      expect(await rounds(1_000)).toEqual([opened.at(-1)]);
      expect(members.config).toBe(list);
    }
  });
});
