import * as fs from 'node:fs';
import * as path from 'node:path';

/** Makes a folder and those above it. Node's own recursive mkdir never returns where a folder cannot hold others, as in /proc. */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
}
