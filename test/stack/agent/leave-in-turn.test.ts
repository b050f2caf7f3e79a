import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { REDIS, sleep, until } from '../../agent/support/cluster';
import { Stage } from '../../agent/support/stage';
import { Sandbox } from '../../scripts/sandbox';
import { describeWith } from '../../support/binaries';

jest.setTimeout(100_000);

const ALL = [0, 1, 2];

describeWith(['dash', 'redis-cli', ...REDIS])('Sentinels with pods of their own', () => {
  const stage = new Stage();
  const { cluster } = stage;
  const sandbox = new Sandbox();
  sandbox.program('the-cli', 'shift 2; exec redis-cli -h "$HOST" -p "$PORT" "$@"');

  beforeAll(async () => {
    await stage.start();
    await stage.converged();
  });
  afterAll(async () => {
    await stage.stop();
    sandbox.remove();
  });

  /** The hook of one of them, to its end. */
  const hook = async (j: number) => new Promise((resolve) => {
    spawn('dash', [path.join(sandbox.config, 'leave-in-turn.sh')], {
      stdio: 'ignore',
      env: {
        PATH: `${sandbox.bin}:${process.env.PATH}`,
        CLI_BIN: 'the-cli',
        RUN_DIR: sandbox.run,
        MASTER_NAME: 'cache-redis',
        STOP_BUDGET_SECONDS: '80',
        HOST: cluster.sentinels[j],
        PORT: String(cluster.sentinelPort),
        PASSWORD_FILE: sandbox.write('password', cluster.password),
      },
    }).once('close', resolve);
  });

  test('that are all stopped at once leave one after the other, each once the others name the master', async () => {
    const naming = async () => {
      const named = await Promise.all(ALL.map(async (j) => cluster.named(j).catch(() => undefined)));
      return named.filter((each) => each === 0).length;
    };
    const left: number[] = [];
    let done = false;
    const fewest = (async () => {
      let least = ALL.length;
      // one that answers late once is there: one that is gone stays away for 2 s
      for (; !done; await sleep(100)) least = Math.min(least, Math.max(await naming(), await naming(), await naming()));
      return least;
    })();
    await Promise.all(ALL.map(async (j) => {
      expect(await hook(j)).toBe(0);
      left.push(j);
      await cluster.kill(`sentinel-${j}`);
      await sleep(2_000);
      cluster.startSentinel(j, { blank: true });
      await until('it answers', async () => await cluster.askSentinel(j, 'PING') === 'PONG');
      await stage.name(0, [j]);
    }));
    done = true;
    expect(left).toEqual(ALL);
    expect(await fewest).toBe(2);
  });
});
