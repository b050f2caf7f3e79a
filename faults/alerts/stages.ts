import { Alert } from '../../lib/index';
import { SERVER_SOCKET } from '../../lib/manifests/pod-parts';
import { kubectlAsync, sleep } from '../cluster';
import { lab, nodeNumber, SERVER } from '../injection';
import { Installation } from '../installation';
import { Pod } from '../target';

/** What is done to an installation, and what its operator should be told. */
export interface Stage {
  readonly name: string;
  readonly what: string;
  /** Alerts that must fire, and go again when it is over. None: nothing may fire, others neither. */
  readonly fires: readonly Alert[];
  /** Longest time until they do: their `for`, what the fault itself takes, and three rounds of Prometheus. */
  readonly withinMs: number;
  /** Longest time until they are gone again. */
  readonly goneMs: number;
  /** Does it. @param spared a node that must not be hurt @returns what ends it */
  inject(installation: Installation, spared: string): Promise<() => Promise<void>>;
}

/** Rounds of Prometheus: a scrape, an evaluation, and one for a scrape that was missed. */
const ROUNDS_MS = 45_000;
const MINUTE = 60_000;

/** Bytes of a value that fills memory. */
const VALUE = 256 * 1024;

export const STAGES: readonly Stage[] = [
  {
    name: 'planned-roll',
    what: 'Servers and proxies are rolled, then the master fails over once, because its server is killed',
    fires: [],
    // longer than the longest that something may hold without being told, of what a roll could make true
    withinMs: 3 * MINUTE,
    goneMs: 0,
    async inject(installation) {
      for (const workload of [`statefulset/${installation.redis.serverStatefulSet.name}`, `deployment/${installation.redis.proxyDeployment!.name}`]) {
        await kubectlAsync(['-n', installation.namespace, 'rollout', 'restart', workload]);
        await installation.rolledOut(workload);
      }
      await installation.ready(MINUTE);
      installation.processes(await installation.master()).signal('KILL', SERVER);
      await sleep(5000);
      await installation.ready(MINUTE);
      return async () => undefined;
    },
  },
  {
    name: 'kill-master',
    what: "The replicas' pods are cut off from all others, and the master's server is killed: nobody can take over",
    fires: [Alert.NO_MASTER, Alert.PROXY_NO_WRITES, Alert.SENTINEL_MAJORITY_LOST],
    withinMs: MINUTE + 15_000 + ROUNDS_MS,
    goneMs: 2 * MINUTE,
    async inject(installation) {
      const pods = await installation.pods();
      const master = await installation.master();
      const joins = (await installation.replicas()).map((replica) => {
        const others = pods.filter(({ name }) => name !== replica.name).flatMap((other) => installation.addressesOf(other));
        return installation.processes(replica).cutOff(others);
      });
      installation.processes(master).signal('KILL', SERVER);
      return async () => joins.forEach((join) => join());
    },
  },
  {
    name: 'cut-node-and-fill-memory',
    what: 'The node of a replica and its Sentinel is cut off, and the memory of the master is filled',
    fires: [Alert.TARGET_DOWN, Alert.SENTINEL_MAJORITY_AT_RISK, Alert.MEMORY_NEAR_LIMIT],
    withinMs: 10 * MINUTE + 15_000 + ROUNDS_MS,
    goneMs: 3 * MINUTE,
    async inject(installation, spared) {
      const master = await installation.master();
      const replica = (await installation.replicas()).find(({ node }) => node !== spared && node !== master.node);
      if (replica === undefined) throw new Error(`every replica is on the node of the master or on ${spared}`);
      lab('cut', nodeNumber(replica.node));
      await fill(installation, master, 0.93);
      return async () => {
        lab('heal', nodeNumber(replica.node));
        await installation.ready(2 * MINUTE);
        await empty(installation, await installation.master());
      };
    },
  },
];

/** Fills a share of maxmemory with values that stay. */
async function fill(installation: Installation, master: Pod, share: number): Promise<void> {
  await inServer(installation, master, 'EVAL', [
    "local memory = redis.call('INFO', 'memory')",
    "local used, most = tonumber(string.match(memory, 'used_memory:(%d+)')), tonumber(string.match(memory, 'maxmemory:(%d+)'))",
    `for i = 1, math.floor((most * ${share} - used) / ${VALUE}) do redis.call('SET', 'fill:' .. i, string.rep('x', ${VALUE})) end`,
  ].join(' '), '0');
}

/** Takes these values away; FLUSHALL is nobody's. */
async function empty(installation: Installation, master: Pod): Promise<void> {
  await inServer(installation, master, 'EVAL', "for _, key in ipairs(redis.call('KEYS', 'fill:*')) do redis.call('DEL', key) end", '0');
}

/** Sends a command from within a server's container; one that is refused throws. */
async function inServer({ namespace }: Installation, { name }: Pod, ...command: readonly string[]): Promise<void> {
  const script = `REDISCLI_AUTH=$(cat "$PASSWORD_FILE") exec "$CLI_BIN" -e -s ${SERVER_SOCKET} "$@"`;
  await kubectlAsync(['-n', namespace, 'exec', name, '-c', 'server', '--', 'sh', '-c', script, 'sh', ...command]);
}
