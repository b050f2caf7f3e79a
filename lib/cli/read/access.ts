import { INSTALLATION } from '../../topology/topology';
import { Kubectl, KubeObject } from '../kubectl/kubectl';

/** How clients get in to an installation, as its objects tell it. */
export interface Access {
  readonly name: string;
  readonly namespace: string;
  readonly engine: 'redis' | 'valkey';
  readonly serverPort: number;
  /** Of the servers. */
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly fixedIds: boolean;
  /** Where clients connect to; undefined where they ask the Sentinels. */
  readonly frontDoor?: { readonly kind: 'proxy' | 'direct'; readonly port: number; readonly readPort: number };
  /** Of the user `default`; undefined without a password. */
  readonly password?: { readonly secretName: string; readonly key: string };
  readonly tls?: {
    readonly everywhere: boolean;
    readonly secretName: string;
    /** Where they are not in that Secret. */
    readonly ca?: { readonly kind: 'secret' | 'configMap'; readonly name: string; readonly key: string };
  };
  readonly networkPolicies: boolean;
}

/** Reads how clients get in. */
export async function findAccess(kubectl: Kubectl, name: string): Promise<Access> {
  return accessOf(name, await kubectl.list('statefulsets,deployments,services,networkpolicies', `${INSTALLATION}=${name}`));
}

/** @param items objects with the installation's label */
function accessOf(name: string, items: readonly KubeObject[]): Access {
  const find = (kind: string, named: string): KubeObject => items.find((one) => one.kind === kind && one.metadata.name === named);
  const set = find('StatefulSet', `${name}-server`);
  const { spec: pod } = set.spec.template;
  const proxy = find('Deployment', `${name}-proxy`);
  const server = pod.containers.find((one: KubeObject) => one.name === 'server');
  const variable = (wanted: string): string | undefined => server.env?.find((one: KubeObject) => one.name === wanted)?.value;
  const [serverTls, proxyTls] = [pod, proxy?.spec.template.spec].map((spec) => volume(spec, 'tls'));
  const ports: KubeObject[] = find('Service', name)?.spec.ports ?? [];
  const [port, readPort] = ['redis', 'redis-read'].map((wanted) => ports.find((one) => one.name === wanted)?.port);
  const passwordFile = variable('PASSWORD_FILE');
  return {
    name,
    namespace: set.metadata.namespace,
    engine: variable('CLI_BIN') === 'valkey-cli' ? 'valkey' : 'redis',
    serverPort: server.ports.find((one: KubeObject) => one.name === 'redis').containerPort,
    image: server.image,
    imagePullSecrets: (pod.imagePullSecrets ?? []).map((one: KubeObject) => one.name),
    fixedIds: pod.securityContext?.runAsUser !== undefined,
    frontDoor: port === undefined ? undefined : { kind: proxy === undefined ? 'direct' : 'proxy', port, readPort },
    password: passwordFile === undefined ? undefined : { secretName: volume(pod, 'auth').secret.secretName, key: passwordFile.split('/').at(-1)! },
    tls: certificates(serverTls ?? proxyTls, serverTls !== undefined),
    // not those of a client's chart: one more would shut others out
    networkPolicies: find('NetworkPolicy', `${name}-server`) !== undefined,
  };
}

function volume(spec: KubeObject, name: string): KubeObject {
  return spec?.volumes?.find((one: KubeObject) => one.name === name);
}

function certificates(mounted: KubeObject, everywhere: boolean): Access['tls'] {
  if (mounted === undefined) return undefined;
  const [{ secret: pair }, cas] = mounted.projected.sources;
  const ca = cas && (cas.secret ?? cas.configMap);
  return {
    everywhere,
    secretName: pair.name,
    ca: ca && { kind: cas.secret === undefined ? 'configMap' : 'secret', name: ca.name, key: ca.items[0].key },
  };
}
