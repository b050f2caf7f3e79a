import { compact } from './etcd';
import { withPod } from './pod';
import { ServerList } from './server-list';
import { Stage } from './stage';
import { TemplateDaemon } from '../../test/e2e/support/template-daemon';
import { until } from '../../test/e2e/support/until';
import { sleep } from '../cluster';
import { lab } from '../injection';

/** A fault of what kube-template talks to. */
export interface Scenario {
  readonly name: string;
  /** Does it. @returns what was seen @throws what went wrong */
  readonly run: (stage: Stage) => Promise<string>;
}

const LOST_MILLIS = 60_000;
const NODE = 2;

/** Runs what happens while the file must stay as it is, and checks that it did. */
async function unchanged(list: ServerList, during: () => Promise<unknown>): Promise<void> {
  const before = list.text;
  await during();
  if (list.text !== before) throw new Error('the file changed without the API server');
}

function complete(list: ServerList): string {
  if (list.faults.length > 0) throw new Error(list.faults.join(', '));
  return `all ${list.versions} versions of the file complete`;
}

/** Waits until a daemon knows that it lost the API server. */
async function lost(daemon: TemplateDaemon): Promise<void> {
  await until('the daemon notices', LOST_MILLIS, async () => /^kube_template_source_connected\{.*\} 0$/m.test(await daemon.metrics()));
}

/** The API server restarts, and what it does before `then` is seen by nobody. */
async function restart(list: ServerList, daemon: TemplateDaemon, then: () => Promise<void>): Promise<void> {
  lab('api', 'stop');
  try {
    await unchanged(list, () => lost(daemon));
    await then();
  } finally {
    lab('api', 'start');
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'api-restart',
    run: (stage) => stage.withDaemon(async (list, daemon) => {
      await restart(list, daemon, () => sleep(5000));
      return `${await stage.seen(list, await stage.move())} ms from a change after the restart to the file; ${complete(list)}`;
    }),
  },
  {
    name: 'compacted',
    run: (stage) => stage.withDaemon(async (list, daemon) => {
      // a write of something else: what the API server remembers after its restart begins after what the watch has seen
      await stage.namespace.secret('elsewhere', { written: 'once' });
      await restart(list, daemon, async () => daemon.signal('SIGSTOP'));
      try {
        await stage.move();
        const revision = compact();
        const last = await stage.move();
        daemon.signal('SIGCONT');
        const millis = await stage.seen(list, last);
        const expired = Number(/^kube_template_watch_restarts_total\{.*reason="expired"\} (\d+)$/m.exec(await daemon.metrics())?.[1] ?? 0);
        if (expired === 0) throw new Error('the watch was resumed, nothing had expired');
        return `all before revision ${revision} gone, ${millis} ms until the file was current; ${complete(list)}`;
      } finally {
        daemon.signal('SIGCONT');
      }
    }),
  },
  {
    name: 'node-cut',
    run: (stage) => withPod(stage, `node${NODE}`, async (list) => {
      let last: [string, string];
      lab('cut', String(NODE));
      try {
        await unchanged(list, async () => {
          last = await stage.move();
          await sleep(20_000);
        });
      } finally {
        lab('heal', String(NODE));
      }
      return `${await stage.seen(list, last!)} ms from the heal to a current file; ${complete(list)}`;
    }),
  },
];
