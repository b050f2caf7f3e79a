import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { image, namespaceName, objectName } from './checks';
import { reject } from './invalid-prop';
import { resolveBackupTarget } from './resolve-backup-target';
import { resolvePod } from './resolve-pod';
import { resolveResources } from './resolve-resources';
import { PersistenceSettings, RestoreSettings } from './settings';
import { defaultImage, IMAGES } from '../options/images';
import { DurabilityMode } from '../options/persistence';
import { Spread } from '../options/pod-options';
import { Restore } from '../options/restore';

/** What an installation begins with; undefined where it begins empty. */
export function resolveRestore(
  restore: Restore | undefined, persistence: PersistenceSettings, registry: string, serverResources: k8s.ResourceRequirements,
): RestoreSettings | undefined {
  if (restore === undefined) return undefined;
  // Nothing would be left that says that it has happened: after an outage of all servers, old data would be back as if it were new.
  if (persistence.kind === 'emptyDir') {
    reject('restore', restore._given[0], "needs a 'persistence' that outlives the pods, like Persistence.volume(Size.gibibytes(10)): data is restored once, and what says so is kept with the data");
  } else if (persistence.mode === DurabilityMode.NONE) {
    reject('restore', restore._given[0], "needs a 'persistence' whose mode is not DurabilityMode.NONE: what is restored would be gone with the first outage of all servers");
  }
  return resolveSource('restore', restore, registry, serverResources);
}

/**
 * Where restored data comes from, and the pod that has it.
 *
 * @param prop path of the prop that it was given by
 * @param defaults resources of a server that holds the data
 */
export function resolveSource(prop: string, { _from: given }: Restore, registry: string, defaults: k8s.ResourceRequirements): RestoreSettings {
  const { resources, pod } = given.options;
  return {
    from: from(prop, given, registry),
    resources: resolveResources(`${prop}.resources`, resources, defaults),
    pod: resolvePod(`${prop}.pod`, pod, { spread: Spread.NONE, gracePeriod: Duration.seconds(30) }),
  };
}

function from(prop: string, given: Restore['_from'], registry: string): RestoreSettings['from'] {
  if (given.kind === 'volume') {
    const { claimName, path, options: { until } } = given;
    if (path.startsWith('/') || path.split('/').includes('..') || !/^[^\s]+$/.test(path)) {
      reject(prop, path, 'must be the path of a file or folder in the volume, without "/" at its start, ".." and blanks, like "dump.rdb", or "." for its root');
    }
    return { kind: 'volume', claimName: objectName(prop, claimName), path, untilSeconds: until === undefined ? undefined : seconds(`${prop}.until`, until) };
  }
  const { snapshot = 'latest', installation, namespace } = given.options;
  if (snapshot !== 'latest' && !/^[0-9a-f]{8,64}$/.test(snapshot)) reject(`${prop}.snapshot`, snapshot, 'must be "latest", or an id as "restic snapshots" shows it, like "4f3c1d2e"');
  if (snapshot !== 'latest' && (installation ?? namespace) !== undefined) {
    reject(`${prop}.installation`, installation ?? namespace, "must be left out with the id of a 'snapshot', which is found whosever backup it is");
  }
  return {
    kind: 'backup',
    target: resolveBackupTarget(`${prop}.target`, given.target),
    snapshot,
    installation: installation === undefined ? undefined : objectName(`${prop}.installation`, installation),
    namespace: namespace === undefined ? undefined : namespaceName(`${prop}.namespace`, namespace),
    image: image(`${prop}.image`, given.options.image ?? defaultImage(IMAGES.restic, registry)),
  };
}

function seconds(prop: string, time: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : NaN;
  // JavaScript takes 30 February for 2 March
  const [day] = time.split('T');
  if (Number.isNaN(ms) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) reject(prop, time, 'must be a time with its zone, like "2026-11-28T10:30:00Z"');
  return Math.floor(ms / 1000);
}
