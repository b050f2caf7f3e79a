import { COLD_START_SCENARIOS } from './cold-start';
import { CONFIGURATION_SCENARIOS } from './configuration';
import { CRASH_SCENARIOS } from './crash';
import { DISK_SCENARIOS } from './disk';
import { HAND_OVER_SCENARIOS } from './hand-over';
import { MOVE_SCENARIOS } from './moves';
import { NODE_SCENARIOS } from './nodes';
import { PARTITION_SCENARIOS } from './partitions';
import { SENTINEL_SCENARIOS } from './sentinels';
import { SERVICE_SCENARIOS } from './services';
import { STALL_SCENARIOS } from './stalls';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [
  ...HAND_OVER_SCENARIOS,
  ...CRASH_SCENARIOS,
  ...NODE_SCENARIOS,
  ...PARTITION_SCENARIOS,
  ...SENTINEL_SCENARIOS,
  ...COLD_START_SCENARIOS,
  ...CONFIGURATION_SCENARIOS,
  ...MOVE_SCENARIOS,
  ...SERVICE_SCENARIOS,
  ...DISK_SCENARIOS,
  ...STALL_SCENARIOS,
];

/** What CI has time for, and where. */
export const CI = {
  setups: ['sidecar-service-redis', 'separate-podip-valkey'],
  scenarios: [
    'delete-master', 'kill-master', 'freeze-master', 'stall-master', 'delete-replica', 'rogue-replica', 'power-off-master-node', 'cut-off-master-node', 'cut-off-master', 'lagging-replicas',
  ],
};

/** Faults that are not done, and why. */
export const NOT_DONE: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'The clock of one node jumps', why: 'the nodes of the lab share one kernel, and a kernel has one clock: every node\'s time would jump' },
  { what: 'The API server is down for minutes', why: 'it is down for 20 s: nothing of the installation uses it meanwhile except kube-template, whose own tests cover longer outages' },
  { what: 'A volume that is full', why: 'volumes of the lab are directories of one disk; a volume in memory of 48 MiB is filled instead' },
];
