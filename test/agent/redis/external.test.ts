import dns from 'node:dns';
import * as net from 'node:net';
import { ExternalConnections } from '../../../lib/agent/redis/external';
import { freePort } from '../../support/free-port';

/** What the look-up of a name far away takes: longer than connecting within a cluster ever does. */
const FAR_MS = 500;

test('a master outside may be far away', async () => {
  const port = await freePort();
  const server = net.createServer((socket) => socket.on('data', () => socket.write('+PONG\r\n')));
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((_: string, { all }: dns.LookupOptions, done: (...answer: unknown[]) => void) => {
    setTimeout(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)), FAR_MS);
  }) as never);
  const external = new ExternalConnections({ host: 'redis.example', port, tls: false, cutOver: false }, undefined, () => undefined);
  expect(await external.endpoint.call('PING')).toBe('PONG');
  expect(lookup).toHaveBeenCalled();
  external.endpoint.close();
  server.close();
  lookup.mockRestore();
});
