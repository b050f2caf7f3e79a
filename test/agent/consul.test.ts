import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { until } from './support/cluster';
import { ConsulInstance } from '../../lib/agent/act/consul';
import { parseConfig } from '../../lib/agent/config/parse-config';
import { Log } from '../../lib/log/log';

const CONFIG = parseConfig(JSON.stringify({ masterName: 'main', servers: ['a', 'b'], sentinels: ['a', 'b'], consulService: 'shop-server' }), 'redis-server-1');

/** Consul as far as the agent asks it. */
class FakeConsul {
  public static async start(): Promise<FakeConsul> {
    const consul = new FakeConsul();
    await new Promise<void>((resolve) => consul.server.listen(0, '127.0.0.1', resolve));
    return consul;
  }

  public instances = new Map<string, any>();
  public tokens = new Set<unknown>();
  public refuses = false;
  private readonly server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part) => { text += part; }).on('end', () => {
      this.tokens.add(request.headers['x-consul-token']);
      response.statusCode = this.refuses ? 403 : this.answer(request.url!, JSON.parse(text));
      response.end(this.refuses ? 'Permission denied' : '');
    });
  });

  public get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(url: string, body: any): number {
    const [, kind, id] = /^\/v1\/agent\/(service\/register|check\/update\/service:|service\/deregister\/)(.*)$/.exec(url)!;
    if (kind === 'service/register') this.instances.set(body.ID, { ...body, status: body.Check.Status });
    else if (!this.instances.has(id)) return 404;
    else if (kind === 'check/update/service:') this.instances.get(id).status = body.Status;
    else this.instances.delete(id);
    return 200;
  }
}

describe('a server as an instance of a service in Consul', () => {
  let consul: FakeConsul;
  let instance: ConsulInstance;
  let answers: boolean;
  let lines: string;
  const registered = () => consul.instances.get('shop-server.team.redis-server-1');

  beforeEach(async () => {
    consul = await FakeConsul.start();
    answers = true;
    lines = '';
    const log = new Log({ write: (line) => { lines += line; } });
    const env = { POD_IPS: '10.1.0.7', POD_NAMESPACE: 'team', POD_NAME: 'redis-server-1', CONSUL_HTTP_ADDR: consul.address, CONSUL_HTTP_TOKEN: 's3cret' };
    instance = new ConsulInstance(CONFIG, 'shop-server', env, () => answers, log);
    instance.start();
    await until('the server is registered', () => registered() !== undefined);
  });
  afterEach(async () => {
    await instance.stop();
    await consul.stop();
  });

  test('has the address of its pod, a check that nobody needs a way in for, and a token', () => {
    expect(registered()).toMatchObject({
      Name: 'shop-server', Address: '10.1.0.7', Port: 6379, Meta: { since: expect.stringMatching(/^\d{13}$/), namespace: 'team', pod: 'redis-server-1' }, Check: { TTL: '10s', Status: 'passing' },
    });
    expect([...consul.tokens]).toEqual(['s3cret']);
    expect(lines).not.toContain('s3cret');
  });

  test('fails the check while the server does not answer', async () => {
    answers = false;
    await until('the check fails', () => registered().status === 'critical');
    answers = true;
    await until('the check passes', () => registered().status === 'passing');
  });

  test('comes back after Consul forgot it', async () => {
    consul.instances.clear();
    await until('the server is registered', () => registered() !== undefined);
  });

  test('is told once while Consul refuses, and comes back after it', async () => {
    consul.instances.clear();
    consul.refuses = true;
    await until('the agent says so', () => lines.includes('does not know shop-server.team.redis-server-1'));
    expect(lines).toContain('answers 403 Permission denied');
    consul.refuses = false;
    await until('the server is registered', () => registered() !== undefined);
  });

  test('goes with the agent', async () => {
    await instance.stop();
    expect(consul.instances.size).toBe(0);
  });
});

test('is refused without addresses', () => {
  const instance = (env: NodeJS.ProcessEnv) => () => new ConsulInstance(CONFIG, 'shop-server', env, () => true, new Log());
  expect(instance({ CONSUL_HTTP_ADDR: 'http://127.0.0.1:1' })).toThrow('"consulService" needs the variable POD_IPS');
  expect(instance({ POD_IPS: '10.1.0.7' })).toThrow('"consulService" needs the variable CONSUL_HTTP_ADDR');
});
