import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from './support/cli';

describe('import', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'import-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const file = (text: string | Buffer, name = 'values.yaml') => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  const cli = async (...args: string[]) => runCli(['import', ...args]);

  test('all is taken over: the program on standard output, the report on standard error', async () => {
    const { status, out, err } = await cli(file('replicas: 5\nauth: true\nexistingSecret: creds\n'), '--name', 'cart');
    expect(status).toBe(0);
    expect(out).toMatch(/^\/\/ Made from values\.yaml, values of the Helm chart redis-ha, /);
    expect(out).toContain("name: 'cart'");
    expect(out).toContain('replicas: 5');
    expect(err).toMatch(/^values\.yaml: values of the chart redis-ha; keys: 3 taken over/);
    expect(err).not.toContain('Not taken over');
  });

  test('what is not taken over has a line in the report and in the program, and a status', async () => {
    const { status, out, err } = await cli(file('replicas: 3\nfoo: 1\nro_replicas: 2\n'));
    expect(status).toBe(1);
    expect(err).toContain('\nNot taken over:\n  foo: is no key of the chart redis-ha\n  ro_replicas: any server');
    expect(out).toContain('// - foo: is no key of the chart redis-ha\n// - ro_replicas: any server');
  });

  test('a file for the program', async () => {
    const target = path.join(folder, 'main.ts');
    const { status, out, err } = await cli(file('replicas: 5'), '--out', target);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^values\.yaml: values of the chart redis-ha/);
    expect(fs.readFileSync(target, 'utf8')).toContain('replicas: 5');
    expect(await cli(file('replicas: 5'), '--out', path.join(folder, 'none', 'main.ts'))).toMatchObject({ status: 2, err: expect.stringContaining("main.ts can't be written: ENOENT") });
  });

  test('a list of objects, as kubectl writes it', async () => {
    const release = { kind: 'HelmRelease', spec: { chart: { spec: { chart: 'redis-ha' } }, values: { replicas: 5 } } };
    const { out } = await cli(file(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Secret' }, release] })));
    expect(out).toContain('replicas: 5');
  });

  test('JSON', async () => {
    const { status, out } = await cli(file('replicas: 5\nfoo: 1'), '--json');
    expect(status).toBe(1);
    const { chart, keys, program } = JSON.parse(out);
    expect(chart).toBe('redis-ha');
    expect(keys).toContainEqual({ key: 'replicas', fate: 'mapped', text: 'replicas' });
    expect(keys).toContainEqual({ key: 'foo', fate: 'refused', text: 'is no key of the chart redis-ha' });
    expect(program).toContain('replicas: 5');
  });

  test('of several files the later ones count', async () => {
    const { out } = await cli(file('replicas: 5\nlabels: { a: b, c: d }\n'), file('replicas: 7\nlabels: { a: null }\n', 'more.yaml'));
    expect(out).toContain('// Made from values.yaml, more.yaml,');
    expect(out).toContain('replicas: 7');
    expect(out).toContain("labels: { c: 'd' }");
  });

  const RELEASE = 'kind: HelmRelease\nmetadata: { name: x }\nspec: { chart: { spec: { chart: redis-ha } }, valuesFrom: [{ kind: ConfigMap, name: v }], values: { replicas: 5 } }\n';
  const VALUES = 'auth: true\nexistingSecret: my\npersistentVolume: { size: 100Gi }\n';

  test.each([
    ['a values file', VALUES],
    ['a ConfigMap', `kind: ConfigMap\ndata:\n  values.yaml: |\n${VALUES.replace(/^(?=.)/gm, '    ')}`],
  ])('what installs the chart, and its values in %s, in any order', async (_, text) => {
    const files = [file(RELEASE, 'hr.yaml'), file(text)];
    for (const given of [files, [...files].reverse()]) {
      const { status, out, err } = await cli(...given);
      for (const part of ["Auth.secret('my', { key: 'auth' })", 'Size.gibibytes(100)', 'replicas: 5']) expect(out).toContain(part);
      expect(err).toContain('spec.valuesFrom: the values are elsewhere: those of the other files are taken for them');
      expect(status).toBe(0);
    }
  });

  test.each([
    ['values of another chart', 'architecture: replication\nreplica: { replicaCount: 3 }\n', 'holds values of the chart redis, and other files those of redis-ha: it is left out'],
    ['what installs another chart', 'kind: HelmRelease\nspec: { chart: { spec: { chart: valkey } }, values: { image: { tag: 8.1.3 } } }\n', 'holds values of the chart valkey, and other files those of redis-ha: it is left out'],
    ['no values', 'kind: Deployment\nspec: { replicas: 7 }\n', 'holds no values, and other files those of redis-ha: it is left out'],
  ])('a file beside it with %s is refused by its name', async (_, text, says) => {
    const { status, out, err } = await cli(file(RELEASE, 'hr.yaml'), file(text, 'other.yaml'));
    expect(err).toContain(`\n  other.yaml: ${says}\n`);
    expect(err).toContain('\n  spec.valuesFrom: the values are elsewhere: import them too');
    expect(out).toContain('replicas: 5');
    expect(status).toBe(1);
  });

  test('a file beside it with nothing asks for nothing', async () => {
    expect((await cli(file(RELEASE.replace(/valuesFrom: [^\]]*\], /, ''), 'hr.yaml'), file('# none\n'))).status).toBe(0);
  });

  test('the chart may be named', async () => {
    expect((await cli(file('replicas: 5'), '--chart', 'valkey')).out).toContain('values of the Helm chart valkey');
  });

  test.each([
    ['an empty file', '', 'keys: '],
    ['comments only', '# nothing\n', 'keys: '],
    ['an empty document', '---\n', 'keys: '],
    ['a byte order mark', '\uFEFFreplicas: 5\n', '1 taken over'],
    ['aliases', 'x: &a { requests: { cpu: 1 } }\nredis: { resources: *a }\nsentinel: { resources: { <<: *a } }\n', '2 taken over'],
    ['a key that stands twice', 'replicas: 3\nreplicas: 5\n', 'values.yaml line 2: a key stands twice: as for Helm, the last one counts'],
    ['more documents', 'replicas: 3\n---\nreplicas: 5\n', 'values.yaml document 2: holds values too, and only document 1 is read: give it a file of its own'],
    ['UTF-16, as PowerShell writes it', Buffer.from('\uFEFFreplicas: 5\r\n', 'utf16le'), '1 taken over'],
    ['values in a later document', 'kind: HelmRepository\nspec: { url: x }\n---\nkind: HelmRelease\nspec: { values: { replicas: 5 } }\n', 'values.yaml document 1: only document 2 is read, which holds the values'],
    ['words of YAML 1.1', 'haproxy: { enabled: yes }\n', 'haproxy.enabled: routing'],
  ])('%s is read', async (_, text, says) => {
    const { status, err } = await cli(file(text));
    expect(err).toContain(says);
    expect([0, 1]).toContain(status);
  });

  test.each([
    ['no YAML', 'a: [1\nb: hunter2', /values\.yaml can't be read: it is no YAML: line \d+, column \d+: /],
    ['a template', '{{- if .Values.a }}\nreplicas: 3\n{{- end }}\n', /can't be read: it is no YAML: .*A file that Helm or helmfile first has to fill in/],
    ['a list', '- hunter2\n', /it holds a list, and no keys/],
    ['a text', 'hunter2\n', /it holds a text or a number, and no keys/],
    ['an alias that contains itself', 'a: &a [*a]\n', /an alias that contains itself/],
  ])('%s ends with status 2 and one line, without its text', async (_, text, message) => {
    const { status, out, err } = await cli(file(text));
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.trim().split('\n').length).toBe(1);
    expect(err).not.toContain('hunter2');
  });

  test('values behind tags of other programs get a line each, and nothing else is lost', async () => {
    const text = [
      'replicas: 5', 'redisPassword: !vault |', '  hunter2', 'redis:', '  <<: !include more.yaml', '  port: 6380', '  config: { maxmemory: !Ref Memory, save: "60 1" }', 'sentinel: &s { quorum: !!binary aHVudGVyMg==, port: 26380 }',
      'tolerations: [{ key: !env KEY }]', 'haproxy: !include { a: 1 }', '!x labels: { a: b }', 'masters: *s', 'nodeSelector: !empty', 'extraLabels: {{ .Values.labels }}', '',
    ].join('\n');
    const { status, out, err } = await cli(file(text));
    expect(status).toBe(1);
    expect(out + err).not.toMatch(/hunter2|aHVud|more\.yaml|\[object/);
    for (const [key, tag] of [['redisPassword', '!vault'], ['redis.<<', '!include'], ['redis.config.maxmemory', '!Ref'], ['sentinel.quorum', '!!binary'], ['tolerations', '!env'], ['haproxy', '!include'], ['masters.quorum', '!!binary'], ['nodeSelector', '!empty']]) {
      expect(err).toContain(`\n  ${key}: has the tag ${tag}, which another program fills in: give the value itself\n`);
    }
    expect(err).toContain('\n  extraLabels: is a template, which nobody fills in here');
    expect(err).toContain('\n  !x: is no key of the chart');
    expect(out).toMatch(/replicas: 5,[^]*port: 26380[^]*port: 6380[^]*save 60 1/);
  });

  test('a document behind a tag, and tags in values that are text', async () => {
    const text = '--- !vault |\n  hunter2\n---\nkind: Application\nspec: { source: { chart: redis-ha, helm: { values: "replicas: !x 5\\nredis: { port: 6380 }\\n---\\nauth: true" } } }\n';
    const { out, err } = await cli(file(text));
    expect(err).toContain('values.yaml document 1: has the tag !vault');
    expect(err).toContain('spec.source.helm.values.replicas: has the tag !x');
    expect(err).toContain('spec.source.helm.values: has several documents: as for Helm, the first one counts');
    expect(out).toContain('port: 6380');
  });

  test('keys do nothing to a terminal', async () => {
    const { err } = await cli(file('"re\\e[31md": 1\n"two\\nlines": 2\n'));
    expect(err).toContain('\n  re\\u001b[31md: is no key');
    expect(err).toContain('\n  two\\u000alines: is no key');
  });

  test('a file that is not there', async () => {
    expect(await cli(path.join(folder, 'none.yaml'))).toMatchObject({ status: 2, out: '', err: expect.stringContaining("none.yaml can't be read: ENOENT") });
  });

  test.each([
    [[], 'a values file is needed'],
    [['a', '--chart', 'mongodb'], 'there is no chart "mongodb"; there are redis-ha, redis, valkey'],
    [['a', '--nmae', 'x'], "Unknown option '--nmae'"],
  ])('%j is wrong usage', async (args, message) => {
    expect(await cli(...args)).toEqual({ status: 64, out: '', err: `cdk8s-redis-ha import: ${message}\n` });
  });

  test('standard input', async () => {
    const actual = jest.requireActual<typeof fs>('node:fs');
    const { readFileSync } = actual;
    const read = jest.spyOn(actual, 'readFileSync').mockImplementation((source, ...more: any[]) => (source === 0 ? Buffer.from('replicas: 5\n') : readFileSync(source, ...more)));
    const { status, out } = await cli('-');
    read.mockRestore();
    expect(status).toBe(0);
    expect(out).toMatch(/^\/\/ Made from standard input, [^]*replicas: 5/);
  });
});
