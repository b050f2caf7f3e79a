import { cutOverFence, FORMER, MIN_REPLICAS, withoutFence } from './min-replicas';
import { FENCES } from '../../limits/fences';
import { Config } from '../config/config';
import { External } from '../redis/external';
import { pairs } from '../redis/replies';
import { Endpoint, ReplyError } from '../redis/resp';

const MAX_LAG = 'min-replicas-max-lag';

/** How long writes wait at most: shorter than any Sentinel waits (1001 ms) for a master that does not answer it, as a pause stops its commands too. */
const PAUSE_MS = 900;

/** A position in a stream. */
export interface Position {
  readonly offset: number;
  /** Replication ID. */
  readonly streamId: string;
}

/** The master outside, when it is to hand over to a server here. */
export class OldMaster {
  /** @returns undefined where it takes no orders */
  public static async at(endpoint: Endpoint, config: Pick<Config, 'masterName' | 'servers'>): Promise<OldMaster | undefined> {
    const replies = await endpoint.batch([['CONFIG', 'GET', MIN_REPLICAS], ['CONFIG', 'GET', MAX_LAG]]);
    const [minReplicas, maxLag] = [pairs(replies[0]).get(MIN_REPLICAS), pairs(replies[1]).get(MAX_LAG)];
    if (minReplicas === undefined || maxLag === undefined) return undefined;
    // a user may be allowed to ask only: known before anything is stopped
    const [set] = await endpoint.batch([['CONFIG', 'SET', MAX_LAG, maxLag]]);
    return set instanceof ReplyError ? undefined : new OldMaster(endpoint, Number(minReplicas), cutOverFence(config), maxLag);
  }

  /** It refuses writes, as a former attempt or another agent of this installation left it. */
  public readonly isStopped: boolean;
  /** `min-replicas-to-write` where it accepts writes, and where it does not. */
  private readonly open: number;
  private readonly closed: number;
  private paused = false;

  private constructor(private readonly endpoint: Endpoint, found: number, private readonly fence: number, private readonly maxLag: string) {
    this.isStopped = this.refuses(found);
    // what another installation stopped that cut over stays so, whatever becomes of this cut-over
    const taken = found >= FENCES.cutOver && !this.isStopped;
    this.open = taken ? found : withoutFence(found);
    this.closed = taken ? found : fence + Math.min(this.open, FORMER - 1);
  }

  /** Lets writes wait or, where it can't, refuses them. @returns what it has written until then: no write is acknowledged after that */
  public async stopWrites(): Promise<Position> {
    // an answer that does not come may have been one
    this.paused = true;
    const [pause] = await this.endpoint.batch([['CLIENT', 'PAUSE', String(PAUSE_MS), 'WRITE']]);
    this.paused = !(pause instanceof ReplyError);
    // before Redis 6.2 a pause stops all commands: those that are to end it as well
    if (!this.paused) await this.refuseWrites();
    return positionOf(this.endpoint);
  }

  /** Makes it refuse writes, until {@link release} or its next start. */
  public async refuseWrites(): Promise<void> {
    await this.endpoint.call('CONFIG', 'SET', MIN_REPLICAS, String(this.closed));
    // with 0 it does not count replicas
    if (this.maxLag === '0') await this.endpoint.call('CONFIG', 'SET', MAX_LAG, '10');
  }

  /** Lets clients whose writes wait go on: with an error where it refuses writes. */
  public async letGo(): Promise<void> {
    if (this.paused) await this.endpoint.call('CLIENT', 'UNPAUSE');
    this.paused = false;
  }

  /** Takes everything back: it accepts writes again, unless another installation cut over from it. */
  public async release(): Promise<void> {
    try {
      await this.endpoint.call('CONFIG', 'SET', MIN_REPLICAS, String(this.open));
      if (this.maxLag === '0') await this.endpoint.call('CONFIG', 'SET', MAX_LAG, this.maxLag);
    } finally {
      await this.letGo();
    }
  }

  /** Makes its replicas refuse writes too: one of them may be promoted there. @returns those that did not */
  public async refuseAtReplicas(external: External): Promise<string[]> {
    return this.atReplicas(async (ip, port) => {
      await external.ask(ip, port, 'CONFIG', 'SET', MIN_REPLICAS, String(this.closed));
    });
  }

  /** Takes that back. @returns those that may still refuse writes */
  public async releaseReplicas(external: External): Promise<string[]> {
    return this.atReplicas(async (ip, port) => {
      const found = Number(pairs(await external.ask(ip, port, 'CONFIG', 'GET', MIN_REPLICAS)).get(MIN_REPLICAS));
      if (this.refuses(found)) await external.ask(ip, port, 'CONFIG', 'SET', MIN_REPLICAS, String(withoutFence(found)));
    });
  }

  /** Does something at its replicas, but those that announce no port to reach them at. @returns where it failed */
  private async atReplicas(act: (ip: string, port: number) => Promise<void>): Promise<string[]> {
    const info = String(await this.endpoint.call('INFO', 'replication'));
    const replicas = [...info.matchAll(/^slave\d+:ip=([^,]+),port=(\d+),/gm)].filter(([, , port]) => port !== '1');
    const failed = await Promise.all(replicas.map(async ([, ip, port]) => act(ip, Number(port)).then(() => [], () => [`${ip}:${port}`])));
    return failed.flat();
  }

  private refuses(minReplicas: number): boolean {
    return minReplicas >= this.fence && minReplicas < this.fence + FORMER;
  }
}

/** Where it is now. */
export async function positionOf(endpoint: Endpoint): Promise<Position> {
  const info = String(await endpoint.call('INFO', 'replication'));
  return { offset: Number(/^master_repl_offset:(\d+)/m.exec(info)?.[1] ?? NaN), streamId: /^master_replid:(\w+)/m.exec(info)?.[1] ?? '' };
}
