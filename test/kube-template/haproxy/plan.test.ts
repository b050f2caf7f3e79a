import { parse } from '../../../lib/kube-template/haproxy/parse';
import { plan, PlanOptions, RuntimePlan } from '../../../lib/kube-template/haproxy/plan';

const inBackend = (...lines: string[]): string => `backend b\n${lines.map((line) => `  ${line}\n`).join('')}`;

function planned(old: string, config: string, options?: PlanOptions): RuntimePlan {
  const result = plan(parse(old), parse(config), options);
  if ('reload' in result) throw new Error(result.reload);
  return result;
}

describe('a reload', () => {
  test.each<[string, string, string]>([
    [inBackend('balance source'), inBackend('balance leastconn'), 'other lines than those of servers changed'],
    [inBackend('server a 1.1.1.1:1'), 'backend c\n server a 1.1.1.1:1', 'other lines than those of servers changed'],
    ['', inBackend('server a 1.1.1.1:1'), 'other lines than those of servers changed'],
    ['backend b\n tcp-check send "a  b"', 'backend b\n tcp-check send "a b"', 'other lines than those of servers changed'],
    ['peers p\n server a 1.1.1.1:1', 'peers p\n server a 1.1.1.1:2', 'other lines than those of servers changed'],
    [inBackend('default-server weight 2', 'server a 1.1.1.1:1'), inBackend('default-server weight 3', 'server a 1.1.1.1:1'),
      'other lines than those of servers changed'],
    [inBackend('default-server check', 'server a 1.1.1.1:1'), inBackend('server a 1.1.1.1:1', 'default-server check'),
      'the options of server b/a changed'],
    [inBackend('server a 1.1.1.1:1 check'), inBackend('server a 1.1.1.1:1'), 'the options of server b/a changed'],
    [inBackend('server a 1.1.1.1:1 check inter 1s'), inBackend('server a 1.1.1.2:1 check inter 2s'), 'the options of server b/a changed'],
    [inBackend('server a redis:1'), inBackend('server a valkey:1'), 'the host name of server b/a changed'],
    [inBackend('server a redis:1'), inBackend('server a 1.1.1.1:1'), 'the host name of server b/a changed'],
    [inBackend('server a 1.1.1.1'), inBackend('server a 1.1.1.2:1'), 'the port mapping of server b/a changed'],
    [inBackend('server a 1.1.1.1:+1'), inBackend('server a 1.1.1.1:+2'), 'the host name of server b/a changed'],
    [inBackend(), inBackend('server a redis:1'), 'server b/a is new and not at an IP address'],
    [inBackend(), inBackend('server a 1.1.1.1:1 sni str("x")'), 'server b/a is new and its option str("x") is not plain'],
    [inBackend(), inBackend('server a 1.1.1.1:1 source ${POD_IP}'), 'server b/a is new and its option ${POD_IP} is not plain'],
    ['.if feature(X)\nbackend b\n.endif', '.if feature(X)\nbackend b\n server a 1.1.1.1:1\n.endif', 'servers of a file with conditions or variables changed'],
    [inBackend('server a-${X} 1.1.1.1:1'), inBackend('server a-${X} 1.1.1.2:1'), 'servers of a file with conditions or variables changed'],
  ])('%j -> %j: %s', (old, config, reason) => {
    expect(plan(parse(old), parse(config))).toEqual({ reload: reason });
  });
});

describe('commands', () => {
  test.each<[string, string[], string[], string[], PlanOptions?]>([
    ['nothing changed', ['server a 1.1.1.1:1'], ['server a 1.1.1.1:1'], []],
    ['spaces and comments', ['server a 1.1.1.1:1 check'], ['# x', 'server  a  1.1.1.1:1 check # y'], []],
    ['the order of servers', ['server a 1.1.1.1:1', 'server c 1.1.1.1:2'], ['server c 1.1.1.1:2', 'server a 1.1.1.1:1'], []],
    ['another notation of an address', ['server a [::1]:1'], ['server a [0:0::1]:1'], []],
    ['a moved server without a check', ['server a 1.1.1.1:1'], ['server a 1.1.1.2:1'], ['set server b/a addr 1.1.1.2 port 1']],
    ['another port', ['server a 1.1.1.1:1'], ['server a 1.1.1.1:2'], ['set server b/a addr 1.1.1.1 port 2']],
    ['a moved server without a port', ['server a 1.1.1.1'], ['server a 1.1.1.2'], ['set server b/a addr 1.1.1.2']],
    ['a moved IPv6 server', ['server a [::1]:1'], ['server a [::2]:1'], ['set server b/a addr ::2 port 1']],
    ['a moved server with a check', ['server a 1.1.1.1:1 check'], ['server a 1.1.1.2:1 check'],
      ['set server b/a weight 0%', 'set server b/a health down', 'set server b/a addr 1.1.1.2 port 1']],
    ['a moved server, its sessions closed', ['server a 1.1.1.1:1'], ['server a 1.1.1.2:1'],
      ['set server b/a addr 1.1.1.2 port 1', 'shutdown sessions server b/a'], { closeOnMove: true }],
    ['a moved server, not kept DOWN', ['server a 1.1.1.1:1 check'], ['server a 1.1.1.2:1 check'],
      ['set server b/a addr 1.1.1.2 port 1'], { failClosed: false }],
    ['a moved server in maintenance', ['server a 1.1.1.1:1 check disabled'], ['server a 1.1.1.2:1 check disabled'],
      ['set server b/a addr 1.1.1.2 port 1']],
    ['a server whose address and weight changed', ['server a 1.1.1.1:1 check'], ['server a 1.1.1.2:1 check weight 4'],
      ['set server b/a weight 0%', 'set server b/a health down', 'set server b/a addr 1.1.1.2 port 1']],
    ['another weight', ['server a 1.1.1.1:1 weight 2'], ['server a 1.1.1.1:1 weight 3'], ['set server b/a weight 3']],
    ['no weight any more', ['server a 1.1.1.1:1 weight 2'], ['server a 1.1.1.1:1'], ['set server b/a weight 1']],
    ['no weight any more, another default', ['default-server weight 7', 'server a 1.1.1.1:1 weight 2'], ['default-server weight 7', 'server a 1.1.1.1:1'],
      ['set server b/a weight 7']],
    ['a weight that the file had as 0', ['server a 1.1.1.1:1 check weight 0'], ['server a 1.1.1.1:1 check'], ['set server b/a weight 1']],
    ['a server that runs without its weight, as its move may not be finished', ['server a 1.1.1.1:1 check weight 0'], ['server a 1.1.1.1:1 check'],
      ['set server b/a weight 0%', 'set server b/a health down'], { running: true }],
    ['a server that runs with another weight', ['server a 1.1.1.1:1 check weight 2'], ['server a 1.1.1.1:1 check'],
      ['set server b/a weight 1'], { running: true }],
    ['a disabled server', ['server a 1.1.1.1:1 check'], ['server a 1.1.1.1:1 check disabled'], ['set server b/a state maint']],
    ['an enabled server', ['server a 1.1.1.1:1 disabled'], ['server a 1.1.1.1:1'], ['set server b/a state ready']],
    ['an enabled server with a check', ['server a 1.1.1.1:1 check weight 4 disabled'], ['server a 1.1.1.1:1 check weight 4'],
      ['set server b/a weight 0%', 'set server b/a state ready', 'set server b/a health down', 'set server b/a weight 4']],
    ['an enabled server with a check, not kept DOWN', ['server a 1.1.1.1:1 check disabled'], ['server a 1.1.1.1:1 check'],
      ['set server b/a state ready'], { failClosed: false }],
    ['an added server', [], ['server a 1.1.1.1:1 maxconn 9'], ['add server b/a 1.1.1.1:1 weight 1 maxconn 9', 'enable server b/a']],
    ['an added IPv6 server', [], ['server a ::1:6379'], ['add server b/a [::1]:6379 weight 1', 'enable server b/a']],
    ['an added server with a check', [], ['server a 1.1.1.1:1 check inter 1s weight 5'], [
      'add server b/a 1.1.1.1:1 weight 5 check inter 1s', 'set server b/a weight 0%', 'enable health b/a', 'enable server b/a',
      'set server b/a health down', 'set server b/a weight 5',
    ]],
    ['an added server with an agent', [], ['server a 1.1.1.1:1 agent-check agent-port 2'],
      ['add server b/a 1.1.1.1:1 weight 1 agent-check agent-port 2', 'enable agent b/a', 'enable server b/a']],
    ['names, addresses and weights in quotes', ['server "a" 1.1.1.1:1 weight "2"'], ["server a '1.1.1.2:1' weight 3"],
      ['set server b/a addr 1.1.1.2 port 1', 'set server b/a weight 3']],
    ['an added server with a check, not kept DOWN', [], ['server a 1.1.1.1:1 check'],
      ['add server b/a 1.1.1.1:1 weight 1 check', 'enable health b/a', 'enable server b/a'], { failClosed: false }],
    ['an added server that is disabled', [], ['server a 1.1.1.1:1 check disabled'], ['add server b/a 1.1.1.1:1 weight 1 check', 'enable health b/a']],
    ['an added server with init-addr', [], ['server a 1.1.1.1:1 init-addr last,none'], ['add server b/a 1.1.1.1:1 weight 1', 'enable server b/a']],
    ['an added server with defaults', ['default-server inter 2s weight 6'], ['default-server inter 2s weight 6', 'server a 1.1.1.1:1'],
      ['add server b/a 1.1.1.1:1 weight 6 inter 2s', 'enable server b/a']],
    ['a removed server', ['server a 1.1.1.1:1'], [], ['set server b/a state maint', 'shutdown sessions server b/a', 'del server b/a']],
    ['a renamed server', ['server a 1.1.1.1:1'], ['server c 1.1.1.1:1'], [
      'add server b/c 1.1.1.1:1 weight 1', 'enable server b/c', 'set server b/a state maint', 'shutdown sessions server b/a', 'del server b/a',
    ]],
  ])('%s', (_, old, config, commands, options = {}) => {
    expect(planned(inBackend(...old), inBackend(...config), options).commands).toEqual(commands);
  });

  test('a Redis server that moved is DOWN in all its backends before one has the new address', () => {
    const config = (ip: string): string => ['role_0', 'm_0', 'read'].map((backend) => `backend ${backend}
  option httpchk GET /
  server R0 ${ip}:6379 check addr 127.0.0.1 port 18000 inter 50ms fastinter 10ms fall 3 rise 2 on-marked-down shutdown-sessions
  server R1 10.1.0.9:6379 check
`).join('');
    const { commands, moved, servers } = planned(config('10.1.0.1'), config('10.1.0.2'));
    expect(commands).toEqual([
      'set server role_0/R0 weight 0%', 'set server m_0/R0 weight 0%', 'set server read/R0 weight 0%',
      'set server role_0/R0 health down', 'set server m_0/R0 health down', 'set server read/R0 health down',
      'set server role_0/R0 addr 10.1.0.2 port 6379', 'set server m_0/R0 addr 10.1.0.2 port 6379', 'set server read/R0 addr 10.1.0.2 port 6379',
    ]);
    expect(moved.map(({ key }) => key)).toEqual(['role_0/R0', 'm_0/R0', 'read/R0']);
    expect(servers).toBe(3);
  });

  test('each server counts once', () => {
    const old = inBackend('server a 1.1.1.1:1', 'server c 1.1.1.1:1', 'server d 1.1.1.1:1');
    expect(planned(old, inBackend('server a 1.1.1.2:1 weight 2 disabled', 'server d 1.1.1.1:1', 'server e 1.1.1.1:1')).servers).toBe(3);
  });
});
