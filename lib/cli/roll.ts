import { setTimeout } from 'node:timers/promises';
import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { judge } from './judge/judge';
import { Kubectl } from './kubectl/kubectl';
import { findAwake } from './read/installation';
import { Reader } from './read/reader';
import { ServerReading } from './read/reading';
import { withKubectl } from './with-kubectl';

/** Longest wait for one server: to be scheduled, pull an image, load its data or copy it. In milliseconds. */
const SERVER_MS = 30 * 60_000;
/** Between looks. In milliseconds. */
const LOOK_MS = 2_000;
/** The label by which pods of a StatefulSet tell their revision. */
const REVISION = 'controller-revision-hash';

/** `cdk8s-redis-ha roll` */
export const ROLL: Command = {
  summary: 'updates servers one after the other: replicas first, the master last, with one hand-over',
  usage: `[NAME] [--replicas] [OPTION…]

For servers with UpdateStrategy.onDelete(), after their changed manifests were applied: deletes the pods that are not as the StatefulSet says, each once all
servers are in sync. The master's pod comes last, and hands over to a replica that was updated before: the master changes once. In a standby, which has no
master, the server that copies the master outside comes last. It can be ended and run again at any time. Needs what "status" needs, and: delete pods.

  NAME                name of the installation; may be left out if the namespace has only one
  --replicas          leaves the master as it is; run it again without, when it suits
${COMMON_USAGE}

exit status: 0 done, 65 refused: nothing was changed, 70 a server did not come back, 64 wrong usage, 66 no such installation,
             69 no kubectl or no answer of the cluster, 77 not permitted`,
  run: async (args, terminal) => {
    const { flags: { replicas }, ...where } = parse(args, { replicas: undefined });
    return withKubectl(where, terminal, async (kubectl) => {
      const { name, namespace } = await findAwake(kubectl, where.name);
      return new Roll(kubectl.in(namespace), `${name}-server`, new Reader(kubectl, name), terminal).run(replicas);
    });
  },
};

/** Servers of which one may be replaced. */
interface Settled {
  /** The one that the others replicate, which comes last: the master or, in a standby, the one that copies the master outside. */
  readonly source: number;
  /** The master outside that it copies; undefined where it is the master. */
  readonly outside?: string;
  /** Those that are not as the StatefulSet says. */
  readonly outdated: readonly ServerReading[];
  /** The one to replace: one of them that is not in sync as it is, else a replica, and the master last. */
  readonly next?: ServerReading;
}

/** A run of the command. */
class Roll {
  /** What it said last of why the master has to wait. */
  private obstacles = '';

  constructor(
    private readonly kubectl: Kubectl, private readonly set: string, private readonly reader: Reader, private readonly terminal: Terminal,
  ) {}

  public async run(replicasOnly: boolean): Promise<number> {
    const { spec } = await this.kubectl.get('statefulset', this.set);
    if (spec.updateStrategy?.type !== 'OnDelete') {
      const why = 'is rolled by Kubernetes itself as soon as it is changed';
      throw new CliError(`${this.set} ${why}: set 'server.updateStrategy' to UpdateStrategy.onDelete()`, EXIT.refused);
    }
    for (;;) {
      const { source, outside, outdated, next } = await this.settled(replicasOnly);
      const last = `server ${source}, ${outside === undefined ? 'the master' : `which copies ${outside}`}`;
      if (next === undefined) {
        this.terminal.print(outdated.length === 0 ? 'all servers are up to date\n' : `all replicas are up to date; ${last}, is left\n`);
        return 0;
      }
      const who = next.ordinal !== source ? `server ${next.ordinal}` : `${last},${outside === undefined ? ' hands over and' : ''}`;
      this.terminal.print(`${who} is replaced\n`);
      const { uid } = (await this.kubectl.get('pod', next.pod!.name)).metadata;
      await this.kubectl.run('delete', 'pod', next.pod!.name, '--wait=false');
      await this.until(`server ${next.ordinal} is another pod`, async () => {
        // for a moment it is not there, and the API server may be silent for one: both end, or the wait does
        const pod = await this.kubectl.get('pod', next.pod!.name).catch(() => undefined);
        return pod !== undefined && pod.metadata.uid !== uid ? pod : undefined;
      });
    }
  }

  /** Waits until all servers are in sync, as none may leave before; but for one that the update may mend. Where the master is next, also until another one could take its place. */
  private async settled(replicasOnly: boolean): Promise<Settled> {
    return this.until('all servers are in sync and the next one may leave', async () => {
      const reading = await this.reader.read();
      const { master, standby, failover } = judge(reading);
      const source = master ?? standby?.server;
      if (source === undefined || reading.servers.some(({ pod }) => pod === undefined || pod.stopping)) return undefined;
      const { metadata, status } = await this.kubectl.get('statefulset', this.set);
      // what was applied a moment ago its controller has not seen yet
      if (!(status?.observedGeneration >= metadata.generation) || status.updateRevision === undefined) return undefined;
      const pods = await Promise.all(reading.servers.map(async ({ pod }) => this.kubectl.get('pod', pod!.name)));
      const outdated = reading.servers.filter((_, index) => pods[index].metadata.labels[REVISION] !== status.updateRevision);
      const broken = reading.servers.filter((server) => !isSettled(server, master, source));
      if (broken.length > 1 || (broken.length === 1 && (broken[0].ordinal === source || !outdated.includes(broken[0])))) return undefined;
      const next = broken[0] ?? outdated.filter(({ ordinal }) => ordinal !== source).at(-1) ?? (replicasOnly ? undefined : outdated.at(-1));
      // one that is alone has nobody in any case
      const leaves = master !== undefined && next?.ordinal === master && reading.servers.length > 1;
      if (leaves && !failover.possible) return this.masterWaits(master, failover.obstacles);
      return { source, outside: master === undefined ? standby!.master : undefined, outdated, next };
    });
  }

  private masterWaits(master: number, obstacles: readonly string[]): undefined {
    const why = obstacles.join('; ');
    if (why !== this.obstacles) this.terminal.print(`server ${master}, the master, has to wait, as a failover would not be possible: ${why}\n`);
    this.obstacles = why;
  }

  /** The API server may be silent for a moment: that is no end. */
  private async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + SERVER_MS;
    while (Date.now() < deadline) {
      const found = await look().catch((error: unknown) => {
        if (error instanceof CliError && error.exitCode === EXIT.unavailable) return undefined;
        throw error;
      });
      if (found !== undefined) return found;
      await setTimeout(LOOK_MS, undefined, { signal: this.terminal.signal });
    }
    throw new CliError(`gave up waiting until ${what}: see "doctor"; what was updated stays, and the rest is as it was`, EXIT.software);
  }
}

function isSettled({ ordinal, pod, answer }: ServerReading, master: number | undefined, source: number): boolean {
  if (pod === undefined || !pod.ready || pod.stopping || answer === undefined || answer.loading) return false;
  if (ordinal === master) return answer.role === 'master';
  if (answer.role !== 'replica' || !answer.linkUp) return false;
  // in a standby nobody is electable, and whom its source follows is no member
  return master === undefined ? ordinal === source || answer.follows === source : answer.priority > 0 && answer.follows === master;
}
