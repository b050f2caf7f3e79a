import { ServerName } from './reading';

/** Which server announces an address. */
export class Addresses {
  private readonly ordinals: ReadonlyMap<string, number>;

  /** @param addresses of each server's announce Service, by ordinal */
  constructor(addresses: readonly (readonly string[])[]) {
    this.ordinals = new Map(addresses.flatMap((each, ordinal) => each.map((address): [string, number] => [address, ordinal])));
  }

  /** @param host undefined or empty for none */
  public of(host: string | undefined): ServerName {
    if (host === undefined || host === '') return 'nobody';
    return this.ordinals.get(host) ?? 'unknown';
  }
}
