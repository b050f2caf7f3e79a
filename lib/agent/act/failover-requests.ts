/**
 * The one voice with which an agent asks for failovers. A server that died and is back has two reasons to ask, and the members may change
 * meanwhile: a second Sentinel that is asked promotes a second replica.
 */
export class FailoverRequests {
  private underWay = false;

  /**
   * Asks, unless it is being asked already.
   *
   * @returns whether a failover was accepted, or may have been.
   */
  public async once(ask: () => Promise<boolean>): Promise<boolean> {
    if (this.underWay) return true;
    this.underWay = true;
    return ask().finally(() => { this.underWay = false; });
  }
}
