import { createHash } from 'node:crypto';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { refuseHalfContainers, refuseTakenNames } from './additions';
import { Spread } from '../options/pod-options';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { PodSettings, ProbeSettings } from '../settings/pod-settings';
import { Settings } from '../settings/settings';

/** Where every container finds its configuration. */
export const CONFIG_DIR = '/etc/redis-ha';
/** Directory in memory that the containers of a pod share. */
export const RUN_DIR = '/run/redis-ha';

/** Where the official image of Redis 8 has its modules. */
export const MODULES_DIR = '/usr/local/lib/redis/modules';
/** The pod's name as a variable, for scripts and for the folder of an existing claim. */
export const POD_NAME: k8s.EnvVar = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };
/** The namespace, which may be unknown at synth. */
export const POD_NAMESPACE: k8s.EnvVar = { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } };
/** What a container finds at CONFIG_DIR and at RUN_DIR, if its pod has these volumes. */
export const CONFIG_MOUNT: k8s.VolumeMount = { name: 'config', mountPath: CONFIG_DIR, readOnly: true };
export const RUN_MOUNT: k8s.VolumeMount = { name: 'run', mountPath: RUN_DIR };
/** Names the local volumes that may go with their pod, for the cluster autoscaler. */
export const LOCAL_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
/** The directory in memory. */
export const RUN_VOLUME: k8s.Volume = { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('16Mi') } };

/** Volumes of a pod, and where one of its containers mounts them; both empty where nothing is needed. */
export interface MountedVolumes {
  readonly volumes: k8s.Volume[];
  readonly mounts: k8s.VolumeMount[];
}

/** A ConfigMap as a volume. */
export function configVolume(name: string, config: kplus.ConfigMap): k8s.Volume {
  return { name, configMap: { name: config.name, defaultMode: 0o444 } };
}

/** Unix socket of the server: probes, scripts and the agent reach it there, whatever becomes of certificates. */
export const SERVER_SOCKET = `${RUN_DIR}/server.sock`;

/** Unix socket of a Sentinel. */
export const SENTINEL_SOCKET = `${RUN_DIR}/sentinel.sock`;

/** Where the password is mounted. */
export const AUTH_DIR = '/etc/redis-ha-auth';

/** The user of the official images of Redis and Valkey; any other works too, no image's files belong to it. */
const USER = 999;

/** What Pod Security `restricted` asks of a container, and a read-only root on top. */
export const CONTAINER_SECURITY: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Path of the password's file; undefined without a password. */
export function passwordFile(settings: Settings): string | undefined {
  return settings.auth ? `${AUTH_DIR}/${settings.auth.secretKey}` : undefined;
}

/** Path of the file with the password of HAProxy's checks. */
export function proxyPasswordFile(settings: Settings): string | undefined {
  return settings.auth?.componentUsers ? `${AUTH_DIR}/proxy-password` : passwordFile(settings);
}

/** The password of HAProxy's checks as a volume: where they have a user of their own, no other password is in their pods. */
export function proxyAuthVolume(settings: Settings): MountedVolumes {
  const auth = authVolume(settings);
  if (!settings.auth?.componentUsers) return auth;
  const items = ['proxy-password', 'proxy-password-alternate'].map((key) => ({ key, path: key }));
  // the second is there only while the password changes
  return { ...auth, volumes: [{ name: 'auth', secret: { secretName: settings.auth.secretName, defaultMode: 0o440, items, optional: true } }] };
}

/** The password as a volume: a file that follows the Secret, and never an environment variable. */
export function authVolume(settings: Settings): MountedVolumes {
  if (!settings.auth) return { volumes: [], mounts: [] };
  return {
    volumes: [{ name: 'auth', secret: { secretName: settings.auth.secretName, defaultMode: 0o440 } }],
    mounts: [{ name: 'auth', mountPath: AUTH_DIR, readOnly: true }],
  };
}

/** Environment variables of plain values, without those that are undefined: the API server stores no empty value, and tools that compare would never rest. */
export function variables(values: { readonly [name: string]: string | number | boolean | undefined }): k8s.EnvVar[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : { name, value: String(value) }));
}

/** A probe that runs a script. */
export function scriptProbe(script: string[], timing: ProbeSettings): k8s.Probe {
  return { exec: { command: ['sh', `${CONFIG_DIR}/${script[0]}`, ...script.slice(1)] }, ...timing };
}

/** A probe that asks an HTTP path. */
export function httpProbe(path: string, port: string, timing: ProbeSettings): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) }, ...timing };
}

/** A short checksum of texts. */
export function checksum(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Files that a pod reads only at its start, and anything else of that kind: the annotation rolls the pods when one changes. */
export function rollsWith(files: { readonly [file: string]: string }, ...more: string[]): { [annotation: string]: string } {
  return { [`${LABEL_DOMAIN}/config-checksum`]: checksum(JSON.stringify(files), ...more) };
}

/** What differs between the pods of each kind. */
export interface PodParts {
  readonly pod: PodSettings;
  readonly selector: { readonly [name: string]: string };
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
  /** The main container; additions of the user go to it. */
  readonly main: k8s.Container;
  readonly beside: readonly k8s.Container[];
  readonly init?: readonly k8s.Container[];
  readonly volumes: readonly k8s.Volume[];
  /** Names of volumes that come from claims of the StatefulSet. */
  readonly claimed?: readonly string[];
  readonly serviceAccountName?: string;
  /** Whether the pod has a token of the Kubernetes API. Default: with a ServiceAccount of its own. */
  readonly token?: boolean;
  /** Of the pods of a Job. Default: what else there is has to run always. */
  readonly restartPolicy?: 'Never' | 'OnFailure';
}

/** A pod template of one kind. */
export function podTemplate(settings: Pick<Settings, 'labels' | 'fixedIds' | 'imagePullSecrets'>, parts: PodParts): k8s.PodTemplateSpec {
  const { pod, main } = parts;
  const volumes = [...parts.volumes, ...(parts.claimed ?? []).map((name) => ({ name }))];
  refuseTakenNames(pod, { containers: [main, ...parts.beside, ...parts.init ?? []], volumes, env: main.env ?? [] });
  const { imagePullPolicy } = pod;
  const pulled = (container: k8s.Container): k8s.Container => (imagePullPolicy ? { ...container, imagePullPolicy } : container);
  const annotations = { ...evictable(parts), ...pod.annotations, ...parts.annotations };
  const init = [...pod.initContainers ?? [], ...(parts.init ?? []).map(pulled)];
  const containers = [
    {
      ...pulled(main),
      env: [...main.env ?? [], ...pod.env ?? []],
      envFrom: pod.envFrom,
      volumeMounts: [...main.volumeMounts ?? [], ...pod.volumeMounts ?? []],
    },
    ...parts.beside.map(pulled),
    ...pod.containers ?? [],
  ];
  refuseHalfContainers(pod, { containers, initContainers: init, volumes: [...volumes, ...pod.volumes ?? []] });
  return {
    metadata: {
      labels: { ...settings.labels, ...pod.labels, ...parts.labels },
      // the API server stores no empty ones
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    spec: {
      // named also where there is none: the API server copies the deprecated alias of a pod template back into a field that is left out
      serviceAccountName: parts.serviceAccountName ?? 'default',
      automountServiceAccountToken: parts.token ?? parts.serviceAccountName !== undefined,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        ...settings.fixedIds ? { runAsUser: USER, runAsGroup: USER, fsGroup: USER } : {},
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      terminationGracePeriodSeconds: pod.gracePeriodSeconds,
      priorityClassName: pod.priorityClassName,
      nodeSelector: pod.nodeSelector,
      tolerations: pod.tolerations,
      affinity: affinityOf(pod, parts.selector),
      topologySpreadConstraints: pod.topologySpreadConstraints ?? spreadConstraints(pod.spread, parts.selector),
      imagePullSecrets: settings.imagePullSecrets.length > 0 ? settings.imagePullSecrets.map((name) => ({ name })) : undefined,
      initContainers: init.length > 0 ? init : undefined,
      containers,
      volumes: [...parts.volumes, ...pod.volumes ?? []],
      restartPolicy: parts.restartPolicy,
    },
  };
}

/** Lets the cluster autoscaler remove the node of a pod: by itself it keeps nodes with an emptyDir on disk. */
function evictable({ volumes }: PodParts): { [annotation: string]: string } {
  const names = volumes.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name);
  return names.length === 0 ? {} : { [LOCAL_VOLUMES]: names.join(',') };
}

/** What is given, and of the kinds that are not what the spread says: that of the user alone, as the default is for whoever says nothing. */
function affinityOf(
  { affinity, spread, spreadBesideAffinity }: PodSettings, selector: { readonly [name: string]: string },
): k8s.Affinity | undefined {
  const ours = spreadAffinity(spread, selector);
  if (affinity === undefined) return ours;
  const given = Object.fromEntries(Object.entries(affinity).filter(([, rules]) => rules !== undefined && rules !== null));
  return spreadBesideAffinity ? { ...ours, ...given } : given;
}

function spreadAffinity(spread: Spread, selector: { readonly [name: string]: string }): k8s.Affinity | undefined {
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { ...selector } } };
  switch (spread) {
    case Spread.ONE_PER_NODE: return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    case Spread.NONE: return undefined;
    default: return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] } };
  }
}

function spreadConstraints(spread: Spread, selector: { readonly [name: string]: string }): k8s.TopologySpreadConstraint[] | undefined {
  if (spread === Spread.NONE) return undefined;
  const labelSelector = { matchLabels: { ...selector } };
  return [
    {
      topologyKey: 'kubernetes.io/hostname',
      maxSkew: 1,
      whenUnsatisfiable: spread === Spread.REQUIRED ? 'DoNotSchedule' : 'ScheduleAnyway',
      // a dead node is tainted: it must not keep its pods from being replaced elsewhere
      nodeTaintsPolicy: 'Honor',
      labelSelector,
    },
    { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
  ];
}
