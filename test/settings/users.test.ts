import { AclUser, Auth } from '../../lib';
import { resolveSettings } from '../../lib/settings/resolve';

const PLACE = { defaultName: 'redis' };
const rules = (...users: AclUser[]) => resolveSettings({ auth: Auth.secret('s', { users }) }, PLACE).auth!.users;
const PROP = 'auth.users[0]';
const DANGER = "must not be allowed to a client: it could move the master, read passwords or stop a server. Use 'default' for that";
const HELLO = 'must not match __sentinel__:hello: whoever writes there tells Sentinels which server is the master';
const CATEGORIES = 'must take "-@admin" and "-@dangerous" away after the last category that it adds';

test('each kind of user has its rules', () => {
  expect(rules(
    AclUser.application('shop', { keys: ['shop:*', 'cart:*'], channels: ['shop:*'], allow: ['KEYS', 'client|list'], deny: ['@scripting'], allowFlush: true }),
    AclUser.application('all'),
    AclUser.reader('report', { keys: ['shop:*'], passwordKey: 'report' }),
    AclUser.custom('odd', ['~a:*', '+@read', '-@admin', '-@dangerous', '+acl|whoami']),
  )).toEqual([
    {
      name: 'shop',
      passwordKey: 'shop-password',
      rules: '~shop:* ~cart:* &shop:* +@all -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info +keys +client|list +flushall +flushdb -@scripting',
    },
    { name: 'all', passwordKey: 'all-password', rules: '~* +@all -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info' },
    { name: 'report', passwordKey: 'report', rules: '~shop:* -@all +@read +@connection -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info' },
    { name: 'odd', passwordKey: 'odd-password', rules: '~a:* +@read -@admin -@dangerous +acl|whoami' },
  ]);
});

test('categories that are allowed give nothing dangerous: what is taken away comes after them', () => {
  expect(rules(
    AclUser.application('a', { allow: ['keys', '@SLOW', 'client|list', '@keyspace'] }),
    AclUser.reader('b', { allow: ['@connection', 'keys'], deny: ['@scripting'] }),
  ).map((user) => user.rules)).toEqual([
    '~* +@all +@slow +@keyspace -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info +keys +client|list',
    '~* -@all +@read +@connection +@connection -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info +keys -@scripting',
  ]);
});

test.each<readonly [AclUser, string]>([
  [AclUser.application('a b'), `'${PROP}' ("a b") must be the name of a user: letters, digits, "-" and "_", at most 64 characters`],
  [AclUser.application('default'), `'${PROP}' ("default") is a user of ours: take another name`],
  [AclUser.reader('proxy'), `'${PROP}' ("proxy") is a user of ours: take another name`],
  [AclUser.reader('files-12'), `'${PROP}' ("files-12") is a user of ours: take another name`],
  [AclUser.application('a', { passwordKey: 'a b' }), `'${PROP}.passwordKey' ("a b") must be a key of a Secret: letters, digits, "-", "_" and "."`],
  [AclUser.application('a', { keys: ['shop:* +@all'] }), `'${PROP}.keys[0]' ("shop:* +@all") must be printable characters without blanks and quotes`],
  [AclUser.application('a', { channels: ['*'] }), `'${PROP}.channels[0]' ("*") ${HELLO}`],
  [AclUser.application('a', { channels: ['__sentinel__:hello'] }), `'${PROP}.channels[0]' ("__sentinel__:hello") ${HELLO}`],
  [AclUser.application('a', { channels: ['_?[a-z]*'] }), `'${PROP}.channels[0]' ("_?[a-z]*") ${HELLO}`],
  [AclUser.application('a', { channels: ['[^a]*'] }), `'${PROP}.channels[0]' ("[^a]*") ${HELLO}`],
  [AclUser.application('a', { channels: ['\\__sentinel__:hello'] }), `'${PROP}.channels[0]' ("\\\\__sentinel__:hello") ${HELLO}`],
  [AclUser.application('a', { channels: ['[z-A]*'] }), `'${PROP}.channels[0]' ("[z-A]*") ${HELLO}`],
  [AclUser.application('a', { channels: ['[^\\]]*'] }), `'${PROP}.channels[0]' ("[^\\\\]]*") ${HELLO}`],
  [AclUser.application('a', { allow: ['config'] }), `'${PROP}.allow[0]' ("config") ${DANGER}`],
  [AclUser.application('a', { allow: ['CONFIG|GET'] }), `'${PROP}.allow[0]' ("CONFIG|GET") ${DANGER}`],
  [AclUser.application('a', { allow: ['client'] }), `'${PROP}.allow[0]' ("client") ${DANGER}`],
  [AclUser.application('a', { allow: ['client|kill'] }), `'${PROP}.allow[0]' ("client|kill") ${DANGER}`],
  [AclUser.application('a', { allow: ['@all'] }), `'${PROP}.allow[0]' ("@all") ${DANGER}`],
  [AclUser.application('a', { deny: ['a b'] }), `'${PROP}.deny[0]' ("a b") must be a command or a category, like "keys", "client|list" or "@scripting"`],
  [AclUser.custom('a', ['+@all']), `'${PROP}.rules' ("+@all") ${CATEGORIES}`],
  [AclUser.custom('a', ['-@admin', '-@dangerous', '+@connection']), `'${PROP}.rules' ("-@admin -@dangerous +@connection") ${CATEGORIES}`],
  [AclUser.custom('a', ['allcommands', '-@admin']), `'${PROP}.rules' ("allcommands -@admin") ${CATEGORIES}`],
  [AclUser.custom('a', ['+@all', '-@admin', '-@dangerous', '+replicaof']), `'${PROP}.rules[3]' ("+replicaof") ${DANGER}`.replace('+', '')],
  [AclUser.custom('a', ['allchannels']), `'${PROP}.rules[0]' ("*") ${HELLO}`],
  [AclUser.custom('a', ['&__s*']), `'${PROP}.rules[0]' ("__s*") ${HELLO}`],
  [AclUser.custom('a', ['nopass']), `'${PROP}.rules[0]' (a rule about passwords) must not be given: the password is in the Secret of 'auth'`],
  [AclUser.custom('a', ['>hunter2']), `'${PROP}.rules[0]' (a rule about passwords) must not be given: the password is in the Secret of 'auth'`],
  [AclUser.custom('a', ['reset']), `'${PROP}.rules[0]' (a rule) must be a rule of ACL SETUSER about commands, keys or channels, like "+get" or "~shop:*"`],
  [AclUser.custom('a', ['(+@all)']), `'${PROP}.rules[0]' (a rule) must be a rule of ACL SETUSER about commands, keys or channels, like "+get" or "~shop:*"`],
])('refused: %j', (user, message) => {
  expect(() => rules(user)).toThrow(message);
});

test('a name stands once', () => {
  expect(() => rules(AclUser.application('a'), AclUser.reader('a'))).toThrow('\'auth.users[1]\' ("a") is there twice');
});

test('a channel that Sentinels do not use is let through', () => {
  expect(rules(AclUser.application('a', { channels: ['[^_]*', '__key*', 'x'] }))[0].rules).toBe('~* &[^_]* &__key* &x +@all -@admin -@dangerous -function|load -function|delete -function|flush -function|restore -script|flush +info');
});
