import { changes } from '../../playground/happenings';
import { leads } from '../../playground/rows';
import { COLOURED, KEYS, lines, Screen } from '../../playground/screen';
import { isConverged, Look } from '../../playground/stack';

const SCREEN: Screen = {
  title: 'Redis, 2 servers',
  runningMs: 65_400,
  password: '/tmp/stack-x/secrets/redis-auth/password',
  folder: '/tmp/stack-x',
  clients: {
    write: '127.1.2.184:6379',
    read: '127.1.2.184:6380',
    writesPerSecond: 200,
    history: [0, 100, 200],
    acknowledged: 1234,
    lost: 0,
    silentMs: 4,
    lastGapMs: 860,
    longestGapMs: 1071,
    lastError: 'Connection is closed.',
  },
  rows: [
    { kind: 'server', ordinal: 0, address: '127.1.2.180:6379', state: 'runs', cut: false, says: 'master', master: true },
    { kind: 'server', ordinal: 1, address: '127.1.2.181:6379', state: 'stalled', cut: true, says: '' },
  ],
  selected: 1,
  happened: Array.from({ length: 20 }, (_, n) => ({ atMs: n * 1000, text: `thing ${n}` })),
};
const LARGE = { width: 200, height: 50 };

describe('the screen', () => {
  test('says where everything is, what clients see, what each container is, and what happened last', () => {
    expect(lines({ ...SCREEN, happened: SCREEN.happened.slice(0, 2) }, LARGE)).toEqual([
      'Redis, 2 servers   1:05',
      'clients: redis-cli -h 127.1.2.184 -p 6379   replicas: 127.1.2.184:6380   password: /tmp/stack-x/secrets/redis-auth/password',
      'logs, data and files of each container: /tmp/stack-x',
      '',
      ' 200 writes/s   | ▅█|',
      'acknowledged 1234, lost 0   gap: last 0.86 s, longest 1.07 s   last error: Connection is closed.',
      '',
      '  1  server 0        127.1.2.180:6379      runs        master',
      '> 2  server 1        127.1.2.181:6379      stalled, cut',
      '',
      '0:00  thing 0',
      '0:01  thing 1',
      '',
      KEYS,
    ]);
  });

  test('shows for how long nobody could write', () => {
    expect(lines({ ...SCREEN, clients: { ...SCREEN.clients, silentMs: 1_530 } }, LARGE)[4]).toBe('no write for 1.53 s   | ▅█|');
  });

  test('fits into the terminal: the latest of what happened, and no line that is longer', () => {
    const drawn = lines(SCREEN, { width: 40, height: 16 });
    expect(drawn.length).toBeLessThanOrEqual(16);
    expect(Math.max(...drawn.map((line) => line.length))).toBe(40);
    expect(drawn.filter((line) => line.includes('thing'))).toEqual(['0:16  thing 16', '0:17  thing 17', '0:18  thing 18', '0:19  thing 19']);
    expect(lines(SCREEN, { width: 40, height: 5 })).toHaveLength(5);
  });

  test('has colours for what is lost, silent, hurt, and for the master', () => {
    const [red, green] = ['\u001b[31m', '\u001b[32m'];
    const drawn = lines({ ...SCREEN, clients: { ...SCREEN.clients, lost: 1, silentMs: 900 } }, LARGE, COLOURED);
    expect([4, 5, 7, 8].map((index) => drawn[index].slice(0, red.length))).toEqual([red, red, green, red]);
    expect(lines(SCREEN, LARGE, COLOURED)[4]).toContain(green);
  });
});

describe('what happened', () => {
  const server = (role: 'master' | 'replica' | 'syncing' | 'down', follows = -1) => ({ role, follows, electable: true, offset: 0 });
  const sentinel = (names: Look['sentinels'][number]['names']) => ({ names, flags: 'master', others: 1, replicas: 1 });
  const before: Look = { servers: [server('master'), server('replica', 0)], sentinels: [sentinel(0), sentinel(0)] };

  test('is what differs between two looks', () => {
    expect(changes(before, before)).toEqual([]);
    expect(changes(before, { servers: [server('down'), server('master')], sentinels: [sentinel(1), sentinel('down')] })).toEqual([
      'server 0 does not answer', 'server 1 is master', 'Sentinels name 0: server 1, 1: nothing (down)',
    ]);
    expect(changes(undefined, { servers: [server('syncing'), server('syncing', 0)], sentinels: [sentinel('nobody'), sentinel('nobody')] })).toEqual([
      'server 0 is a standby without a master', 'server 1 follows server 0, not in sync', 'all 2 Sentinels name nobody',
    ]);
  });

  test('an installation has converged when all agree, and not before', () => {
    expect(isConverged(before)).toBe(true);
    for (const wrong of [
      { ...before, servers: [server('master'), server('syncing', 0)] },
      { ...before, servers: [server('master'), server('replica', 1)] },
      { ...before, servers: [server('master'), { ...server('replica', 0), electable: false }] },
      { ...before, sentinels: [sentinel(0), sentinel(1)] },
      { ...before, sentinels: [sentinel(0), { ...sentinel(0), flags: 'master,s_down' }] },
      { ...before, sentinels: [sentinel(0), { ...sentinel(0), others: 0 }] },
      { ...before, sentinels: [sentinel(0), { ...sentinel(0), replicas: 0 }] },
    ]) expect(isConverged(wrong)).toBe(false);
  });
});

test('whom HAProxy leads writes to stands in its statistics', () => {
  const head = '# pxname,svname,scur,status,';
  expect(leads([head, 'master_0,R0,0,DOWN', 'master_1,R1,4,UP', 'master_1,BACKEND,4,UP', 'role_0,R0,0,UP', ''].join('\n')))
    .toBe('leads writes to server 1, 4 sessions');
  expect(leads([head, 'master_0,R0,0,DOWN', 'master_1,R1,0,DOWN 1/2', ''].join('\n'))).toBe('refuses writes');
});
