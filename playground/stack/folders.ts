import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Objects } from './objects';
import type { Pod } from './pod';
import { adapted } from './texts';

/** A file of a ConfigMap on its way into a container. */
export interface ConfigFile {
  readonly pod: string;
  readonly container: string;
  readonly name: string;
  readonly text: string;
}

/** Where a container finds its files: each path of its mounts, and the folder that stands for it. */
export type Mounts = ReadonlyMap<string, string>;

/** Makes the folders of a container's volumes, and fills in what ConfigMaps hold. @param edit changes a file, for a test that wants it otherwise */
export function mount(root: string, pod: Pod, container: any, objects: Objects, edit: (file: ConfigFile) => string): Mounts {
  const volumes = new Map<string, any>((pod.spec.volumes ?? []).map((volume: any) => [volume.name, volume]));
  const mounts = new Map<string, string>();
  const files: [folder: string, name: string, text: string][] = [];
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = volumes.get(name);
    const configMaps = configMapsOf(volume);
    const folder = configMaps.length > 0 ? path.join(root, pod.name, container.name, mountPath) : path.join(sharedFolder(root, pod, name, volume), subPath ?? '');
    fs.mkdirSync(folder, { recursive: true });
    mounts.set(mountPath, folder);
    for (const configMap of configMaps) {
      for (const [file, text] of Object.entries<string>(objects.get('ConfigMap', configMap).data)) files.push([folder, file, text]);
    }
  }
  for (const [folder, name, text] of files) {
    const file = { pod: pod.name, container: container.name, name, text };
    fs.writeFileSync(path.join(folder, name), adapted(name, edit(file), pod.inside, mounts));
  }
  return mounts;
}

/** Whether a volume has the files of the pod's ServiceAccount. */
export function isAccount(volume: any): boolean {
  return volume?.projected?.sources.some((source: any) => source.serviceAccountToken) === true;
}

/** Folder that has them, for all pods. */
export function accountFolder(root: string): string {
  return path.join(root, 'account');
}

function configMapsOf(volume: any): string[] {
  if (isAccount(volume)) return [];
  const sources = volume?.projected?.sources ?? [volume ?? {}];
  return sources.flatMap(({ configMap }: any) => (configMap ? [configMap.name] : []));
}

/** Folder of a volume that containers share, pods too where it is a Secret; that of a claim outlives the pod. */
function sharedFolder(root: string, pod: Pod, name: string, volume: any): string {
  if (volume === undefined || volume.persistentVolumeClaim) return path.join(root, 'claims', `${name}-${pod.name}`);
  if (isAccount(volume)) return accountFolder(root);
  const secret = volume.secret?.secretName ?? volume.projected?.sources.find((source: any) => source.secret)?.secret.name;
  if (secret) return secretFolder(root, secret);
  if (volume.emptyDir) return emptyDir(root, pod, name);
  throw new Error(`volume ${name} of pod ${pod.name}: only ConfigMaps, Secrets, emptyDir and claims are known here`);
}

function emptyDir(root: string, pod: Pod, name: string): string {
  return path.join(root, pod.name, 'volumes', name);
}

/** Folders that a pod takes with it when it goes. */
export function emptyDirsOf(root: string, pod: Pod): string[] {
  return (pod.spec.volumes ?? []).filter((volume: any) => volume.emptyDir).map(({ name }: any) => emptyDir(root, pod, name))
    .filter((folder: string) => fs.existsSync(folder));
}

/** Folder that is the Secret for all pods. */
export function secretFolder(root: string, name: string): string {
  return path.join(root, 'secrets', name);
}
