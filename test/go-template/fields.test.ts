import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { errorOf, render } from './support';
import { bytesOf, textOf } from '../../lib/go-template';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'redis-0', namespace: 'cache', labels: { app: 'redis' }, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ name: 'redis', securityContext: { seLinuxOptions: { level: 's0' } } }], nodeName: 'n1' },
  status: { podIP: '10.0.0.1', hostIP: '10.1.0.1' },
};

test.each([
  ['{{.Status.PodIP}} {{.status.podIP}}', '10.0.0.1 10.0.0.1'],
  ['{{.Status.HostIP}} {{.Spec.NodeName}}', '10.1.0.1 n1'],
  ['{{.APIVersion}} {{.Kind}}', 'v1 Pod'],
  ['{{.Name}} {{.Namespace}} {{.Labels.app}} {{.Labels}}', 'redis-0 cache redis map[app:redis]'],
  ['{{.ObjectMeta.Name}} {{.ObjectMeta.CreationTimestamp}} {{.TypeMeta.Kind}}', 'redis-0 2026-01-01T00:00:00Z Pod'],
  ['{{range .Spec.Containers}}{{.Name}} {{.SecurityContext.SELinuxOptions.Level}}{{end}}', 'redis s0'],
  ['{{index .Labels "app"}} {{(index .Spec.Containers 0).Name}}', 'redis redis'],
])('fields of Kubernetes objects have the names of Go\'s structures: %s', (template, output) => {
  expect(render(template, POD)).toBe(output);
});

test('metadata is found by the names of JSON too, unless the object has such a field itself', () => {
  expect(render('{{.name}} {{.namespace}} {{.labels.app}} {{.creationTimestamp}}|{{.nothing}}', POD)).toBe('redis-0 cache redis 2026-01-01T00:00:00Z|');
  expect(render('{{.name}}', { metadata: { name: 'm' }, name: 'own' })).toBe('own');
  expect(render('[{{.name}}]', { other: { name: 'm' } })).toBe('[]');
});

test.each([
  // intstr.IntOrString
  ['{{.number.IntVal}}|{{.number.StrVal}}|{{.number.Type}}|{{.number.IntValue}}|{{.number.String}}', '6379||0|6379|6379'],
  ['{{.text.IntVal}}|{{.text.StrVal}}|{{.text.Type}}|{{.text.IntValue}}|{{.text.String}}', '0|redis|1|0|redis'],
  ['{{if eq .number.Type 0}}{{.number.IntVal}}{{else}}{{.number.StrVal}}{{end}} {{(index .list 0).IntVal}} {{.none.IntVal}}', '6379 80 '],
  // resource.Quantity
  ['{{.memory.String}} {{.memory.Value}} {{.cpu.MilliValue}} {{.cpu.Value}} {{.cpu.IsZero}} {{.one.MilliValue}} {{.zero.IsZero}}', '1536Mi 1610612736 300 1 false 2000 true'],
  // metav1.Time
  ['{{.time.Unix}} {{.time.String}} {{.time.IsZero}} {{.time.Time.UTC.Unix}}', '1767225600 2026-01-01T00:00:00Z false 1767225600'],
])('what JSON writes as a number or text has the fields and methods of its type in Go: %s', (template, output) => {
  const data = { number: 6379, text: 'redis', list: [80], memory: '1536Mi', cpu: '300m', one: '2', zero: '0', time: '2026-01-01T00:00:00Z' };
  expect(render(template, data)).toBe(output);
  expect(errorOf('{{.number.Name}}', data)).toContain("can't evaluate field Name in type int");
  expect(errorOf('{{.time.Format "x"}}', data)).toContain("can't evaluate field Format in type string");
});

test.each(['zero', 'default'] as const)('a field that a Kubernetes object lacks is empty, and so are its fields: missing key %s', (missingKey) => {
  const template = '[{{.Status.Reason}}] [{{.Spec.Affinity.NodeAffinity}}] {{eq .Status.Reason ""}} {{eq .Spec.HostNetwork false}} '
    + '{{eq .Spec.Priority 0}} {{lt .Spec.Priority 1}} {{len .Spec.Volumes}} {{range .Spec.Volumes}}x{{else}}none{{end}}'
    + '{{if .Status.Reason}}x{{end}} {{printf "%s|%d|%v" .Status.Reason .Status.Reason .Status.Reason}} [{{.Labels.Nope}}]';
  expect(render(template, POD, { missingKey })).toBe('[] [] true true true true 0 none |0| []');
});

test('a field that an object lacks fails when missing keys are errors', () => {
  expect(errorOf('a\n{{.Status.Reason}}', POD, { missingKey: 'error' })).toBe(
    'template: t:2:2: executing "t" at <.Status.Reason>: map has no entry for key "Reason"',
  );
});

test('a list of objects is its own Items, an empty one too', () => {
  expect(render('{{range .Items}}{{.Name}} {{end}}{{len .Items}}', [POD, POD])).toBe('redis-0 redis-0 2');
  expect(render('{{range .Items}}x{{else}}none{{end}}', [])).toBe('none');
  expect(errorOf('{{.Items}}', [1])).toContain('can\'t evaluate field Items in type []interface {}');
});

test('the data of secrets is decoded however it is read, that of other objects is not', () => {
  const secret = { kind: 'Secret', metadata: { name: 's' }, data: { password: 'c2VjcsOpdA==', other: null } };
  const template = '{{.Data.password}} {{.data.password}} {{index .data "password"}} {{index . "data" "password"}} {{(get . "data").password}} '
    + '{{range $k, $v := .Data}}{{$k}}={{$v}};{{end}}';
  expect(render(template, secret)).toBe('secrét secrét secrét secrét secrét other=;password=secrét;');
  expect(render('{{.Data.a}}', { kind: 'ConfigMap', metadata: {}, data: { a: 'YQ==' } })).toBe('YQ==');
  expect(secret.data.password).toBe('c2VjcsOpdA==');
});

test('bytes that are no UTF-8 stay what they are, and text may be beside them', () => {
  fc.assert(fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (array, beside) => {
    const bytes = Buffer.from(array);
    expect(bytesOf(textOf(bytes))).toEqual(bytes);
    const secret = { kind: 'Secret', metadata: { name: 's' }, data: { keystore: bytes.toString('base64') }, beside };
    expect(bytesOf(render('{{.beside}}{{.data.keystore}}{{.beside}}', secret))).toEqual(Buffer.concat([Buffer.from(beside), bytes, Buffer.from(beside)]));
    expect(render('{{.data.keystore | b64enc}} {{len .data.keystore}} {{.data.keystore | sha256sum}} {{printf "%x" .data.keystore}}', secret)).toBe(
      [bytes.toString('base64'), bytes.length, createHash('sha256').update(bytes).digest('hex'), bytes.toString('hex')].join(' '));
    expect(bytesOf(render('{{.binaryData.a | b64dec}}', { binaryData: { a: bytes.toString('base64') } }))).toEqual(bytes);
  }));
  expect(render('{{toJson .}}', { a: textOf(Buffer.of(0x61, 0xff)) })).toBe('{"a":"a\ufffd"}');
});

test('what plain data lacks is "" by default, and <no value> or an error on request', () => {
  expect(render('[{{.a}}] [{{.a.b.c}}] [{{.nil}}] [{{.nil.x}}] {{eq .a ""}}', { nil: null })).toBe('[] [] [] [] true');
  expect(render('{{.a}} {{.a.b}} {{.nil}}', { nil: null }, { missingKey: 'default' })).toBe('<no value> <no value> <no value>');
  expect(errorOf('{{.a}}', {}, { missingKey: 'error' })).toContain('map has no entry for key "a"');
});

test('only own properties are fields, keys and elements', () => {
  const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'Constructor', 'ToString', 'length', 'Length'];
  for (const name of names) {
    expect(render(`[{{.${name}}}][{{index . "${name}"}}][{{get . "${name}"}}]{{hasKey . "${name}"}}`, { metadata: {} })).toBe('[][][]false');
    for (const data of ['text', 3, true, [1], [[1]]]) expect(errorOf(`{{.${name}}}`, data)).toContain('can\'t evaluate field');
  }
});

test('keys with the names of prototypes are ordinary keys', () => {
  const data: unknown = JSON.parse('{"__proto__": {"polluted": "own"}, "constructor": "c"}');
  expect(render('{{.__proto__.polluted}} {{.constructor}}', data)).toBe('own c');
  expect(render('{{$d := dict "__proto__" "a"}}{{$x := set $d "constructor" "b"}}{{$d.__proto__}}{{$d.constructor}}', {})).toBe('ab');
  expect(render('{{(split "," "a,b").__proto__}}', {})).toBe('');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
