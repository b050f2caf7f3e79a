import { installAdvice } from '../../playground/install-advice';
import { parseOptions } from '../../playground/options';

describe('options of the playground', () => {
  test('make the props of an installation', () => {
    const { props, title, once, programs } = parseOptions([
      '--engine', 'valkey', '--replicas', '2', '--sentinels', '5', '--routing', 'pod-ip', '--persistent', '--once', '--program', 'haproxy=/opt/haproxy',
    ]);
    expect(title).toBe('Valkey, 2 servers, 5 Sentinels, 2 HAProxy to pods, on volumes');
    expect(props).toMatchObject({ replicas: 2, proxy: { replicas: 2 }, sentinel: { count: 5 }, routing: { kind: 'podIp' } });
    expect({ once, programs }).toEqual({ once: true, programs: { haproxy: '/opt/haproxy' } });
    expect(parseOptions([]).title).toBe('Redis, 3 servers, a Sentinel beside each, 2 HAProxy to Services, in memory');
  });

  test.each([
    [['--engine', 'memcached'], '--engine memcached: accepted are redis and valkey'],
    [['--replicas', '1'], '--replicas 1: accepted is 2 to 9'],
    [['--sentinels', 'many'], '--sentinels many: accepted is 3 to 9'],
    [['--program', 'haproxy'], '--program haproxy: accepted is NAME=PATH'],
    [['--servers', '3'], "Unknown option '--servers'"],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

test('says how programs are installed here', () => {
  expect(installAdvice(['redis-server', 'redis-cli', 'haproxy'], (program) => program === 'apt-get').slice(0, 2)).toEqual([
    'not installed, or not on PATH: redis-server, redis-cli, haproxy', '  sudo apt-get install redis-server redis-tools haproxy',
  ]);
  expect(installAdvice(['valkey-server', 'valkey-cli'], (program) => program === 'dnf')[1]).toBe('  sudo dnf install valkey');
  expect(installAdvice(['haproxy'], () => false)[1]).toBe('Install them with the manager of packages of your system.');
});
