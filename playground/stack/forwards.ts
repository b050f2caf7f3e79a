import * as net from 'node:net';
import { Link } from './link';
import type { Target } from './orders';

/** Whoever is not a pod: clients, and the program that runs the stack. */
const OUTSIDE = '';

interface Route {
  readonly address: string;
  readonly port: number;
  targets: readonly Target[];
  server?: net.Server;
  next: number;
}

/** All routes from an address to where processes listen, and the connections over them. */
export class Forwards {
  private readonly routes = new Map<string, Route>();
  private readonly pods = new Map<string, string>();
  private readonly apart = new Set<string>();
  private readonly unheard = new Set<string>();
  private readonly links = new Set<Link>();
  private open = new Set<string>();

  /** Connections from this address are a pod's. */
  public name(address: string, pod: string): void {
    this.pods.set(address, pod);
  }

  /** Leads an address to the first of these, in turn, that listens. */
  public async route(address: string, port: number, targets: readonly Target[]): Promise<void> {
    const key = `${address}:${port}`;
    const route = this.routes.get(key) ?? { address, port, targets, next: 0 };
    route.targets = targets;
    this.routes.set(key, route);
    await this.adapt(route);
  }

  /** Forgets an address, and ends the connections over it. */
  public async unroute(address: string, port: number): Promise<void> {
    const key = `${address}:${port}`;
    const route = this.routes.get(key);
    if (!route) return;
    this.routes.delete(key);
    route.server?.close();
    for (const link of this.links) if (link.over === route) link.drop();
  }

  /** Parts a pod from everybody else: packets vanish, nobody is told. Within the pod, all goes on. */
  public cut(pod: string): void {
    this.apart.add(pod);
    this.hold();
  }

  /** Lets no other pod reach this one, which reaches them; clients reach it too. */
  public cutOneWay(pod: string): void {
    this.unheard.add(pod);
    this.hold();
  }

  /** Ends either cut; what was sent meanwhile arrives now, as after a repeated transmission. */
  public join(pod: string): void {
    this.apart.delete(pod);
    this.unheard.delete(pod);
    for (const link of this.links) if (!this.parted(link)) link.release();
  }

  /** An address where nobody listens refuses connections, as that of a pod whose process has ended. */
  public async follow(open: Set<string>): Promise<void> {
    this.open = open;
    await Promise.all([...this.routes.values()].map(async (route) => this.adapt(route)));
  }

  private async adapt(route: Route): Promise<void> {
    const wanted = route.targets.some((target) => this.listens(target));
    if (!wanted) {
      route.server?.close();
      route.server = undefined;
    } else if (!route.server) {
      const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => this.accept(route, socket));
      route.server = server;
      // the port of a route that has just ended: the next look tries again
      server.on('error', () => { if (route.server === server) route.server = undefined; });
      server.listen(route.port, route.address);
    }
  }

  private listens({ host, port }: Target): boolean {
    return this.open.has(`${host}:${port}`);
  }

  private accept(route: Route, socket: net.Socket): void {
    const targets = route.targets.filter((target) => this.listens(target));
    const target = targets[route.next++ % targets.length];
    if (!target) {
      socket.resetAndDestroy();
      return;
    }
    const source = this.pods.get(socket.remoteAddress ?? '') ?? OUTSIDE;
    const link = new Link(route, source, target, socket, () => this.links.delete(link));
    this.links.add(link);
    if (!this.parted(link)) link.release();
  }

  private parted({ source, target }: Link): boolean {
    return source !== target.pod && (this.apart.has(source) || this.apart.has(target.pod) || (source !== OUTSIDE && this.unheard.has(target.pod)));
  }

  private hold(): void {
    for (const link of this.links) if (this.parted(link)) link.hold();
  }
}
