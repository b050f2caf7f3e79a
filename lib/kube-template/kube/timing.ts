/** Times of a source. Tests shorten them; nobody else should need to. */
export interface Timing {
  /** Range of the watch duration asked of the server, whole seconds. Random, so that sources do not reconnect together. */
  readonly watchSeconds: readonly [number, number];
  /** Time after the asked duration at which a watch that the server has not ended is cut, ms. */
  readonly watchGraceMs: number;
  /** Idle time before the first TCP keepalive probe, ms. Finds peers that vanished without closing the connection. */
  readonly keepAliveMs: number;
  /** From the request to the response headers, ms. */
  readonly headerTimeoutMs: number;
  /** From the headers to the end of a list page, ms. */
  readonly bodyTimeoutMs: number;
  /** Age at which the collection is listed again, ms. After a restore, the API server may stay silent for ever. */
  readonly relistMs: number;
  /** First delay after a failure, ms; doubled for each further one. */
  readonly backoffMinMs: number;
  /** Longest delay after a failure, ms. */
  readonly backoffMaxMs: number;
  /** Age at which a watch without events counts as good, so that the delays start over, ms. */
  readonly stableMs: number;
  /** Delay after 403, 404 and 405, which only a change in the cluster ends, ms. */
  readonly deniedRetryMs: number;
}

export const DEFAULT_TIMING: Timing = {
  watchSeconds: [240, 300],
  watchGraceMs: 15_000,
  keepAliveMs: 10_000,
  // a busy API server may keep a request in a queue for a quarter of its --request-timeout, 15 s by default
  headerTimeoutMs: 20_000,
  bodyTimeoutMs: 60_000,
  relistMs: 3_600_000,
  backoffMinMs: 100,
  backoffMaxMs: 3_000,
  stableMs: 5_000,
  deniedRetryMs: 10_000,
};
