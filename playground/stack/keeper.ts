/**
 * A process beside the stack that is its network, and that leaves nothing behind: Services and pods' addresses are listeners here, which pass
 * connections on to where the processes listen. When whoever started it is gone, however it ended, it ends all processes that were started.
 * usage: keeper.js FOLDER   the stack's folder, which is removed then
 *
 * A process of its own, as the network must not stand still while a test or the screen computes.
 */
import * as fs from 'node:fs';
import * as net from 'node:net';
import { Forwards } from './forwards';
import { listening } from './listening';
import type { Order } from './orders';

/** Time between looks at which processes listen. In milliseconds. */
const LOOK_MS = 20;

const forwards = new Forwards();
const groups = new Set<number>();

/** Ends a process and its children, if it is there. */
function end(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // it has ended
  }
}

async function follow(order: Order): Promise<void> {
  switch (order.kind) {
    case 'claim': return claim(order.address);
    case 'route': return forwards.route(order.address, order.port, order.targets);
    case 'unroute': return forwards.unroute(order.address, order.port);
    case 'pod': forwards.name(order.address, order.pod); break;
    case 'cut': forwards.cut(order.pod); break;
    case 'cut-one-way': forwards.cutOneWay(order.pod); break;
    case 'join': forwards.join(order.pod); break;
    case 'started': groups.add(order.group); break;
    case 'ended': groups.delete(order.group); break;
  }
}

/** Takes a network of the loopback for this stack alone: whoever else asks for it is refused. */
async function claim(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    net.createServer().once('error', reject).listen(1024, address, resolve);
  });
}

// whoever asked may be gone when it is done
const answer = (reply: object) => process.send!(reply, undefined, undefined, () => undefined);
process.on('message', ({ id, order }: { id: number; order: Order }) => {
  follow(order).then(() => answer({ id }), (error) => answer({ id, error: String(error) }));
});
process.on('disconnect', () => {
  groups.forEach(end);
  // what has just been ended may still write
  fs.rmSync(process.argv[2], { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  process.exit();
});
// The terminal's Ctrl-C is for whoever started this one, which says when to end.
process.on('SIGINT', () => undefined);
setInterval(() => void forwards.follow(listening()), LOOK_MS);
