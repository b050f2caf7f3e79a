/**
 * The directive that a hand-over sets to 0 while writes are paused: a master whose replicas left refuses a write (NOREPLICAS) before it would pause it, and clients
 * don't repeat refused writes. A cut-over sets it to more than there are replicas: that makes a master refuse writes.
 */
export const MIN_REPLICAS = 'min-replicas-to-write';
