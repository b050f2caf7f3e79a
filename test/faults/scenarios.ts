import { Installation } from './installation';
import { kubectl, sleep } from './kubectl';

/** A fault, and what clients may notice of it. */
export interface Scenario {
  readonly name: string;
  /** Time for which the probe writes. */
  readonly seconds: number;
  /** Longest time without an acknowledgement. */
  readonly gapMs: number;
  /** Acknowledged writes that may be lost; undefined: only those on their way to the replicas, which is reported. */
  readonly lost?: number;
  /** Whether the master's role moves. */
  readonly inject: (installation: Installation) => Promise<void> | void;
}

const master = (installation: Installation) => {
  const [name] = installation.masters();
  if (name === undefined) throw new Error('there is no master to hurt');
  return name;
};
const remove = (installation: Installation, pod: string, ...flags: string[]) => {
  kubectl(['-n', installation.namespace, 'delete', 'pod', pod, '--wait=false', ...flags]);
};
// a Sentinel is the same program under another title
const SERVER = /^(redis|valkey)-server(?!.*sentinel)/;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'delete-master',
    seconds: 20,
    gapMs: 3000,
    lost: 0,
    inject: (installation) => remove(installation, master(installation)),
  },
  {
    name: 'kill-master',
    seconds: 20,
    gapMs: 3000,
    lost: 0,
    inject: (installation) => installation.signal(master(installation), SERVER, 'KILL'),
  },
  {
    name: 'force-delete-master',
    seconds: 25,
    gapMs: 7000,
    inject: (installation) => remove(installation, master(installation), '--force', '--grace-period=0'),
  },
  {
    name: 'freeze-master',
    seconds: 30,
    gapMs: 7000,
    inject: async (installation) => {
      const frozen = master(installation);
      installation.signal(frozen, SERVER, 'STOP');
      await sleep(10_000);
      installation.signal(frozen, SERVER, 'CONT');
    },
  },
  {
    name: 'delete-replica',
    seconds: 15,
    gapMs: 500,
    lost: 0,
    inject: (installation) => {
      const leader = master(installation);
      remove(installation, installation.pods('server').find(({ name }) => name !== leader)!.name);
    },
  },
  {
    name: 'roll-servers',
    seconds: 90,
    gapMs: 3000,
    lost: 0,
    inject: (installation) => {
      kubectl(['-n', installation.namespace, 'rollout', 'restart', `statefulset/${installation.redis.serverStatefulSet.name}`]);
    },
  },
];
