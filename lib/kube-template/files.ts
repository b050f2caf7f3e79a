import * as fs from 'node:fs';
import * as path from 'node:path';
import { textOf } from '../go-template';

/** Makes a folder and those above it. Node's own recursive mkdir never returns where a folder cannot hold others, as in /proc. */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
}

/** A file's text. @throws Error that names the file, as Node's own does but for a folder */
export function readFile(file: string): string {
  try {
    return textOf(fs.readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw new Error(`EISDIR: ${file} is a folder; expected a file`);
    throw error;
  }
}
