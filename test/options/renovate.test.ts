import * as fs from 'node:fs';
import * as path from 'node:path';
import { IMAGES } from '../../lib/options/images';

const ROOT = path.resolve(__dirname, '..', '..');

test('the bot for updates finds every default image', () => {
  const { customManagers: [{ managerFilePatterns: [file], matchStrings: [pattern] }] } = JSON.parse(fs.readFileSync(path.join(ROOT, 'renovate.json'), 'utf8'));
  expect('lib/options/images.ts').toMatch(new RegExp(file.slice(1, -1)));
  const found = [...fs.readFileSync(path.join(ROOT, 'lib/options/images.ts'), 'utf8').matchAll(new RegExp(pattern, 'g'))];
  expect(found.map(({ groups }) => ({ repository: groups!.depName, tag: groups!.currentValue }))).toEqual(Object.values(IMAGES));
});
