import * as net from 'node:net';
import type { Target } from './orders';

/** One connection through the keeper. It begins held. */
export class Link {
  private back?: net.Socket;
  private held = true;
  /** What happened while it was held, and is told when it is released. */
  private readonly later: (() => void)[] = [];

  /**
   * @param over the route that it came over
   * @param source pod that opened it, empty for none
   */
  constructor(
    public readonly over: object, public readonly source: string, public readonly target: Target,
    private readonly front: net.Socket, private readonly closed: () => void,
  ) {
    this.watch(front, () => this.back);
  }

  public hold(): void {
    this.held = true;
    this.front.pause();
    this.back?.pause();
  }

  public release(): void {
    if (!this.held) return;
    this.held = false;
    if (!this.back) {
      if (this.front.destroyed) return this.closed();
      this.connect();
    }
    for (const act of this.later.splice(0)) act();
    this.front.resume();
    this.back!.resume();
  }

  /** Ends it with a reset on both sides. */
  public drop(): void {
    for (const socket of [this.front, this.back]) if (socket && !socket.destroyed) socket.resetAndDestroy();
    this.closed();
  }

  /** The process sees where the connection comes from. */
  private connect(): void {
    const { host, port } = this.target;
    this.back = net.connect({ host, port, localAddress: this.front.remoteAddress, allowHalfOpen: true, noDelay: true });
    this.watch(this.back, () => this.front);
  }

  private watch(from: net.Socket, to: () => net.Socket | undefined): void {
    from.on('data', (chunk) => {
      if (!to()!.write(chunk)) from.pause();
    });
    from.on('drain', () => { if (!this.held) to()?.resume(); });
    from.on('end', () => this.unheld(() => to()?.end()));
    from.on('error', () => undefined);
    from.on('close', (failed) => this.unheld(() => {
      const other = to();
      if (failed && other && !other.destroyed) other.resetAndDestroy();
      if (!other || other.destroyed) this.closed();
    }));
  }

  private unheld(act: () => void): void {
    if (this.held) this.later.push(act);
    else act();
  }
}
