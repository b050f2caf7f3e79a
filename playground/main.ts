/**
 * The playground: an installation as processes of this machine, on a screen that shows who is master and what clients see, with keys that hurt it.
 * `npm run playground -- --help` tells the options, docs/how-to/playground.md what there is to see.
 */
import { installAdvice } from './install-advice';
import { parseOptions, PlaygroundOptions, USAGE, UsageError } from './options';
import { Session } from './session';
import { MissingProgramsError, Stack, which } from './stack';

/** A process that ended starts again after this pause. In milliseconds. */
const RESTART_MS = 1_000;
/** Exit statuses of sysexits.h. */
const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;

async function main(): Promise<number> {
  let options: PlaygroundOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return EX_USAGE;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  let stack: Stack;
  try {
    stack = await Stack.create({ props: options.props, programs: options.programs, restartMs: RESTART_MS });
  } catch (error) {
    if (!(error instanceof MissingProgramsError)) throw error;
    console.error(installAdvice(error.programs, (program) => which(program) !== undefined).join('\n'));
    return EX_UNAVAILABLE;
  }
  try {
    return await new Session(stack, options).run();
  } finally {
    await stack.stop();
  }
}

main().then((status) => { process.exitCode = status; }, (error) => {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
});
