import { directFindings } from './direct';
import { Facts, Standby } from './facts';
import { failover, Failover } from './failover';
import { Finding, finding, Weight } from './finding';
import { masterFindings } from './master';
import { proxyFindings } from './proxies';
import { sentinelFindings } from './sentinels';
import { serverFindings } from './servers';
import { Hibernation, Reading } from '../read/reading';

/** `down`: clients can't write. `degraded`: they can, and something has to be mended. */
export type Health = 'healthy' | 'degraded' | 'down';

/** What a reading means. */
export interface Judgement {
  readonly health: Health;
  /** Ordinal of the server that clients write to. */
  readonly master?: number;
  /** What it copies as a standby; undefined where it does not. */
  readonly standby?: Standby;
  /** Whether a failover would work now. */
  readonly failover: Failover;
  /** The worst first. */
  readonly findings: readonly Finding[];
}

const WEIGHTS: readonly Weight[] = ['down', 'degraded', 'note'];

/** Judges what was read. Pure: all that it knows is in the reading. */
export function judge(reading: Reading): Judgement {
  if (reading.hibernation) return asleep(reading.hibernation);
  const facts = new Facts(reading);
  const found = [...masterFindings(facts), ...proxyFindings(facts), ...directFindings(facts), ...sentinelFindings(facts), ...serverFindings(facts)];
  const next = failover(facts);
  const findings = [...found, ...next.findings].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const worst = findings[0]?.weight ?? 'note';
  return {
    health: worst === 'note' ? 'healthy' : worst,
    master: facts.master,
    standby: facts.standby,
    failover: next.failover,
    findings,
  };
}

/** There is nobody to ask, by design: like a standby, it is well and takes no writes. */
function asleep({ stopping }: Hibernation): Judgement {
  const still = stopping.length === 0 ? '' : ` Still stopping: ${stopping.join(', ')}.`;
  return {
    health: 'healthy',
    failover: { possible: false, candidates: [], obstacles: ['it hibernates'] },
    findings: [finding('hibernates', 'note', `It hibernates: it has no pods, and its data waits on the volumes.${still}`)],
  };
}
