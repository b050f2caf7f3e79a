import { BLOCK_HEAD, blockScalar } from './block-scalar';
import { doubleQuoted, folded, resolve, singleQuoted } from './scalar';

/**
 * Parses one YAML document, of what configuration files and kubeconfigs are written in: no tags, no `? ` keys, no keys that are no
 * text. The messages of errors have the line, and nothing of the text, which may be a secret.
 *
 * @returns null when there is nothing in it
 * @throws Error
 */
export function parseYaml(text: string): unknown {
  return new YamlReader(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')).document();
}

/** A mapping on its way: merged keys give way to its own. */
interface Mapping {
  readonly own: Map<string, unknown>;
  readonly merged: [string, unknown][];
}

const MAX_DEPTH = 200;
const MARKER = /(?:---|\.\.\.)(?=[ \t\n]|$)/y;
const DASH = /-(?=[ \t\n]|$)/y;
const COLON = /:(?=[ \t\n]|$)/y;
const COLON_IN_FLOW = /:(?=[ \t\n,[\]{}]|$)/y;
const ANCHOR = /&([^ \t\n,[\]{}]+)(?=[ \t\n,\]}]|$)/y;
const ALIAS = /\*([^ \t\n,[\]{}]+)/y;
const DOUBLE = /"((?:[^"\\]|\\[^])*)"/y;
const SINGLE = /'((?:[^']|'')*)'/y;
const SPACE = /[ \t]*/y;
const COMMENT = /(?<=[ \t\n]|^)#[^\n]*/y;
/** Characters that begin something else, and those that do unless something follows them. */
const PLAIN = /(?:[^\s,[\]{}#&*!|>'"%@`?:-]|[?:-](?=\S))(?:[^\n:#]|:(?=\S)|(?<=\S)#)*/y;
const PLAIN_IN_FLOW = /(?:[^\s,[\]{}#&*!|>'"%@`?:-]|[?:-](?=[^\s,[\]{}]))(?:[^\n:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#)*/y;
const MORE = /(?:[^\s:#]|:(?=\S))(?:[^\n:#]|:(?=\S)|(?<=\S)#)*/y;
const MORE_IN_FLOW = /(?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}]))(?:[^\n:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#)*/y;

class YamlReader {
  private position = 0;
  private depth = 0;
  private readonly anchors = new Map<string, unknown>();

  constructor(private readonly text: string) {}

  document(): unknown {
    this.blank();
    if (this.text[this.position] === '%') this.fail('directives are not supported');
    if (this.marker('---')) this.match(SPACE);
    else if (this.position === this.text.length) return null;
    const value = this.atMarker() ? null : this.value(-1);
    this.blank();
    if (this.marker('...')) this.blank();
    if (this.position < this.text.length) this.fail(this.atMarker() ? 'more than one document' : 'bad indentation, or a key without a value');
    return value;
  }

  private fail(message: string): never {
    const before = this.text.slice(0, this.position).split('\n');
    throw new Error(`line ${before.length}, column ${before[before.length - 1].length + 1}: ${message}`);
  }

  private match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text);
    if (found) this.position += found[0].length;
    return found ?? undefined;
  }

  private at(expression: RegExp): boolean {
    expression.lastIndex = this.position;
    return expression.test(this.text);
  }

  private get column(): number {
    return this.position - this.text.lastIndexOf('\n', this.position - 1) - 1;
  }

  private atMarker(): boolean {
    return this.column === 0 && this.at(MARKER);
  }

  /** Moves behind a marker, if it is here. */
  private marker(marker: string): boolean {
    return this.text.startsWith(marker, this.position) && this.atMarker() && this.match(MARKER) !== undefined;
  }

  /** Moves to the end of the line, if nothing but space and a comment is left of it. */
  private endsLine(): boolean {
    this.match(SPACE);
    this.match(COMMENT);
    return this.position >= this.text.length || this.text[this.position] === '\n';
  }

  /** Moves to the next thing that is no space and no comment. */
  private blank(): void {
    while (this.position < this.text.length && this.endsLine()) this.position++;
    this.position = Math.min(this.position, this.text.length);
  }

  /** Moves to the next thing, which has to be indented by spaces. @returns its column, -1 for the end of the document */
  private nextBlock(): number {
    this.blank();
    if (this.position >= this.text.length || this.atMarker()) return -1;
    const { column } = this;
    if (/^[ \t]*\t[ \t]*$/.test(this.text.slice(this.position - column, this.position))) this.fail('a tab in the indentation; expected spaces');
    return column;
  }

  /** What follows a key, a dash or the beginning, which stands at the indentation `parent`. */
  private value(parent: number, inMapping = false): unknown {
    if (++this.depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} deep`);
    this.match(SPACE);
    const anchor = this.match(ANCHOR)?.[1];
    const value = this.endsLine() ? this.below(parent, inMapping) : this.beside(parent, inMapping || anchor !== undefined);
    if (anchor !== undefined) this.anchors.set(anchor, value);
    this.depth--;
    return value;
  }

  /** A value that begins in a later line. */
  private below(parent: number, inMapping: boolean): unknown {
    const start = this.position;
    const indent = this.nextBlock();
    // The list of a key need not be indented.
    const isList = indent >= 0 && this.at(DASH);
    if (indent > parent || (inMapping && indent === parent && isList)) return this.block(indent, parent);
    this.position = start;
    return null;
  }

  /** A value that begins in this line. */
  private beside(parent: number, alone: boolean): unknown {
    const head = this.match(BLOCK_HEAD);
    if (head) {
      const { text, length } = blockScalar(this.text.slice(this.position), head, parent);
      // Stays at the end of its last line, as other values do.
      this.position += length - Number(head[0].endsWith('\n'));
      return text;
    }
    return alone ? this.inline(parent) : this.block(this.column, parent);
  }

  /** A list, a mapping, or a value without either. */
  private block(indent: number, parent: number): unknown {
    if (this.at(DASH)) return this.list(indent);
    if (this.at(/\?(?=[ \t\n]|$)/y)) this.fail('keys after a question mark are not supported');
    const start = this.position;
    const anchor = this.match(ANCHOR)?.[1];
    if (anchor !== undefined && this.endsLine()) {
      // Of what comes in the next lines.
      this.position = start;
      return this.value(parent);
    }
    const key = this.key();
    if (key === undefined) {
      this.position = start;
      return anchor === undefined ? this.beside(parent, true) : this.value(parent, true);
    }
    if (anchor !== undefined) this.fail('anchors of keys are not supported');
    this.position = start;
    return this.mapping(indent);
  }

  private list(indent: number): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      this.match(DASH);
      list.push(this.value(indent));
      if (!this.goesOn(indent, true)) return list;
    }
  }

  private mapping(indent: number): Record<string, unknown> {
    const mapping: Mapping = { own: new Map(), merged: [] };
    do {
      const key = this.key();
      if (key === undefined) this.fail('expected a key and a colon');
      this.add(mapping, key, () => this.value(indent, true));
    } while (this.goesOn(indent));
    return finished(mapping);
  }

  /** Moves to what comes at the same indentation, if it does; what comes may not be indented further. */
  private goesOn(indent: number, dash = false): boolean {
    if (!this.endsLine()) this.fail('unexpected text behind a value');
    const start = this.position;
    const next = this.nextBlock();
    if (next > indent) this.fail('bad indentation');
    const found = next === indent && (!dash || this.at(DASH));
    if (!found) this.position = start;
    return found;
  }

  /** A key and its colon. @returns undefined when there is none; the position is then of no use */
  private key(): { readonly name: string; readonly merges: boolean } | undefined {
    const quoted = this.quoted(false);
    const name = quoted ?? this.plainKey(PLAIN);
    this.match(SPACE);
    return name !== undefined && this.match(COLON) ? { name, merges: quoted === undefined && name === '<<' } : undefined;
  }

  /** Keys are texts, whatever they would be as values. */
  private plainKey(expression: RegExp): string | undefined {
    const text = this.match(expression)?.[0];
    return text === undefined ? undefined : String(resolve(text.trimEnd()));
  }

  private add({ own, merged }: Mapping, { name, merges }: { name: string; merges: boolean }, read: () => unknown): void {
    if (own.has(name)) this.fail('a key for the second time');
    const value = read();
    if (!merges) {
      own.set(name, value);
      return;
    }
    for (const one of [value].flat()) {
      if (typeof one !== 'object' || one === null) this.fail('expected mappings to merge');
      // Of several the first wins.
      merged.unshift(...Object.entries(one));
    }
  }

  /** A value without lines of its own: in brackets, in quotes, an alias, or plain text. */
  private inline(parent: number): unknown {
    const value = this.flow() ?? this.plain(PLAIN, MORE, parent);
    if (value === undefined) this.fail(this.text[this.position] === '!' ? 'tags are not supported' : 'unexpected character');
    if (!this.endsLine()) this.fail(this.text[this.position] === ':' ? 'a key where none may be' : 'unexpected text behind a value');
    return value.value;
  }

  private flow(): { value: unknown } | undefined {
    const quoted = this.quoted(true);
    if (quoted !== undefined) return { value: quoted };
    const alias = this.match(ALIAS)?.[1];
    if (alias !== undefined) {
      if (!this.anchors.has(alias)) this.fail('an alias without an anchor before it');
      return { value: this.anchors.get(alias) };
    }
    if (this.match(/\[/y)) return { value: this.flowList() };
    return this.match(/\{/y) ? { value: this.flowMapping() } : undefined;
  }

  private flowValue(): unknown {
    if (++this.depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} deep`);
    const anchor = this.match(ANCHOR)?.[1];
    this.blank();
    const found = this.flow() ?? this.plain(PLAIN_IN_FLOW, MORE_IN_FLOW, -1);
    if (!found && !/[,\]}]/.test(this.text[this.position] ?? '')) {
      this.fail(this.text[this.position] === '!' ? 'tags are not supported' : 'unexpected character');
    }
    const value = found?.value ?? null;
    if (anchor !== undefined) this.anchors.set(anchor, value);
    this.depth--;
    this.blank();
    return value;
  }

  private flowList(): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      this.blank();
      if (this.match(/\]/y)) return list;
      const start = this.position;
      const value = this.flowValue();
      if (this.position === start) this.fail('expected a value');
      list.push(value);
      if (!this.match(/,/y) && this.text[this.position] !== ']') this.fail('expected , or ]');
    }
  }

  private flowMapping(): Record<string, unknown> {
    const mapping: Mapping = { own: new Map(), merged: [] };
    for (;;) {
      this.blank();
      if (this.match(/\}/y)) return finished(mapping);
      const quoted = this.quoted(false);
      const name = quoted ?? this.plainKey(PLAIN_IN_FLOW);
      if (name === undefined) this.fail('expected a key');
      this.blank();
      this.add(mapping, { name, merges: quoted === undefined && name === '<<' }, () => {
        // A quoted key needs no space behind its colon.
        if (!this.match(quoted === undefined ? COLON_IN_FLOW : /:/y)) return null;
        this.blank();
        return this.flowValue();
      });
      this.blank();
      if (!this.match(/,/y) && this.text[this.position] !== '}') this.fail('expected , or }');
    }
  }

  /** A text in quotes. @returns undefined when there is none, or when it has several lines and may not */
  private quoted(multiline: boolean): string | undefined {
    const mark = this.text[this.position];
    if (mark !== '"' && mark !== '\'') return undefined;
    const start = this.position;
    const found = this.match(mark === '"' ? DOUBLE : SINGLE) ?? this.fail('a quote is not closed');
    if (!multiline && found[0].includes('\n')) return undefined;
    if (/\n(?:---|\.\.\.)(?=\s)/.test(found[0])) this.fail('the document ends inside of quotes');
    if (mark === '\'') return singleQuoted(found[1]);
    try {
      return doubleQuoted(found[1]);
    } catch (error) {
      this.position = start;
      return this.fail((error as Error).message);
    }
  }

  /** Plain text, which goes on in lines that are indented further than the parent. */
  private plain(first: RegExp, more: RegExp, parent: number): { value: unknown } | undefined {
    const start = this.match(first)?.[0];
    if (start === undefined) return undefined;
    let text = start;
    for (;;) {
      const end = this.position;
      const breaks = this.match(/[ \t]*\n[ \t\n]*/y)?.[0];
      const next = breaks !== undefined && this.column > parent && !this.atMarker() ? this.match(more)?.[0] : undefined;
      if (next === undefined) {
        this.position = end;
        return { value: resolve(folded(text.trim())) };
      }
      text += breaks + next;
    }
  }
}

function finished({ own, merged }: Mapping): Record<string, unknown> {
  return Object.fromEntries([...merged, ...own]);
}
