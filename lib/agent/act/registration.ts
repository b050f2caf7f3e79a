import { Log, messageOf } from '../../log/log';
import { Config } from '../config/config';
import { Endpoint, ReplyError } from '../redis/resp';

/** How the agent registers the local server at Sentinels. */
export interface Registration {
  readonly config: Config;
  /** After which silence Sentinels find the master down: not as configured during a pause. */
  readonly downAfterMs: () => number;
  /** Announced IP address of the local server. */
  readonly address: string;
  readonly password: () => string | undefined;
  readonly log: Log;
}

/** Asks a Sentinel to monitor the local server. False: it monitors another. Rejects when it does not answer. */
export async function monitor(sentinel: Endpoint, to: Registration): Promise<boolean> {
  const { masterName, serverPort, quorum } = to.config;
  const [added, current] = await sentinel.batch([
    ['SENTINEL', 'MONITOR', masterName, to.address, String(serverPort), String(quorum)],
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName],
  ]);
  if (added === 'OK') return true;
  return Array.isArray(current) && current[0] === to.address && current[1] === String(serverPort);
}

/** Sets all settings of the master at a Sentinel. */
export async function configure(sentinel: Endpoint, to: Registration): Promise<void> {
  const { masterName, failoverTimeoutMs, parallelSyncs, quorum, masterRebootDownAfterMs } = to.config;
  const set = (name: string, value: number | string): string[] => ['SENTINEL', 'SET', masterName, name, String(value)];
  const password = to.password();
  const replies = await sentinel.batch([
    ...password === undefined ? [] : [set('auth-pass', password)],
    set('quorum', quorum),
    set('down-after-milliseconds', to.downAfterMs()),
    set('failover-timeout', failoverTimeoutMs),
    set('parallel-syncs', parallelSyncs),
    // Absent before Redis 7, and other engines name it differently.
    set('master-reboot-down-after-period', masterRebootDownAfterMs),
  ]);
  const failed = replies.slice(0, -1).find((reply): reply is ReplyError => reply instanceof ReplyError);
  if (failed) throw failed;
}

/** Makes a Sentinel forget the local server, if that is the one it monitors. Rejects when it does not answer. */
export async function withdraw(sentinel: Endpoint, from: Registration): Promise<void> {
  const { masterName, serverPort } = from.config;
  const current = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName);
  if (Array.isArray(current) && current[0] === from.address && current[1] === String(serverPort)) {
    await sentinel.call('SENTINEL', 'REMOVE', masterName);
  }
}

/** Registers and configures, and logs either outcome. */
export async function register(sentinel: Endpoint, index: number, to: Registration, why: string): Promise<void> {
  try {
    if (!await monitor(sentinel, to)) return;
    await configure(sentinel, to);
    to.log.info('sentinel', `${index} ${why}`);
  } catch (error) {
    to.log.warn('sentinel', `${index} cannot be configured: ${messageOf(error)}`);
  }
}
