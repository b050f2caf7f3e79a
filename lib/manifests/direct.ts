import { k8s } from 'cdk8s-plus-27';
import { POD_IP } from './consul';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** Where programs look for the files of their ServiceAccount. */
const ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The kubelet renews the token long before. */
const TOKEN_SECONDS = 3_600;

/** Ports of the Service that clients connect to; each leads to the slice with a port of the same name. */
export const WRITE_PORT = 'redis';
export const READ_PORT = 'redis-read';

/** What the pods of the servers need so that their agents may write the slices of the Service. Undefined with a proxy. */
export function directAccess({ direct }: Settings, topology: Topology): DirectAccess | undefined {
  if (direct === undefined) return undefined;
  return {
    serviceAccountName: topology.serverSet,
    agentConfig: {
      service: topology.frontDoor,
      writeSlice: topology.writeSlice,
      writePort: WRITE_PORT,
      readSlice: topology.readSlice,
      readPort: READ_PORT,
      labels: topology.installation(),
      domain: LABEL_DOMAIN,
      accountDir: ACCOUNT_DIR,
    },
    env: [POD_IP],
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

/** What {@link directAccess} gives. */
export interface DirectAccess {
  readonly serviceAccountName: string;
  readonly agentConfig: object;
  readonly env: k8s.EnvVar[];
  readonly volumes: k8s.Volume[];
  readonly mounts: k8s.VolumeMount[];
}
