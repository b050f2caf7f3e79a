import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Actor } from './actor';
import { acceptWrites, refuseWrites } from './own-fence';
import { messageOf } from '../../log/log';

/** Makes the local server refuse writes for as long as there is a reason to. */
export class WriteFence {
  /** While it is there, a fence may stand. It holds the reasons, one a line: the next agent knows what must end before writes are taken again. */
  private readonly mark: string;
  private readonly reasons: Set<string>;
  /** An attempt that is under way to make the server do what the reasons ask for. */
  private attempt?: Promise<void>;

  /**
   * @param current the actor at each moment: members change
   * @param handingOver while the role moves, the hand-over pauses writes: what was refused stays refused, and nothing else is
   * @param known all reasons that there are
   */
  constructor(private readonly current: () => Actor, private readonly handingOver: () => boolean, known: readonly string[]) {
    this.mark = path.join(current().config.runDir, 'isolated');
    const lines = existsSync(this.mark) ? readFileSync(this.mark, 'utf8').split('\n') : [];
    this.reasons = new Set(lines.filter((line) => known.includes(line)));
  }

  /** Told again and again while the reason lasts: what failed is tried again. */
  public raise(reason: string): void {
    if (this.handingOver()) return;
    this.reasons.add(reason);
    void this.settle();
  }

  /** Told again and again while it is known that there are no such reasons. Writes are taken again once there is none at all. */
  public async lower(...reasons: string[]): Promise<void> {
    reasons.forEach((reason) => this.reasons.delete(reason));
    await this.attempt;
    if (this.reasons.size === 0) await this.settle();
  }

  private async settle(): Promise<void> {
    this.attempt ??= this.follow()
      .catch((error: unknown) => this.current().log.warn('isolation', messageOf(error)))
      .finally(() => { this.attempt = undefined; });
    return this.attempt;
  }

  private async follow(): Promise<void> {
    if (this.handingOver()) return;
    const { peers: { local }, log } = this.current();
    if (this.reasons.size > 0) {
      const [reason] = this.reasons;
      // before: nobody would take back what has no mark
      writeFileSync(this.mark, [...this.reasons].join('\n'));
      if (await refuseWrites(local)) log.warn('isolation', `${reason}: it refuses writes`);
    } else if (existsSync(this.mark)) {
      const refused = await acceptWrites(local);
      if (refused === undefined) return;
      rmSync(this.mark, { force: true });
      if (refused) log.info('isolation', 'others are reached again, or it is no master any more: its own limit counts');
    }
  }
}
