import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { Stack } from '../../playground/stack';
import type { Container } from '../../playground/stack/container';
import { containersOf, Pod } from '../../playground/stack/pod';

/** One run of the program. */
interface Call {
  readonly args: readonly string[];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly exit: (code: number) => void;
  readonly onInput: (use: (text: string) => void) => void;
  readonly onEnd: (use: () => void) => void;
}

/** A program like kubectl for a stack: `get`, `exec`, `logs` and `port-forward`, as far as lib/cli uses them. */
export class StackKubectl {
  public static async start(stack: Stack): Promise<StackKubectl> {
    const socket = path.join(stack.folder, 'kubectl.sock');
    const kubectl = new StackKubectl(stack, path.join(stack.folder, 'kubectl'));
    fs.writeFileSync(kubectl.program, `#!/bin/sh\nexec '${process.execPath}' '${path.join(__dirname, 'kubectl.mjs')}' '${socket}' "$@"\n`, { mode: 0o755 });
    await new Promise<void>((resolve) => kubectl.server.listen(socket, resolve));
    return kubectl;
  }

  /** Arguments of all calls. */
  public readonly calls: (readonly string[])[] = [];
  /** Calls that have not ended. */
  public running = 0;
  /** What the cluster forbids, as a part of a call: `exec`. */
  public forbidden?: string;
  private readonly server = net.createServer((socket) => this.accept(socket));

  /** @param program path to run it by */
  private constructor(private readonly stack: Stack, public readonly program: string) {}

  public stop(): void {
    this.server.close();
  }

  private accept(socket: net.Socket): void {
    let input: (text: string) => void = () => undefined;
    const ends: (() => void)[] = [];
    const send = (message: object): void => { if (socket.writable) socket.write(`${JSON.stringify(message)}\n`); };
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.running -= 1;
      ends.forEach((end) => end());
    });
    this.running += 1;
    // it hands on what the socket says, which may have been ended at any time
    createInterface({ input: socket }).on('error', () => undefined).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.input !== undefined) input(message.input);
      if (!message.args) return;
      this.calls.push(message.args);
      this.run({
        args: message.args,
        out: (out) => send({ out }),
        err: (err) => send({ err }),
        exit: (exit) => send({ exit }),
        onInput: (use) => { input = use; },
        onEnd: (use) => { ends.push(use); },
      });
    });
  }

  private run(call: Call): void {
    const { args, err, exit } = call;
    const [command, ...rest] = args[0] === '--namespace' || args[0] === '--context' ? args.slice(2) : args;
    if (this.forbidden !== undefined && [command, rest[0]].includes(this.forbidden)) {
      err(`Error from server (Forbidden): pods is forbidden: User "reader" cannot ${command}\n`);
      exit(1);
      return;
    }
    switch (command) {
      case 'get': return this.get(call, rest[0], rest[rest.indexOf('--selector') + 1]);
      case 'exec': return this.exec(call, this.container(rest[1], rest[3]), rest.slice(rest.indexOf('--') + 1));
      case 'logs': return this.logs(call, this.container(rest[0], rest[2]));
      case 'port-forward': return this.forward(call, this.pod(rest[2].replace('pod/', '')), Number(rest[3].slice(1)));
      default:
        err(`error: unknown command ${command}\n`);
        exit(1);
    }
  }

  private get({ out, exit }: Call, kinds: string, selector: string): void {
    const { objects, pods, api } = this.stack;
    const [name, value] = selector.split('=');
    if (kinds === 'endpointslices') {
      out(JSON.stringify({ kind: 'List', items: ['redis-write', 'redis-read'].flatMap((slice) => api?.slice(slice) ?? []) }));
      exit(0);
      return;
    }
    const services = objects.ofKind('Service').map((one) => {
      const clusterIP = one.spec.clusterIP === 'None' ? 'None' : this.stack.serviceAddress(one.metadata.name);
      return { ...one, spec: { ...one.spec, clusterIP, clusterIPs: [clusterIP] } };
    });
    const items = [...objects.ofKind('StatefulSet'), ...objects.ofKind('Deployment'), ...services, ...pods.map((pod, index) => this.podObject(pod, index))]
      .map((one) => ({ ...one, metadata: { namespace: 'default', ...one.metadata } }))
      .filter(({ metadata: { labels = {} } }: any) => labels[name] !== undefined && (value === undefined || labels[name] === value));
    out(JSON.stringify({ kind: 'List', items }));
    exit(0);
  }

  private podObject({ name, labels, spec, address, inside }: Pod, index: number) {
    const running = this.stack.containers.filter((one) => one.pod.name === name).every((one) => one.running);
    return {
      kind: 'Pod',
      metadata: { name, labels, uid: `${name} at ${address}` },
      spec: { ...spec, nodeName: `node-${index % 3}` },
      status: {
        phase: 'Running',
        podIPs: [{ ip: address }, { ip: inside }],
        conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'Ready', status: running ? 'True' : 'False' }],
        containerStatuses: containersOf({ spec } as Pod).map((one: any) => ({ name: one.name, restartCount: 0, state: { running: {} } })),
      },
    };
  }

  private exec({ out, err, exit, onInput, onEnd }: Call, container: Container, command: readonly string[]): void {
    if (!container.running) {
      err(`error: Internal error occurred: unable to upgrade connection: container not found ("${container.name}")\n`);
      exit(1);
      return;
    }
    const child = container.open(command);
    child.stdout.setEncoding('utf8').on('data', out);
    child.stderr.setEncoding('utf8').on('data', err);
    child.on('close', (code) => exit(code ?? 137));
    onInput((text) => child.stdin.write(text));
    onEnd(() => child.stdin.end());
  }

  private logs({ out, exit }: Call, container: Container): void {
    out(container.log());
    exit(0);
  }

  private forward({ out, onEnd }: Call, pod: Pod, port: number): void {
    const server = net.createServer((socket) => {
      const target = net.connect(port, pod.inside);
      socket.pipe(target).pipe(socket);
      for (const each of [socket, target]) each.on('error', () => { socket.destroy(); target.destroy(); });
      onEnd(() => socket.destroy());
    });
    server.listen(0, '127.0.0.1', () => out(`Forwarding from 127.0.0.1:${(server.address() as net.AddressInfo).port} -> ${port}\n`));
    onEnd(() => server.close());
  }

  private pod(name: string): Pod {
    return this.stack.pods.find((pod) => pod.name === name)!;
  }

  private container(pod: string, name: string): Container {
    return this.stack.containers.find((one) => one.pod.name === pod && one.name === name)!;
  }
}
