import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Certificate, makeCertificate } from './certificate';
import { Collections, StoredEvent } from './fake-collections';
import { KubeConfig, KubeObject, StaticToken } from '../../../lib/kube-template/kube';

/** How the server treats the next matching requests instead of answering them. */
export interface Fault {
  /** Which requests. Default: all. */
  readonly on?: SeenRequest['kind'] | 'continue';
  /** How many requests. Default: 1. */
  readonly times?: number;
  /** Answer this status with a Status object. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Record<string, string>;
  /** Answer status 200 with this body and end. */
  readonly body?: string;
  /** Never answer (`headers`), or answer 200 and never send the body (`body`). */
  readonly hang?: 'headers' | 'body';
}

/** A request that the server got. */
export interface SeenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly kind: 'list' | 'watch' | 'get' | 'apply' | 'create';
  readonly authorization?: string;
  /** Client's port: the same for all requests on one connection. */
  readonly clientPort: number;
  readonly at: number;
}

interface Watcher {
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly since: number;
  stalled: boolean;
}

/** Options of {@link FakeApi.start}. */
export interface FakeApiOptions {
  /** Default: a new one. */
  readonly certificate?: Certificate;
  /** Token that requests must have. Default: any or none. */
  readonly token?: string;
  /** Interval of bookmarks in ms. Default: none. */
  readonly bookmarkMs?: number;
}

/**
 * A Kubernetes API server as far as list, watch, get, create and server-side apply go, over TLS, with faults on command. Objects are put under the path of
 * their collection, such as `/api/v1/namespaces/cache/pods`; the path without a namespace lists all of them.
 */
export class FakeApi {
  public static async start(options: FakeApiOptions = {}): Promise<FakeApi> {
    const api = new FakeApi(options);
    await api.listen(0);
    return api;
  }

  public readonly requests: SeenRequest[] = [];
  public readonly collections = new Collections();
  public token?: string;
  public certificate: Certificate;
  public port = 0;
  /** Resource version of the latest bookmark sent. */
  public lastBookmark = 0;
  private server?: https.Server;
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<Watcher>();
  private faults: { fault: Fault; left: number }[] = [];

  private constructor(private readonly options: FakeApiOptions) {
    this.certificate = options.certificate ?? makeCertificate();
    this.token = options.token;
    this.collections.on('event', (event) => this.broadcast(event));
  }

  public get url(): string { return `https://127.0.0.1:${this.port}`; }

  public get watcherCount(): number { return this.watchers.size; }

  /** A configuration for this server. */
  public config(namespace = 'default'): KubeConfig {
    const tokens = this.token ? new StaticToken(this.token) : undefined;
    return new KubeConfig({ server: this.url, ca: { data: this.certificate.cert }, namespace, tokens });
  }

  /** Requests of one kind so far. */
  public seen(kind: SeenRequest['kind']): SeenRequest[] { return this.requests.filter((request) => request.kind === kind); }

  /** Adds or modifies an object. `collection` is like `v1/pods` or `apps/v1/statefulsets`. */
  public put(collection: string, object: KubeObject): KubeObject { return this.collections.put(collection, object); }

  public remove(collection: string, namespace: string, name: string): void { this.collections.remove(collection, namespace, name); }

  /** Modifies the object so many times at once. */
  public storm(collection: string, object: KubeObject, times: number): void {
    for (let round = 1; round <= times; round++) {
      this.put(collection, { ...object, metadata: { ...object.metadata, annotations: { round: String(round) } } });
    }
  }

  /** Ends all watches as their timeout would. */
  public end(): void {
    for (const watcher of this.watchers) {
      this.watchers.delete(watcher);
      watcher.response.end();
    }
  }

  /** Resets all connections. */
  public reset(): void { for (const socket of this.sockets) socket.resetAndDestroy(); }

  /** Watches open now get nothing any more, not even their end; the connections stay. */
  public stall(): void { for (const watcher of this.watchers) watcher.stalled = true; }

  /** Sends raw bytes to all watches. */
  public send(text: string | Buffer): void { for (const { response } of this.watchers) response.write(text); }

  /** Tells all watches in-stream that their resource version expired, and ends them. */
  public expire(): void {
    this.send(expiredEvent());
    this.end();
  }

  /** Forgets the past: watches from a version before now get an in-stream 410. */
  public compact(): void { this.collections.compact(); }

  /** Lets the next requests fail. */
  public fail(fault: Fault): void { this.faults.push({ fault, left: fault.times ?? 1 }); }

  /** Ends all faults. */
  public heal(): void { this.faults = []; }

  /** Stops listening and cuts all connections. */
  public async stop(): Promise<void> {
    const server = this.server!;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Listens again on the same port, perhaps with another certificate. */
  public async restart(certificate: Certificate = this.certificate): Promise<void> {
    this.certificate = certificate;
    await this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    const server = https.createServer({ ...this.certificate, keepAliveTimeout: 0 }, (request, response) => this.handle(request, response));
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url!, this.url);
    const kind = kindOf(request.method!, pathname, query);
    const { authorization } = request.headers;
    this.requests.push({ path: pathname, query, kind, authorization, clientPort: request.socket.remotePort!, at: Date.now() });
    if (this.token !== undefined && authorization !== `Bearer ${this.token}`) return sendStatus(response, 401, 'Unauthorized');
    const fault = this.takeFault(kind, query);
    if (fault) return misbehave(response, fault);
    switch (kind) {
      case 'watch': return this.watch(response, pathname, query);
      case 'list': return this.list(response, pathname, query);
      case 'get': return answer(response, this.collections.get(pathname), 404, 'not found');
      case 'apply': return withBody(request, (object) => answer(response, this.collections.apply(pathname, object), 409, 'the object has been modified'));
      case 'create': return withBody(request, (object) => answer(response, this.collections.create(pathname, object), 409, 'already exists'));
    }
  }

  private takeFault(kind: SeenRequest['kind'], query: URLSearchParams): Fault | undefined {
    const found = this.faults.find(({ fault, left }) => (
      left > 0 && (!fault.on || fault.on === kind || (fault.on === 'continue' && query.has('continue')))
    ));
    if (found) found.left--;
    return found?.fault;
  }

  private list(response: ServerResponse, path: string, query: URLSearchParams): void {
    const all = this.collections.select(path, query);
    const start = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? 0) || all.length;
    const items = all.slice(start, start + limit);
    const end = start + items.length;
    const metadata = { resourceVersion: String(this.collections.version), ...(end < all.length ? { continue: String(end) } : {}) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...this.collections.listType(path), metadata, items: items.map(({ kind, apiVersion, ...rest }) => rest) }));
  }

  private watch(response: ServerResponse, path: string, query: URLSearchParams): void {
    const since = Number(query.get('resourceVersion') ?? 0);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (since < this.collections.compacted) {
      response.end(expiredEvent());
      return;
    }
    const watcher: Watcher = { response, path, query, since, stalled: false };
    for (const event of this.collections.since(since)) this.deliver(watcher, event);
    this.watchers.add(watcher);
    const bookmarks = this.options.bookmarkMs && query.get('allowWatchBookmarks') === 'true'
      ? setInterval(() => this.bookmark(watcher), this.options.bookmarkMs) : undefined;
    const timeout = setTimeout(() => { if (!watcher.stalled) response.end(); }, Number(query.get('timeoutSeconds')) * 1000);
    response.on('close', () => {
      this.watchers.delete(watcher);
      clearInterval(bookmarks);
      clearTimeout(timeout);
    });
  }

  private bookmark({ response, since, stalled }: Watcher): void {
    const { version } = this.collections;
    const object = { metadata: { resourceVersion: String(version) } };
    if (stalled || response.writableEnded || version < since) return;
    response.write(JSON.stringify({ type: 'BOOKMARK', object }) + '\n');
    this.lastBookmark = version;
  }

  private broadcast(event: StoredEvent): void {
    for (const watcher of this.watchers) this.deliver(watcher, event);
  }

  /** As the real server, keeps silent about versions up to the one a watch started from. */
  private deliver({ response, path, query, since, stalled }: Watcher, event: StoredEvent): void {
    const { type, object, version } = event;
    if (!stalled && version > since && this.collections.matches(path, query, event)) response.write(JSON.stringify({ type, object }) + '\n');
  }
}

function expiredEvent(): string {
  const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (2)' };
  return JSON.stringify({ type: 'ERROR', object }) + '\n';
}

function kindOf(method: string, path: string, query: URLSearchParams): SeenRequest['kind'] {
  if (method === 'PATCH') return 'apply';
  if (method === 'POST') return 'create';
  if (/\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(path)) return 'get';
  return query.get('watch') === 'true' ? 'watch' : 'list';
}

function withBody(request: IncomingMessage, then: (object: KubeObject) => void): void {
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => { text += part; });
  request.on('end', () => then(JSON.parse(text)));
}

function answer(response: ServerResponse, object: KubeObject | undefined, code: number, message: string): void {
  if (object === undefined) return sendStatus(response, code, message);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(object));
}

function sendStatus(response: ServerResponse, code: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }));
}

function misbehave(response: ServerResponse, { status, message, headers, body, hang }: Fault): void {
  if (hang === 'headers') return;
  if (hang === 'body') {
    response.writeHead(200);
    response.write('{"kind": "PodList", ');
  } else if (body !== undefined) {
    response.writeHead(200);
    response.end(body);
  } else {
    sendStatus(response, status ?? 500, message ?? 'injected', headers);
  }
}
