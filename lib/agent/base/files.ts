import * as fs from 'node:fs';

/** Writes a file so that whoever reads it finds the former text or all of the new one. */
export function replaceFile(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text);
  fs.renameSync(`${file}.new`, file);
}
