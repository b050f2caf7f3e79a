import * as fs from 'node:fs';
import * as path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');

/** The text of a file of this repository. */
export const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Generated from TSDoc. */
const API = 'docs/reference/api.md';

/** All pages that somebody writes, by their paths in the repository. */
export function pages(): string[] {
  const docs = fs.readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`).sort();
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs.filter((file) => file !== API)];
}
