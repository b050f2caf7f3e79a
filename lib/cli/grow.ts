import { setTimeout } from 'node:timers/promises';
import { CliError, Command, EXIT, Terminal } from './base/command';
import { COMMON_USAGE, parse } from './base/options';
import { Kubectl, KubeObject } from './kubectl/kubectl';
import { findInstallation } from './read/installation';
import { withKubectl } from './with-kubectl';
import { bytesOf } from '../settings/quantity';
import { COMPONENT, INSTALLATION } from '../topology/topology';

/** Longest wait for all volumes. In milliseconds. */
const GROW_MS = 30 * 60_000;
/** Between looks. In milliseconds. */
const LOOK_MS = 2_000;
/** Longest time of exchanging the StatefulSet. In milliseconds. */
const EXCHANGE_MS = 60_000;

/** `cdk8s-redis-ha grow` */
export const GROW: Command = {
  summary: 'makes the volumes of the servers larger while they run',
  usage: `[NAME] SIZE [OPTION…]

Asks for more storage in each claim, waits until the volumes have grown, and exchanges the StatefulSet around its running pods, as its claims can't be changed: no
pod restarts. Afterwards give Persistence.volume() the same size. It can be ended and run again at any time. The StorageClass must have allowVolumeExpansion;
nothing shrinks. Needs: get pods, services, statefulsets, deployments and storageclasses; get and patch persistentvolumeclaims; delete and create statefulsets.

  NAME                name of the installation; may be left out if the namespace has only one
  SIZE                of each volume, like 20Gi
${COMMON_USAGE}

exit status: 0 done, 65 refused: nothing was changed, 70 volumes did not grow in time, 64 wrong usage, 66 no such installation,
             69 no kubectl or no answer of the cluster, 77 not permitted`,
  run: async (args, terminal) => {
    const { argument, ...where } = parse(args, {}, { argument: 'SIZE' });
    const bytes = bytesOf(argument!);
    if (bytes === undefined) throw new CliError(`${argument} must be a size like 20Gi`, EXIT.usage);
    return withKubectl(where, terminal, async (kubectl) => {
      const { name, namespace } = await findInstallation(kubectl, where.name);
      return new Growth(kubectl.in(namespace), name, { text: argument!, bytes }, terminal).run();
    });
  },
};

/** A run of the command. */
class Growth {
  constructor(
    private readonly kubectl: Kubectl, private readonly installation: string,
    private readonly size: { readonly text: string; readonly bytes: number }, private readonly terminal: Terminal,
  ) {}

  public async run(): Promise<number> {
    const set = await this.kubectl.get('statefulset', `${this.installation}-server`);
    const [template] = (set.spec.volumeClaimTemplates ?? []) as KubeObject[];
    if (template === undefined) {
      throw new CliError(`the servers of ${this.installation} have no claims of their own: Persistence.volume() makes them`, EXIT.refused);
    }
    const claims = await this.claims();
    await this.check(claims, template);
    for (const claim of claims.filter((one) => requested(one) !== this.size.bytes)) {
      await this.kubectl.run('patch', `pvc/${claim.metadata.name}`, '--patch', JSON.stringify(requests(this.size.text)));
      this.terminal.print(`${claim.metadata.name}: ${claim.spec.resources.requests.storage} to ${this.size.text}\n`);
    }
    await this.grown(set.spec.replicas);
    if (bytesOf(template.spec.resources.requests.storage) !== this.size.bytes) await this.exchange(set);
    this.terminal.print(`the volumes have ${this.size.text}, and new ones will: now give Persistence.volume() the same size\n`);
    return 0;
  }

  private async claims(): Promise<KubeObject[]> {
    const selector = `${INSTALLATION}=${this.installation},${COMPONENT}=server`;
    const items = await this.kubectl.list('pvc', selector);
    if (items.length === 0) throw new CliError(`there are no claims of ${this.installation} (${selector})`, EXIT.refused);
    return items;
  }

  /** What the API server or the driver would refuse, before anything is changed. */
  private async check(claims: readonly KubeObject[], template: KubeObject): Promise<void> {
    for (const claim of claims) {
      if (requested(claim) > this.size.bytes) {
        throw new CliError(`${claim.metadata.name} has ${claim.spec.resources.requests.storage} already: nothing shrinks`, EXIT.refused);
      }
    }
    if (bytesOf(template.spec.resources.requests.storage)! > this.size.bytes) {
      throw new CliError(`the StatefulSet asks for ${template.spec.resources.requests.storage} already: nothing shrinks`, EXIT.refused);
    }
    for (const name of new Set(claims.map((claim) => String(claim.spec.storageClassName ?? '')))) {
      if (name === '') throw new CliError('the claims have no StorageClass: who made their volumes has to make them larger', EXIT.refused);
      const { allowVolumeExpansion } = await this.kubectl.get('storageclass', name);
      if (allowVolumeExpansion !== true) {
        throw new CliError(`the StorageClass ${name} has no allowVolumeExpansion: docs/how-to/growing.md tells the way by new claims`, EXIT.refused);
      }
    }
  }

  /** @param servers how many there are: claims of more are left of former ones, or of all while the installation hibernates */
  private async grown(servers: number): Promise<void> {
    const deadline = Date.now() + GROW_MS;
    for (let said = ''; ;) {
      const waiting = (await this.claims()).filter((claim) => !((bytesOf(claim.status?.capacity?.storage ?? '0') ?? 0) >= this.size.bytes)
        && !(ordinalOf(claim) >= servers && isForItsPod(claim)));
      if (waiting.length === 0) return;
      const line = waiting.map(progress).join('; ');
      if (line !== said) this.terminal.print(`waits for ${line}\n`);
      said = line;
      if (Date.now() > deadline) throw new CliError(`gave up waiting for ${line}; run it again when they have grown`, EXIT.software);
      await setTimeout(LOOK_MS, undefined, { signal: this.terminal.signal });
    }
  }

  /** The same StatefulSet with larger claims takes over the pods of the former one. */
  private async exchange({ apiVersion, kind, metadata, spec }: KubeObject): Promise<void> {
    const { name, namespace, labels, annotations } = metadata;
    const [template, ...others] = spec.volumeClaimTemplates;
    const larger = { ...template, spec: { ...template.spec, ...requests(this.size.text).spec }, status: undefined };
    const grown = { ...spec, volumeClaimTemplates: [larger, ...others] };
    const set = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec: grown };
    const input = JSON.stringify(set);
    try {
      await this.kubectl.runWith(['replace', '--force', '--cascade=orphan', '--filename', '-'], { input, timeoutMs: EXCHANGE_MS, wholly: true });
    } catch (error) {
      await this.complete(metadata, input, error as Error);
    }
    this.terminal.print(`statefulset/${name} was exchanged, its pods run on\n`);
  }

  /** Of an exchange that failed halfway nothing but the deletion may have happened: then nobody replaces pods any more. */
  private async complete(former: KubeObject['metadata'], input: string, failed: Error): Promise<void> {
    for (const end = Date.now() + EXCHANGE_MS; Date.now() < end; await setTimeout(LOOK_MS)) {
      const { code, out, err } = await this.kubectl.result(['get', `statefulset/${former.name}`, '--output', 'json'], {});
      const set: KubeObject = code === 0 ? JSON.parse(out) : undefined;
      const found = set?.metadata;
      if (found?.uid === former.uid && found.deletionTimestamp === undefined) throw failed; // nothing was deleted
      if (found !== undefined && found.uid !== former.uid) {
        const storage = set.spec.volumeClaimTemplates?.[0]?.spec.resources.requests.storage;
        if (bytesOf(storage ?? '') === this.size.bytes) return;
        throw new CliError(`statefulset/${former.name} was made anew by somebody else, with ${storage ?? 'no claims'}: give Persistence.volume() ${this.size.text} there first, or run it again`, EXIT.software);
      }
      if (!/NotFound|not found/.test(err)) continue;
      const { code: made } = await this.kubectl.result(['create', '--filename', '-'], { input, wholly: true });
      if (made === 0) return;
    }
    throw new CliError(`statefulset/${former.name} may be gone, while its pods run on: apply your manifests with ${this.size.text} now (${failed.message})`, EXIT.software);
  }
}

function requests(storage: string) {
  return { spec: { resources: { requests: { storage } } } };
}

function requested(claim: KubeObject): number {
  return bytesOf(claim.spec.resources.requests.storage) ?? NaN;
}

function ordinalOf({ metadata: { name } }: KubeObject): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

function conditionsOf({ status }: KubeObject): readonly KubeObject[] {
  return status?.conditions ?? [];
}

/** Its volume has grown, and the file system does once a pod has it. */
function isForItsPod(claim: KubeObject): boolean {
  return conditionsOf(claim).some(({ type }) => type === 'FileSystemResizePending');
}

/** What a claim waits for, as the cluster says it. */
function progress(claim: KubeObject): string {
  const { metadata: { name }, status } = claim;
  if (isForItsPod(claim)) {
    return `${name}: its file system grows when its pod starts again, if it does not by itself`;
  }
  return `${name}: ${conditionsOf(claim).map(({ type, message }) => message || type).join(', ') || `has ${status?.capacity?.storage ?? 'nothing'}`}`;
}
