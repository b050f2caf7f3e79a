import { pages, read } from '../support/documents';

/** Prose of a page: no code, no targets of links; as many lines as the page has. */
function prose(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  return text.replace(/<!--[^]*?-->/g, blank).replace(/^ *```[^]*?^ *```/gm, blank).replace(/`[^`\n]*`/g, (code) => `\0${' '.repeat(code.length - 1)}`).replace(/\]\([^)]*\)/g, blank);
}

/** Rules for prose, each with what is done in its place. Those of write-good find a thousand passive voices, which are no fault where a program is what acts. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z]+)(?:[ \t]+\n?|\n)[ \t]*\1\b(?![:-])/gi, 'a word stands twice'],
  [/\b(?:(?<!that |the )very|really|quite|basically|simply|easily|obviously|clearly|of course|huge(?! pages)|powerful|seamless(?:ly)?|robust|blazing(?:ly)?|state[- ]of[- ]the[- ]art)\b/gi, 'says nothing: leave it out, or give a figure'],
  [/\b(?:in order to|utili[sz]e[sd]?|leverage[sd]?|please note|note that|at this point in time|due to the fact|prior to|a number of)\b/gi, 'there is a shorter word'],
  [/\b(?:slaves?|whitelist|blacklist)\b/gi, 'is another word in the glossary'],
  [/\b(?:TODO|TBD|FIXME|XXX|lorem)\b/g, 'is not done'],
  [/[a-z]!(?=\s|$)/gm, 'needs no exclamation mark'],
];

function faults(page: string, text: string): string[] {
  const plain = prose(text);
  return RULES.flatMap(([rule, why]) => [...plain.matchAll(rule)].map((match) => `${page}:${plain.slice(0, match.index).split('\n').length}: "${match[0]}" ${why}`));
}

test('each rule of prose finds what it is for', () => {
  const wrong = ['the the end', 'a very long text', 'in order to see', 'a slave', 'TODO', 'it works!'];
  expect(wrong.map((text) => faults('page', text).length)).toEqual(RULES.map(() => 1));
  expect(faults('page', '`very very` [a](very.md)\n```\nTODO\n```\n')).toEqual([]);
});

test('prose keeps to the rules', () => {
  expect(pages().flatMap((page) => faults(page, read(page)))).toEqual([]);
});

test('words of ours that the spelling knows are in order, each once', () => {
  const words = read('cspell-words.txt').trim().split('\n');
  const key = (word: string) => word.toLowerCase();
  expect(words).toEqual([...new Map(words.map((word) => [key(word), word])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1)));
});
