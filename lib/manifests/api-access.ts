import { k8s } from 'cdk8s-plus-27';
import { POD_IPS } from './consul';
import { MountedVolumes } from './pod-parts';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { PROXY_PORTS } from '../settings/ports';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** Where programs look for the files of their ServiceAccount. */
const ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The kubelet renews the token long before. */
const TOKEN_SECONDS = 3_600;

/** Kubernetes shows the Events of a pod by its UID: one that was made anew has others. */
const POD_UID: k8s.EnvVar = { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } };

/** Whether the agents use the Kubernetes API. */
export function agentsAskApi({ direct, kubernetes }: Settings): boolean {
  return direct !== undefined || kubernetes !== undefined;
}

/** What the pods of the servers need so that their agents may use the Kubernetes API. Undefined where they don't. */
export function apiAccess(settings: Settings, topology: Topology): ApiAccess | undefined {
  if (!agentsAskApi(settings)) return undefined;
  const { direct, kubernetes } = settings;
  const common = { labels: topology.installation(), domain: LABEL_DOMAIN, accountDir: ACCOUNT_DIR };
  return {
    serviceAccountName: topology.serverSet,
    agentConfig: {
      direct: direct && {
        service: topology.frontDoor,
        writeSlice: topology.writeSlice,
        writePort: PROXY_PORTS.write,
        readSlice: topology.readSlice,
        readPort: PROXY_PORTS.read,
        ...common,
      },
      kubernetes: kubernetes && { ...kubernetes, ...common },
    },
    env: [...direct ? [POD_IPS] : [], ...kubernetes ? [POD_UID] : []],
    volumes: [{
      name: 'account',
      projected: {
        defaultMode: 0o444,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardApi: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    }],
    // of the agent alone: no server and no Sentinel has a token
    mounts: [{ name: 'account', mountPath: ACCOUNT_DIR, readOnly: true }],
  };
}

/** What {@link apiAccess} gives. */
interface ApiAccess extends MountedVolumes {
  readonly serviceAccountName: string;
  /** Fields of agent.json. */
  readonly agentConfig: object;
  readonly env: k8s.EnvVar[];
}
