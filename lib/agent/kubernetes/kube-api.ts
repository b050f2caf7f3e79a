import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { ConfigError } from '../config/config';

/** Whom the fields that agents write belong to, among all who change an object. */
export const FIELD_MANAGER = 'cdk8s-redis-ha';

/** Longest wait for an answer. */
const TIMEOUT_MS = 2_000;

/** What the API server refused, or that it did not answer. */
export class KubeError extends Error {
  public override readonly name = 'KubeError';

  /** @param status of the answer; undefined without one */
  constructor(message: string, public readonly status?: number) {
    super(message);
  }
}

/** The Kubernetes API, as a pod reaches it: with the token, the CA and the namespace of its ServiceAccount. */
export class KubeApi {
  public readonly namespace: string;
  private readonly host: string;
  private readonly port: number;
  private readonly agent = new https.Agent({ keepAlive: true });

  /**
   * @param dir where the ServiceAccount's files are
   * @param env KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, which each pod has
   * @throws ConfigError if one of these is missing
   */
  constructor(private readonly dir: string, { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port }: NodeJS.ProcessEnv) {
    if (!host || !port) throw new ConfigError('the Kubernetes API needs the variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT');
    this.host = host;
    this.port = Number(port);
    try {
      this.namespace = this.read('namespace').trim();
    } catch (error) {
      throw new ConfigError(`the Kubernetes API needs the files of a ServiceAccount: ${(error as Error).message}`);
    }
  }

  /** @returns the object; undefined if there is none @throws KubeError */
  public async get(object: string): Promise<any> {
    return this.send('GET', object).catch((error: KubeError) => {
      if (error.status === 404) return undefined;
      throw error;
    });
  }

  /** Makes the object what is given, by server-side apply: creates it, or replaces all fields of ours. @throws KubeError with status 409 if its version is another one */
  public async apply(object: string, value: object): Promise<any> {
    return this.send('PATCH', `${object}?fieldManager=${FIELD_MANAGER}&force=true`, value, 'application/apply-patch+yaml');
  }

  /** Creates an object in a collection. @throws KubeError with status 409 if there is one with its name */
  public async create(collection: string, value: object): Promise<any> {
    return this.send('POST', collection, value, 'application/json');
  }

  public close(): void {
    this.agent.destroy();
  }

  private async send(method: string, object: string, value?: object, type?: string): Promise<any> {
    const body = value && JSON.stringify(value);
    return new Promise((resolve, reject) => {
      const answer = (text: string) => {
        try {
          resolve(JSON.parse(text));
        } catch {
          // thrown in an event, it would end the process
          reject(new KubeError('the API server: its answer is not JSON'));
        }
      };
      const failed = (error: Error) => reject(new KubeError(`the API server: ${error.message}`));
      // token and CA change while the pod runs
      const request = https.request({
        agent: this.agent,
        host: this.host,
        port: this.port,
        ca: this.read('ca.crt'),
        method,
        path: object,
        headers: {
          authorization: `Bearer ${this.read('token').trim()}`,
          accept: 'application/json',
          ...body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) },
        },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('error', failed);
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode < 300) answer(text);
          else reject(new KubeError(`the API server answers ${statusCode} ${messageIn(text)}`, statusCode));
        });
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
      request.on('close', () => clearTimeout(timer)).on('error', failed).end(body);
    });
  }

  private read(file: string): string {
    return fs.readFileSync(path.join(this.dir, file), 'utf8');
  }
}

/** What a Status object says. */
function messageIn(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text.slice(0, 200);
  }
}
