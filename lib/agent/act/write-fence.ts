import { existsSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Actor } from './actor';
import { OldMaster } from './old-master';
import { messageOf } from '../../log/log';

/** Makes the local server refuse writes for as long as there is a reason to. */
export class WriteFence {
  private readonly reasons = new Set<string>();
  /** While it is there, a fence stands, also one of a former agent. */
  private readonly mark: string;
  /** What refuses writes now. */
  private fence?: OldMaster;
  /** An attempt to refuse writes that is under way. */
  private raising?: Promise<void>;

  /**
   * @param current the actor at each moment: members change
   * @param handingOver while the role moves, the hand-over pauses writes: none are refused that were not before
   */
  constructor(private readonly current: () => Actor, private readonly handingOver: () => boolean) {
    this.mark = path.join(current().config.runDir, 'isolated');
  }

  /** Told again and again while the reason lasts: what failed is tried again. */
  public raise(reason: string): void {
    if (this.handingOver() && !this.fence) return;
    this.reasons.add(reason);
    if (this.fence) return;
    this.raising ??= this.refuseWrites(reason)
      .catch((error: unknown) => this.current().log.warn('isolation', messageOf(error)))
      .finally(() => { this.raising = undefined; });
  }

  /** Told again and again while there is no such reason. Writes are taken again once there is none at all. */
  public async lower(...reasons: string[]): Promise<void> {
    reasons.forEach((reason) => this.reasons.delete(reason));
    await this.raising;
    if (this.reasons.size > 0 || !existsSync(this.mark)) return;
    const { peers: { local }, log } = this.current();
    try {
      const fence = this.fence ?? await OldMaster.at(local);
      await fence?.release();
    } catch (error) {
      log.warn('isolation', messageOf(error));
      return;
    }
    rmSync(this.mark, { force: true });
    this.fence = undefined;
    log.info('isolation', 'others are reached again, or it is no master any more: its own limit counts');
  }

  private async refuseWrites(reason: string): Promise<void> {
    const { peers: { local }, log } = this.current();
    const fence = await OldMaster.at(local);
    // before: nobody would take back what has no mark
    writeFileSync(this.mark, '');
    await fence?.refuseWrites();
    // only now: what the server has not confirmed is tried again
    this.fence = fence;
    log.warn('isolation', `${reason}: it refuses writes`);
  }
}
