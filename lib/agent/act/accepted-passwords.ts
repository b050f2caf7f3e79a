import { createHash } from 'node:crypto';
import { Clock } from '../base/clock';
import { FORMER_MS, Passwords } from '../config/password-file';
import { pairs } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** What an agent tells whose Secret holds it, and this one's does not yet: its node may get no change for hours, and all others use it. */
const TOLD_MS = 24 * 3_600_000;
/** Nodes are so long behind each other at most, with something to spare: an agent on one of them may still tell what was taken back. */
const WITHDRAWN_MS = 180_000;

/** Hashes of the passwords of a user that a server or Sentinel accepts now, and those that it should, in order of use. */
export interface Acceptance {
  readonly accepted: readonly string[];
  readonly wanted: readonly string[];
  /** How many of the wanted ones are of others than the Secret. */
  readonly others: number;
}

/**
 * The passwords of one user, which servers and Sentinels accept as hashes.
 *
 * The agent whose node learns of a change first tells everybody, as all others log in with what the rest does not know yet. So one that appears where this
 * agent had looked without it, and that it never had itself, stays until its own Secret changes, for a day at most; every other one that the Secret does not
 * hold stays for 15 minutes. One that was taken back, which stood in the key with `-alternate` until it was removed, goes wherever it is, unless it appears
 * again when no node can be behind any more: somebody went back to it.
 */
export class AcceptedPasswords {
  /** Hashes of passwords that stay for a while, and until when; also those whose time is over, as they may appear again. */
  private readonly others = new Map<string, number>();
  /** Hashes of passwords that were taken back, and when last. */
  private readonly withdrawn = new Map<string, number>();
  /** What somebody accepted when this agent looked last. */
  private readonly seen = new WeakMap<Endpoint, readonly string[]>();
  private known: readonly string[] = [];
  private alternates: readonly string[] = [];
  /** What was last told to whom. */
  private readonly told = new WeakMap<Endpoint, string>();

  constructor(private readonly user: string, private readonly clock: Clock) {}

  /** Hashes of what the Secret holds. */
  public get own(): readonly string[] {
    return this.known;
  }

  /** Notes what the Secret holds now, and what it held beside the password in use and holds no longer. */
  public learn({ accepted, alternates, alone }: Passwords): void {
    const now = this.clock.now();
    const hashes = accepted.map(hashOf);
    const [inUse] = this.known;
    // not the other form of the one in use: clients may still send the newline that it had at its end
    for (const hash of this.alternates) if (!hashes.includes(hash) && hashes.includes(inUse)) this.withdrawn.set(hash, now);
    for (const hash of hashes) this.withdrawn.delete(hash);
    if (hashes.join() !== this.known.join()) this.retire(hashes, now + FORMER_MS);
    this.known = hashes;
    this.alternates = alternates.map(hashOf);
    if (alone) for (const hash of this.others.keys()) this.withdrawn.set(hash, now);
  }

  /** Makes all accept what the Secret holds, beside what they accept. Nobody should use a password before. */
  public async tell(endpoints: readonly Endpoint[]): Promise<void> {
    await Promise.all(endpoints.map(async (endpoint) => this.tellOne(endpoint)));
  }

  /** What somebody accepts and should. Undefined where the user has no password, or is not there. */
  public async at(endpoint: Endpoint, alone: boolean): Promise<Acceptance | undefined> {
    const accepted = await this.acceptedBy(endpoint);
    if (accepted.length === 0) return undefined;
    this.meet(endpoint, accepted);
    const now = this.clock.now();
    const others = alone ? [] : [...this.others].flatMap(([hash, until]) => now < until && !this.withdrawn.has(hash) ? [hash] : []);
    const wanted = [...this.known, ...others];
    // what this agent adds itself nobody has told
    this.seen.set(endpoint, [...accepted, ...wanted]);
    return { accepted, wanted, others: others.length };
  }

  private async tellOne(endpoint: Endpoint): Promise<void> {
    if (this.told.get(endpoint) === this.known.join()) return;
    try {
      const accepted = await this.acceptedBy(endpoint);
      if (accepted.length > 0) {
        this.meet(endpoint, accepted);
        const missing = this.known.filter((hash) => !accepted.includes(hash));
        if (missing.length > 0) await endpoint.call('ACL', 'SETUSER', this.user, ...missing.map((hash) => `#${hash}`));
      }
      this.told.set(endpoint, this.known.join());
    } catch {
      // Told in the next round, unless its own agent is sooner.
    }
  }

  /** The Secret holds others now: what it held stays until then, and what others told no longer. */
  private retire(hashes: readonly string[], until: number): void {
    for (const [hash, end] of this.others) this.others.set(hash, Math.min(end, until));
    for (const hash of this.known) this.others.set(hash, until);
    for (const hash of hashes) this.others.delete(hash);
  }

  /** Keeps passwords for a while that somebody accepts and the Secret does not hold. */
  private meet(endpoint: Endpoint, accepted: readonly string[]): void {
    const now = this.clock.now();
    const before = this.seen.get(endpoint) ?? accepted;
    this.seen.set(endpoint, accepted);
    for (const hash of accepted.filter((one) => !this.known.includes(one))) {
      const appears = !before.includes(hash);
      const withdrawn = this.withdrawn.get(hash);
      const end = withdrawn === undefined ? this.others.get(hash) : withdrawn + WITHDRAWN_MS;
      if (end === undefined) this.others.set(hash, now + (appears ? TOLD_MS : FORMER_MS));
      else if (appears && now >= end) this.others.set(hash, now + FORMER_MS);
      else continue;
      this.withdrawn.delete(hash);
    }
  }

  private async acceptedBy(endpoint: Endpoint): Promise<readonly string[]> {
    const passwords = pairs(await endpoint.call('ACL', 'GETUSER', this.user)).get('passwords');
    return passwords === undefined || passwords === '' ? [] : passwords.split(',');
  }
}

/** Rules of ACL SETUSER that make it so. Not "resetpass", which would take away what another agent has just told. */
export function passwordRules({ accepted, wanted }: Acceptance): string[] {
  return [...accepted.map((hash) => `!${hash}`), ...wanted.map((hash) => `#${hash}`)];
}

/** How a log line says how many passwords are accepted. */
export function amount(count: number, others: number): string {
  const own = count === 1 ? 'the new one alone' : 'two';
  return others === 0 ? own : `${count === 1 ? 'the one of the Secret' : 'two'} and, for a while, what others use`;
}

/** The form in which ACL rules have a password. */
function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
