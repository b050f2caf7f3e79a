import { SentinelRestarts } from './sentinel-restarts';
import { Pace } from '../base/pace';
import { readCertificates, TlsConfig } from '../config/certificates';
import { Observation } from '../observe/observation';
import { Peers } from '../redis/peers';

/** Kubelets take so long to bring a changed Secret to all nodes: before that a restarted Sentinel might start with the former files again. In milliseconds. */
const SPREAD_MS = 180_000;
/** Who does not answer for so long may be lost for good, and the others' certificate ends some day. In milliseconds. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * Makes Sentinels use a new certificate: they take one only at their start. The agent of the master ends them, one at a time, and only while all of
 * them answer, agree on the master and know each other, after a day also without a minority that does not answer; kubelet starts them again with what
 * they knew. A Sentinel that takes certificates by itself has no mark, and is left alone.
 */
export class SentinelRenewal {
  private files?: { readonly id: string; readonly since: number };
  /** When each Sentinel was restarted, and for which files. */
  private readonly restarted = new Map<number, { readonly id: string; readonly at: number }>();
  /** Each round, but never two at once. */
  private readonly pace: Pace;

  /** @param usedHere name of the files that the local server uses: it is the same program, and what it refuses would keep a Sentinel from starting */
  constructor(
    private readonly peers: Pick<Peers, 'sentinels' | 'clock'>,
    private readonly config: TlsConfig,
    private readonly restarts: SentinelRestarts,
    private readonly usedHere: () => string | undefined,
  ) {
    this.pace = new Pace(peers.clock, 0);
  }

  public async keep(observation: Observation): Promise<void> {
    await this.pace.run(async () => {
      const next = await this.next(observation);
      if (next !== undefined) await this.restart(next.sentinel, next.id);
    });
  }

  private async next(observation: Observation): Promise<{ readonly sentinel: number; readonly id: string } | undefined> {
    const id = this.settledFiles();
    if (id === undefined || !knowEachOther(observation)) return undefined;
    const now = this.peers.clock.now();
    if (!this.restarts.allowed(observation, now >= this.files!.since + PATIENCE_MS)) return undefined;
    for (const sentinel of this.peers.sentinels.keys()) {
      const before = this.restarted.get(sentinel);
      // it came back with the former files: its node had not got the new ones
      if (before?.id === id && now < before.at + SPREAD_MS) continue;
      const mark = await this.markOf(sentinel);
      if (mark !== undefined && mark !== id) return { sentinel, id };
    }
    return undefined;
  }

  /** What the local files are, once they have been so for long enough, fit together, and the local server has taken them. */
  private settledFiles(): string | undefined {
    const now = this.peers.clock.now();
    try {
      const { id } = readCertificates(this.config);
      if (this.usedHere() !== id) this.files = undefined;
      else if (this.files?.id !== id) this.files = { id, since: now };
    } catch {
      // the keeper of the server's certificate says why
      this.files = undefined;
    }
    return this.files !== undefined && now >= this.files.since + SPREAD_MS ? this.files.id : undefined;
  }

  /** The hash of the files that a Sentinel started with: its start script leaves it as the name of a user that can do nothing. */
  private async markOf(sentinel: number): Promise<string | undefined> {
    try {
      const users = await this.peers.sentinels[sentinel].call('ACL', 'USERS');
      return Array.isArray(users) ? users.map((user) => /^files-(.*)$/.exec(String(user))?.[1]).find((mark) => mark !== undefined) : undefined;
    } catch {
      return undefined;
    }
  }

  private async restart(sentinel: number, id: string): Promise<void> {
    const at = this.peers.clock.now();
    if (await this.restarts.restart(sentinel, 'certificate', `Sentinel ${sentinel} starts again, to use ${id}`)) this.restarted.set(sentinel, { id, at });
  }
}

function knowEachOther({ sentinels }: Observation): boolean {
  return sentinels.every((view) => view === undefined || view.otherSentinels === sentinels.length - 1);
}
