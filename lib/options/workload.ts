/**
 * What the data is worth. It decides what happens when memory is full, what is written to disk and when, how many replicas a write needs, and how much memory
 * replicas and clients get. Each of these has a prop of its own, which counts for more. docs/explanation/durability.md tells what each may lose.
 */
export enum Workload {
  /** Data that can be made anew: evicted when memory is full, written nowhere, and taken whether replicas are there or not. */
  CACHE = 'cache',

  /** Jobs and messages: nothing is evicted, all is on a volume within a second, and a master without a replica takes nothing. */
  QUEUE = 'queue',

  /** The only copy of something: as a queue, but on the master's disk before it is acknowledged, and a majority of the servers has to be in sync. */
  STORE = 'store',
}
