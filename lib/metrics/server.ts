import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server tells about. */
interface ServerSources {
  /** What is not done yet, one line each; empty: ready. Default: there is no /readyz. */
  readonly unready?: () => readonly string[];
  /** The text of /metrics. */
  readonly metrics: () => string;
}

/** Serves /healthz, /metrics and, if there is something to be ready for, /readyz. */
export class Server {
  private readonly server: http.Server;

  constructor(sources: ServerSources) {
    this.server = http.createServer((request, response) => {
      const { status, text } = answer(request, sources);
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(request.method === 'HEAD' ? undefined : text);
    });
  }

  /**
   * Starts to listen.
   *
   * @param host undefined: every address
   * @param port 0: any free one
   * @returns the address in use, as HOST:PORT
   * @throws Error when the address cannot be used
   */
  public async listen(host: string | undefined, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => resolve());
    });
    const { address, port: used, family } = this.server.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${used}` : `${address}:${used}`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function answer(request: http.IncomingMessage, sources: ServerSources): { status: number; text: string } {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, text: 'only GET\n' };
  const path = request.url?.split('?')[0];
  if (path === '/healthz') return { status: 200, text: 'ok\n' };
  if (path === '/metrics') return { status: 200, text: sources.metrics() };
  if (path === '/readyz' && sources.unready) {
    const unready = sources.unready();
    return unready.length > 0 ? { status: 503, text: unready.map((line) => line + '\n').join('') } : { status: 200, text: 'ok\n' };
  }
  return { status: 404, text: `see /healthz${sources.unready ? ', /readyz' : ''} and /metrics\n` };
}
