import { k8s } from 'cdk8s-plus-27';
import { quantity } from '../settings/container-resources';
import { Settings } from '../settings/settings';

/** The volume of a server's data: in the pod, or by the claims of the StatefulSet. */
export interface DataVolume {
  readonly volumes: k8s.Volume[];
  readonly claims?: k8s.KubePersistentVolumeClaimProps[];
  readonly mount: k8s.VolumeMount;
}

/** Where a server keeps its data. */
export function dataVolume(settings: Settings, labels: { [name: string]: string }): DataVolume {
  const { persistence } = settings;
  const mount = { name: 'data', mountPath: '/data' };
  const size = persistence.sizeBytes === undefined ? undefined : k8s.Quantity.fromString(quantity(persistence.sizeBytes));
  switch (persistence.kind) {
    case 'volume':
      return {
        volumes: [],
        mount,
        claims: [{
          metadata: { name: 'data', labels, annotations: persistence.annotations && { ...persistence.annotations } },
          spec: {
            accessModes: ['ReadWriteOnce'],
            volumeMode: 'Filesystem', // the default, for tools that compare
            storageClassName: persistence.storageClass,
            resources: { requests: { storage: size! } },
          },
        }],
      };
    case 'existingClaim':
      return {
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: persistence.claim! } }],
        mount: { ...mount, subPathExpr: '$(POD_NAME)' },
      };
    case 'emptyDir':
      return {
        volumes: [{ name: 'data', emptyDir: { sizeLimit: size, medium: persistence.inMemory ? 'Memory' : undefined } }],
        mount,
      };
  }
}
