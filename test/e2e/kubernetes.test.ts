import { Egress } from '../../lib';
import { Installation } from './support/installation';
import { kubectl } from './support/kubectl';
import { Namespace } from './support/namespace';
import { until } from './support/until';

const ROLE = 'redis-ha.cdk8s.io/role';
const WAIT_MILLIS = 60_000;

describe('what kubectl shows of roles and failovers', () => {
  let namespace: Namespace;
  let installation: Installation;

  const get = async (...args: string[]) => JSON.parse(await kubectl(['-n', namespace.name, 'get', ...args, '-o', 'json'])).items as any[];
  const told = async () => (await get('events', '-l', 'redis-ha.cdk8s.io/installation')).map(({ reason, involvedObject }) => `${reason} ${involvedObject.name}`);
  const server = async (name: string, script: string) => (
    namespace.exec(name, 'server', `export REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); redis() { "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@"; }; ${script}`));
  const ends = async (name: string) => server(name, 'redis SHUTDOWN NOSAVE NOW FORCE');

  /** One master and two replicas, by the labels of their pods. @returns the master's */
  const settled = async (other?: string) => until('labels of one master and two replicas', WAIT_MILLIS, async () => {
    const pods = await get('pods', '-l', 'redis-ha.cdk8s.io/component=server');
    const roles = pods.map(({ metadata }) => metadata.labels[ROLE]).sort();
    const master = pods.find(({ metadata }) => metadata.labels[ROLE] === 'master')?.metadata.name as string | undefined;
    if (roles.join() === 'master,replica,replica' && master !== other) return master!;
    throw new Error(JSON.stringify(pods.map(({ metadata }) => [metadata.name, metadata.labels[ROLE]])));
  });
  const tells = async (event: string) => until(event, WAIT_MILLIS, async () => {
    const events = await told();
    if (events.includes(event)) return true;
    throw new Error(events.join());
  });

  beforeAll(async () => {
    namespace = await Namespace.create('kubernetes');
    // with the way to the API server that a policy leaves
    installation = new Installation(namespace, { kubernetes: { events: true, roleLabel: true }, network: { egress: Egress.restricted() } });
    await installation.start();
  });
  afterAll(() => namespace?.remove());

  test('the pod of the first master has its label and an Event', async () => {
    const master = await settled();
    expect((await server(master, 'redis ROLE')).stdout).toMatch(/^master/);
    await tells(`MasterElected ${master}`);
    expect(await namespace.diff(installation.manifests)).toBe('');
  });

  test('a hand-over moves the label, and a pod that was made anew has it again', async () => {
    const master = await settled();
    await namespace.deletePod(master);
    const next = await settled(master);
    await tells(`HandOver ${next}`);
    const described = await kubectl(['-n', namespace.name, 'describe', 'pod', next]);
    expect(described).toMatch(/Normal +HandOver .* redis-ha\.cdk8s\.io\/agent +server \d handed over to server \d, agreed after \d+ ms/);
  });

  test('so does a failover', async () => {
    const master = await settled();
    await ends(master);
    await tells(`FailoverDone ${await settled(master)}`);
  });

  test('without rights a failover is the same, and the log says so in one line', async () => {
    const master = await settled();
    const name = installation.redis.serverStatefulSet.name;
    await kubectl(['-n', namespace.name, 'delete', 'role', name]);
    const started = Date.now();
    await ends(master);
    const next = await until('another master', WAIT_MILLIS, async () => {
      const roles = await Promise.all([0, 1, 2].map(async (ordinal) => (await server(`${name}-${ordinal}`, 'redis ROLE')).stdout));
      const ordinal = roles.findIndex((role) => role.startsWith('master'));
      return ordinal >= 0 && `${name}-${ordinal}` !== master && `${name}-${ordinal}`;
    });
    process.stdout.write(`kubernetes: another master ${Date.now() - started} ms after the end of the former, without rights\n`);
    const refused = async () => (await kubectl(['-n', namespace.name, 'logs', next, '-c', 'agent'])).match(/ warn kubernetes .*/g) ?? [];
    await until('the log says so', WAIT_MILLIS, async () => (await refused()).length > 0);
    expect(await refused()).toEqual([expect.stringContaining('role or Events are not written, and tried again: the API server answers 403 ')]);
  });
});
