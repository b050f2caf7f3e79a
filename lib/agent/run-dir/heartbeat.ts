import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';

/** The file whose time of modification says that the event loop runs. */
export const HEARTBEAT_FILE = 'agent-heartbeat';

/** Between beats. */
const BEAT_MS = 2_000;

/**
 * Shows a liveness probe that the event loop runs: a timer of its own touches a file, whatever the agent waits for. A round may take
 * seconds and a hand-over half a minute, so neither their pace nor their outcome says that the agent hangs.
 */
export class Heartbeat {
  private readonly file: string;
  private timer?: NodeJS.Timeout;
  private failed = false;

  constructor(runDir: string, private readonly log: Log, private readonly beatMs = BEAT_MS) {
    this.file = path.join(runDir, HEARTBEAT_FILE);
  }

  public start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), this.beatMs);
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  /** Touching an existing file succeeds on a full volume, too. */
  private beat(): void {
    const now = new Date();
    try {
      if (!fs.existsSync(this.file)) fs.writeFileSync(this.file, '');
      fs.utimesSync(this.file, now, now);
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.log.warn('heartbeat', `cannot be shown: ${messageOf(error)}`);
      this.failed = true;
    }
  }
}
