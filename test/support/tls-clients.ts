import * as net from 'node:net';
import * as tls from 'node:tls';

/** Serial number of the certificate that is shown at an address, whoever signed it. */
export async function shownAt(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.serialNumber);
      socket.destroy();
    }).on('error', reject);
    socket.setTimeout(2_000, () => socket.destroy(new Error('no certificate')));
  });
}

/** What a client hears that sends a command; nothing if it is closed without a word. */
export async function heardBy(socket: net.Socket, command: string = 'PING\r\n'): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    socket.on(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', () => socket.write(command));
    socket.on('data', (chunk) => {
      heard += String(chunk);
      socket.end();
    });
    socket.on('error', ({ message }) => { heard += message; });
    socket.on('close', () => resolve(heard));
    socket.setTimeout(2_000, () => socket.destroy());
  });
}
