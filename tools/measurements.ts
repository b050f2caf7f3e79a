import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const FILE = path.resolve(__dirname, '..', 'docs', 'reference', 'measurements.md');
const HEAD = '# Measurements\n\nEach section is written by the command that it names.\n';

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Prints a section and puts it into docs/reference/measurements.md in place of what the same command measured before. */
export function record(command: string, title: string, body: string): void {
  const [first, last] = [`<!-- ${command} -->`, `<!-- /${command} -->`];
  const machine = `${os.cpus().length} cores (${os.cpus()[0]?.model ?? 'unknown'}), Node.js ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  const section = `${first}\n## ${title}\n\n\`npm run ${command}\` on ${machine}.\n\n${body}\n${last}\n`;
  const text = fs.existsSync(FILE) ? fs.readFileSync(FILE, 'utf8') : HEAD;
  const [start, end] = [text.indexOf(first), text.indexOf(last)];
  fs.writeFileSync(FILE, start < 0 ? `${text}\n${section}` : text.slice(0, start) + section + text.slice(end + last.length + 1));
  console.log(section);
}
