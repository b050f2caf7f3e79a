import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExecCredentials, ExecPlugin, FileToken, StaticToken, TokenSource } from './credentials';
import type { KubeConfigProps, Pem } from './props';
import { messageOf } from '../../log/log';
import { parseYaml } from '../yaml/yaml';

interface Cluster {
  'server'?: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
}

interface User {
  'token'?: string;
  'tokenFile'?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  'exec'?: ExecPlugin;
  'auth-provider'?: unknown;
  'username'?: string;
}

interface Context { cluster?: string; user?: string; namespace?: string }
/** A definition and the directory of its file, which relative paths in it refer to. */
interface Located<T> { value: T; dir: string }
type Section = 'contexts' | 'clusters' | 'users';
interface Document { path: string; content: Record<string, unknown> }

/**
 * Reads one context of kubeconfig files; the first definition of a name wins.
 *
 * @param files paths
 * @param context name. Default: the current context of the first file that has one
 * @throws naming the file and what is wrong in it
 */
export function readKubeconfig(files: string[], context?: string): KubeConfigProps {
  const documents = files.map(readDocument);
  const label = `kubeconfig ${files.join(', ')}`;
  const find = <T>(section: Section, name: string): Located<T> => {
    for (const { path: file, content } of documents) {
      const entries = content[section];
      const entry = Array.isArray(entries) ? entries.find((candidate) => candidate?.name === name) : undefined;
      const value = entry?.[section.slice(0, -1)];
      if (!value) continue;
      refuseNumbers(`${label}: ${section.slice(0, -1)} ${JSON.stringify(name)}`, value);
      return { value, dir: path.dirname(file) };
    }
    throw new Error(`${label}: no entry ${JSON.stringify(name)} in ${section}`);
  };

  const current = documents.map(({ content }) => content['current-context']).find((name) => typeof name === 'string' && name !== '');
  const contextName = context ?? (current as string | undefined);
  if (contextName === undefined) throw new Error(`${label}: it has no current-context, and no context was named`);
  const chosen = find<Context>('contexts', contextName).value;
  if (!chosen.cluster) throw new Error(`${label}: context ${JSON.stringify(contextName)} has no cluster`);
  const cluster = find<Cluster>('clusters', chosen.cluster);
  const user = chosen.user ? find<User>('users', chosen.user) : undefined;
  if (!cluster.value.server) throw new Error(`${label}: cluster ${JSON.stringify(chosen.cluster)} has no server`);
  refuseUnsupported(label, cluster.value, user?.value);
  return {
    madeOf: JSON.stringify([chosen, cluster, user]),
    server: cluster.value.server,
    namespace: chosen.namespace,
    ca: pem(cluster, 'certificate-authority'),
    serverName: cluster.value['tls-server-name'],
    insecureSkipTlsVerify: cluster.value['insecure-skip-tls-verify'],
    ...(user ? {
      clientCert: pem(user, 'client-certificate'),
      clientKey: pem(user, 'client-key'),
      tokens: tokenSource(user),
    } : {}),
  };
}

function readDocument(file: string): Document {
  let content: unknown;
  try {
    content = parseYaml(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`kubeconfig ${file}: ${messageOf(error)}`);
  }
  if (typeof content !== 'object' || content === null) throw new Error(`kubeconfig ${file}: expected a mapping`);
  return { path: path.resolve(file), content: content as Record<string, unknown> };
}

/** No field is a number, and a token of digits would lose some of them. */
function refuseNumbers(label: string, fields: object): void {
  const found = Object.entries(fields).find(([, value]) => typeof value === 'number');
  if (found) throw new Error(`${label}: ${found[0]} is a number; expected text, in quotes`);
}

function refuseUnsupported(label: string, cluster: Cluster, user?: User): void {
  const found = cluster['proxy-url'] ? 'proxy-url' : user?.['auth-provider'] ? 'auth-provider' : user?.username ? 'username' : '';
  if (found) throw new Error(`${label}: ${found} is not supported; use a token, a client certificate or an exec plugin`);
}

/** A certificate or key given as `name` (a path) or `name-data` (base64), of which the latter wins. */
function pem<T extends object>(located: Located<T>, name: string): Pem | undefined {
  const fields = located.value as Record<string, string | undefined>;
  const data = fields[`${name}-data`];
  const file = fields[name];
  if (data) return { data: Buffer.from(data, 'base64').toString() };
  return file ? { file: path.resolve(located.dir, file) } : undefined;
}

function tokenSource({ value: user, dir }: Located<User>): TokenSource | undefined {
  if (user.exec) {
    const { command } = user.exec;
    // As kubectl: a bare name is looked up in PATH, a path is relative to the file.
    return new ExecCredentials({ ...user.exec, command: command.includes('/') ? path.resolve(dir, command) : command });
  }
  if (user.tokenFile) return new FileToken(path.resolve(dir, user.tokenFile));
  return user.token ? new StaticToken(user.token) : undefined;
}
