import { MasterChange } from './reading';

/** A line of an agent's log. */
interface Line {
  readonly at: number;
  readonly server: number;
  readonly word: string;
  readonly text: string;
}

/** How long before the new master was found well the reason may be. In milliseconds. */
const BEFORE_MS = 120_000;
/** A hand-over is told when it is done, which may be after that. */
const AFTER_MS = 15_000;

/** The last time that another server became the master. @param logs of the agents, by the ordinals of their servers */
export function lastChange(logs: ReadonlyMap<number, string>): MasterChange | undefined {
  const lines = [...logs].flatMap(([server, log]) => linesOf(server, log)).sort((a, b) => a.at - b.at);
  const masters = lines.filter(({ word, text, server }) => word === 'steady' && text === `master, master is server ${server}`);
  const changes = masters.filter(({ server }, index) => masters[index - 1]?.server !== server);
  const change = changes.at(-1);
  if (change === undefined) return undefined;
  const from = changes.at(-2)?.server;
  const around = lines.filter(({ at }) => at > change.at - BEFORE_MS && at <= change.at + AFTER_MS);
  return { at: new Date(change.at).toISOString(), to: change.server, from, ...reason(around, change, from) };
}

function linesOf(server: number, log: string): Line[] {
  return log.split('\n').flatMap((line) => {
    const [, time, word, text] = /^(\d{4}-\S+Z) \w+ (\S+) (.*)$/.exec(line) ?? [];
    return time === undefined ? [] : [{ at: Date.parse(time), server, word, text }];
  });
}

function reason(around: readonly Line[], { at, server: to }: Line, from: number | undefined): Pick<MasterChange, 'kind' | 'why' | 'durationMs'> {
  const last = (condition: (line: Line) => boolean): Line | undefined => around.filter(condition).at(-1);
  const handOver = last((line) => line.word === 'hand-over' && line.text.startsWith(`to server ${to} `));
  if (handOver) {
    const ms = /done after (\d+) ms/.exec(handOver.text)?.[1];
    return { kind: 'hand-over', why: 'the pod of the former master was to stop', durationMs: ms === undefined ? undefined : Number(ms) };
  }
  const before = (condition: (line: Line) => boolean): Line | undefined => last((line) => line.at <= at && condition(line));
  const asked = before(({ word, text }) => word === 'failover' && text.startsWith('asked of '));
  const gone = before(({ word, text, server }) => server === from && word === 'server' && text === 'is gone');
  if (asked) return { kind: 'failover', why: asked.text.replace(/^asked of Sentinel \d+: /, ''), durationMs: at - Math.min(asked.at, gone?.at ?? asked.at) };
  // the first of those that follow each other
  const lost = around.find(({ word, text }) => word === 'wait' && text.startsWith(`link to server ${from} is down`));
  if (lost) return { kind: 'failover', why: 'the Sentinels found the former master down', durationMs: at - lost.at };
  const vote = before(({ word, text, server }) => server === to && word === 'vote' && text.startsWith('won'));
  if (vote) return { kind: 'vote', why: vote.text };
  return { kind: 'unknown', why: '' };
}
