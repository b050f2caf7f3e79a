import * as net from 'node:net';
import * as tls from 'node:tls';
import { ConnectionError, encode, Encoding, Endpoint, Reply, ReplyError, ReplyParser } from './resp';

/** Options of {@link RespClient}. */
export interface RespClientOptions {
  /** IP address, or a name that is resolved for each connection; that of a process in the same pod may be the path of its Unix socket. */
  readonly host: string;
  /** Not used with a path. */
  readonly port: number;
  /** What a TLS connection needs at the moment of connecting. Default: no TLS. Not used with a path. */
  readonly tls?: () => tls.ConnectionOptions;
  /**
   * The password at the moment of connecting, or several while it is being changed: all are tried, and one has to be right. Default: no
   * authentication.
   */
  readonly password?: () => string | readonly string[] | undefined;
  /** Default: the user `default`. */
  readonly user?: string;
  /** Longest time for each command or batch, with connecting. In milliseconds. */
  readonly timeoutMs: number;
  /** Longest time for connecting, with the look-up of a name and the handshake. In milliseconds. Default: what is enough within a cluster. */
  readonly connectMs?: number;
}

/**
 * Longest time for connecting within a cluster. In milliseconds. The kernel repeats a lost first packet only after a second; packets of a new pod are lost
 * until all nodes know it. And of a node that is gone nobody should wait longer.
 */
const CONNECT_MS = 300;

interface Pending {
  readonly encoding: Encoding;
  /** An attempt to log in, which may be left unanswered. */
  readonly login: boolean;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** A client over one connection that is opened when needed and kept. */
export class RespClient implements Endpoint {
  /** Called when an open connection ends for any reason but {@link close}. */
  public onDisconnect?: () => void;

  private socket?: net.Socket;
  private pending: Pending[] = [];
  private session?: { readonly of?: tls.SecureContext; readonly ticket: Buffer };

  constructor(private readonly options: RespClientOptions) {}

  public async call(...command: string[]): Promise<Reply> {
    const [reply] = await this.batch([command]);
    if (reply instanceof ReplyError) throw reply;
    return reply;
  }

  public async batch(commands: string[][], encoding: Encoding = 'utf8'): Promise<Reply[]> {
    const socket = this.connection();
    const replies = Promise.all(commands.map(async (command) => this.send(socket, command, encoding)));
    const timer = setTimeout(
      () => this.drop(socket, new ConnectionError(`no answer within ${this.options.timeoutMs} ms`, 'ETIMEDOUT')),
      this.options.timeoutMs,
    );
    try {
      return await replies;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection; the next command opens another. */
  public close(): void {
    const socket = this.socket;
    if (socket) {
      this.drop(socket, new ConnectionError('closed'), false);
    }
  }

  private connection(): net.Socket {
    if (this.socket) return this.socket;
    const { socket, opened } = this.connect();
    const parser = new ReplyParser((place) => this.pending[place]?.encoding ?? 'utf8');
    this.socket = socket;
    socket.setKeepAlive(true, 5_000);
    let open = false;
    const { connectMs = CONNECT_MS } = this.options;
    // A process that had to wait for the CPU sees its timers before its connections.
    const timer = setTimeout(() => setImmediate(() => {
      if (!open) this.drop(socket, new ConnectionError(`no connection within ${connectMs} ms`, 'ETIMEDOUT'));
    }), connectMs);
    socket.on(opened, () => {
      open = true;
      clearTimeout(timer);
    });
    socket.on('data', (chunk) => this.receive(socket, parser, chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.drop(socket, new ConnectionError(error.message, error.code)));
    socket.on('close', () => clearTimeout(timer));
    socket.on('close', () => this.drop(socket, new ConnectionError('connection closed', 'ECONNRESET')));
    this.authenticate(socket);
    return socket;
  }

  private connect(): { readonly socket: net.Socket; readonly opened: 'connect' | 'secureConnect' } {
    const { host, port } = this.options;
    if (host.startsWith('/')) return { socket: net.connect({ path: host }), opened: 'connect' };
    if (this.options.tls === undefined) return { socket: net.connect({ host, port, noDelay: true }), opened: 'connect' };
    const secure = this.security(this.options.tls);
    // A handshake that is resumed costs the server no signature; one of former files would not see that the server has others.
    const session = this.session?.of === secure.secureContext ? this.session?.ticket : undefined;
    const socket = tls.connect({ ...secure, host, port, session }).setNoDelay(true);
    socket.on('session', (ticket: Buffer) => { this.session = { of: secure.secureContext, ticket }; });
    return { socket, opened: 'secureConnect' };
  }

  private security(options: () => tls.ConnectionOptions): tls.ConnectionOptions {
    try {
      return options();
    } catch (error) {
      throw new ConnectionError((error as Error).message);
    }
  }

  private authenticate(socket: net.Socket): void {
    const { user } = this.options;
    const passwords = [this.options.password?.() ?? []].flat();
    if (passwords.length === 0) return;
    const logins = passwords.map(async (password) => this.send(socket, ['AUTH', ...user === undefined ? [] : [user], password], 'utf8', true));
    // Its answer is none to AUTH, and so tells which of these were left unanswered, before commands follow that may be answered like one.
    if (passwords.length > 1) this.send(socket, ['PING']).catch(() => undefined);
    Promise.all(logins).then(
      (replies) => {
        // A server without a password refuses AUTH and needs none. A refusal leaves a connection that is logged in as it is.
        const refused = (reply: Reply): boolean => reply === null || (reply instanceof ReplyError && !reply.message.includes('without any password'));
        if (replies.every(refused)) this.drop(socket, new ConnectionError(`authentication failed: ${(replies[0] as ReplyError).message}`));
      },
      () => undefined,
    );
  }

  private async send(socket: net.Socket, command: string[], encoding: Encoding = 'utf8', login = false): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.pending.push({ encoding, login, resolve, reject });
      socket.write(encode(command, encoding), encoding);
    });
  }

  private receive(socket: net.Socket, parser: ReplyParser, chunk: Buffer): void {
    try {
      for (const reply of parser.parse(chunk)) {
        // Messages of a subscription answer no command.
        if (Array.isArray(reply) && reply[0] === 'message') continue;
        this.asked(reply)?.resolve(reply);
      }
    } catch (error) {
      this.drop(socket, error as Error);
    }
  }

  /** Who asked for a reply. Sentinel of Redis 8.0 leaves a wrong password unanswered that comes in one piece with other commands, behind an answer. */
  private asked(reply: Reply): Pending | undefined {
    const answersLogin = reply === 'OK' || (reply instanceof ReplyError && !reply.message.startsWith('NOAUTH'));
    while (this.pending[0]?.login && !answersLogin) this.pending.shift()!.resolve(null);
    return this.pending.shift();
  }

  private drop(socket: net.Socket, error: Error, report = true): void {
    socket.destroy();
    if (this.socket !== socket) return;
    this.socket = undefined;
    const pending = this.pending;
    this.pending = [];
    for (const each of pending) each.reject(error);
    if (report) {
      this.onDisconnect?.();
    }
  }
}
