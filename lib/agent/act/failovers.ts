/** The failovers of an agent, one at a time: a server that died and is back has two reasons for one, and the members may change meanwhile. */
export class Failovers {
  private underWay = false;

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
}
