import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { Log, messageOf } from '../../log/log';
import { Config, ConfigError } from '../config/config';
import { ownAddress } from '../redis/addresses';

/** Between two reports, and after which silence Consul takes the server for gone. */
const REPORT_MS = 2_000;
const TTL = '10s';
/** What a node that was lost leaves behind goes after this time. */
const FORGOTTEN_AFTER = '10m';
const TIMEOUT_MS = 2_000;

/**
 * The local server as an instance of a service in Consul, with its pod's address. Whether it passes its check is told by this agent, so that Consul needs no way
 * to the pod. Who looks for the master asks Sentinels all the same: Consul knows addresses, and no roles.
 */
export class ConsulInstance {
  /** Whose instance it is: others may have a service of this name, in another namespace, and a dot stands in none of the three. consul-template asks for it. */
  private readonly id: string;
  private readonly address: string;
  private readonly url: string;
  /** What it tells others: whose it is, and when this agent began. Of two instances of one server, the later one counts. */
  private readonly meta: object;
  /** Consul knew the server at the last report. */
  private registered = false;
  private said = '';
  private timer?: NodeJS.Timeout;
  private reporting = Promise.resolve();

  /**
   * @param env POD_IPS, POD_NAMESPACE and POD_NAME, and CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN and CONSUL_CACERT as for all programs of Consul's
   * @param answers whether the local server answers
   * @throws ConfigError if an address is missing
   */
  constructor(
    private readonly config: Config, private readonly service: string, private readonly env: NodeJS.ProcessEnv,
    private readonly answers: () => boolean, private readonly log: Log,
  ) {
    // a pod of a former version has no POD_NAMESPACE: HAProxy reaches its server through the Service
    const { CONSUL_HTTP_ADDR, POD_NAMESPACE: namespace = '', POD_NAME: pod = '' } = env;
    if (!CONSUL_HTTP_ADDR) throw new ConfigError('"consulService" needs the variable CONSUL_HTTP_ADDR');
    this.id = `${service}.${namespace}.${pod}`;
    this.meta = { since: String(Date.now()), namespace, pod };
    this.address = ownAddress(env, config, 'consulService');
    this.url = CONSUL_HTTP_ADDR;
  }

  /** Reports from now on. Nothing waits for it. */
  public start(): void {
    this.reporting = this.report();
    this.timer = setTimeout(() => void this.reporting.then(() => this.timer && this.start()), REPORT_MS);
  }

  /** Takes the instance away. */
  public async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.reporting;
    await this.put(`/v1/agent/service/deregister/${this.id}`).catch((error: unknown) => this.log.warn('consul', `still has ${this.id}: ${messageOf(error)}`));
  }

  /** Registers the server where Consul does not know it, or forgot it. */
  private async report(): Promise<void> {
    try {
      const state = this.answers() ? { Status: 'passing', Output: 'the server answers' } : { Status: 'critical', Output: 'the server does not answer' };
      this.registered &&= await this.put(`/v1/agent/check/update/service:${this.id}`, state).then(() => true, () => false);
      if (!this.registered) await this.register(state.Status);
      this.registered = true;
      this.say('info', `registered: ${this.id} at ${this.address}, a check that is ${state.Status}`);
    } catch (error) {
      this.say('warn', `does not know ${this.id}: ${messageOf(error)}`);
    }
  }

  private async register(status: string): Promise<void> {
    await this.put('/v1/agent/service/register', {
      ID: this.id,
      Name: this.service,
      Address: this.address,
      Port: this.config.serverPort,
      Meta: this.meta,
      Check: { CheckID: `service:${this.id}`, TTL, Status: status, DeregisterCriticalServiceAfter: FORGOTTEN_AFTER },
    });
  }

  private say(level: 'info' | 'warn', line: string): void {
    if (line === this.said) return;
    this.said = line;
    this.log[level]('consul', line);
  }

  /** @throws Error with what Consul says if it refuses */
  private async put(path: string, body: object = {}): Promise<void> {
    const { CONSUL_HTTP_TOKEN: token, CONSUL_CACERT: ca } = this.env;
    const url = new URL(path, this.url);
    const options = { method: 'PUT', timeout: TIMEOUT_MS, headers: token ? { 'X-Consul-Token': token } : {} };
    return new Promise((resolve, reject) => {
      const answered = (response: http.IncomingMessage) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${this.url} answers ${response.statusCode} ${text.trim()}`.slice(0, 200)));
        });
      };
      const request = url.protocol === 'https:'
        ? https.request(url, { ...options, ca: ca === undefined ? undefined : fs.readFileSync(ca) }, answered)
        : http.request(url, options, answered);
      request.on('timeout', () => request.destroy(new Error(`${this.url} does not answer`))).on('error', reject).end(JSON.stringify(body));
    });
  }
}
