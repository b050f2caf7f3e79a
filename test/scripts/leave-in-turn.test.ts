import { Sandbox } from './sandbox';
import { describeWith } from '../support/binaries';

/** A Sentinel as another one tells of it, by the first character of its run ID. */
const other = (id: string, { flags = 'sentinel', hello = '900' } = {}) => `name\n${id}\nrunid\n${id}\nflags\n${flags}\nlast-hello-message\n${hello}\n`;
const AWAY = { flags: 'sentinel,disconnected' };
const BLANK = { hello: '5600' };

describeWith(['dash'])('a Sentinel with a pod of its own that is stopped', () => {
  let sandbox: Sandbox;
  beforeEach(() => { sandbox = new Sandbox(); });
  afterEach(() => sandbox.remove());

  /** How long the one with the run ID `5` stays, of 7 seconds that it may. */
  function stays(others: string, { master = 'flags\nmaster', replicas = 'flags\nslave,s_down,disconnected' } = {}): number {
    for (const [file, text] of Object.entries({ others, master, replicas })) sandbox.write(file, `${text}\n`);
    sandbox.program('the-cli', `case "$*" in *MYID) echo 5 ;; *"SENTINELS redis") cat "$CONFIG_DIR/others" ;; *"MASTER redis") cat "$CONFIG_DIR/master" ;;
      *"REPLICAS redis") cat "$CONFIG_DIR/replicas" ;; esac`);
    const began = Date.now();
    expect(sandbox.sh('leave-in-turn.sh', { CLI_BIN: 'the-cli', MASTER_NAME: 'redis', STOP_BUDGET_SECONDS: '7' }).status).toBe(0);
    return (Date.now() - began) / 1000;
  }

  test.each<readonly [string, Parameters<typeof stays>]>([
    ['comes first', [other('6') + other('7')]],
    ['reaches no server, as all are stopped', [other('1', AWAY) + other('2', AWAY), { master: 'flags\nmaster,s_down,disconnected' }]],
    ['knows no master', ['ERR No such master with that name', { master: 'ERR No such master with that name', replicas: '' }]],
    ['does not answer', ['', { master: '', replicas: '' }]],
    ['is no part of the majority', [['6', '7', '8'].map((id) => other(id)).join('') + other('9', AWAY)]],
    ['knows no other', ['']],
  ])('leaves at once when it %s', (_, state) => {
    expect(stays(...state)).toBeLessThan(2);
  });

  test('waits to see whether the one before it leaves too', () => {
    const seconds = stays(other('4') + other('7'));
    expect(seconds).toBeGreaterThan(3.9);
    expect(seconds).toBeLessThan(6.5);
  });

  test.each<readonly [string, string]>([
    ['is away', other('6', AWAY) + other('7')],
    ['names no master yet', other('6', BLANK) + other('7')],
    ['finds it down', other('6', { flags: 'sentinel,s_down' }) + other('7')],
  ])('stays as long as it may while one of the others %s', (_, others) => {
    expect(stays(others)).toBeGreaterThan(5.9);
  });
});
