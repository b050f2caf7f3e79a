import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Puts a text into a page of the project, between `<!-- NAME -->` and `<!-- /NAME -->`. @param page by its path from the root */
export function putInto(page: string, name: string, text: string): void {
  const file = resolve(__dirname, '..', page);
  const before = readFileSync(file, 'utf8');
  const [first, last] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [before.indexOf(first), before.indexOf(last)];
  if (start < 0 || end < start) throw new Error(`${page} has no ${first} … ${last}`);
  writeFileSync(file, `${before.slice(0, start)}${first}\n${text}\n${before.slice(end)}`);
}
