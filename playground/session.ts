import { Controls } from './controls';
import { changes } from './happenings';
import type { PlaygroundOptions } from './options';
import { rowsOf } from './rows';
import { clientsLine, clock, COLOURED, Happening, lines, Screen } from './screen';
import { isConverged, Look, Stack, until } from './stack';
import { Traffic } from './traffic';

const REDRAW_MS = 250;
const SETTLE_MS = 60_000;
const REPORT_MS = 10_000;
/** How long clients write before and after what `--press` does. In milliseconds. */
const WATCH_MS = 2_000;

const CLEAR = '\u001b[H\u001b[2J';
const [ENTER, LEAVE] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];

/** One run of the playground, from the start of the stack to the key that ends it. */
export class Session {
  private readonly started = Date.now();
  private readonly happened: Happening[] = [];
  private readonly controls: Controls;
  private readonly live = Boolean(process.stdout.isTTY && process.stdin.isTTY);
  private traffic?: Traffic;
  private before?: Look;
  private reported = Date.now();
  private asked?: () => void;
  private readonly end = new Promise<void>((resolve) => { this.asked = resolve; });
  private ended = false;

  constructor(private readonly stack: Stack, private readonly options: PlaygroundOptions) {
    this.controls = new Controls(stack, (text) => this.say(text));
    void this.end.then(() => { this.ended = true; });
  }

  /** @returns the exit status */
  public async run(): Promise<number> {
    const { stack, options } = this;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.asked!());
    const drawn = this.live && !options.once;
    if (drawn) this.openTerminal();
    try {
      this.say('everything starts at once');
      stack.start();
      const watching = this.watch(drawn);
      await Promise.race([this.settled(), this.end]);
      if (!this.ended) {
        this.traffic = new Traffic(stack);
        if (!drawn && !options.once) this.print(await this.screen(this.before!));
        await Promise.race([this.press(), this.end]);
        if (options.once) this.asked!();
      }
      await this.end;
      await watching;
    } finally {
      this.asked!();
      if (drawn) this.closeTerminal();
    }
    await this.controls.done();
    return this.finish();
  }

  /** Presses the keys of `--press`, each when all has settled. */
  private async press(): Promise<void> {
    const { press, once } = this.options;
    for (const key of press) {
      await this.pause(WATCH_MS);
      if (!this.controls.press(key)) this.say(`key ${key} has no meaning`);
      await this.controls.done();
      await this.pause(WATCH_MS);
      await this.settled();
    }
    if (once) await this.pause(WATCH_MS);
  }

  private async settled(): Promise<void> {
    await until('all has settled', () => this.ended || (this.before !== undefined && isConverged(this.before)), SETTLE_MS);
  }

  private async pause(ms: number): Promise<void> {
    await Promise.race([new Promise((resolve) => setTimeout(resolve, ms)), this.end]);
  }

  /** Looks at everything again and again, and draws it. */
  private async watch(drawn: boolean): Promise<void> {
    while (!this.ended) {
      const look = await this.stack.look();
      for (const change of changes(this.before, look)) this.say(change);
      this.before = look;
      if (drawn) await this.draw(look);
      else this.report();
      await this.pause(REDRAW_MS);
    }
  }

  /** A line now and then about the clients, for whoever reads a log. */
  private report(): void {
    const clients = this.traffic?.look();
    if (!clients || Date.now() - this.reported < REPORT_MS) return;
    this.reported = Date.now();
    this.say(clientsLine(clients));
  }

  private async draw(look: Look): Promise<void> {
    const { columns: width, rows: height } = process.stdout;
    process.stdout.write(CLEAR + lines(await this.screen(look), { width, height }, COLOURED).join('\r\n'));
  }

  private async screen(look: Look): Promise<Screen> {
    const { stack, options, controls } = this;
    const { redis } = stack;
    return {
      title: options.title,
      runningMs: Date.now() - this.started,
      password: redis.secretName === undefined ? 'none' : stack.secretFile(redis.secretKey!),
      folder: stack.folder,
      clients: this.traffic?.look() ?? NOBODY,
      rows: await rowsOf(stack, look, controls),
      selected: controls.selected,
      happened: this.happened,
    };
  }

  private say(text: string): void {
    const happening = { atMs: Date.now() - this.started, text };
    this.happened.push(happening);
    this.happened.splice(0, this.happened.length - 100);
    if (!this.live || this.options.once) console.log(`${clock(happening.atMs)}  ${text}`);
  }

  private print(screen: Screen): void {
    console.log(lines(screen, { width: 150, height: 100 }).join('\n'));
  }

  private async finish(): Promise<number> {
    const { traffic } = this;
    if (!traffic) return this.options.once ? 1 : 0;
    const look = await this.stack.look();
    if (this.options.once) this.print(await this.screen(look));
    // without a master nobody could be asked, for as long as there is none
    const readBack = await Promise.race([traffic.stop().then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 10_000, false))]);
    const { acknowledged } = traffic.look();
    console.log(`${acknowledged} writes were acknowledged, ${traffic.lost} of them are lost${readBack ? '' : '; nobody is there to read the last ones back'}`);
    return traffic.lost > 0 ? 1 : 0;
  }

  private openTerminal(): void {
    process.stdout.write(ENTER);
    process.stdin.setRawMode(true).setEncoding('utf8').on('data', (keys: string) => this.keys(keys)).resume();
  }

  private closeTerminal(): void {
    process.stdin.setRawMode(false).pause();
    process.stdout.write(LEAVE);
  }

  /** Ctrl-C ends it, too; arrows arrive as three characters. */
  private keys(text: string): void {
    for (const key of text.match(/\u001b\[[AB]|[^]/g) ?? []) {
      if (key === 'q' || key === '\u0003') this.asked!();
      else this.controls.press(key);
    }
  }
}

const NOBODY = {
  write: '', read: '', writesPerSecond: 0, history: [], acknowledged: 0, lost: 0, silentMs: 0, lastGapMs: 0, longestGapMs: 0,
};
