/**
 * Runs in a pod of its own. `POST /start` begins to write and to observe, `POST /stop` ends it, reads everything back and answers what was seen;
 * `GET /state` tells what the servers and the Sentinels say now, `GET /last` when a write was acknowledged last.
 *
 * env: HOST (or several, separated by commas: clients go to the next one when one takes no writes) PORT READ_PORT PASSWORD_FILE MASTER_NAME SERVERS SENTINELS (host:port, separated by commas)
 *      TLS_DIR (folder of ca.crt) TLS_SERVER_NAME (not set without TLS)
 */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ConnectionOptions, createSecureContext, SecureContext } from 'node:tls';
import { Access } from './connection';
import { Load } from './load';
import { Member, Observer } from './observer';
import { PROBE_PORT, ProbeReport } from './protocol';

const { HOST, PORT, READ_PORT, PASSWORD_FILE, TLS_DIR, TLS_SERVER_NAME, MASTER_NAME, SERVERS, SENTINELS, HOSTNAME } = process.env;

/** Between looks where the names of members lead. In milliseconds. */
const FOLLOW_MS = 1000;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const addressOf = async (host: string) => (await lookup(host, { family: 4 })).address;

async function resolve(host: string): Promise<string> {
  for (;;) {
    try {
      return await addressOf(host);
    } catch {
      await sleep(200);
    }
  }
}

function members(list: string): Promise<Member[]> {
  return Promise.all(list.split(',').map(async (one) => {
    const [host, port] = one.split(':');
    return { host, address: await resolve(host), port: Number(port) };
  }));
}

let trusted: { readonly ca: string; readonly secureContext: SecureContext } | undefined;

/** The context is kept for as long as the CA is the same: reading certificates anew is a sixth and more of what a connection costs a client. */
function tls(): ConnectionOptions {
  const ca = readFileSync(`${TLS_DIR}/ca.crt`, 'utf8');
  if (trusted?.ca !== ca) trusted = { ca, secureContext: createSecureContext({ ca }) };
  return { secureContext: trusted.secureContext, servername: TLS_SERVER_NAME };
}

/** As it is now: the files follow the Secrets. */
const access: Access = {
  password: () => readFileSync(PASSWORD_FILE!, 'utf8'),
  tls: TLS_DIR === undefined ? undefined : tls,
};

interface Running {
  readonly load: Load;
  readonly from: number;
  readonly writers: number;
  stopped?: Promise<ProbeReport>;
}

async function main(): Promise<void> {
  const [servers, sentinels] = await Promise.all([members(SERVERS!), members(SENTINELS!)]);
  const observer = new Observer({ servers, sentinels }, MASTER_NAME!, access);
  void (async () => { for (;;) await Promise.all([observer.follow(addressOf), sleep(FOLLOW_MS)]); })();
  const hosts = await Promise.all(HOST!.split(',').map(resolve)); // no DNS later: what clients notice is told of the installation alone
  let running: Running | undefined;

  const start = (writers: number) => {
    const from = Date.now();
    observer.start();
    const prefix = `${HOSTNAME}:${from.toString(36)}`;
    const ordinalOf = (address: string) => observer.everOf(address);
    const load = new Load({ hosts, port: Number(PORT), readPort: Number(READ_PORT), ...access, writers, prefix, ordinalOf });
    running = { load, from, writers };
    return {};
  };
  const stop = async ({ load, from, writers }: Running): Promise<ProbeReport> => {
    const until = Date.now();
    await load.stop();
    observer.stop();
    const lost = await load.lost();
    return {
      from,
      until,
      writers,
      lost,
      acknowledged: load.acknowledged,
      reads: load.reads,
      errors: Object.fromEntries(load.errors),
      changes: observer.changes,
    };
  };
  const answer = async (path: string, query: URLSearchParams): Promise<unknown> => {
    switch (path) {
      case '/state': return observer.state();
      case '/last': return { at: running?.load.acknowledged.at(-1)?.[0] ?? 0 };
      case '/start': return start(Number(query.get('writers')));
      // asked again after a broken answer, it answers the same
      case '/stop': return running ? (running.stopped ??= stop(running)) : undefined;
      default: return undefined;
    }
  };
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://probe');
    answer(pathname, searchParams).then(
      (value) => response.writeHead(value === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? null)),
      (error) => response.writeHead(500).end(String(error)),
    );
  }).listen(PROBE_PORT);
}

void main();
