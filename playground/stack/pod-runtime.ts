/**
 * Required by the Node.js programs of a pod: gives them what a pod has and a process of this machine does not, names of Services, an address
 * of its own, and a loopback of its own.
 *
 * env: STACK_HOSTS (file of names) STACK_ADDRESS (where the pod's processes listen)
 */
import dns from 'node:dns';
import * as fs from 'node:fs';
import * as net from 'node:net';

const { STACK_HOSTS, STACK_ADDRESS } = process.env;
const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

/** @throws like dns.lookup() for a name that is not there */
function addressOf(name: string): string {
  if (net.isIP(name)) return name;
  const line = fs.readFileSync(STACK_HOSTS!, 'utf8').split('\n').find((each) => each.split(' ')[1] === name);
  if (line) return line.split(' ')[0];
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
}

type Callback = (error: Error | null, address?: unknown, family?: number) => void;

Object.assign(dns.promises, {
  lookup: async (name: string, options?: { all?: boolean }) => {
    const found = { address: addressOf(name), family: 4 };
    return options?.all ? [found] : found;
  },
});
Object.assign(dns, {
  lookup: (name: string, options: { all?: boolean } | Callback, callback: Callback = options as Callback) => {
    let address: string;
    try {
      address = addressOf(name);
    } catch (error) {
      process.nextTick(callback, error);
      return;
    }
    if ((options as { all?: boolean }).all) process.nextTick(callback, null, [{ address, family: 4 }]);
    else process.nextTick(callback, null, address, 4);
  },
});

// net.connect() hands its options over as an array that it marks; the first of them is an object
const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: any[]) => net.Socket;
net.Socket.prototype.connect = function (this: net.Socket, ...args: any[]) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof options === 'object' && options.path === undefined) {
    if (LOOPBACK.has(options.host ?? 'localhost')) options.host = STACK_ADDRESS;
    options.localAddress ??= STACK_ADDRESS;
  }
  return connect.apply(this, args);
};

const listen = net.Server.prototype.listen as (this: net.Server, ...args: any[]) => net.Server;
net.Server.prototype.listen = function (this: net.Server, ...args: any[]) {
  const [first, second, ...rest] = args;
  if (typeof first === 'object' && first !== null && first.path === undefined) return listen.call(this, { ...first, host: STACK_ADDRESS }, ...args.slice(1));
  if (typeof first === 'number') return listen.call(this, first, STACK_ADDRESS, ...(typeof second === 'string' ? rest : args.slice(1)));
  return listen.apply(this, args);
};
