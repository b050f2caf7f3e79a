// What a backup costs clients, and how long backup and restore take, with real processes on loopback addresses.
// usage: npm run bench:backup -- [--mebibytes N]…
//
// --mebibytes  size of the data; may be given several times. Default: 1024. It needs five times as much memory, and as much space for temporary files.
//
// env: RESTIC, RCLONE
import { parseArgs } from 'node:util';
import { Clients, Seen } from './bench-backup/clients';
import { Repository } from './bench-backup/repository';
import { Restored } from './bench-backup/restored';
import { Source } from './bench-backup/source';
import { record, table } from './measurements';

const WRITERS = 8;
/** For so long clients are watched while nothing else is done. In milliseconds. */
const QUIET_MS = 30_000;

/** What was seen of one size. */
interface Run {
  readonly mebibytes: number;
  readonly latencies: readonly (readonly [during: string, seen: Seen])[];
  readonly seconds: readonly (readonly [step: string, seconds: number])[];
}

async function measure(mebibytes: number): Promise<Run> {
  const latencies: [string, Seen][] = [];
  const seconds: [string, number][] = [];
  const timed = async <T>(step: string, does: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await does();
    seconds.push([step, (performance.now() - start) / 1000]);
    console.log(`${mebibytes} MiB, ${step}: ${seconds.at(-1)![1].toFixed(1)} s`);
    return result;
  };
  const source = await Source.up(mebibytes);
  try {
    const repository = await Repository.start(source.folder);
    const watched = async (during: string, does: () => Promise<unknown>): Promise<void> => {
      const clients = new Clients(source.stack, WRITERS);
      await does();
      const seen = await clients.stop();
      latencies.push([during, seen]);
      console.log(`${mebibytes} MiB, ${during}: p99 ${seen.p99.toFixed(1)} ms, longest gap ${seen.gap.toFixed(0)} ms`);
    };
    try {
      await watched('nothing else', async () => new Promise((resolve) => setTimeout(resolve, QUIET_MS)));
      await watched('`redis-cli --rdb` of a replica', async () => timed('`redis-cli --rdb`', async () => source.plainDump()));
      await watched('a backup', async () => {
        await timed('backup: the dump, checked', async () => source.dump());
        await timed('backup: stored in S3, the first one', async () => repository.run('store', source));
      });
      await timed('backup: stored in S3, of the same data again', async () => repository.run('store', source));
      await timed('verification: fetched', async () => repository.run('fetch', source));
      await timed('verification: loaded and counted', async () => source.verify());
      await source.stop();
      const restored = await Restored.create(await repository.end(), source.dumpFile, mebibytes);
      try {
        await timed('restore: a new installation, until all three servers have the data', async () => restored.begin());
      } finally {
        await restored.stop();
      }
    } finally {
      await repository.stop();
    }
  } finally {
    await source.stop();
  }
  return { mebibytes, latencies, seconds };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { mebibytes: { type: 'string', multiple: true, default: ['1024'] } } });
  const sizes = values.mebibytes.map(Number);
  if (sizes.some((size) => !(Number.isInteger(size) && size > 0))) throw new Error(`--mebibytes must be whole numbers, not ${values.mebibytes.join(', ')}`);
  const runs: Run[] = [];
  for (const size of sizes) runs.push(await measure(size));
  const latencies = runs.flatMap(({ mebibytes, latencies: all }) => all.map(([during, { p50, p99, gap, writes }]) => (
    [mebibytes, during, writes, p50.toFixed(1), p99.toFixed(1), gap.toFixed(0)])));
  const steps = runs[0]!.seconds.map(([step], index) => [step, ...runs.map(({ seconds }) => seconds[index]![1].toFixed(1))]);
  const what = `Three servers, their Sentinels and one HAProxy as processes of one machine, values of random bytes (nothing to compress), S3 by rclone on the same disk. ${WRITERS} clients write 200 bytes each 5 ms through HAProxy; the gap is the longest time in which none of them got a reply.`;
  record('bench:backup', 'Backup and restore', [
    what, table(['MiB', 'meanwhile', 'writes', 'p50 (ms)', 'p99 (ms)', 'longest gap (ms)'], latencies), table(['seconds for', ...runs.map(({ mebibytes }) => `${mebibytes} MiB`)], steps),
  ].join('\n\n'));
}

void main();
