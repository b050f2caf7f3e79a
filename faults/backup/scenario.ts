import { Backups } from './backups';
import { sleep } from '../cluster';
import { Scenario, UNNOTICED } from '../scenario';
import { powerOff } from '../scenarios/nodes';

/** With the keys of the clients, a dump takes many seconds then. In microseconds. */
const KEY_DELAY = 20_000;
export const KEYS = 500;

const REDIS = 'export REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); redis() { "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@"; }';
/** Fills the installation, and makes each of its dumps slow. */
const FILL = `${REDIS}
case $(redis ROLE) in master*) for i in $(seq 1 ${KEYS}); do echo SET kept:$i $i; done | redis >/dev/null ;; esac
redis CONFIG SET rdb-key-save-delay ${KEY_DELAY}`;
const AS_EVER = `${REDIS}; redis CONFIG SET rdb-key-save-delay 0`;

export const NODE_LOST_DURING_BACKUP: Scenario = {
  name: 'power-off-backup-node',
  what: 'The node of a replica, on which a backup runs, is switched off during the dump and started again.',
  setups: [],
  needs: 'nodes',
  bar: { gapMs: UNNOTICED, lost: 0, switches: 0 },
  async inject(run) {
    const { installation } = run;
    const shell = (name: string, script: string) => installation.run('exec', name, '-c', 'server', '--', 'sh', '-c', script);
    for (const { name } of await installation.pods('server')) shell(name, FILL);
    const victim = (await installation.replicas()).find(({ node }) => node !== run.clients)!;
    const backups = new Backups(installation, victim.node);
    const job = backups.make();
    await backups.runs(job);
    await sleep(1000);
    run.mark('power off during a backup');
    const boot = powerOff(run, victim.node);
    // the next one is to be done soon
    for (const { name } of (await installation.pods('server')).filter((one) => one.name !== victim.name)) shell(name, AS_EVER);
    await sleep(10_000);
    run.mark('boot');
    await boot();
    const { log, failed } = await backups.succeeded(job);
    run.mark('the backup is there');
    if (failed !== 1) run.fail(`${failed} pods of the backup failed, not the lost one alone`);
    const [, keys] = /stored (\d+) keys/.exec(log) ?? [];
    // those of the clients are there too
    if (!(Number(keys) >= KEYS)) run.fail(`the backup has ${keys} keys`);
  },
};
