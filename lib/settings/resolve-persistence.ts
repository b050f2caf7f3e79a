import { k8s } from 'cdk8s-plus-27';
import { annotations, bytes, label, objectName } from './checks';
import { reject } from './invalid-prop';
import { isOurs } from './label-domain';
import { memoryLimit } from './resolve-resources';
import { PersistenceSettings } from './settings';
import { persistenceOf, presetOf } from './workload';
import { AccessMode, DurabilityMode, Persistence } from '../options/persistence';
import { Workload } from '../options/workload';

/**
 * Where data lives, with defaults.
 *
 * @param limits of the servers, from which the size of a volume follows where none is given
 */
export function resolvePersistence(
  given: Persistence | undefined, workload: Workload | undefined, limits: k8s.ResourceRequirements,
): PersistenceSettings {
  const persistence = given ?? persistenceOf(workload, memoryLimit(limits));
  const { size, storageClass, deleteWithCluster, deleteWhenScaled, inMemory, claim } = persistence._options;
  const { fsync, path, dataSource, specOverrides = {} } = persistence._options;
  if (fsync !== undefined && persistence.mode !== DurabilityMode.APPEND_ONLY) {
    reject('persistence.fsync', fsync, `must be left out with DurabilityMode "${persistence.mode}": it is about the append-only file`);
  }
  if (specOverrides.volumeMode === 'Block') {
    reject('persistence.specOverrides.volumeMode', specOverrides.volumeMode, 'must be "Filesystem": Redis writes files, not a device');
  }
  if (dataSource !== undefined) objectName('persistence.dataSource', dataSource._object.name);
  if (path !== undefined && !/^(\/(?!\.\.?(\/|$))[^/:\0]+)+$/.test(path)) reject('persistence.path', path, 'must be the absolute path of a directory below the root, without "." and ".."');
  return {
    kind: persistence._kind,
    mode: persistence.mode,
    fsync: fsync ?? presetOf(workload).fsync,
    sizeBytes: size && bytes(persistence._kind === 'emptyDir' ? 'persistence.sizeLimit' : 'persistence', size, 16),
    storageClass: storageClass === undefined || storageClass === '' ? storageClass : objectName('persistence.storageClass', storageClass),
    annotations: annotations('persistence.annotations', persistence._options.annotations),
    labels: claimLabels(persistence._options.labels ?? {}),
    accessMode: persistence._options.accessMode ?? AccessMode.READ_WRITE_ONCE,
    selector: claimSelector(persistence._options.selector),
    dataSource: dataSource?._object,
    specOverrides,
    subPath: subPath(persistence._options.subPath),
    path,
    deleteWithCluster: deleteWithCluster ?? false,
    deleteWhenScaled: deleteWhenScaled ?? false,
    inMemory: inMemory ?? false,
    claim: claim === undefined ? undefined : objectName('persistence', claim),
  };
}

function claimLabels(labels: { readonly [name: string]: string }): { readonly [name: string]: string } {
  for (const [name, value] of Object.entries(labels)) {
    if (isOurs(name)) reject(`persistence.labels["${name}"]`, name, 'is reserved: the library sets it');
    label('persistence.labels', name, value);
  }
  return labels;
}

function claimSelector(labels: { readonly [name: string]: string } | undefined): { readonly [name: string]: string } | undefined {
  for (const [name, value] of Object.entries(labels ?? {})) label('persistence.selector', name, value);
  return labels;
}

function subPath(path: string | undefined): string | undefined {
  if (path !== undefined && (path === '' || path.split('/').some((part) => ['', '.', '..'].includes(part)) || /[$\0]/.test(path))) {
    reject('persistence.subPath', path, 'must be a relative path without ".", ".." and "$", like "redis/data"');
  }
  return path;
}
