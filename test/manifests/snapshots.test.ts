import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { RedisHa } from '../../lib';

const ROOT = path.resolve(__dirname, '..', '..');

function synth() {
  const chart = new Chart(Testing.app(), 'cache');
  new RedisHa(chart, 'redis');
  return Testing.synth(chart);
}

test('the same props give the same manifests, byte for byte', () => {
  expect(JSON.stringify(synth())).toBe(JSON.stringify(synth()));
});

test('the serializer of docs/how-to/snapshots.md leaves out the programs, and nothing else', () => {
  const [, code] = /```js\n([^]*?)```/.exec(fs.readFileSync(path.join(ROOT, 'docs/how-to/snapshots.md'), 'utf8'))!;
  const made = { exports: {} as { test: (value: unknown) => boolean; serialize: (...args: unknown[]) => string } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('module', code)(made);
  const print = (value: unknown): string => (made.exports.test(value) ? made.exports.serialize(value, {}, '', 0, [], print) : JSON.stringify(value));
  const manifests = synth();
  const printed = manifests.map(print);
  expect(printed.join('').length).toBeLessThan(JSON.stringify(manifests).length / 3);
  expect(printed.join('')).toContain('"agent.js":"(program)"');
  manifests.forEach((manifest, index) => {
    const shown = JSON.parse(printed[index]);
    for (const [key, text] of Object.entries(shown.data ?? {})) expect([manifest.data[key], '(program)']).toContain(text);
    expect({ ...shown, data: undefined }).toEqual({ ...JSON.parse(JSON.stringify(manifest)), data: undefined });
  });
});
