import * as fs from 'node:fs';
import * as path from 'node:path';

const CHANGELOG = fs.readFileSync(path.resolve(__dirname, '..', 'CHANGELOG.md'), 'utf8');
const VERSION = /^\[(?:Unreleased|(\d+)\.(\d+)\.(\d+))\](?: - (\d{4}-\d{2}-\d{2}))?$/;

/** What is wrong with the headings of a text in the form of https://keepachangelog.com/en/1.1.0/. */
function faults(text: string): string[] {
  const headings = [...text.matchAll(/^(#{1,3}) (.*)$/gm)].map(([, marks, title]) => ({ level: marks.length, title }));
  const versions = headings.filter(({ level }) => level === 2).map(({ title }) => title);
  const found = headings.length > 0 && headings[0].level === 1 && headings[0].title === 'Changelog' ? [] : ['does not begin with "# Changelog"'];
  if (versions[0] !== '[Unreleased]') found.push('has no [Unreleased] at the top');
  const numbers = versions.slice(1).map((title) => VERSION.exec(title));
  numbers.forEach((match, index) => {
    if (!match || match[1] === undefined || match[4] === undefined) found.push(`"${versions[index + 1]}" is not like "[1.2.3] - 2026-11-28"`);
    else if (Number.isNaN(Date.parse(match[4]))) found.push(`${match[4]} is no date`);
  });
  const order = numbers.map((match) => match?.slice(1, 4).map(Number) ?? []);
  for (const [index, one] of order.slice(1).entries()) {
    const former = order[index];
    const differs = one.findIndex((part, place) => part !== former[place]);
    if (differs < 0 || one[differs] > former[differs]) found.push(`"${versions[index + 2]}" stands below "${versions[index + 1]}"`);
  }
  let seen = new Set<string>();
  for (const { level, title } of headings) {
    if (level === 2) seen = new Set();
    if (level !== 3) continue;
    if (!['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'].includes(title)) found.push(`"${title}" is no type of change`);
    if (seen.has(title)) found.push(`"${title}" stands twice in a version`);
    seen.add(title);
  }
  return found;
}

test('CHANGELOG.md has the form of Keep a Changelog', () => {
  expect(faults(CHANGELOG)).toEqual([]);
});

test.each([
  ['## Unreleased\n', 'has no [Unreleased] at the top'],
  ['## [Unreleased]\n', 'does not begin with "# Changelog"'],
  ['# Changelog\n## [Unreleased]\n## 1.0.0\n', '"1.0.0" is not like "[1.2.3] - 2026-11-28"'],
  ['# Changelog\n## [Unreleased]\n## [1.0.0] - 2026-13-28\n', '2026-13-28 is no date'],
  ['# Changelog\n## [Unreleased]\n## [1.9.0] - 2026-11-28\n## [1.10.0] - 2026-11-29\n', '"[1.10.0] - 2026-11-29" stands below "[1.9.0] - 2026-11-28"'],
  ['# Changelog\n## [Unreleased]\n### News\n', '"News" is no type of change'],
  ['# Changelog\n## [Unreleased]\n### Added\n### Added\n', '"Added" stands twice in a version'],
])('%j is not of that form', (text, fault) => {
  expect(faults(text)).toContain(fault);
});

test('other texts are', () => {
  expect(faults('# Changelog\n## [Unreleased]\n### Added\n#### Props\n## [1.10.0] - 2026-11-29\n### Added\n### Fixed\n## [1.9.0] - 2026-11-28\n')).toEqual([]);
});
