import { pages, read } from '../../support/documents';

/** A block of code of a page. */
export interface Block {
  /** PAGE:LINE of its first line. */
  readonly at: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** What the comment `<!-- given: … -->` right above the block says: lines that it needs and that a reader does not. */
  readonly given: string;
}

/** All blocks of all pages that somebody writes. */
export function blocks(...languages: string[]): Block[] {
  return pages().flatMap((page) => blocksOf(page, read(page))).filter(({ language }) => languages.includes(language));
}

export function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(/(?:^<!-- given: ([^]*?) -->\n)?^( *)```([\w-]*)[^\n]*\n([^]*?)^ *```$/gm)].map((match) => ({
    at: `${page}:${text.slice(0, match.index).split('\n').length + (match[1] === undefined ? 1 : match[1].split('\n').length + 1)}`,
    page,
    language: match[3],
    text: match[4].split('\n').map((line) => (line.startsWith(match[2]) ? line.slice(match[2].length) : line)).join('\n'),
    given: match[1] ?? '',
  }));
}
