import * as net from 'node:net';

/** Where a server listens. */
export interface Address {
  /** An IP address in its canonical form, else as it was written. */
  readonly host: string;
  /** Undefined: the port that the client connected to. */
  readonly port?: number;
  /** Whether it is an IP address: names and paths cannot be set at run time. */
  readonly numeric: boolean;
}

/** Reads the address of a server line; as in HAProxy the last colon separates the port, also after an IPv6 address without brackets. */
export function parseAddress(text: string): Address {
  const [, before, digits] = /^(.*):(\d*)$/.exec(text) ?? [text, text, ''];
  const host = canonical(before.replace(/^ipv[46]@/, '').replace(/^\[(.*)\]$/, '$1'));
  const port = Number(digits) || undefined;
  return host === undefined ? { host: text, numeric: false } : { host, port, numeric: true };
}

/** An IP address in the form that HAProxy prints; undefined when it is none. */
export function canonical(ip: string): string | undefined {
  switch (net.isIP(ip)) {
    case 4: return ip;
    case 6: return new net.SocketAddress({ address: ip, family: 'ipv6' }).address;
    default: return undefined;
  }
}

/** The address as a server line has it. */
export function printAddress({ host, port }: Address): string {
  const bracketed = net.isIPv6(host) ? `[${host}]` : host;
  return port === undefined ? bracketed : `${bracketed}:${port}`;
}

/** Whether two addresses are the same. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port;
}
