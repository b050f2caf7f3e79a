import { cutClients } from './clients';
import { Standing } from './standing';
import { Log } from '../../log/log';
import { acceptWrites, refuseWrites } from '../act/own-fence';
import { Endpoint } from '../redis/resp';

/** After a demotion new connections may be led here until every node knows of it: they are cut, so often and for so long. */
const CUT_MS = 1_000;
const CUT_FOR_MS = 5_000;

/** Stands before the local server, where no proxy does: a master that is not certain takes no writes, and one that was demoted keeps no clients. */
export class Guard {
  /** The server was made to refuse writes; undefined while it is not known what a former agent did. */
  private refuses?: boolean;
  private cutAt = -Infinity;

  /** @param handingOver while the role moves, the hand-over pauses and cuts */
  constructor(private readonly standing: Standing, private readonly handingOver: () => boolean, private readonly log: Log) {}

  /** Does what its standing asks for. */
  public async keep(local: Endpoint): Promise<void> {
    const { standing } = this;
    if (standing.certainSince !== undefined || standing.role === 'slave') await this.trust(local);
    if (standing.role === 'master' && standing.doubtful && this.refuses !== true && !this.handingOver()) await this.refuse(local);
    if (standing.role === 'slave' && standing.now - standing.demotedAt < CUT_FOR_MS && standing.now - this.cutAt >= CUT_MS) {
      await this.cut(local, 'no longer the master');
    }
  }

  /** Ends the sessions of all clients. */
  public async cut(local: Endpoint, why: string): Promise<void> {
    this.cutAt = this.standing.now;
    const cut = await cutClients(local);
    if (cut > 0) this.log.info('direct', `${why}: ${cut} clients were cut`);
  }

  /** Another one may be promoted at any moment, and clients be led here all the same. */
  private async refuse(local: Endpoint): Promise<void> {
    await refuseWrites(local);
    this.refuses = true;
    this.log.warn('direct', `no majority of the Sentinels names this master: it refuses writes, and ${await cutClients(local)} clients were cut`);
  }

  private async trust(local: Endpoint): Promise<void> {
    if (this.refuses === false) return;
    const refused = await acceptWrites(local);
    if (refused === undefined) return;
    this.refuses = false;
    if (!refused) return;
    this.log.info('direct', this.standing.role === 'master' ? 'takes writes again: a majority of the Sentinels names it' : 'a replica: it refuses writes by itself');
  }
}
