import { bytesOf } from '../go-template';
import { run } from './program';

// The reader of a pipe may leave first, as `head` does.
process.stdout.on('error', () => process.exit(1));

// The exit waits for what is still on its way to a pipe.
void run(process.argv.slice(2), {
  print: (text) => process.stdout.write(bytesOf(text)),
  printError: (text) => process.stderr.write(text),
  signals: process,
}).then((status) => process.stdout.write('', () => process.exit(status)));
