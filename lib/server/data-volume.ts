import { k8s } from 'cdk8s-plus-27';
import { quantity } from '../settings/container-resources';
import { PersistenceSettings, Settings } from '../settings/settings';
import { Topology } from '../topology/topology';

/** The volume of a server's data: in the pod, or by the claims of the StatefulSet. */
export interface DataVolume {
  readonly volumes: k8s.Volume[];
  readonly claims?: k8s.KubePersistentVolumeClaimProps[];
  readonly mount: k8s.VolumeMount;
}

/** Where a server keeps its data. */
export function dataVolume(settings: Settings, labels: { [name: string]: string }): DataVolume {
  const { persistence } = settings;
  const mount = { name: 'data', mountPath: '/data', subPath: persistence.kind === 'volume' ? persistence.subPath : undefined };
  const size = persistence.sizeBytes === undefined ? undefined : k8s.Quantity.fromString(quantity(persistence.sizeBytes));
  switch (persistence.kind) {
    case 'volume':
      return {
        volumes: [],
        mount,
        claims: [{
          metadata: { name: 'data', labels: { ...persistence.labels, ...labels }, annotations: persistence.annotations && { ...persistence.annotations } },
          spec: {
            accessModes: [persistence.accessMode],
            volumeMode: 'Filesystem', // the default, for tools that compare
            storageClassName: persistence.storageClass,
            resources: { requests: { storage: size! } },
            selector: persistence.selector && { matchLabels: { ...persistence.selector } },
            dataSource: persistence.dataSource,
          },
        }],
      };
    case 'existingClaim':
      return {
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: persistence.claim! } }],
        mount: { ...mount, subPathExpr: [...persistence.subPath === undefined ? [] : [persistence.subPath], '$(POD_NAME)'].join('/') },
      };
    case 'hostPath':
      return {
        // not made if it is missing: it would be root's, and the disk meant to be there perhaps is not
        volumes: [{ name: 'data', hostPath: { path: persistence.path!, type: 'Directory' } }],
        mount: { ...mount, subPathExpr: '$(POD_NAME)' },
      };
    case 'emptyDir':
      return {
        volumes: [{ name: 'data', emptyDir: { sizeLimit: size, medium: persistence.inMemory ? 'Memory' : undefined } }],
        mount,
      };
  }
}

/** Names of the claims that the servers' data is on: one for each, or one of all; none where it is in pods or on nodes. */
export function dataClaims({ kind, claim }: PersistenceSettings, { servers }: Topology): string[] {
  switch (kind) {
    case 'volume': return servers.map(({ workload }) => `data-${workload}`);
    case 'existingClaim': return [claim!];
    default: return [];
  }
}

/** What becomes of the claims; undefined where they stay in any case, for clusters that know no such policy. */
export function claimRetention(
  { deleteWithCluster, deleteWhenScaled }: PersistenceSettings,
): k8s.StatefulSetPersistentVolumeClaimRetentionPolicy | undefined {
  const policy = (deletes: boolean): string => (deletes ? 'Delete' : 'Retain');
  return deleteWithCluster || deleteWhenScaled ? { whenDeleted: policy(deleteWithCluster), whenScaled: policy(deleteWhenScaled) } : undefined;
}
