// Stands for kubectl: passes its arguments and its input to the process that has the stack, and prints what that answers.
// usage: node kubectl.mjs SOCKET ARGUMENT…
import net from 'node:net';
import { createInterface } from 'node:readline';

const [socketFile, ...args] = process.argv.slice(2);
const socket = net.connect(socketFile);
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
socket.write(`${JSON.stringify({ args })}\n`);
process.stdin.setEncoding('utf8').on('data', (input) => socket.write(`${JSON.stringify({ input })}\n`));
process.stdin.on('end', () => socket.write(`${JSON.stringify({ end: true })}\n`));
createInterface({ input: socket }).on('line', (line) => {
  const { out, err, exit } = JSON.parse(line);
  if (out !== undefined) process.stdout.write(out);
  if (err !== undefined) process.stderr.write(err);
  if (exit !== undefined) process.stdout.write('', () => process.exit(exit));
});
