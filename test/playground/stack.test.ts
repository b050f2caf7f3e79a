import * as fs from 'node:fs';
import { Stack } from '../../playground/stack';
import { describeWith } from '../support/binaries';

describeWith(['redis-server', 'redis-cli', 'haproxy'])('an installation as processes of this machine', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.up({ props: { proxy: { replicas: 1 } } });
    await stack.converged();
  }, 60_000);
  afterAll(async () => stack.stop());

  test('runs what the manifests say: probes answer, clients write through HAProxy', async () => {
    for (const container of stack.containers) {
      expect([container.pod.name, container.name, (await container.probe('liveness')).status]).toEqual([container.pod.name, container.name, 0]);
    }
    expect(await stack.client().call('SET', 'key', 'value')).toBe('OK');
    expect(fs.readdirSync(stack.servers[0].file('/etc/redis-ha'))).toContain('start-server.sh');
  });
});
