#!/usr/bin/env node
import { run } from './program';

const { stdout } = process;
const aborting = new AbortController();

// The reader of a pipe may leave first, as `head` does: what was started has to end all the same.
stdout.on('error', () => aborting.abort());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => aborting.abort());

// The exit waits for what is still on its way to a pipe.
void run(process.argv.slice(2), {
  print: (text) => stdout.write(text),
  printError: (text) => process.stderr.write(text),
  isTerminal: stdout.isTTY === true,
  size: () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }),
  env: process.env,
  signal: aborting.signal,
}).then((status) => stdout.write('', () => process.exit(status)));
