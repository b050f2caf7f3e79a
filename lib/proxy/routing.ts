/**
 * How clients find the master.
 */
export class Routing {
  /**
   * Through HAProxy, which reaches each server through its announce Service.
   */
  public static service(): Routing {
    return new Routing('service');
  }

  /**
   * No proxy: for clients that ask the Sentinels themselves.
   */
  public static none(): Routing {
    return new Routing('none');
  }

  private constructor(
    /** `service` or `none`. */
    public readonly kind: string,
  ) {}
}
