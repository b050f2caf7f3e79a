import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { InvalidPropError, reject, together } from '../../lib/settings/invalid-prop';

const messageOf = (rules: () => unknown) => {
  try {
    rules();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

describe('together', () => {
  test('tells what all rules rejected, of each prop the first', () => {
    const rules = () => {
      reject('a', 1, 'must be 2');
      reject('b', 'x', 'must be y');
      reject('a', 1, 'must be 3');
    };
    expect(messageOf(() => together(rules))).toBe(`2 props are wrong:\n  'a' (1) must be 2\n  'b' ("x") must be y`);
  });

  test('tells a rejection that stopped the rules, and passes other errors on', () => {
    expect(messageOf(() => together(() => {
      reject('a', 1, 'must be 2');
      throw new InvalidPropError('b', 2, 'must be 3');
    }))).toMatch(/^2 props are wrong:/);
    expect(messageOf(() => together(() => { throw new Error('broken'); }))).toBe('broken');
    // which may be a consequence of the first
    expect(messageOf(() => together(() => { reject('a', 1, 'must be 2'); throw new TypeError('broken'); }))).toBe("'a' (1) must be 2");
  });

  test('gives what the rules give, and is over when they are', () => {
    expect(together(() => together(() => 5))).toBe(5);
    expect(messageOf(() => together(() => reject('a', 1, 'must be 2')))).toBe("'a' (1) must be 2");
    expect(messageOf(() => reject('b', 1, 'must be 2'))).toBe("'b' (1) must be 2");
  });

  test('leaves an error of which Node.js prints all lines', () => {
    const file = path.resolve(__dirname, '..', '..', 'lib', 'settings', 'invalid-prop.ts');
    // jest writes stacks in its own way
    const { outputText } = ts.transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
    const { stderr } = spawnSync(process.execPath, ['-e', `${outputText}; together(() => { reject('a', 1, 'must be 2'); reject('b', 2, 'must be 3'); });`], { encoding: 'utf8' });
    expect(stderr).toContain(`InvalidPropError: 2 props are wrong:\n  'a' (1) must be 2\n  'b' (2) must be 3\n    at `);
  });
});
