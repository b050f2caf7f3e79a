import * as http from 'node:http';
import * as https from 'node:https';
import type { KubeConfig } from './config';
import { KubeError, parseRetryAfter } from './errors';
import type { Timing } from './timing';

/** Time to read the body of an error answer, ms. */
const ERROR_BODY_TIMEOUT_MS = 5_000;

/** The single HTTP connection of one source. */
export class Connection {
  private readonly secure: boolean;
  private readonly prefix: string;
  private agent?: http.Agent;
  private agentStamp?: string;

  constructor(private readonly config: KubeConfig, private readonly timing: Timing) {
    this.secure = config.server.protocol === 'https:';
    this.prefix = config.server.pathname.replace(/\/$/, '');
  }

  /**
   * Sends a GET request.
   *
   * @returns the response with status 200, its body not read yet
   * @throws KubeError for any other status; errors of credential files, TLS and the network as they are
   */
  async get(path: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const token = this.config.token();
    const response = await this.send(path, token, signal);
    if (response.statusCode === 200) return response;
    if (response.statusCode === 401) this.config.rejectToken(token);
    throw await errorOf(response);
  }

  /** Closes the connection. */
  close(): void {
    this.agent?.destroy();
  }

  private send(path: string, token: string | undefined, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { hostname, port } = this.config.server;
    const { headerTimeoutMs, keepAliveMs } = this.timing;
    return new Promise((resolve, reject) => {
      const request = (this.secure ? https : http).get({
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        path: this.prefix + path,
        agent: this.currentAgent(),
        signal,
        headers: {
          'accept': 'application/json',
          'user-agent': 'kube-template',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
      });
      const timer = setTimeout(() => {
        request.destroy(new KubeError('timeout', `no answer within ${headerTimeoutMs} ms`));
      }, headerTimeoutMs);
      // The agent's own keepalive covers only sockets that wait unused; a watch is never that.
      request.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
      request.on('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  /** A new agent, and with it a new connection, when certificates changed. */
  private currentAgent(): http.Agent {
    const stamp = this.secure ? this.config.tlsStamp() : '';
    if (this.agent && stamp === this.agentStamp) return this.agent;
    const options = { keepAlive: true, maxSockets: 1 };
    const agent = this.secure ? new https.Agent({ ...options, ...this.config.tlsOptions() }) : new http.Agent(options);
    this.agent?.destroy();
    this.agent = agent;
    this.agentStamp = stamp;
    return agent;
  }
}

/**
 * Reads a body as text.
 *
 * @throws KubeError when it does not end in time
 */
export async function readBody(response: http.IncomingMessage, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => {
    response.destroy(new KubeError('timeout', `the answer did not end within ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    let body = '';
    response.setEncoding('utf8');
    for await (const chunk of response) body += chunk;
    return body;
  } finally {
    clearTimeout(timer);
  }
}

async function errorOf(response: http.IncomingMessage): Promise<KubeError> {
  let message: string | undefined;
  try {
    message = JSON.parse(await readBody(response, ERROR_BODY_TIMEOUT_MS)).message;
  } catch {
    // A proxy's answer is not a Status object: the code has to do.
  }
  return KubeError.fromStatus(response.statusCode!, message, parseRetryAfter(response.headers['retry-after']));
}
