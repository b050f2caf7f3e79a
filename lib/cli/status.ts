import { setTimeout } from 'node:timers/promises';
import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { judge, Judgement } from './judge/judge';
import { Reader } from './read/reader';
import { Reading } from './read/reading';
import { Screen } from './show/screen';
import { statusLines } from './show/status';
import { styleFor } from './show/style';
import { HEALTH_EXIT, withReader } from './with-kubectl';

/** Between two looks. In milliseconds. */
const WATCH_MS = 2_000;
/** Of what `--json` prints: another one when a field is removed or means something else. */
const FORMAT = 1;

/** `cdk8s-redis-ha status` */
export const STATUS: Command = {
  summary: 'shows who is master, what each part says, and whether the next failover would work',
  usage: `[NAME] [OPTION…]

Asks all servers, Sentinels, agents and HAProxy of an installation at once, through kubectl and with your rights: get pods, services,
statefulsets and deployments, with Routing.direct() endpointslices; create pods/exec and pods/portforward; get pods/log for the last change of the master. KUBECTL names another program.

  NAME                name of the installation; may be left out if the namespace has only one
  -w, --watch         shows it again every two seconds, until Ctrl-C
  --json              as JSON, with --watch one line each; docs/reference/status.md tells the fields
${COMMON_USAGE}

exit status: 0 healthy, 1 degraded, 2 down (clients can't write); of --watch, as it was last;
             64 wrong usage, 66 no such installation, 69 no kubectl or no answer of the cluster, 77 not permitted`,
  run: async (args, terminal) => {
    const { flags: { watch, json }, ...where } = parse(args, { watch: 'w', json: undefined });
    return withReader(where, terminal, async (reader) => (watch ? follow(reader, json, terminal) : once(reader, json, terminal)));
  },
};

async function once(reader: Reader, json: boolean, terminal: Terminal): Promise<number> {
  const reading = await reader.read();
  const judgement = judge(reading);
  terminal.print(json
    ? `${JSON.stringify(jsonOf(reading, judgement), undefined, 2)}\n`
    : `${statusLines(reading, judgement, styleFor(terminal.isTerminal, terminal.env)).join('\n')}\n`);
  return HEALTH_EXIT[judgement.health];
}

/** What `--json` prints. */
function jsonOf(reading: Reading, judgement: Judgement): object {
  const { name, namespace, at, ...rest } = reading;
  return { format: FORMAT, name, namespace, at, ...judgement, ...rest };
}

async function follow(reader: Reader, json: boolean, terminal: Terminal): Promise<number> {
  const screen = new Screen(terminal);
  try {
    return await shown(reader, json, screen, terminal);
  } finally {
    screen.close();
  }
}

async function shown(reader: Reader, json: boolean, screen: Screen, terminal: Terminal): Promise<number> {
  let exitCode: number | undefined;
  while (!terminal.signal.aborted) {
    try {
      const reading = await reader.read();
      const judgement = judge(reading);
      exitCode = HEALTH_EXIT[judgement.health];
      if (json) terminal.print(`${JSON.stringify(jsonOf(reading, judgement))}\n`);
      else screen.show(statusLines(reading, judgement, styleFor(terminal.isTerminal, terminal.env)));
    } catch (error) {
      if (terminal.signal.aborted) break;
      // what was there at first may come back
      if (exitCode === undefined || !(error instanceof CliError)) throw error;
      if (!json) screen.show([error.message]);
    }
    await setTimeout(WATCH_MS, undefined, { signal: terminal.signal }).catch(() => undefined);
  }
  return exitCode ?? EXIT.interrupted;
}
