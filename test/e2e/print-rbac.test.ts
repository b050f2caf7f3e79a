import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Api } from './support/api';
import { Namespace } from './support/namespace';
import { accountFor } from './support/service-account';
import { BUNDLE } from './support/template-daemon';
import { until } from './support/until';
import { NODE_FLAGS } from '../../lib/kube-template-sidecar/node-flags';

const ALLOWED = '{{ (secret "" "auth").data.password }} {{ range backends "" "web" "http" }}{{ .address }}:{{ .port }}{{ end }}{{ len (pods) }}';

describe('an account with the rights that --print-rbac prints', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-rbac-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  const api = new Api();
  let namespace: Namespace;

  beforeAll(async () => {
    namespace = await Namespace.create('print-rbac');
    await until('a service account', 30_000, () => api.get(`/api/v1/namespaces/${namespace.name}/serviceaccounts/default`));
    await namespace.secret('auth', { password: 'of the template' });
    await namespace.secret('other', { password: 'of somebody else' });
    await api.create(`/apis/discovery.k8s.io/v1/namespaces/${namespace.name}/endpointslices`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ addresses: ['10.9.9.9'], conditions: { ready: true } }],
    });
    const template = path.join(folder, 'allowed.tmpl');
    fs.writeFileSync(template, ALLOWED);
    await accountFor(api, namespace.name, template, kubeconfig);
  });

  afterAll(async () => {
    api.close();
    fs.rmSync(folder, { recursive: true });
    await namespace?.remove();
  });

  /** What kube-template prints with the account's rights, or what it says when it fails. */
  async function output(text: string): Promise<string> {
    const template = path.join(folder, 'template.tmpl');
    fs.writeFileSync(template, text);
    const flags = ['--kubeconfig', kubeconfig, '--once', '--timeout', '5s', '-t', `${template}:-`];
    return promisify(execFile)(process.execPath, [...NODE_FLAGS, BUNDLE, ...flags]).then(({ stdout }) => stdout, (error) => error.stderr);
  }

  it('renders the template, which reads one Secret by its name', async () => {
    expect(await output(ALLOWED)).toBe('of the template 10.9.9.9:80800');
  });

  it.each([
    ['another Secret', '{{ secret "" "other" }}', ['"resources":["secrets"],"resourceNames":["other"]']],
    ['all Secrets', '{{ secrets }}', ['"resources":["secrets"]']],
    ['another namespace', '{{ pods "default" }}', ['a Role in namespace default', '"resources":["pods"]']],
    ['nodes', '{{ nodes }}', ['a ClusterRole', '"resources":["nodes"]']],
  ])('does not reach %s, and says what it would need', async (_, text, hints) => {
    const said = await output(text);
    for (const hint of ['is forbidden', 'cannot list resource', ...hints]) expect(said).toContain(hint);
    expect(said.split('\n').filter((line) => line.includes('is forbidden'))).toHaveLength(1);
  });
});
