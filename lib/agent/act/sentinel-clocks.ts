import { SentinelRestarts } from './sentinel-restarts';
import { Clock } from '../base/clock';
import { Pace } from '../base/pace';
import { Observation } from '../observe/observation';

/** A step that is over sooner costs less than a restart. In milliseconds. */
const LEAST_STEP_MS = 5_000;
/** Who does not answer for so long may be away for longer than the others can be without eyes. In milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Makes a Sentinel start again whose clock was set back, as NTP does after a boot with a wrong one. It compares times of the wall clock: until its clock
 * reaches the time that it had before, it pings nobody, reads no INFO, opens no connection again, and finds no master down.
 */
export class SentinelClocks {
  private since?: number;
  /** Each round, but never two at once. */
  private readonly pace: Pace;

  constructor(private readonly clock: Clock, private readonly restarts: SentinelRestarts) {
    this.pace = new Pace(clock, 0);
  }

  public async keep(observation: Observation): Promise<void> {
    await this.pace.run(async () => {
      const sentinel = observation.sentinels.findIndex((view) => (view?.clockBackMs ?? 0) >= LEAST_STEP_MS);
      if (sentinel === -1) {
        this.since = undefined;
        return;
      }
      const now = this.clock.now();
      this.since ??= now;
      const blind = observation.sentinels[sentinel]!;
      // whatever that one says is what it knew
      if (!this.restarts.allowed(observation, now >= this.since + PATIENCE_MS, (view) => view !== blind)) return;
      const seconds = Math.round(blind.clockBackMs! / 1_000);
      await this.restarts.restart(sentinel, 'sentinel', `${sentinel} starts again: its clock was set back, and it would watch nobody for ${seconds} s`);
    });
  }
}
