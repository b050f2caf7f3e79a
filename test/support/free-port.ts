import * as net from 'node:net';

/** Below those that a kernel gives to connections (32768 by default): none of them can take a port before its program does. */
const PORTS = { from: 12_000, to: 32_000 };

/** What this process has been given: its program may not have bound it yet. */
const given = new Set<number>();

/** A port of this address that nobody uses now, another one each time. */
export async function freePort(host: string = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (given.has(port) || !await canListen(host, port)) continue;
    given.add(port);
    return port;
  }
}

async function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
