import { MasterChange } from './reading';

/** A line of an agent's log. */
interface Line {
  readonly at: number;
  readonly server: number;
  readonly subject: string;
  readonly message: string;
}

/** How long before the new master was found well the reason may be. In milliseconds. */
const BEFORE_MS = 120_000;
/** A hand-over is told when it is done, which may be after that. */
const AFTER_MS = 15_000;

/** The last time that another server became the master. @param logs of the agents, by the ordinals of their servers */
export function lastChange(logs: ReadonlyMap<number, string>): MasterChange | undefined {
  const lines = [...logs].flatMap(([server, log]) => linesOf(server, log)).sort((a, b) => a.at - b.at);
  const masters = lines.filter(({ subject, message, server }) => subject === 'steady' && message === `master, master is server ${server}`);
  const changes = masters.filter(({ server }, index) => masters[index - 1]?.server !== server);
  const change = changes.at(-1);
  if (change === undefined) return undefined;
  const from = changes.at(-2)?.server;
  const around = lines.filter(({ at }) => at > change.at - BEFORE_MS && at <= change.at + AFTER_MS);
  return { at: new Date(change.at).toISOString(), to: change.server, from, ...reason(around, change, from) };
}

/** Lines of both formats, of which one log may hold some each: `TIME LEVEL SUBJECT MESSAGE` and JSON. */
function linesOf(server: number, log: string): Line[] {
  return log.split('\n').flatMap((line) => {
    const { time, subject, message } = line.startsWith('{') ? fieldsOf(line) : /^(?<time>\d{4}-\S+Z) \w+ (?<subject>\S+) (?<message>.*)$/.exec(line)?.groups ?? {};
    return time === undefined || subject === undefined || message === undefined ? [] : [{ at: Date.parse(time), server, subject, message }];
  });
}

function fieldsOf(line: string): { readonly [field: string]: string | undefined } {
  try {
    return JSON.parse(line);
  } catch {
    return {}; // what the first line of a log that was cut is
  }
}

function reason(around: readonly Line[], { at, server: to }: Line, from: number | undefined): Pick<MasterChange, 'kind' | 'why' | 'durationMs'> & Partial<Pick<MasterChange, 'from'>> {
  const last = (condition: (line: Line) => boolean): Line | undefined => around.filter(condition).at(-1);
  const handOver = last((line) => line.subject === 'hand-over' && line.message.startsWith(`to server ${to} `));
  if (handOver) {
    const ms = /done after (\d+) ms/.exec(handOver.message)?.[1];
    const ordered = around.some(({ server, subject, message }) => server === handOver.server && subject === 'order' && /^failover( \d+)?: done/.test(message));
    return { kind: 'hand-over', why: ordered ? 'somebody asked for it' : 'the pod of the former master was to stop', durationMs: ms === undefined ? undefined : Number(ms) };
  }
  // its log is gone with its pod, or with its container: the successor was told
  const told = last((line) => line.server === to && line.subject === 'order' && line.message.startsWith('handed-over '));
  const [, former, ms] = /^handed-over (\d+),(\d+): done/.exec(told?.message ?? '') ?? [];
  if (former !== undefined) return { kind: 'hand-over', from: Number(former), why: 'the pod of the former master was to stop, or somebody asked for it', durationMs: Number(ms) };
  const before = (condition: (line: Line) => boolean): Line | undefined => last((line) => line.at <= at && condition(line));
  const led = before(({ subject, message }) => subject === 'failover' && message.startsWith(`to server ${to}: `));
  const gone = before(({ subject, message, server }) => server === from && subject === 'server' && message === 'is gone');
  // the pod of the former master may be silent, as its node is lost: then another agent tells since when
  const silent = Number(/ for (\d+) ms$/.exec(led?.message ?? '')?.[1] ?? 0);
  if (led) return { kind: 'failover', why: led.message.replace(/^to server \d+: /, ''), durationMs: at - Math.min(led.at - silent, gone?.at ?? led.at) };
  // the first of those that follow each other
  const lost = around.find(({ subject, message }) => subject === 'wait' && message.startsWith(`link to server ${from} is down`));
  if (lost) return { kind: 'failover', why: 'the Sentinels found the former master down', durationMs: at - lost.at };
  const vote = before(({ subject, message, server }) => server === to && subject === 'vote' && message.startsWith('won'));
  if (vote) return { kind: 'vote', why: vote.message };
  return { kind: 'unknown', why: '' };
}
