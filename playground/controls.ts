import { ordered } from './rows';
import { Container, Stack } from './stack';

/** What keys do. Each says what it does; what takes time goes on while others are pressed. */
export class Controls {
  public readonly stalled = new Set<Container>();
  public readonly cut = new Set<string>();
  public selected = 0;
  private readonly actions = new Set<Promise<void>>();

  constructor(private readonly stack: Stack, private readonly say: (text: string) => void) {}

  /** The key as a terminal sends it. @returns false if it has no meaning */
  public press(key: string): boolean {
    const all = ordered(this.stack);
    const container = all[this.selected];
    switch (key) {
      case '\u001b[A': this.selected = (this.selected + all.length - 1) % all.length; return true;
      case '\u001b[B': this.selected = (this.selected + 1) % all.length; return true;
      case 'k': this.do(`kill ${name(container)}`, async () => this.kill(container)); return true;
      case 's': this.stall(container); return true;
      case 'c': this.do(...this.cutOrJoin(container)); return true;
      case 'h': this.do(`hand over: ${name(container)} stops as planned`, async () => this.handOver(container)); return true;
      case 'r': this.do(`replace pod ${container.pod.name}`, async () => this.replace(container)); return true;
      case 'x': this.endOrStart(container); return true;
    }
    if (!/^[1-9]$/.test(key) || Number(key) > all.length) return false;
    this.selected = Number(key) - 1;
    return true;
  }

  /** Waits for what was begun. */
  public async done(): Promise<void> {
    await Promise.all(this.actions);
  }

  private async kill(container: Container): Promise<void> {
    this.stalled.delete(container);
    await container.kill();
  }

  private stall(container: Container): void {
    if (!container.running) return;
    if (this.stalled.delete(container)) {
      this.say(`resume ${name(container)}`);
      container.resume();
    } else {
      this.say(`stall ${name(container)}`);
      this.stalled.add(container);
      container.stall();
    }
  }

  private cutOrJoin({ pod }: Container): [string, () => Promise<void>] {
    if (this.cut.delete(pod.name)) return [`join pod ${pod.name}`, async () => this.stack.join(pod)];
    this.cut.add(pod.name);
    return [`cut off pod ${pod.name}`, async () => this.stack.cut(pod)];
  }

  private async handOver(container: Container): Promise<void> {
    this.resumeAll([container]);
    const { output } = await container.terminate();
    if (output) this.say(output.trim());
    container.start();
  }

  private async replace({ pod }: Container): Promise<void> {
    this.resumeAll(this.stack.containersOf(pod));
    await this.stack.replace(pod);
    this.say(`pod ${pod.name} is at ${pod.address}`);
  }

  private endOrStart(container: Container): void {
    this.stalled.delete(container);
    if (container.running) this.do(`end ${name(container)}`, async () => container.destroy());
    else this.do(`start ${name(container)}`, async () => container.start());
  }

  /** What is frozen would not hear that it is to stop. */
  private resumeAll(containers: readonly Container[]): void {
    for (const container of containers) if (this.stalled.delete(container)) container.resume();
  }

  private do(what: string, act: () => Promise<void>): void {
    this.say(what);
    const action = act().catch((error) => this.say(`${what}: ${String(error)}`)).then(() => { this.actions.delete(action); });
    this.actions.add(action);
  }
}

function name(container: Container): string {
  return `${container.pod.name}/${container.name}`;
}
