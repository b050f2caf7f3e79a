import * as fs from 'node:fs';

const LISTEN = '0A';
const CHUNK = 4096;

/** Addresses with ports, `127.1.2.3:6379`, on which processes listen. The kernel lists them before all connections, of which there may be thousands. */
export function listening(file = '/proc/net/tcp'): Set<string> {
  const found = new Set<string>();
  const fd = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    let rest = '';
    for (let first = true; ;) {
      const length = fs.readSync(fd, buffer);
      if (length === 0) return found;
      const lines = (rest + buffer.toString('latin1', 0, length)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const [, local, , state] = line.trim().split(/\s+/);
        if (first) {
          first = false; // the heading
        } else if (state === LISTEN) {
          found.add(readable(local));
        } else {
          return found;
        }
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Which of these ports a program of this machine has on all addresses, so that nobody else can listen there. */
export function takenEverywhere(ports: readonly number[]): number[] {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].filter((file) => fs.existsSync(file)).map((file) => listening(file));
  const everywhere = ['0.0.0.0', Array(16).fill(0).join('.')];
  return ports.filter((port) => tables.some((table) => everywhere.some((address) => table.has(`${address}:${port}`))));
}

/** `0100007F:18EB`, the address in the machine's order of bytes, as `127.0.0.1:6379`; IPv6 likewise, in bytes. */
function readable(local: string): string {
  const [address, port] = local.split(':');
  const bytes = Buffer.from(address, 'hex').reverse();
  return `${[...bytes].join('.')}:${parseInt(port, 16)}`;
}
