import * as fs from 'node:fs';
import * as path from 'node:path';
import { pages, read, ROOT } from '../support/documents';

const INDEX = 'docs/README.md';
const KINDS = ['docs/tutorials', 'docs/how-to', 'docs/reference', 'docs/explanation'];
const nameOf = (page: string) => path.basename(page, '.md');
const withoutCode = (text: string) => text.replace(/^ *```[^]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));

/** Links of a page to files of this repository. */
function links(page: string): { readonly link: string; readonly file: string; readonly anchor?: string }[] {
  return [...withoutCode(read(page)).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, target, anchor]) => ({
    link: `${target}${anchor === undefined ? '' : `#${anchor}`}`,
    file: target === '' ? page : path.join(path.dirname(page), target),
    anchor,
  }));
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of read(page).replace(/^ *```[^]*?^ *```/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
    let each = anchor;
    for (let n = 1; found.has(each); n++) each = `${anchor}-${n}`;
    found.add(each);
  }
  for (const [, id] of read(page).matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}

/** The page that somebody meant whose link leads nowhere. */
const meant = (from: string, file: string) => {
  const page = pages().find((each) => each.startsWith('docs/') && nameOf(each) === nameOf(file));
  return page === undefined ? '' : `: did you mean ${path.relative(path.dirname(from), page)}?`;
};

test.each(pages())('links of %s lead somewhere, to a heading where they name one', (page) => {
  const broken = links(page).flatMap(({ link, file, anchor }) => {
    if (!fs.existsSync(path.join(ROOT, file))) return [`${link}${meant(page, file)}`];
    return anchor !== undefined && file.endsWith('.md') && !anchors(file).has(anchor) ? [`${link}: no such heading`] : [];
  });
  expect(broken).toEqual([]);
});

test('headings have the anchors that GitHub gives them', () => {
  expect([...anchors('docs/how-to/operations.md')]).toEqual(expect.arrayContaining(['data-that-cant-be-loaded', 'gitops']));
});

test('each page of docs is in a folder of its kind, and in the index under its kind', () => {
  const docs = pages().filter((page) => page.startsWith('docs/') && page !== INDEX && !page.startsWith('docs/runbooks/'));
  const nowhere = docs.filter((page) => !KINDS.includes(path.dirname(page)));
  expect(nowhere.map((page) => `${page}: move it to one of ${KINDS.join(', ')}`)).toEqual([]);
  const indexed = (page: string) => {
    const section = read(INDEX).split(`\n## ${({ 'tutorials': 'Tutorials', 'how-to': 'How-to', 'reference': 'Reference', 'explanation': 'Explanation' })[path.dirname(page).slice(5)]}\n`)[1].split('\n## ')[0];
    return section.includes(`| [${nameOf(page)}](${path.relative('docs', page)}) |`);
  };
  expect(docs.filter((page) => !indexed(page)).map((page) => `${INDEX} needs a row "| [${nameOf(page)}](${path.relative('docs', page)}) | … |"`)).toEqual([]);
});

test.each(['README.md', INDEX, 'docs/tutorials/first-installation.md', 'docs/tutorials/watch-a-failover.md', 'docs/how-to/operations.md', 'docs/how-to/day-2.md'])('%s, where people begin, links the glossary', (page) => {
  expect(links(page).map(({ file, anchor }) => `${file}#${anchor}`)).toContain('docs/explanation/architecture.md#glossary');
});

describe('names of pages', () => {
  const docs = pages().filter((page) => page.startsWith('docs/') && nameOf(page) !== 'README');
  test('are unique: log lines name pages by them', () => {
    expect([...new Set(docs.map(nameOf))]).toHaveLength(docs.length);
  });

  test('that programs, scripts and messages say exist', () => {
    const files = ['lib', 'faults', 'tools', 'playground', 'projenrc'].flatMap((folder) => fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
      .filter((file) => /\.(ts|sh|lua|cfg|tmpl|mjs)$/.test(file) && !file.startsWith('lib/assets/bundles/'));
    const said = files.flatMap((file) => [...read(file).matchAll(/\bdocs\/([\w/-]+)\.md\b/g)].map(([, name]) => ({ file, name })));
    const names = new Set(docs.map(nameOf));
    const known = ({ file, name }: { file: string; name: string }) => (
      // scripts are in manifests, which don't change because a page moves
      file.startsWith('lib/assets/') && names.has(name) || fs.existsSync(path.join(ROOT, `docs/${name}.md`)));
    // written by its benchmark, on a cluster
    expect(said.filter((each) => !known(each) && each.name !== 'reference/benchmark')).toEqual([]);
    expect(said.length).toBeGreaterThan(20);
  });
});
