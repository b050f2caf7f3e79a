import { cut } from './style';
import { Terminal } from '../base/command';

const ESC = '\u001b[';
/** The terminal's other screen, without a cursor; and back. */
const ENTER = `${ESC}?1049h${ESC}?25l`;
const LEAVE = `${ESC}?25h${ESC}?1049l`;

/** Shows lines again and again: on a terminal in place, without flicker, and elsewhere one after the other. */
export class Screen {
  private last: readonly string[] = [];
  private entered = false;

  constructor(private readonly terminal: Terminal) {}

  public show(lines: readonly string[]): void {
    const { isTerminal, print, size } = this.terminal;
    this.last = lines;
    if (!isTerminal) {
      print(`${lines.join('\n')}\n\n`);
      return;
    }
    const { columns, rows } = size();
    const shown = lines.slice(0, rows - 1).map((line) => `${cut(line, columns)}${ESC}K\n`);
    print(`${this.entered ? '' : ENTER}${ESC}H${shown.join('')}${ESC}J`);
    this.entered = true;
  }

  /** Leaves the last lines where the user can still read them. */
  public close(): void {
    if (this.entered) this.terminal.print(`${LEAVE}${this.last.join('\n')}\n`);
    this.entered = false;
  }
}
