/**
 * Runs in a pod: writers with unique keys over lasting connections, two readers and one idle writer. It logs every
 * acknowledgement with its time and the server that gave it, reads everything back at the end, and prints one line of JSON.
 *
 * env: HOST PORT READ_PORT PASSWORD SECONDS WRITERS
 */
import Redis from 'ioredis';
import { Acknowledgement, judge } from './judge';

const { HOST, PORT, READ_PORT, PASSWORD, SECONDS, WRITERS } = process.env;
const PAUSE_MS = 2;
const IDLE_MS = 5000;

const acknowledged: Acknowledgement[] = [];
const errors = new Map<string, number>();
let reads = 0;
const until = Date.now() + Number(SECONDS) * 1000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function connect(port: string): Redis {
  const client = new Redis({
    host: HOST,
    port: Number(port),
    password: PASSWORD,
    // an error at once, never a silent retry: each command is either acknowledged or not
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 2000,
    connectTimeout: 1000,
    retryStrategy: () => 20,
  });
  client.on('error', (error) => note(error));
  return client;
}

function note(error: unknown): void {
  const text = String((error as Error).message ?? error).slice(0, 60);
  errors.set(text, (errors.get(text) ?? 0) + 1);
}

/** The server behind a connection, asked once after each connect: its own address there. */
async function serverBehind(client: Redis): Promise<string> {
  return /laddr=(\S+)/.exec(String(await client.call('CLIENT', 'INFO')))?.[1] ?? '';
}

async function write(name: string, pause: number): Promise<void> {
  const client = connect(PORT!);
  let server = '';
  client.on('close', () => { server = ''; });
  for (let number = 0; Date.now() < until; number++) {
    try {
      if (client.status !== 'ready') {
        await sleep(5);
        continue;
      }
      if (server === '') server = await serverBehind(client);
      const from = server;
      await client.set(`${name}:${number}`, number);
      acknowledged.push({ key: `${name}:${number}`, at: Date.now(), server: from });
    } catch (error) {
      note(error);
      // a server that answers but takes no writes is left, as a careful client does
      if (/READONLY|NOREPLICAS|MASTERDOWN|timed out/.test(String(error))) client.disconnect(true);
    }
    await sleep(pause);
  }
  client.disconnect();
}

async function read(): Promise<void> {
  const client = connect(READ_PORT!);
  while (Date.now() < until) {
    try {
      if (client.status === 'ready' && acknowledged.length > 0) {
        await client.get(acknowledged[Math.floor(Math.random() * acknowledged.length)].key);
        reads++;
      }
    } catch (error) { note(error); }
    await sleep(20);
  }
  client.disconnect();
}

/** Keys that were acknowledged and are not there. */
async function missing(): Promise<string[]> {
  const client = new Redis({ host: HOST, port: Number(PORT), password: PASSWORD, retryStrategy: () => 200, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const lost: string[] = [];
  for (let start = 0; start < acknowledged.length; start += 500) {
    const keys = acknowledged.slice(start, start + 500).map(({ key }) => key);
    const values = await client.mget(keys);
    values.forEach((value, index) => { if (value === null) lost.push(keys[index]); });
  }
  client.disconnect();
  return lost;
}

async function main(): Promise<void> {
  console.log('probing');
  const names = Array.from({ length: Number(WRITERS) }, (_, index) => `${process.env.HOSTNAME}-${index}`);
  await Promise.all([...names.map((name) => write(name, PAUSE_MS)), write(`${process.env.HOSTNAME}-idle`, IDLE_MS), read(), read()]);
  const lost = new Set(await missing());
  console.log(`result ${JSON.stringify({ ...judge(acknowledged, lost), reads, errors: Object.fromEntries(errors) })}`);
}

void main();
