import { Terminal } from '../../../lib/cli/base/command';
import { judge } from '../../../lib/cli/judge/judge';
import { doctorLines } from '../../../lib/cli/show/doctor';
import { Screen } from '../../../lib/cli/show/screen';
import { statusLines } from '../../../lib/cli/show/status';
import { COLOURED, cut, PLAIN, styleFor } from '../../../lib/cli/show/style';
import { table } from '../../../lib/cli/show/table';
import { bytes, duration, milliseconds } from '../../../lib/cli/show/units';
import { all, Changes, reading } from '../support/readings';

const shown = (changes: Changes = {}) => {
  const read = reading(changes);
  return statusLines(read, judge(read), PLAIN);
};
const FAILOVER = { at: '2026-11-28T10:00:00.000Z', to: 0, from: 2, kind: 'failover', why: 'the server died as the master', durationMs: 1_340 } as const;

describe('status', () => {
  test('of a standby of a master outside', () => {
    const agent = (lag?: object) => ({ phase: 'following', why: 'in sync with old:6379', ageSeconds: 1, follow: { master: 'old:6379', lag } }) as any;
    expect(shown({
      servers: {
        0: { role: 'replica', follows: 'unknown', linkUp: true, agent: agent({ linkUp: true, bytes: 14, seconds: 0 }) },
        1: { agent: agent() },
        2: { agent: agent() },
      },
      sentinels: all({ names: 'nobody' as const }),
      proxies: all({ writes: [] }, 2),
    })).toEqual([
      'cache in namespace shop: healthy  2026-11-28T12:00:00Z',
      '',
      'SERVER  ROLE     IN SYNC             LAG        ELECTABLE  MEMORY              CLIENTS  UPTIME     VERSION  NODE    AGENT',
      '0       replica  yes, with old:6379  14 B, 0 s  no         1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-0  following: in sync with old:6379',
      '1       replica  yes                            no         1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-1  following: in sync with old:6379',
      '2       replica  yes                            no         1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-2  following: in sync with old:6379',
      '',
      'SENTINEL  NAMES   NODE',
      '0         nobody  node-0',
      '1         nobody  node-1',
      '2         nobody  node-2',
      '',
      'HAPROXY  WRITES TO  READS FROM   CLIENTS  POD            NODE',
      '0        nobody     server 1, 2  5        cache-proxy-0  node-0',
      '1        nobody     server 1, 2  5        cache-proxy-1  node-1',
      '',
      'master: old:6379, outside, which server 0 copies',
      'next failover: would not work: it is a standby of old:6379, and nobody is elected before it takes over',
      '',
      'note      standby: It is a standby of old:6379, and takes no writes: server 0 copies it (14 bytes and 0 s behind).',
    ]);
  });

  test('of one that hibernates', () => {
    expect(shown({ reading: { servers: [], sentinels: [], proxies: [], hibernation: { stopping: ['cache-server-0'] } } })).toEqual([
      'cache in namespace shop: hibernates  2026-11-28T12:00:00Z',
      '',
      'note      hibernates: It hibernates: it has no pods, and its data waits on the volumes. Still stopping: cache-server-0.',
    ]);
  });

  test('of an installation in which all is well', () => {
    expect(shown({ reading: { lastChange: FAILOVER } })).toEqual([
      'cache in namespace shop: healthy  2026-11-28T12:00:00Z',
      '',
      'SERVER  ROLE     IN SYNC  LAG        ELECTABLE  MEMORY              CLIENTS  UPTIME     VERSION  NODE    AGENT',
      '0       master                                  1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-0  steady',
      '1       replica  yes      14 B, 0 s  yes        1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-1  steady',
      '2       replica  yes      14 B, 0 s  yes        1.5 MiB of 384 MiB  20       2 h 0 min  8.2.10   node-2  steady',
      '',
      'SENTINEL  NAMES     SINCE      EPOCH  KNOWS                    NODE',
      '0         server 0  2 h 0 min  4      2 Sentinels, 2 replicas  node-0',
      '1         server 0  2 h 0 min  4      2 Sentinels, 2 replicas  node-1',
      '2         server 0  2 h 0 min  4      2 Sentinels, 2 replicas  node-2',
      '',
      'HAPROXY  WRITES TO  READS FROM   CLIENTS  POD            NODE',
      '0        server 0   server 1, 2  5        cache-proxy-0  node-0',
      '1        server 0   server 1, 2  5        cache-proxy-1  node-1',
      '',
      'master: server 0, for 2 h 0 min, by a failover from server 2 (the server died as the master), which took 1.34 s, 2 h 0 min ago',
      'next failover: would work, to server 1 or 2',
    ]);
  });

  test('of one that is in trouble', () => {
    const lines = shown({
      servers: { 0: undefined, 1: { loading: true }, 2: { linkUp: false, linkDownSeconds: 12, agent: { phase: 'wait', why: 'link to server 0 is down', ageSeconds: 0 } } },
      sentinels: { 0: undefined, 1: { findsMasterDown: true, failoverInProgress: true, findsDown: [0] }, 2: { names: 'nobody' } },
      proxies: { 0: { writes: [], reads: [] }, 1: undefined },
    });
    expect(lines[0]).toBe('cache in namespace shop: down  2026-11-28T12:00:00Z');
    expect(lines.slice(3, 6).map((line) => line.replace(/ +/g, ' '))).toEqual([
      '0 no answer node-0',
      '1 replica loads no 1.5 MiB of 384 MiB 20 2 h 0 min 8.2.10 node-1 steady',
      '2 replica no, 12 s no 1.5 MiB of 384 MiB 20 2 h 0 min 8.2.10 node-2 wait: link to server 0 is down',
    ]);
    expect(lines.slice(8, 11).map((line) => line.replace(/ +/g, ' '))).toEqual([
      '0 no answer node-0', '1 server 0 (fails over, finds it down) 2 h 0 min 4 2 Sentinels, 2 replicas node-1', '2 nobody node-2',
    ]);
    expect(lines.slice(13, 15).map((line) => line.replace(/ +/g, ' '))).toEqual(['0 nobody nobody 5 cache-proxy-0 node-0', '1 no answer cache-proxy-1 node-1']);
    expect(lines[16]).toBe('master: none');
    expect(lines[17]).toMatch(/^next failover: would not work: 1 Sentinels could take part, 2 are needed/);
    expect(lines[19]).toMatch(/^down {6}no-master: /);
  });

  test('without HAProxy has no table of it', () => {
    expect(shown({ reading: { proxies: [] } }).filter((line) => line.startsWith('HAPROXY'))).toEqual([]);
  });

  test('tells of the last change only if it made this master', () => {
    expect(shown({ reading: { lastChange: { ...FAILOVER, to: 1 } } })).toContain('master: server 0, for 2 h 0 min');
  });
});

describe('doctor', () => {
  const told = (changes: Changes = {}) => {
    const read = reading(changes);
    return doctorLines(read, judge(read), PLAIN);
  };

  test('says that nothing is wrong', () => {
    expect(told()).toEqual(['cache in namespace shop: healthy  2026-11-28T12:00:00Z', '', 'Nothing is wrong.', '', 'next failover: would work, to server 1 or 2']);
  });

  test('says what is wrong, what to do, and where more is said', () => {
    expect(told({ servers: { 2: { diskUsed: 0.93 } } }).slice(2, 5)).toEqual([
      '1. degraded, disk-near-full: The volume of server 2 is 93 % full.',
      '   Expand the volume: a server that can\'t write its log refuses writes.',
      '   runbook: docs/runbooks/RedisVolumeFillsUp.md',
    ]);
  });
});

describe('style', () => {
  test.each([
    [true, {}, COLOURED], [false, {}, PLAIN], [true, { NO_COLOR: '1' }, PLAIN], [true, { NO_COLOR: '' }, COLOURED], [true, { TERM: 'dumb' }, PLAIN],
  ] as const)('terminal %s with %j', (isTerminal, env, style) => {
    expect(styleFor(isTerminal, env)).toBe(style);
  });

  test('colours change no text', () => {
    const read = reading({ sentinels: { 2: undefined }, proxies: all({ writes: [] }, 2) });
    const coloured = statusLines(read, judge(read), COLOURED);
    expect(coloured.join('')).toContain('\u001b[31m');
    // eslint-disable-next-line no-control-regex
    expect(coloured.map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual(statusLines(read, judge(read), PLAIN));
  });

  test('cut() counts what is seen, and keeps what ends a colour', () => {
    expect(cut(`ab${COLOURED.bad('cdef')}gh`, 4)).toBe('ab\u001b[31mcd\u001b[0m');
    expect(cut('…é😀x', 3)).toBe('…é😀');
  });
});

test('a column in which no row has anything is left out, but for the first', () => {
  expect(table(['A', 'B', 'C'], [['', '', 'x'], ['', '', 'yy']], String)).toEqual(['A  C', '   x', '   yy']);
});

test('units', () => {
  expect([0, 1023, 1024, 1_600_000, 402_653_184, 5e12].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 MiB', '384 MiB', '4.5 TiB']);
  expect([0, 59.9, 60, 3_599, 3_600, 90_000].map(duration)).toEqual(['0 s', '59 s', '1 min', '59 min', '1 h 0 min', '1 d 1 h']);
  expect([0, 1_345, 12_000, 90_000].map(milliseconds)).toEqual(['0.00 s', '1.34 s', '12 s', '1 min']);
});

describe('the screen', () => {
  const screen = (isTerminal: boolean) => {
    const printed: string[] = [];
    const terminal = { isTerminal, print: (text: string) => { printed.push(text); }, size: () => ({ columns: 5, rows: 3 }) } as unknown as Terminal;
    return { printed, screen: new Screen(terminal) };
  };

  test('of a terminal is drawn in place, no larger than it is, and leaves all that was last', () => {
    const { printed, screen: one } = screen(true);
    one.show(['1234567', 'b', 'c', 'd']);
    one.show(['x']);
    one.close();
    expect(printed).toEqual(['\u001b[?1049h\u001b[?25l\u001b[H12345\u001b[K\nb\u001b[K\n\u001b[J', '\u001b[Hx\u001b[K\n\u001b[J', '\u001b[?25h\u001b[?1049lx\n']);
  });

  test('elsewhere is one text after the other', () => {
    const { printed, screen: one } = screen(false);
    one.show(['1234567', 'b']);
    one.close();
    expect(printed).toEqual(['1234567\nb\n\n']);
  });
});
