const MIB = 1024 * 1024;
/** What the engines give a replica, and how long it may need more than the second number. */
const ENGINE_DEFAULT = 256 * MIB;
const SOFT_SECONDS = 60;
/** What replicas get in any case. In bytes. */
export const LEAST_REPLICA_BUFFER = 8 * MIB;

/**
 * Bounds of what clients and replicas may occupy beside the data, so that one of them can't fill the memory that all share.
 *
 * - Clients together get a part of maxmemory (`maxmemory-clients`): then the one with the largest buffers is cut. Without it, one that does not read what
 *   it asked for (MONITOR, a large reply) fills maxmemory, and all writes are refused.
 * - Replicas get three quarters of what the memory limit leaves beside maxmemory: their buffer, which all share, counts in neither.
 * - A value (`proto-max-bulk-len`) is small enough that two fit into both: one that closes the replicas stops all writes.
 *
 * @param directives of the user: what they say is left to them
 * @param clientsPart part of maxmemory that all clients together may take
 */
export function bufferDirectives(
  limit: number | undefined, maxmemory: number | undefined, directives: readonly string[], clientsPart: number,
): string[] {
  const room = limit === undefined || maxmemory === undefined ? undefined : limit - maxmemory;
  const replica = room === undefined ? ENGINE_DEFAULT : Math.max(LEAST_REPLICA_BUFFER, Math.floor(room * 0.75));
  const value = Math.max(MIB, Math.floor(Math.min(replica / 2, maxmemory === undefined ? Infinity : maxmemory / 8)));
  const all: readonly (readonly [directive: string, value: string])[] = [
    ['client-output-buffer-limit replica', `${replica} ${Math.floor(replica / 2)} ${SOFT_SECONDS}`],
    ...maxmemory === undefined ? [] : [['maxmemory-clients', String(Math.floor(maxmemory * clientsPart))] as const],
    ['proto-max-bulk-len', String(value)],
  ];
  return all.filter(([directive]) => !directives.some((line) => isOf(line, directive))).map((words) => words.join(' '));
}

/** Whether a line is of a directive; a replica was once called slave. */
function isOf(line: string, directive: string): boolean {
  const words = line.toLowerCase().replace(/["']/g, '').split(/\s+/).map((word) => (word === 'slave' ? 'replica' : word));
  return directive.split(' ').every((word, index) => words[index] === word)
    // several classes may stand in one line
    || (words[0] === 'client-output-buffer-limit' && directive.startsWith(`${words[0]} `) && words.includes(directive.split(' ')[1]));
}
