import { ChildProcess, fork } from 'node:child_process';
import type { Order, Target } from './orders';

/** What addresses are for, and the first of them in the stack's network. */
const FIRST = { inside: 10, pod: 100, service: 180 } as const;
const SIZE = 70;

/** A network of the loopback, 127.A.B.0/24, which a stack has for itself, and the process that is its routes. */
export class Network {
  /** Takes a network that nobody has. @param program the keeper's bundle @param folder is removed in the end, however that comes */
  public static async take(program: string, folder: string): Promise<Network> {
    const byte = () => 1 + Math.floor(Math.random() * 250);
    const network = new Network(program, folder);
    for (let attempts = 0; attempts < 20; attempts++) {
      network.prefix = `127.${byte()}.${byte()}`;
      const taken = await network.tell({ kind: 'claim', address: `${network.prefix}.1` }).then(() => false, () => true);
      if (!taken) return network;
    }
    await network.close();
    throw new Error('no network of the loopback is free, or it has none: addresses from 127.0.0.0/8 are needed, as Linux has them');
  }

  private prefix = '';
  private readonly used = { inside: 0, pod: 0, service: 0 };
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  private lastId = 0;

  private constructor(program: string, folder: string) {
    this.child = fork(program, [folder], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child.on('message', ({ id, error }: { id: number; error?: string }) => {
      const { resolve, reject } = this.waiting.get(id)!;
      this.waiting.delete(id);
      if (error === undefined) resolve();
      else reject(new Error(error));
    });
    this.child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error("the stack's network has ended"));
    });
  }

  /** An address that was never used: where a pod's processes listen, a pod's address, or that of a Service. */
  public address(use: keyof typeof FIRST): string {
    const number = this.used[use]++;
    if (number >= SIZE) throw new Error(`more than ${SIZE} addresses of the kind "${use}"`);
    return `${this.prefix}.${FIRST[use] + number}`;
  }

  public async route(address: string, port: number, targets: readonly Target[]): Promise<void> {
    return this.tell({ kind: 'route', address, port, targets });
  }

  public async tell(order: Order): Promise<void> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, order }, (error) => { if (error) reject(error); });
    });
  }

  /** Ends the routes and every process that was not said to have ended, and removes the folder. */
  public async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await ended;
  }
}
