import { Flags, format, formatWith } from './format';
import { checkLength } from '../values/bounds';
import { kindOf, typeName } from '../values/value';

/** Largest width and precision that an argument may give. */
const MAX_NUMBER = 1_000_000;

/** Go's fmt.Sprintf. Mistakes show in the text: `%!d(string=a)`. @throws Error when the text is too large */
export function sprintf(text: string, args: readonly unknown[]): string {
  return new Printf(text, args).run();
}

/** Go's fmt.Sprint: a space between values neither of which is a string. */
export function sprint(args: readonly unknown[]): string {
  let out = '';
  args.forEach((arg, index) => {
    if (index > 0 && !isText(arg) && !isText(args[index - 1])) out += ' ';
    out += format(arg);
    checkLength(out.length);
  });
  return out;
}

/** Go's fmt.Sprintln: spaces between all values and a newline at the end. */
export function sprintln(args: readonly unknown[]): string {
  return `${args.map(format).join(' ')}\n`;
}

function isText(value: unknown): boolean {
  const kind = kindOf(value);
  return kind === 'string' || kind === 'zero';
}

class Printf {
  private out = '';
  private position = 0;
  private next = 0;
  private reordered = false;
  /** The last thing was an argument index, as in `%[1]d`. */
  private afterIndex = false;
  private goodIndex = true;

  constructor(private readonly text: string, private readonly args: readonly unknown[]) {}

  run(): string {
    for (;;) {
      const percent = this.text.indexOf('%', this.position);
      if (percent < 0) break;
      this.out += this.text.slice(this.position, percent);
      this.position = percent + 1;
      this.verb();
      checkLength(this.out.length);
    }
    this.out += this.text.slice(this.position);
    return this.out + this.extra();
  }

  private extra(): string {
    if (this.reordered || this.next >= this.args.length) return '';
    const extra = this.args.slice(this.next).map((arg) => arg === null ? '<nil>' : `${typeName(arg)}=${format(arg)}`);
    return `%!(EXTRA ${extra.join(', ')})`;
  }

  private verb(): void {
    this.goodIndex = true;
    this.afterIndex = false;
    const flags = this.flags();
    this.index();
    this.width(flags);
    this.precision(flags);
    if (!this.afterIndex) this.index();
    const code = this.text.codePointAt(this.position);
    if (code === undefined) {
      this.out += '%!(NOVERB)';
      return;
    }
    const verb = String.fromCodePoint(code);
    this.position += verb.length;
    this.out += this.argument(verb, flags);
  }

  private argument(verb: string, flags: Flags): string {
    if (verb === '%') return '%';
    if (!this.goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.next >= this.args.length) return `%!${verb}(MISSING)`;
    if (verb === 'v') {
      flags.sharpV = flags.sharp;
      flags.sharp = flags.plus = false;
    }
    return formatWith(this.args[this.next++], verb, flags);
  }

  private flags(): Flags {
    const flags: Flags = {};
    for (;; this.position++) {
      switch (this.text[this.position]) {
        case '+': flags.plus = true; break;
        case '-': flags.minus = true; break;
        case '#': flags.sharp = true; break;
        case ' ': flags.space = true; break;
        case '0': flags.zero = true; break;
        default: return flags;
      }
    }
  }

  private width(flags: Flags): void {
    if (this.text[this.position] === '*') {
      const width = this.starred();
      if (width === undefined) {
        this.out += '%!(BADWIDTH)';
      } else {
        flags.width = Math.abs(width);
        if (width < 0) Object.assign(flags, { minus: true, zero: false });
      }
      return;
    }
    flags.width = this.number();
    if (this.afterIndex && flags.width !== undefined) this.goodIndex = false;
  }

  private precision(flags: Flags): void {
    if (this.text[this.position] !== '.' || this.position + 1 >= this.text.length) return;
    this.position++;
    if (this.afterIndex) this.goodIndex = false;
    this.index();
    if (this.text[this.position] !== '*') {
      flags.precision = this.number() ?? 0;
      return;
    }
    const precision = this.starred();
    if (precision === undefined || precision < 0) this.out += '%!(BADPREC)';
    else flags.precision = precision;
  }

  /** The argument that `*` stands for; undefined when it is no integer. */
  private starred(): number | undefined {
    this.position++;
    this.afterIndex = false;
    if (this.next >= this.args.length) return undefined;
    const value = this.args[this.next++];
    return kindOf(value) === 'int' && Math.abs(Number(value)) <= MAX_NUMBER ? Number(value) : undefined;
  }

  /** A number too large to be meant ends the text, as in Go. */
  private number(): number | undefined {
    let value: number | undefined;
    for (let digit = this.text[this.position]; digit >= '0' && digit <= '9'; digit = this.text[++this.position]) {
      if (value !== undefined && value > MAX_NUMBER) {
        this.position = this.text.length;
        return undefined;
      }
      value = (value ?? 0) * 10 + Number(digit);
    }
    return value;
  }

  /** `[3]`: the next argument is the third. */
  private index(): void {
    if (this.text[this.position] !== '[') return;
    this.reordered = true;
    const end = this.text.indexOf(']', this.position);
    const inside = end < 0 ? '' : this.text.slice(this.position + 1, end);
    this.position = end < 0 ? this.position + 1 : end + 1;
    const number = /^[0-9]+$/.test(inside) ? Number(inside) : 0;
    if (number >= 1 && number <= this.args.length) this.next = number - 1;
    else this.goodIndex = false;
    this.afterIndex = /^[0-9]+$/.test(inside) && number <= MAX_NUMBER;
  }
}
