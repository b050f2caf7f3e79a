import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Api, forEach } from './support/api';
import { Namespace } from './support/namespace';
import { BUNDLE } from './support/template-daemon';
import { SPEC } from './support/unscheduled-pods';
import { until } from './support/until';
import { NODE_FLAGS } from '../../lib/kube-template-sidecar/node-flags';

/** Templates of the two older programs of this name, and what these rendered. */
const FIXTURES = path.resolve(__dirname, '..', 'kube-template', 'compatibility', 'fixtures');
const fixture = (name: string): string => fs.readFileSync(path.join(FIXTURES, name), 'utf8');
const OBJECTS: { readonly [collection: string]: any[] } = JSON.parse(fixture('objects.json'));

describe('templates of the older programs, with a real API server', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'old-templates-'));
  const api = new Api();
  /** By their names in the fixtures. */
  const namespaces: { [name: string]: Namespace } = {};
  let serviceAddress: string;

  beforeAll(async () => {
    for (const name of ['systems', 'default']) {
      namespaces[name] = await Namespace.create(name);
      await until('a service account', 30_000, () => api.get(`/api/v1/namespaces/${namespaces[name]!.name}/serviceaccounts/default`));
    }
    await forEach(OBJECTS['v1/pods']!, async ({ metadata: { namespace, ...metadata }, status }) => {
      const collection = `/api/v1/namespaces/${namespaces[namespace]!.name}/pods`;
      await api.create(collection, { apiVersion: 'v1', kind: 'Pod', metadata, spec: SPEC });
      await api.merge(`${collection}/${metadata.name}/status`, { status: { ...status, podIPs: status.podIP && [{ ip: status.podIP }] } });
    });
    await forEach(OBJECTS['v1/endpoints']!, ({ metadata: { namespace, ...metadata }, subsets }) => (
      api.create(`/api/v1/namespaces/${namespaces[namespace]!.name}/endpoints`, { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets })));
    const [{ metadata: { name }, spec: { ports } }] = OBJECTS['v1/services']!;
    const services = `/api/v1/namespaces/${namespaces.default!.name}/services`;
    serviceAddress = (await api.create(services, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports } })).spec.clusterIP;
  });

  afterAll(async () => {
    api.close();
    fs.rmSync(folder, { recursive: true });
    for (const namespace of Object.values(namespaces)) await namespace.remove();
  });

  // The cluster has nodes and namespaces of its own: the line that lists them is left out.
  it.each<[string, readonly string[]]>([
    ['thecasualcoder', []], ['3cky-nginx', ['--poll-time=30s']], ['3cky-haproxy', ['--poll-time=30s']], ['3cky-delimiters', ['-l', '<%', '-r', '%>', '-p', '5s']],
  ])('%s gives the recorded text, byte by byte', async (name, flags) => {
    const here = (text: string) => text.replace(/\bsystems\b/g, namespaces.systems!.name).replace('10.96.0.20', serviceAddress);
    const [template, destination] = [path.join(folder, `${name}.tmpl`), path.join(folder, name)];
    fs.writeFileSync(template, here(fixture(`${name}.tmpl`).replace(/^\{\{range nodes .*\n/m, '')));
    await promisify(execFile)(process.execPath, [
      ...NODE_FLAGS, BUNDLE, `--kubeconfig=${process.env.KUBECONFIG}`, '--namespace', namespaces.default!.name, ...flags, '--once', '-t', `${template}:${destination}`,
    ]);
    expect(fs.readFileSync(destination, 'utf8')).toBe(here(fixture(`${name}.out`).replace(/^node-a .*\n/m, '')));
  });
});
