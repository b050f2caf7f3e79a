/** Attempts follow each other sooner than this for as long as one reason lasts. In milliseconds. */
const RUN_MS = 5_000;

/** The failovers of an agent, one at a time: a server that died and is back has two reasons for one, and the members may change meanwhile. */
export class Failovers {
  private underWay = false;
  private last = { line: '', at: -Infinity };

  /**
   * Begins one, unless one is under way.
   *
   * @returns whether there is another master, or may be.
   */
  public async once(failOver: () => Promise<boolean>): Promise<boolean> {
    if (this.underWay) return true;
    this.underWay = true;
    return failOver().finally(() => { this.underWay = false; });
  }

  /** Whether it is worth a line in the log that one was given up: the attempts before, a few in each second, were not given up for the same reason. */
  public isNews(line: string, at: number): boolean {
    const { last } = this;
    this.last = { line, at };
    return line !== last.line || at - last.at > RUN_MS;
  }
}
