import { k8s } from 'cdk8s-plus-27';
import { MountedVolumes, POD_NAMESPACE, variables } from './pod-parts';
import { Settings } from '../settings/settings';

/** Addresses of the pod, one of each family that the cluster has: `status.podIP` is of the cluster's first, which need not be the installation's. */
export const POD_IPS: k8s.EnvVar = { name: 'POD_IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } };

const CA_DIR = '/etc/redis-ha-consul';

/** How a container reaches Consul: by the variables that all programs of Consul's know. Undefined without Consul. */
export function consulAccess({ proxy }: Settings): MountedVolumes & { readonly env: k8s.EnvVar[] } | undefined {
  if (proxy?.consul === undefined) return undefined;
  const { address, token, ca } = proxy.consul;
  return {
    env: [
      // which of the instances are the installation's
      POD_NAMESPACE,
      { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
      // the address names it
      ...variables({
        CONSUL_HTTP_ADDR: address,
        CONSUL_HTTP_SSL: address.startsWith('https:') ? true : undefined,
        CONSUL_CACERT: ca && `${CA_DIR}/ca.crt`,
      }),
      ...token ? [{ name: 'CONSUL_HTTP_TOKEN', valueFrom: { secretKeyRef: { name: token.secretName, key: token.key } } }] : [],
    ],
    volumes: ca ? [{ name: 'consul-ca', projected: { defaultMode: 0o444, sources: [{ [ca.kind]: { name: ca.name, items: [{ key: ca.key, path: 'ca.crt' }] } }] } }] : [],
    mounts: ca ? [{ name: 'consul-ca', mountPath: CA_DIR, readOnly: true }] : [],
  };
}
