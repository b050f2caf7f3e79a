import { BACKUP } from './backup';
import { CliError, Command, EXIT, Terminal } from './base/command';
import { BENCH } from './bench';
import { DIAGRAM } from './diagram';
import { DOCTOR } from './doctor';
import { GROW } from './grow';
import { IMPORT } from './import';
import { FAILOVER, PAUSE, REBUILD, RESUME } from './order';
import { RESTORE } from './restore';
import { ROLL } from './roll';
import { STATUS } from './status';

/** The program's name, as users call it. */
const PROGRAM = 'cdk8s-redis-ha';

/** All commands, by name. */
const COMMANDS: { readonly [name: string]: Command } = {
  status: STATUS,
  doctor: DOCTOR,
  failover: FAILOVER,
  pause: PAUSE,
  resume: RESUME,
  rebuild: REBUILD,
  roll: ROLL,
  grow: GROW,
  backup: BACKUP,
  restore: RESTORE,
  bench: BENCH,
  import: IMPORT,
  diagram: DIAGRAM,
};

/**
 * Runs the program.
 *
 * @param args the command line without node and script
 * @returns the exit status
 */
export async function run(args: readonly string[], io: Terminal): Promise<number> {
  const [name = '', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) return help(io.print, rest[0], 0);
  if (name === '') return help(io.printError, undefined, EXIT.usage);
  if (!Object.hasOwn(COMMANDS, name)) {
    io.printError(`${PROGRAM}: there is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}\n`);
    return EXIT.usage;
  }
  if (rest.some((arg) => ['--help', '-h'].includes(arg))) return help(io.print, name, 0);
  try {
    return await COMMANDS[name].run(rest, io);
  } catch (error) {
    const known = error instanceof CliError;
    io.printError(`${PROGRAM} ${name}: ${known ? error.message : (error as Error).stack}\n`);
    return known ? error.exitCode : EXIT.software;
  }
}

function help(print: (text: string) => void, name: string | undefined, exitCode: number): number {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) {
    print(`${PROGRAM} ${name} ${command.usage}\n`);
  } else {
    const list = Object.entries(COMMANDS).map(([each, { summary }]) => `  ${each.padEnd(8)}  ${summary}\n`);
    print(`${PROGRAM} COMMAND [ARGUMENT…] [OPTION…]\n\nLooks after installations of Redis and Valkey that cdk8s-redis-ha made, through kubectl, takes over values of Helm charts, and draws manifests.\n\n${list.join('')}\n`
      + `${PROGRAM} COMMAND --help tells more.\n`);
  }
  return exitCode;
}
