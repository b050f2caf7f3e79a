import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { KubernetesConfig } from '../../../lib/agent/config/config';
import { Happening, Outbox } from '../../../lib/agent/kubernetes/outbox';
import { Log } from '../../../lib/log/log';
import { FakeApi } from '../../kube-template/support/fake-api';
import { until } from '../support/cluster';

const POD = '/api/v1/namespaces/cache/pods/redis-server-1';
const EVENTS = '/apis/events.k8s.io/v1/namespaces/cache/events';
const HAPPENED: Happening = { reason: 'HandOver', type: 'Normal', note: 'server 0 handed over', at: Date.UTC(2026, 10, 29, 9, 30, 0, 123) };

describe('what an agent shows at the Kubernetes API', () => {
  let server: FakeApi;
  let dir: string;
  let lines: string[];
  let outbox: Outbox;

  beforeEach(async () => {
    server = await FakeApi.start({ token: 'token' });
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'outbox-'));
    const files = { 'namespace': 'cache', 'token': 'token', 'ca.crt': server.certificate.cert };
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
    server.put('v1/pods', { metadata: { name: 'redis-server-1', namespace: 'cache', uid: 'uid-1', labels: { app: 'redis' } } });
    lines = [];
    outbox = make();
  });
  afterEach(async () => {
    outbox.close();
    await server.stop();
    fs.rmSync(dir, { recursive: true });
  });

  function make(switches: Partial<KubernetesConfig> = {}, variables: NodeJS.ProcessEnv = {}): Outbox {
    const env = { POD_NAME: 'redis-server-1', POD_UID: 'uid-1', KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port), ...variables };
    const config = { events: true, roleLabel: true, ...switches, labels: { 'example.com/installation': 'redis' }, domain: 'example.com', accountDir: dir };
    return new Outbox(config, env, new Log({ write: (line) => lines.push(line.replace(/^\S+ /, '').trim()) }));
  }
  const told = (): any[] => server.collections.select(EVENTS, new URLSearchParams());
  const role = (): string | undefined => server.collections.get(POD)?.metadata.labels?.['example.com/role'];
  const shown = async (what: string): Promise<void> => until(`the pod says ${what}`, () => role() === what);

  test('an Event is about the pod, as Kubernetes wants it', async () => {
    outbox.tell(HAPPENED);
    await until('it is there', () => told().length > 0);
    expect(told()).toMatchObject([{
      metadata: { name: expect.stringMatching(/^redis-server-1\.[0-9a-f]{16}$/), namespace: 'cache', labels: { 'example.com/installation': 'redis' } },
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'cache', name: 'redis-server-1', uid: 'uid-1' },
      reason: 'HandOver',
      action: 'HandOver',
      type: 'Normal',
      note: 'server 0 handed over',
      eventTime: '2026-11-29T09:30:00.123000Z',
      reportingController: 'example.com/agent',
      reportingInstance: 'redis-server-1',
    }]);
    expect(role()).toBeUndefined();
  });

  test('the label follows the role, beside those of others, and is written once', async () => {
    outbox.show('standby');
    await shown('standby');
    outbox.show('master');
    await shown('master');
    outbox.show('master');
    outbox.tell(HAPPENED);
    await until('it is there', () => told().length > 0);
    expect(server.seen('apply')).toHaveLength(2);
    expect(server.collections.get(POD)!.metadata.labels).toEqual({ 'app': 'redis', 'example.com/role': 'master' });
  });

  test('a pod that took the name of this one is left as it is', async () => {
    outbox = make({}, { POD_UID: 'uid-0' });
    outbox.show('master');
    await until('it is refused', () => lines.length > 0);
    expect(role()).toBeUndefined();
  });

  test('what is switched off is not asked for', async () => {
    outbox = make({ events: false });
    outbox.tell(HAPPENED);
    outbox.show('master');
    await shown('master');
    outbox.show('standby');
    await shown('standby');
    expect(server.seen('create')).toEqual([]);
    outbox = make({ roleLabel: false });
    outbox.show('replica');
    outbox.tell(HAPPENED);
    await until('it is there', () => told().length > 0);
    expect([role(), server.seen('create').length]).toEqual(['standby', 1]);
  });

  test('without rights for one of them the other is written, and the log has a line at the beginning and at the end', async () => {
    server.fail({ on: 'apply', status: 403, message: 'pods "redis-server-1" is forbidden', times: 2 });
    outbox.show('replica');
    outbox.tell(HAPPENED);
    await until('the Event is there', () => told().length > 0);
    expect(role()).toBeUndefined();
    await shown('replica');
    await until('the log says so', () => lines.length > 1);
    expect(lines).toEqual([
      'warn kubernetes role or Events are not written, and tried again: the API server answers 403 pods "redis-server-1" is forbidden',
      'info kubernetes role and Events are written again',
    ]);
    expect(server.seen('apply')).toHaveLength(3);
  });

  test('an Event that is there already, as the answer was lost, holds no other up', async () => {
    server.fail({ on: 'create', status: 409, message: 'already exists' });
    outbox.tell(HAPPENED);
    outbox.tell({ ...HAPPENED, reason: 'FailoverDone' });
    await until('the next one is there', () => told().length > 0);
    expect([told().map(({ reason }) => reason), lines]).toEqual([['FailoverDone'], []]);
  });

  test('an API server that is away takes no more than the last 20 Events, and the last role', async () => {
    await server.stop();
    for (let i = 0; i < 30; i++) outbox.tell({ ...HAPPENED, at: HAPPENED.at + i, note: String(i) });
    for (const one of ['replica', 'unknown', 'master'] as const) outbox.show(one);
    await until('the log says so', () => lines.length > 0);
    await server.restart();
    await shown('master');
    await until('they are there', () => told().length === 20);
    expect(told().map(({ note }) => Number(note)).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 10));
    expect(server.seen('apply')).toHaveLength(1);
  });

  test('an agent without what it takes to ask says so and goes on', async () => {
    outbox = make({}, { KUBERNETES_SERVICE_PORT: '' });
    outbox.show('master');
    outbox.tell(HAPPENED);
    await until('the log says so', () => lines.length > 0);
    expect(lines).toEqual(['warn kubernetes role or Events are not written, and tried again: the Kubernetes API needs the variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT']);
  });
});
