import { createHash } from 'node:crypto';
import { Clock } from '../base/clock';
import { FORMER_MS, Passwords } from '../config/password-file';
import { pairs } from '../redis/replies';
import { Endpoint } from '../redis/resp';

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
 * The agent whose node learns of a change first tells everybody, as all others log in with what the rest does not know yet. A password that
 * neither the Secret nor this agent knows is one that was replaced, or one that another agent knows already: it stays for a while. One that
 * was taken back, which stood in the key with `-alternate` until it was removed, does not.
 */
export class AcceptedPasswords {
  /** Hashes of passwords that stay for a while, and until when. */
  private readonly others = new Map<string, number>();
  /** Hashes of passwords that were taken back. */
  private readonly withdrawn = new Set<string>();
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
    const hashes = accepted.map(hashOf);
    const [inUse] = this.known;
    // not the other form of the one in use: clients may still send the newline that it had at its end
    for (const hash of this.alternates) if (!hashes.includes(hash) && hashes.includes(inUse)) this.withdrawn.add(hash);
    for (const hash of hashes) this.withdrawn.delete(hash);
    this.known = hashes;
    this.alternates = alternates.map(hashOf);
    if (alone) for (const hash of this.others.keys()) this.withdrawn.add(hash);
  }

  /** Makes all accept what the Secret holds, beside what they accept. Nobody should use a password before. */
  public async tell(endpoints: readonly Endpoint[]): Promise<void> {
    await Promise.all(endpoints.map(async (endpoint) => this.tellOne(endpoint)));
  }

  /** What somebody accepts and should. Undefined where the user has no password, or is not there. */
  public async at(endpoint: Endpoint, alone: boolean): Promise<Acceptance | undefined> {
    const accepted = await this.acceptedBy(endpoint);
    if (accepted.length === 0) return undefined;
    this.meet(accepted);
    const now = this.clock.now();
    const others = alone ? [] : [...this.others].flatMap(([hash, until]) => now < until && !this.withdrawn.has(hash) ? [hash] : []);
    return { accepted, wanted: [...this.known, ...others], others: others.length };
  }

  private async tellOne(endpoint: Endpoint): Promise<void> {
    if (this.told.get(endpoint) === this.known.join()) return;
    try {
      const accepted = await this.acceptedBy(endpoint);
      if (accepted.length > 0) {
        this.meet(accepted);
        const missing = this.known.filter((hash) => !accepted.includes(hash));
        if (missing.length > 0) await endpoint.call('ACL', 'SETUSER', this.user, ...missing.map((hash) => `#${hash}`));
      }
      this.told.set(endpoint, this.known.join());
    } catch {
      // Told in the next round, unless its own agent is sooner.
    }
  }

  /** Keeps passwords for a while that somebody accepts and the Secret does not hold. */
  private meet(accepted: readonly string[]): void {
    const now = this.clock.now();
    for (const hash of accepted) {
      if (!this.known.includes(hash) && !this.withdrawn.has(hash) && !this.others.has(hash)) this.others.set(hash, now + FORMER_MS);
    }
    for (const hash of this.known) this.others.delete(hash);
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
  return others === 0 ? own : `${count === 1 ? 'the one of the Secret' : 'two'} and, for ${FORMER_MS / 60_000} minutes at most, what others use`;
}

/** The form in which ACL rules have a password. */
function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
