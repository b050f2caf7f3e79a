import * as net from 'node:net';
import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith, HAPROXY } from '../support/binaries';
import { freePort } from '../support/free-port';

jest.setTimeout(60_000);

const MAXCONN = 100;

describeWith([HAPROXY, 'redis-server', 'redis-sentinel'])('a frontend of the user', () => {
  test('that is full leaves room for clients of ours, HAProxy\'s own checks, and probes', async () => {
    const cluster = new TestCluster();
    const port = await freePort();
    await cluster.start();
    // the harness has it listen beside our ports
    const customSections = `frontend more\n    bind 127.0.0.1:${port}\n    default_backend more\nbackend more\n    server one ${cluster.servers[0]}:${cluster.serverPort}`;
    const proxy = new ClusterProxy(cluster, { proxy: { maxconn: MAXCONN, customSections } });
    const sockets: net.Socket[] = [];
    try {
      await proxy.start();
      await cluster.converged();
      await proxy.leads();
      const client = proxy.client();
      const session = await client.call('CLIENT', 'ID');
      for (let n = 0; n < 3 * MAXCONN; n++) sockets.push(net.connect(port, proxy.host).on('error', () => undefined));
      const sessions = async (): Promise<string> => {
        const metrics = await fetch(`http://${proxy.host}:${proxy.statsPort}/metrics`, { signal: AbortSignal.timeout(2_000) });
        return /frontend_current_sessions\{proxy="more"\} (\d+)/.exec(await metrics.text())![1];
      };
      await until('it is full, and probes are answered', async () => await sessions() === String(MAXCONN), 8_000);
      expect(await proxy.status('/alive')).toBe(200);
      expect(await client.call('CLIENT', 'ID')).toBe(session);
      expect(await proxy.ask('SET', 'key', 'x')).toBe('OK');
    } finally {
      for (const socket of sockets) socket.destroy();
      await proxy.stop();
      await cluster.stop();
    }
  });
});
