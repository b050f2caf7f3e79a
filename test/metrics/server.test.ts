import { Server } from '../../lib/metrics/server';

let unready: string[];
let server: Server;
let address: string;
beforeEach(async () => {
  unready = [];
  server = new Server({ unready: () => unready, metrics: () => 'some_metric 1\n' });
  address = await server.listen('127.0.0.1', 0);
});
afterEach(() => server.close());

async function get(path: string, method: string = 'GET'): Promise<[number, string]> {
  const response = await fetch(`http://${address}${path}`, { method });
  return [response.status, await response.text()];
}

test('/healthz is good while the program runs', async () => {
  unready = ['a'];
  expect(await get('/healthz')).toEqual([200, 'ok\n']);
});

test('/readyz tells what is not ready', async () => {
  unready = ['/a: waits for pods', '/b: not written yet'];
  expect(await get('/readyz')).toEqual([503, '/a: waits for pods\n/b: not written yet\n']);
  unready = [];
  expect(await get('/readyz?verbose')).toEqual([200, 'ok\n']);
});

test('/metrics is text for Prometheus', async () => {
  expect(await get('/metrics')).toEqual([200, 'some_metric 1\n']);
  const response = await fetch(`http://${address}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('anything else is not found, and nothing can be posted', async () => {
  expect((await get('/'))[0]).toBe(404);
  expect((await get('/metrics', 'POST'))[0]).toBe(405);
  expect(await get('/healthz', 'HEAD')).toEqual([200, '']);
});

test('a program that is never unready has no /readyz', async () => {
  const plain = new Server({ metrics: () => '' });
  try {
    const response = await fetch(`http://${await plain.listen('127.0.0.1', 0)}/readyz`);
    expect([response.status, await response.text()]).toEqual([404, 'see /healthz and /metrics\n']);
  } finally {
    plain.close();
  }
});

test('an address in use is an error', async () => {
  const [host, port] = address.split(':');
  await expect(new Server({ unready: () => [], metrics: () => '' }).listen(host, Number(port))).rejects.toThrow('EADDRINUSE');
});
