import * as fs from 'node:fs';
import * as path from 'node:path';
import { freeDirectives } from '../../lib/settings/directives';
import { RESERVED_SENTINEL_DIRECTIVES } from '../../lib/settings/resolve-sentinel';
import { RESERVED_SERVER_DIRECTIVES } from '../../lib/settings/resolve-server';

/** The directives that the docs of an option call reserved. */
function documented(file: string): string[] {
  const source = fs.readFileSync(path.join(__dirname, '..', '..', 'lib', file), 'utf8');
  const docs = source.slice(0, source.indexOf('readonly directives')).split('/**').at(-1)!.replace(/\s*\n\s*\*\s?/g, ' ');
  const list = /library decides them: (.*?)(?: where|: most|\.)/.exec(docs)![1];
  return list.replace(/all that begin with the word/, '').split(/,|\band\b/).map((word) => word.trim()).filter((word) => word !== '');
}

const LISTS = [
  ['options/server-options.ts', RESERVED_SERVER_DIRECTIVES],
  ['options/sentinel.ts', RESERVED_SENTINEL_DIRECTIVES],
] as const;

describe.each(LISTS)('the reserved directives of %s', (file, reserved) => {
  test('are those that the docs list', () => {
    // of two words the first is listed: it stands for all that begin with it
    expect(Object.keys(reserved).filter((name) => !name.includes(' ')).sort()).toEqual(documented(file).sort());
  });

  test.each(Object.keys(reserved))('%s is refused, in capital letters too', (directive) => {
    for (const line of [directive, directive.toUpperCase()]) {
      expect(() => freeDirectives('x', [`${line.replace('*', 'X')} value`], reserved)).toThrow(/ is reserved: /);
    }
  });
});
