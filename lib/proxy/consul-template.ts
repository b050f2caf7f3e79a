import { k8s } from 'cdk8s-plus-27';
import { consulAccess } from '../manifests/consul';
import { CONFIG_DIR, CONFIG_MOUNT, CONTAINER_SECURITY, RUN_DIR, RUN_MOUNT } from '../manifests/pod-parts';
import { renderAsset } from '../manifests/render';
import { ConsulSettings } from '../settings/proxy-settings';
import { Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** File of the addresses of the servers' pods, which consul-template writes. */
export const POD_ADDRESSES = `${RUN_DIR}/pods`;

/** Its template. */
export function podAddresses({ service }: ConsulSettings, topology: Topology): string {
  return renderAsset('pods.ctmpl', {
    name: service, servers: topology.servers,
  });
}

/** consul-template. While Consul is away, the file stays as it was, and it asks again and again. */
export function consulTemplateContainer(settings: Settings, { image, resources }: ConsulSettings): k8s.Container {
  const { env, mounts } = consulAccess(settings)!;
  return {
    name: 'consul-template',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: [
      // by default it ends after 12 attempts
      'consul-template', '-consul-retry', '-consul-retry-attempts=0', '-consul-retry-max-backoff=2s', '-log-level=warn',
      `-template=${CONFIG_DIR}/pods.ctmpl:${POD_ADDRESSES}`,
    ],
    env,
    resources,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [CONFIG_MOUNT, RUN_MOUNT, ...mounts],
  };
}
