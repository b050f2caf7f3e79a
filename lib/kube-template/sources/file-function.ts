import * as fs from 'node:fs';
import * as path from 'node:path';
import { textOf } from '../../go-template';

/** Longest file that templates may read, in bytes. */
const MAX_SIZE = 1024 * 1024;

/**
 * consul-template's `file PATH`: the text of a file, as it is at each render. Only below one folder, as who writes a template need not be
 * who may read the files of its user.
 *
 * @param root the folder; undefined: there is none, and the function fails
 */
export function fileFunction(root: string | undefined): (...args: unknown[]) => string {
  return (...args) => {
    const [name] = args;
    if (args.length !== 1 || typeof name !== 'string') throw new Error('expected the path of one file');
    if (root === undefined) throw new Error('files are read only below --file-root, which is not given');
    // Links count by their targets.
    const folder = fs.realpathSync(root);
    const file = fs.realpathSync(path.resolve(folder, name));
    const below = path.relative(folder, file);
    if (below.split(path.sep)[0] === '..' || path.isAbsolute(below)) throw new Error(`${name} is not below --file-root`);
    const { size } = fs.statSync(file);
    if (size > MAX_SIZE) throw new Error(`${name} has ${size} bytes; expected at most ${MAX_SIZE}`);
    return textOf(fs.readFileSync(file));
  };
}
