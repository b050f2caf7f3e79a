import { Command } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { judge } from './judge/judge';
import { doctorLines } from './show/doctor';
import { styleFor } from './show/style';
import { HEALTH_EXIT, withReader } from './with-kubectl';

/** `cdk8s-redis-ha doctor` */
export const DOCTOR: Command = {
  summary: 'tells in words what is wrong with an installation, and what to do',
  usage: `[NAME] [OPTION…]

Asks all parts of an installation, as "status" does, and tells what is wrong, what to do, and which runbook says more.

  NAME                name of the installation; may be left out if the namespace has only one
${COMMON_USAGE}

exit status: 0 healthy, 1 degraded, 2 down; 64 wrong usage, 66 no such installation, 69 no kubectl or no answer of the cluster, 77 not permitted`,
  run: async (args, terminal) => withReader(parse(args), terminal, async (reader) => {
    const reading = await reader.read();
    const judgement = judge(reading);
    terminal.print(`${doctorLines(reading, judgement, styleFor(terminal.isTerminal, terminal.env)).join('\n')}\n`);
    return HEALTH_EXIT[judgement.health];
  }),
};
