import type { Container } from './container';

/** The pod of a Job: its init containers one after the other, then its container. */
export class Job {
  private at = 0;
  private timer?: NodeJS.Timeout;
  private wanted = false;
  private failure?: number;

  /** @param pauseMs until a container that failed tries again. In milliseconds; it does not if undefined */
  constructor(public readonly containers: readonly Container[], private readonly pauseMs?: number) {
    for (const container of containers) container.whenItEnds((code) => this.ended(code));
  }

  /** Whether all have done their work. */
  public get succeeded(): boolean { return this.at === this.containers.length; }

  /** How the container ended that failed for good; undefined while none did. */
  public get exitCode(): number | undefined { return this.failure; }

  public container(name: string): Container {
    const found = this.containers.find((one) => one.name === name);
    if (!found) throw new Error(`no container ${name}; there are ${this.containers.map((one) => one.name).join(', ')}`);
    return found;
  }

  public start(): void {
    this.wanted = true;
    if (!this.succeeded) this.containers[this.at].start();
  }

  /** A pod of it begins anew, as after its node was lost, or when somebody made the Job again. Volumes stay unless they are emptied. */
  public async restart(): Promise<void> {
    await this.stop();
    this.at = 0;
    this.failure = undefined;
    this.start();
  }

  /** Ends it without asking. */
  public async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    await Promise.all(this.containers.map(async (one) => one.destroy()));
  }

  /** All that its containers printed. */
  public log(): string {
    return this.containers.map((one) => one.log()).join('');
  }

  private ended(code: number | null): void {
    if (!this.wanted) return;
    if (code === 0) this.at++;
    const pause = code === 0 ? 0 : this.pauseMs;
    if (pause === undefined) this.failure = code ?? 137;
    else this.timer = setTimeout(() => this.start(), pause);
  }
}
