import { Actor } from './actor';
import { changeMinReplicas, givenFile, givenMinReplicas, MIN_REPLICAS, withoutFence } from './min-replicas';
import { messageOf } from '../../log/log';
import { replaceFile } from '../base/files';
import { freshReplicas } from '../observe/server-view';

/** Lets a server that runs follow its configured `min-replicas-to-write` when that changes. What somebody set by hand stays until then. */
export class MinReplicasKeeper {
  /**
   * @param current the actor at each moment: members change
   * @param handingOver while the role moves, the value is that of the hand-over
   */
  constructor(private readonly current: () => Actor, private readonly handingOver: () => boolean) {}

  public async keep(): Promise<void> {
    await this.follow().catch((error: unknown) => this.current().log.warn('members', messageOf(error)));
  }

  private async follow(): Promise<void> {
    const { peers: { local }, config, log } = this.current();
    const wanted = config.minReplicasToWrite;
    const given = givenMinReplicas(config);
    if (given === wanted) return;
    if (given !== undefined) {
      if (wanted > given && !await this.hasReplicas(wanted)) return;
      let held = true;
      const former = await changeMinReplicas(local, (now) => {
        held = this.handingOver();
        return held ? undefined : now - withoutFence(now) + wanted;
      });
      if (former === undefined || held) return;
      log.info('members', `a write needs ${wanted} replicas (${MIN_REPLICAS}), before: ${given}`);
    }
    replaceFile(givenFile(config), `${wanted}\n`);
  }

  /** A master that needs more than it has would refuse writes until new servers have copied its data; so would a replica that becomes one. */
  private async hasReplicas(wanted: number): Promise<boolean> {
    const { peers, config } = this.current();
    const replicas = await freshReplicas(peers, config);
    return replicas !== undefined && replicas.length >= wanted;
  }
}
