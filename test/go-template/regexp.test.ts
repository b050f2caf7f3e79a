import { Regexp } from '../../lib/go-template/regexp/regexp';

test.each([
  ['a|ab', 'ab', 'a'],
  ['ab|a', 'ab', 'ab'],
  ['a*?b', 'aab', 'aab'],
  ['a+?', 'aaa', 'a'],
  ['(?U)a+', 'aaa', 'a'],
  ['(?U)a+?', 'aaa', 'aaa'],
  ['a{2,3}', 'aaaa', 'aaa'],
  ['a{2,}', 'aaaa', 'aaaa'],
  ['a{2}', 'aaaa', 'aa'],
  ['a{2,3}?', 'aaaa', 'aa'],
  ['a{,3}', 'a{,3}', 'a{,3}'],
  ['^b$', 'a\nb\nc', undefined],
  ['(?m)^b$', 'a\nb\nc', 'b'],
  ['a.c', 'a\nc', undefined],
  ['(?s)a.c', 'a\nc', 'a\nc'],
  ['(?i)héllo', 'HÉLLO', 'HÉLLO'],
  ['a(?i)b(?-i)c', 'aBc', 'aBc'],
  ['(?i:a)b', 'AB', undefined],
  ['[^a-c]+', 'abcdef', 'def'],
  ['[]a]+', ']a]b', ']a]'],
  ['[a-]+', 'a-b', 'a-'],
  ['[[:alpha:]_]+', '1ab_2', 'ab_'],
  ['[[:^digit:]]+', '12ab', 'ab'],
  ['\\d+\\s\\w+', 'a 12 b_3!', '12 b_3'],
  ['\\D\\S\\W', 'a b!', ' b!'],
  ['[\\d.]+', 'v1.2.3-x', '1.2.3'],
  ['\\bfoo\\b', 'food foo', 'foo'],
  ['\\Boo', 'oo foo', 'oo'],
  ['\\p{L}+', '12éa', 'éa'],
  ['\\pN+', 'a12', '12'],
  ['\\P{Greek}+', 'αβab', 'ab'],
  ['\\Aa\\z', 'a', 'a'],
  ['\\Qa.b\\E+', 'a.bbb', 'a.bbb'],
  ['\\x41\\x{1F600}', 'A😀', 'A😀'],
  ['.', '😀', '😀'],
  ['(a*)*', 'aab', 'aa'],
  ['(a|b)*c', 'ababc', 'ababc'],
  ['', 'abc', ''],
  ['x*', '', ''],
])('/%s/ in %j finds %j', (pattern, text, found) => {
  expect(new Regexp(pattern).find(text)).toBe(found);
  expect(new Regexp(pattern).test(text)).toBe(found !== undefined);
});

test.each([
  ['a(x*)b', '-ab-axxb-', '$1', '--xx-'],
  ['a(x*)b', '-ab-axxb-', '$1W', '---'],
  ['a(x*)b', '-ab-axxb-', '${1}W', '-W-xxW-'],
  ['(?P<first>[a-z]+)-(?<second>[0-9]+)', 'redis-0', '${second}:$first', '0:redis'],
  ['x*', 'baac', '-', '-b-a-a-c-'],
  ['a*', 'baac', '-', '-b-c-'],
  ['b', 'abab', '$$', 'a$a$'],
  ['(a)|(b)', 'ab', '[$1$2$9]', '[a][b]'],
  ['', '😀', '-', '-😀-'],
])('all of /%s/ in %j by %j gives %j', (pattern, text, replacement, result) => {
  expect(new Regexp(pattern).replaceAll(text, replacement)).toBe(result);
});

test.each([
  ['('], [')'], ['a)'], ['['], ['[b-a]'], ['*'], ['a**'], ['a{2}{3}'], ['a{1001}'], ['a{3,2}'], ['(?z)'], ['(?=a)'], ['(?<a'], ['\\'], ['\\8'],
  ['\\p{Nope}'], ['\\p{L'], ['[[:nope:]]'], ['[\\'], ['(?<a>x)(?<a>y)'], ['(?P>a)'], ['\\1'], ['((a{1000}){1000}){1000}'], ['\\x{110000}'],
  ['('.repeat(1000)],
])('/%s/ is malformed', (pattern) => {
  expect(() => new Regexp(pattern)).toThrow(/^error parsing regexp: /);
});

test('no expression takes exponential time', () => {
  expect(new Regexp('(a+)+b').test('a'.repeat(5000))).toBe(false);
  expect(new Regexp('(a|a)*b').test('a'.repeat(5000))).toBe(false);
  expect(new Regexp('a*a*a*a*a*b').test('a'.repeat(5000))).toBe(false);
});
