import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { RedisHa, Routing } from '../../lib';
import { ConsulInstance } from '../../lib/agent/act/consul';
import { parseConfig } from '../../lib/agent/config/parse-config';
import { Log } from '../../lib/log/log';
import { until } from '../../playground/stack';
import { CONSUL, CONSUL_TEMPLATE, describeWith } from '../support/binaries';
import { Manifests } from '../support/manifests';

/** An address that no other test has. */
const HOST = `127.251.${1 + process.pid % 250}.1`;
const ADDRESS = `http://${HOST}:8500`;

/** Where an installation is. */
interface Place {
  readonly name: string;
  /** Of its pods. */
  readonly namespace: string;
  /** The chart knows it. Default: true. */
  readonly told?: boolean;
  /** Default: none is given. */
  readonly service?: string;
}

/** An installation of one server, as far as it and Consul know each other. */
class Installation {
  private readonly manifests: Manifests;

  constructor(private readonly place: Place) {
    const { name, namespace, told = true, service } = place;
    const chart = new Chart(Testing.app(), 'chart', { namespace: told ? namespace : undefined });
    new RedisHa(chart, 'redis', { name, replicas: 1, routing: Routing.consul({ address: ADDRESS, service }) });
    this.manifests = new Manifests(chart.toJson());
  }

  /** What the agent registers. */
  public instance(podIp: string): ConsulInstance {
    const { name } = this.place;
    const pod = `${name}-server-0`;
    const files = this.manifests.get('ConfigMap', `${name}-server`).data;
    const config = parseConfig(JSON.stringify({ ...JSON.parse(files['agent.json']), ...JSON.parse(files['members.json']), membersFile: undefined }), pod);
    return new ConsulInstance(config, config.consulService!, this.env('StatefulSet', `${name}-server`, 'agent', pod, podIp), () => true, new Log({ write: () => undefined }));
  }

  /** What consul-template writes for HAProxy. */
  public rendered(folder: string): string {
    const { name } = this.place;
    const [template, destination] = ['pods.ctmpl', 'pods'].map((file) => path.join(folder, file));
    fs.writeFileSync(template, this.manifests.get('ConfigMap', `${name}-proxy`).data['pods.ctmpl']);
    const env = this.env('Deployment', `${name}-proxy`, 'consul-template', `${name}-proxy-x`, '10.0.0.1');
    const { status, stderr } = spawnSync(CONSUL_TEMPLATE, ['-once', '-log-level=warn', `-template=${template}:${destination}`], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return fs.readFileSync(destination, 'utf8').trim();
  }

  /** Variables of a container, as Kubernetes gives them. */
  private env(kind: 'StatefulSet' | 'Deployment', workload: string, container: string, pod: string, podIp: string): NodeJS.ProcessEnv {
    const fields: { [path: string]: string } = { 'metadata.name': pod, 'metadata.namespace': this.place.namespace, 'status.podIPs': podIp, 'status.hostIP': HOST };
    const { env } = this.manifests.podSpec(kind, workload).containers.find((one: any) => one.name === container);
    return Object.fromEntries(env.map(({ name, value, valueFrom }: any) => [name, value ?? fields[valueFrom.fieldRef.fieldPath]]));
  }
}

describeWith([CONSUL, CONSUL_TEMPLATE])('two installations with one name of a service, at one Consul agent', () => {
  let consul: ChildProcess;
  let folder: string;
  const registered = async () => Object.keys(await (await fetch(`${ADDRESS}/v1/agent/services`)).json() as object);

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consul-template-'));
    consul = spawn(CONSUL, ['agent', '-dev', `-bind=${HOST}`, `-client=${HOST}`, '-log-level=warn'], { stdio: 'ignore' });
    await until('Consul leads', async () => fetch(`${ADDRESS}/v1/status/leader`).then(async (answer) => (await answer.text()).length > 4, () => false), 60_000);
  }, 90_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => consul.once('exit', resolve));
    consul.kill('SIGKILL');
    await ended;
    fs.rmSync(folder, { recursive: true });
  });

  test.each<[string, Place, Place]>([
    ['charts without a namespace', { name: 'redis', namespace: 'a', told: false }, { name: 'redis', namespace: 'b', told: false }],
    ['names that are one when they are put together', { name: 'redis', namespace: 'team-a' }, { name: 'a-redis', namespace: 'team' }],
    ['one namespace, and the same service given', { name: 'one', namespace: 'a', service: 'cache' }, { name: 'two', namespace: 'a', service: 'cache' }],
  ])('%s: each HAProxy is led to its own server, whichever began last', async (_, ...places) => {
    const [first, second] = places.map((place) => new Installation(place));
    const instances = [first.instance('10.1.0.1'), second.instance('10.1.0.2')];
    try {
      for (const [index, instance] of instances.entries()) {
        instance.start();
        await until('it is registered', async () => (await registered()).length === index + 1);
      }
      expect(first.rendered(folder)).toBe(`${places[0].name}-announce-0 10.1.0.1`);
      expect(second.rendered(folder)).toBe(`${places[1].name}-announce-0 10.1.0.2`);
    } finally {
      await Promise.all(instances.map(async (instance) => instance.stop()));
    }
    expect(await registered()).toEqual([]);
  }, 30_000);

  test('one of a former version, whose instance does not tell whose it is, leads nobody astray', async () => {
    const own = new Installation({ name: 'redis', namespace: 'a', told: false });
    const body = JSON.stringify({ ID: 'redis-server-0', Name: 'redis-server', Address: '10.1.0.2', Meta: { since: String(Date.now()) } });
    await fetch(`${ADDRESS}/v1/agent/service/register`, { method: 'PUT', body });
    expect(own.rendered(folder)).toBe('');
    await fetch(`${ADDRESS}/v1/agent/service/deregister/redis-server-0`, { method: 'PUT' });
  }, 30_000);
});
