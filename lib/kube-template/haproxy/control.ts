/** What became of a new HAProxy file. */
export interface HaproxyApplied {
  /** `runtime`, `reload`, or another word when there was nothing to do. */
  readonly how: string;
  /** Number of runtime commands. */
  readonly commands: number;
  /** Why a reload was needed, or nothing could be done. */
  readonly reason?: string;
}

/** A running HAProxy, as a delivery needs it. */
export interface HaproxyControl {
  /** Makes ready for HAProxy to read the old or the new file at any time, before the new one is written. The old is '' when there is none. */
  prepare(old: string, config: string): void;
  /** Makes a running HAProxy follow from the old file to the new one. @throws Error when it does not */
  apply(old: string, config: string): Promise<HaproxyApplied>;
  /** Tells that the old file is in its place again, after HAProxy did not follow to a new one. */
  takenBack(): void;
  /** Compares a running HAProxy with its file and repairs it. @returns the number of repairs */
  drift(config: string): Promise<number>;
  /** Number of processes that only serve sessions from before a reload. */
  oldWorkers(): Promise<number>;
}
