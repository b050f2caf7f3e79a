import { STATUS_CODES } from 'node:http';
import * as https from 'node:https';
import { loadConfig } from '../../../lib/kube-template/kube/load';

const CONNECTIONS = 8;

/** What may differ between requests. */
export interface RequestOptions {
  readonly method?: string;
  /** `content-type` of the body. */
  readonly type?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Longest wait for the whole answer. Default: no limit. */
  readonly timeoutMillis?: number;
}

/** The API server of KUBECONFIG over connections that stay open, for what would take too long with a kubectl each. */
export class Api {
  private readonly config = loadConfig();
  private readonly agent = new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...this.config.tlsOptions() });

  /** Makes an object. */
  public create(path: string, object: unknown): Promise<any> {
    return this.request(path, { method: 'POST', type: 'application/json', body: object });
  }

  /** Changes fields of an object; resolves when the server has answered. */
  public merge(path: string, fields: unknown): Promise<any> {
    return this.request(path, { method: 'PATCH', type: 'application/merge-patch+json', body: fields });
  }

  public get(path: string): Promise<any> {
    return this.request(path);
  }

  /** Deletes an object, or all of a collection. */
  public delete(path: string): Promise<any> {
    return this.request(path, { method: 'DELETE' });
  }

  /** Closes its connections. */
  public close(): void {
    this.agent.destroy();
  }

  /**
   * Sends a request and returns the answer's JSON.
   *
   * @throws what the server answered, when it is an error, and when there is no answer in time
   */
  public request(path: string, options: RequestOptions = {}): Promise<any> {
    const { method = 'GET', type, body, timeoutMillis } = options;
    const token = this.config.token();
    const headers = { ...type ? { 'content-type': type } : {}, ...token ? { authorization: `Bearer ${token}` } : {} };
    const signal = timeoutMillis === undefined ? undefined : AbortSignal.timeout(timeoutMillis);
    return new Promise((resolve, reject) => {
      const request = https.request(new URL(path, this.config.server), { method, agent: this.agent, headers, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('error', reject).on('end', () => {
          if (response.statusCode! < 300) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${STATUS_CODES[response.statusCode!]}: ${text}`));
        });
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Does something for each item, a few at a time. */
export async function forEach<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    for (const item of rest) await act(item);
  }));
}
