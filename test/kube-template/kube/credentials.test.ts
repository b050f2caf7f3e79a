import * as fs from 'node:fs';
import { ExecCredentials, FileToken } from '../../../lib/kube-template/kube';
import { TempDir } from '../support/temp-dir';

let dir: TempDir;
let now: number;
beforeEach(() => {
  dir = new TempDir();
  now = Date.UTC(2024, 0, 1);
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
  dir.remove();
});

describe('a token file', () => {
  test('is read again after 60 s, not before', () => {
    const source = new FileToken(dir.write('token', 'a\n'));
    expect(source.token()).toBe('a');
    dir.replace('token', 'b');
    now += 59_999;
    expect(source.token()).toBe('a');
    now += 1;
    expect(source.token()).toBe('b');
  });

  test('is read again at once after its token was refused', () => {
    const source = new FileToken(dir.write('token', 'a'));
    const refused = source.token();
    dir.replace('token', 'b');
    source.reject(refused);
    expect(source.token()).toBe('b');
  });

  test('is not read again when a token from before was refused', () => {
    const source = new FileToken(dir.write('token', 'a'));
    source.token();
    dir.replace('token', 'b');
    source.reject('older');
    expect(source.token()).toBe('a');
  });

  test('that cannot be read is named', () => {
    expect(() => new FileToken(`${dir.path}/none`).token()).toThrow(/ENOENT.*none/);
  });
});

describe('a credential plugin', () => {
  /** A plugin that prints `token-N` at its Nth run. */
  const plugin = (status = '{"token": "token-$n"}') => dir.write('plugin', `#!/bin/sh
n=$(( $(cat "${dir.path}/runs" 2>/dev/null || echo 0) + 1 )); echo $n > "${dir.path}/runs"
printf '%s' "$KUBERNETES_EXEC_INFO" > "${dir.path}/info"
echo "{\\"kind\\": \\"ExecCredential\\", \\"status\\": ${status.replaceAll('"', '\\"')}}"
`, 0o700);

  test('runs once and is told the API version', () => {
    const source = new ExecCredentials({ command: plugin(), apiVersion: 'client.authentication.k8s.io/v1beta1' });
    expect([source.token(), source.token()]).toEqual(['token-1', 'token-1']);
    expect(JSON.parse(fs.readFileSync(`${dir.path}/info`, 'utf8'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1beta1', kind: 'ExecCredential', spec: { interactive: false },
    });
  });

  test('gets its arguments and environment', () => {
    const command = dir.write('echo', '#!/bin/sh\necho "{\\"status\\": {\\"token\\": \\"$1-$EXTRA\\"}}"\n', 0o700);
    expect(new ExecCredentials({ command, args: ['x'], env: [{ name: 'EXTRA', value: 'y' }] }).token()).toBe('x-y');
  });

  test('runs again when its credentials expire', () => {
    const source = new ExecCredentials({ command: plugin('{"token": "token-$n", "expirationTimestamp": "2024-01-01T01:00:00Z"}') });
    expect(source.token()).toBe('token-1');
    now += 3_600_000;
    expect(source.token()).toBe('token-2');
  });

  test('runs again when its token was refused, at most every 10 s', () => {
    const source = new ExecCredentials({ command: plugin() });
    source.reject(source.token());
    expect(source.token()).toBe('token-1');
    now += 10_000;
    expect(source.token()).toBe('token-2');
    expect(source.token()).toBe('token-2');
  });

  test('may give a client certificate', () => {
    const source = new ExecCredentials({ command: plugin('{"clientCertificateData": "CERT", "clientKeyData": "KEY"}') });
    expect(source.certificate()).toEqual({ cert: 'CERT', key: 'KEY' });
    expect(source.token()).toBeUndefined();
  });

  test.each([
    ['echo broken >&2; exit 3', 'exit status 3: broken'],
    ['echo s3cret', 'its output is not JSON'],
    ['echo "{}"', 'its output has neither status.token nor a client certificate'],
  ])('that does `%s` is an error', (script, message) => {
    const command = dir.write('bad', `#!/bin/sh\n${script}\n`, 0o700);
    expect(() => new ExecCredentials({ command }).token()).toThrow(`credential plugin ${command}: ${message}`);
  });

  test('that does not exist is an error', () => {
    expect(() => new ExecCredentials({ command: '/does/not/exist' }).token()).toThrow('credential plugin /does/not/exist: spawnSync');
  });
});
