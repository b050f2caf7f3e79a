import * as fs from 'node:fs';
import * as path from 'node:path';
import { Advice, CONDITIONS } from '../lib/cli/judge/conditions';
import { ROOMS } from '../projenrc/rooms';
import { pages } from './support/documents';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const ARCHITECTURE = read('docs/explanation/architecture.md');
const GUIDES = ['docs/explanation/architecture.md', 'docs/reference/status.md', 'docs/explanation/decisions.md', 'CONTRIBUTING.md', 'SECURITY.md'];

/** All TypeScript of a room. */
function sourcesOf(room: string): string {
  const files = fs.readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => read(path.join(room, file))).join('\n');
}

/** What stands in backquotes, outside of blocks. */
function codes(text: string): string[] {
  return [...text.replace(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
}

/** Paths of this repository among them. */
function paths(text: string): string[] {
  return codes(text).filter((code) => /^(lib|test|faults|playground|tools|projenrc|docs|examples)\/[\w./-]*$/.test(code) && !code.startsWith('lib/assets/bundles'));
}

/** All that the first leads to, in the picture or in the list. */
function reachable(from: string, arrows: { readonly [room: string]: readonly string[] }): Set<string> {
  const found = new Set<string>();
  const visit = (room: string) => (arrows[room] ?? []).forEach((next) => {
    if (!found.has(next)) visit((found.add(next), next));
  });
  visit(from);
  return found;
}

test.each(GUIDES)('files and folders that %s names exist', (guide) => {
  expect(paths(read(guide)).filter((name) => !fs.existsSync(path.join(ROOT, name)))).toEqual([]);
});

test('functions that docs/explanation/architecture.md names are in the files of their lines', () => {
  const absent: string[] = [];
  let seen = 0;
  for (const line of ARCHITECTURE.split('\n')) {
    const sources = paths(line).filter((name) => /\.\w+$/.test(name) && fs.existsSync(path.join(ROOT, name))).map(read);
    for (const [, name] of codes(line).flatMap((code) => [...code.matchAll(/^(\w+)\(\)$/g)])) {
      seen += 1;
      if (!sources.some((source) => new RegExp(`\\b${name}(<\\w+>)?\\(`).test(source))) absent.push(`${name} in: ${line}`);
    }
  }
  expect(absent).toEqual([]);
  expect(seen).toBeGreaterThan(20);
});

test('the picture of docs/explanation/architecture.md shows the rooms and what they import', () => {
  const picture = /```mermaid\nflowchart BT\n([^]*?)```/.exec(ARCHITECTURE)![1].trim().split('\n').map((line) => line.trim().split(' --> '));
  const drawn: { [room: string]: string[] } = {};
  for (const [from, to] of picture) (drawn[from] ??= []).push(...to === undefined ? [] : [to]);
  // an arrow is an import; one that is not drawn follows from those that are
  expect(picture.filter(([from, to]) => to !== undefined && !ROOMS[from]?.includes(to))).toEqual([]);
  expect([...new Set(picture.flat())].sort()).toEqual(Object.keys(ROOMS).sort());
  for (const room of Object.keys(ROOMS)) expect([room, ...[...reachable(room, drawn)].sort()]).toEqual([room, ...[...reachable(room, ROOMS)].sort()]);
});

describe('docs/how-to/operations.md', () => {
  const sources = sourcesOf('lib/agent');
  const rows = (head: string) => read('docs/how-to/operations.md').split(head)[1].split('\n\n')[0].split('\n').filter((line) => /^\| (?!---)/.test(line)).map((line) => line.split('|')[1].trim());

  test('explains each word with which the agent begins a line of its log', () => {
    const logged = new Set([...sources.matchAll(/\blog\.(?:info|warn|error)\(\s*'([a-z-]+)'/g)].map((match) => match[1]));
    expect(rows('| word | what happened |').flatMap(codes).sort()).toEqual([...logged].sort());
  });

  test('quotes what agents wait for as they log it', () => {
    const texts = sources.split('\n').filter((line) => !/^\s*(\*|\/)/.test(line)).flatMap((line) => [...line.matchAll(/(['`])((?:(?!\1).)+)\1/g)].map((match) => match[2].split(': ')[0]));
    const patterns = texts.filter((text) => text.replace(/\$\{[^}]*\}/g, '').replace(/\W/g, '').length > 8)
      .map((text) => new RegExp(`^${text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')).join('.+')}$`));
    const quoted = rows('| the agent logs `wait` with | remedy |');
    expect(quoted.length).toBeGreaterThan(4);
    expect(quoted.filter((reason) => !patterns.some((pattern) => pattern.test(reason)))).toEqual([]);
  });
});

test('docs/reference/status.md explains each condition that is found', () => {
  const rows = [...read('docs/reference/status.md').matchAll(/^\| `([a-z-]+)` \| (?:down|degraded|note)\b/gm)].map((match) => match[1]);
  expect(rows).toEqual(Object.keys(CONDITIONS));
});

const RUNBOOKS = path.join(ROOT, 'docs/runbooks');
test('runbooks that are named for conditions exist', () => {
  const named = Object.values<Advice>(CONDITIONS).flatMap(({ runbook }) => runbook ?? []);
  expect(named.filter((name) => !fs.existsSync(path.join(RUNBOOKS, `${name}.md`)))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test('decisions are numbered without a gap, each with its date and what was considered', () => {
  const sections = read('docs/explanation/decisions.md').split(/^### /m).slice(1);
  // each stands in the section of its subject, so the numbers are not in order
  const numbers = sections.map((section) => Number(/^D(\d+)\n/.exec(section)?.[1]));
  expect(numbers.sort((a, b) => a - b)).toEqual(sections.map((_, index) => index + 1));
  expect(sections.filter((section) => !/\b20\d\d-\d\d-\d\d\b/.test(section) || !section.includes('*Considered*')).map((section) => section.slice(0, 60))).toEqual([]);
});

test('anchors of decisions that docs name exist', () => {
  const known = new Set([...read('docs/explanation/decisions.md').matchAll(/^### (D\d+)$/gm)].map((match) => `#${match[1].toLowerCase()}`));
  const named = pages().flatMap((file) => [...read(file).matchAll(/\]\((?:[\w./]*decisions\.md)?(#d\d+)\)/g)].map((match) => match[1]));
  expect(named.filter((anchor) => !known.has(anchor))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});

describe('docs/reference/logs.md', () => {
  const LOGS = read('docs/reference/logs.md');

  /** Subjects of the rows under a heading. */
  const rows = (heading: string) => LOGS.split(`\n## ${heading}\n`)[1].split('\n## ')[0].split('\n').flatMap((line) => codes(line.split('|')[1] ?? ''));

  // those of the agent are in docs/how-to/operations.md
  test('kube-template: each subject has a row, and each row a subject', () => {
    const subjects = [...sourcesOf('lib/kube-template').matchAll(/\.about\('([\w-]+)'\)/g)].map((match) => match[1]);
    expect([...new Set(rows('kube-template'))].sort()).toEqual([...new Set(subjects)].sort());
  });
});
