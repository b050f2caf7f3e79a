import { Address, canonical } from './address';

/** A server as a running worker has it: a line of `show servers state`. */
export interface ServerState {
  /** `backend/name`. */
  readonly key: string;
  readonly address: Address;
  /** Whether it takes connections, as far as its checks are concerned. */
  readonly up: boolean;
  /** Whether it was put into maintenance or is drained, by its file or at run time. */
  readonly disabled: boolean;
  readonly weight: number;
  /** The weight that the worker read from its file. */
  readonly initialWeight: number;
  /** Whether a check is under way. */
  readonly checking: boolean;
  /** The columns `srv_check_status`, `srv_check_result` and `srv_check_health`. */
  readonly check: readonly [string, string, string];
}

/** The first two lines of the server state, which name its format and its columns. */
export const STATE_HEADER = [
  '1',
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change'
  + ' srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port'
  + ' srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port',
];

const OP_RUNNING = '2';
/** Forced by a command or configured: maintenance (1, 4) and drain (8, 16). */
const ADMIN_DISABLED = [1, 4, 8, 16];
const CHECK_IN_PROGRESS = 1;

/**
 * Reads the answer to `show servers state`.
 *
 * @throws Error when it is none
 */
export function parseServersState(answer: string): ServerState[] {
  const [version, header, ...lines] = answer.split('\n');
  if (version.trim() !== '1' || !header?.startsWith('# be_id ')) {
    throw new Error(`HAProxy answered "${answer.trim().slice(0, 200)}" to show servers state; expected version 1 of it`);
  }
  const names = header.slice(2).split(' ');
  return lines.filter((line) => line.trim() !== '').map((line) => {
    const fields = line.split(' ');
    const column = (name: string): string => fields[names.indexOf(name)] ?? '';
    const ip = canonical(column('srv_addr'));
    return {
      key: `${column('be_name')}/${column('srv_name')}`,
      address: { host: ip ?? column('srv_addr'), port: Number(column('srv_port')) || undefined, numeric: ip !== undefined },
      up: column('srv_op_state') === OP_RUNNING,
      disabled: ADMIN_DISABLED.some((flag) => hasFlag(column('srv_admin_state'), flag)),
      weight: Number(column('srv_uweight')),
      initialWeight: Number(column('srv_iweight')),
      checking: hasFlag(column('srv_check_state'), CHECK_IN_PROGRESS),
      check: [column('srv_check_status'), column('srv_check_result'), column('srv_check_health')],
    };
  });
}

function hasFlag(flags: string, flag: number): boolean {
  return Math.floor(Number(flags) / flag) % 2 === 1;
}
