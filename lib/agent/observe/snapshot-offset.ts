import * as fs from 'node:fs';
import * as path from 'node:path';

/** What `convert-data.sh` makes of a `dump.rdb`: the first base of an append-only log. */
const BASE = 'appendonlydir/appendonly.aof.1.base.rdb';
/** The fields of an RDB file that tell about replication stand at its head. */
const HEAD = 512;
/** A number up to 32 bits is written as such, a larger one as text. */
const OFFSET = /repl-offset(?:\xc0([^])|\xc1([^]{2})|\xc2([^]{4})|[\x01-\x14](\d+))/;

/**
 * How far the data of a snapshot goes that an append-only log begins with: a server that reads a log does not restore its offset. 0 where it is not
 * known, as of any log that a server began itself.
 */
export function snapshotOffset(dataDir: string): number {
  try {
    const descriptor = fs.openSync(path.join(dataDir, BASE), 'r');
    try {
      const head = Buffer.alloc(HEAD);
      fs.readSync(descriptor, head, 0, HEAD, 0);
      const found = OFFSET.exec(head.toString('latin1'))?.slice(1) ?? [];
      const binary = found.slice(0, 3).find((bytes) => bytes !== undefined);
      if (binary === undefined) return Number(found[3] ?? 0);
      return Buffer.from(binary, 'latin1').readIntLE(0, binary.length);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return 0;
  }
}
