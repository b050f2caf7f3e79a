import * as fs from 'node:fs';
import * as https from 'node:https';
import { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { KubeApi, KubeError } from '../../../lib/agent/kubernetes/kube-api';
import { FakeApi } from '../../kube-template/support/fake-api';

test('an answer that is not JSON is an error of the request, and ends no process', async () => {
  const fake = await FakeApi.start({ token: 'token' });
  const { cert, key } = fake.certificate;
  const server = https.createServer({ cert, key }, (_, response) => response.end('<html>'));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kube-api-'));
  for (const [name, text] of Object.entries({ 'namespace': 'cache', 'token': 'token', 'ca.crt': cert })) fs.writeFileSync(path.join(dir, name), text);
  const { port } = server.address() as AddressInfo;
  const api = new KubeApi(dir, { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) });
  await expect(api.get('/api/v1/namespaces/cache/pods/one')).rejects.toThrow(new KubeError('the API server: its answer is not JSON'));
  api.close();
  server.close();
  await fake.stop();
  fs.rmSync(dir, { recursive: true });
});
