import { parseAddress, printAddress } from '../../../lib/kube-template/haproxy/address';
import { parse, Server } from '../../../lib/kube-template/haproxy/parse';
import { meaningOf, wordsOf } from '../../../lib/kube-template/haproxy/words';

test.each<[string, string[]]>([
  ['', []],
  ['  \t ', []],
  ['# a comment', []],
  ['server a 1.2.3.4:5 check # of redis-0', ['server', 'a', '1.2.3.4:5', 'check']],
  ['a\tb   c', ['a', 'b', 'c']],
  ['send "a # b" c', ['send', '"a # b"', 'c']],
  ["send 'a \\' b", ['send', "'a \\'", 'b']],
  ['send a\\ b\\#c d', ['send', 'a\\ b\\#c', 'd']],
  ['send "a \\" b" c', ['send', '"a \\" b"', 'c']],
])('words of %j', (line, words) => {
  expect(wordsOf(line)).toEqual(words);
});

test.each<[string, string | undefined]>([
  ['redis-0', 'redis-0'],
  ['"redis-0"', 'redis-0'],
  ["r'edi's-0", 'redis-0'],
  ["'$x'", '$x'],
  ['a\\$x\\"', 'a$x"'],
  ['"a-${X}"', undefined],
  ['$X', undefined],
])('the meaning of %s is %s', (word, text) => {
  expect(meaningOf(word)).toBe(text);
});

test.each<[string, string, number | undefined, boolean]>([
  ['10.1.2.3:6379', '10.1.2.3', 6379, true],
  ['10.1.2.3', '10.1.2.3', undefined, true],
  ['10.1.2.3:', '10.1.2.3', undefined, true],
  ['ipv4@10.1.2.3:6379', '10.1.2.3', 6379, true],
  ['[2001:db8:0:0::1]:6379', '2001:db8::1', 6379, true],
  ['[2001:DB8::1]', '2001:db8::1', undefined, true],
  ['2001:db8::1:6379', '2001:db8::1', 6379, true],
  ['ipv6@[::1]:80', '::1', 80, true],
  ['redis.cache.svc:6379', 'redis.cache.svc:6379', undefined, false],
  ['10.1.2.3:+100', '10.1.2.3:+100', undefined, false],
  ['${REDIS}:6379', '${REDIS}:6379', undefined, false],
  ['/run/redis.sock', '/run/redis.sock', undefined, false],
  ['unix@/run/redis.sock', 'unix@/run/redis.sock', undefined, false],
])('address %s', (text, host, port, numeric) => {
  expect(parseAddress(text)).toEqual({ host, numeric, ...port === undefined ? {} : { port } });
});

test.each(['10.1.2.3:6379', '10.1.2.3', '[2001:db8::1]:6379', '[::1]'])('address %s prints as it is read', (text) => {
  expect(printAddress(parseAddress(text))).toBe(text);
});

/** The only server of a configuration. */
function only(text: string): Server {
  const [server, ...others] = parse(text).servers.values();
  expect(others).toEqual([]);
  return server;
}

describe('servers', () => {
  test('with their backend, address and options', () => {
    expect(only('backend m_0\n  server R0 10.1.2.3:6379 check addr 127.0.0.1 port 18000 inter 50ms weight 7 disabled')).toEqual({
      key: 'm_0/R0',
      address: { host: '10.1.2.3', port: 6379, numeric: true },
      options: ['check', 'addr', '127.0.0.1', 'port', '18000', 'inter', '50ms'],
      weight: 7,
      disabled: true,
      checked: true,
      agent: false,
      ssl: false,
    });
  });

  test('of listen sections and of several backends with the same names', () => {
    const { servers, backends } = parse('listen l\n bind :1\n server a 1.1.1.1:1\nbackend b\n server a 1.1.1.1:2\n');
    expect([...servers.keys()]).toEqual(['l/a', 'b/a']);
    expect([...backends]).toEqual(['l', 'b']);
  });

  test('with names, addresses and weights in quotes', () => {
    const { servers, backends } = parse('backend "b"\n server "a" "1.1.1.1:1" weight "7"\n');
    expect([...servers.values()]).toMatchObject([{ key: 'b/a', address: { host: '1.1.1.1', port: 1 }, weight: 7 }]);
    expect([...backends]).toEqual(['b']);
  });

  test('not of peers and rings', () => {
    expect(parse('peers p\n server a 1.1.1.1:1\nring r\n server b 1.1.1.1:2').servers.size).toBe(0);
  });

  test.each<[string, Partial<Server>]>([
    ['defaults\n default-server check weight 3\nbackend b\n server a 1.1.1.1:1', { checked: true, weight: 3, options: ['check'] }],
    ['defaults\n default-server check\nbackend b\n server a 1.1.1.1:1 no-check', { checked: false }],
    ['defaults\n default-server disabled\nbackend b\n server a 1.1.1.1:1 enabled', { disabled: false }],
    ['defaults\n default-server ssl weight 2\nbackend b\n default-server no-ssl\n server a 1.1.1.1:1 weight 9', { ssl: false, weight: 9 }],
    ['defaults\n default-server check\ndefaults\n timeout check 1s\nbackend b\n server a 1.1.1.1:1', { checked: false }],
    ['defaults x\n default-server check\ndefaults y\nbackend b from x\n server a 1.1.1.1:1', { checked: true }],
    ['defaults x\n default-server check\ndefaults y from x\nbackend b\n server a 1.1.1.1:1', { checked: true }],
    ['backend b\n server a 1.1.1.1:1\n default-server check', { checked: false }],
    ['backend o\n default-server check\nbackend b\n server a 1.1.1.1:1', { checked: false }],
    ['backend b\n server a 1.1.1.1:1 ssl verify none check-ssl', { ssl: true, checked: false }],
  ])('%j', (text, expected) => {
    expect(only(text)).toMatchObject(expected);
  });
});

describe('the rest', () => {
  test('is every other line, without comments, blank lines and indentation', () => {
    expect(parse('# made\nglobal\n\n  maxconn 5\nbackend b\n  # x\n  server a 1.1.1.1:1\n  balance  leastconn').rest)
      .toEqual(['global', 'maxconn 5', 'backend b', 'balance  leastconn']);
  });

  test('has servers of other sections', () => {
    expect(parse('peers p\n server a 1.1.1.1:1').rest).toEqual(['peers p', 'server a 1.1.1.1:1']);
  });

  test('says where servers are not all known', () => {
    expect([...parse('backend b\n server-template t 3 1.1.1.1:1\nbackend c').backends]).toEqual(['c']);
    expect(parse('.if feature(X)\nbackend b\n.endif').conditional).toBe(true);
    expect(parse('backend b\n.if feature(X)\n.if feature(Y)\n.endif\n server a 1.1.1.1:1\n.endif').conditional).toBe(true);
    expect(parse('global\n.if version_atleast(3.1)\n maxconn 5\n.endif\nbackend b\n server a 1.1.1.1:1').conditional).toBe(false);
    for (const line of ['server a$X 1.1.1.1:1', 'server a 1.1.1.1:1 weight $X', 'server a 1.1.1.1:1\nbackend "$X"']) {
      expect(parse(`backend b\n ${line}`).conditional).toBe(true);
    }
    expect(parse('backend b\n server a $X:1 check port "$X"').conditional).toBe(false);
    expect(parse('backend b').conditional).toBe(false);
  });
});
