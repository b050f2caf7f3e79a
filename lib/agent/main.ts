import * as os from 'node:os';
import { Log, messageOf } from '../log/log';
import { ConfigError } from './config/config';
import { ConfigFile } from './config/config-file';
import { run } from './run';

/** The program was called wrongly or can't use its configuration. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

async function main(): Promise<void> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || rest.length > 0) {
    process.stderr.write('usage: agent.js CONFIG_FILE\n');
    process.exit(EXIT_USAGE);
  }
  const log = new Log();
  const config = new ConfigFile(file, process.env.POD_NAME ?? os.hostname(), log);
  log.configure('info', config.current.logFormat);
  await run(config, log);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`agent: ${messageOf(error)}\n`);
    process.exit(error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILURE);
  },
);
