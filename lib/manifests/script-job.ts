import { ConfigMap, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { configMap } from './config-map';
import { overlayPods } from './pod-overlay';
import { CONFIG_DIR, CONFIG_MOUNT, configVolume, CONTAINER_SECURITY, podTemplate } from './pod-parts';
import { scripts } from './scripts';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { PodSettings } from '../settings/pod-settings';
import { objectLabels, shownLabels } from '../topology/topology';

/** What runs in the pod of a Job, and how the Job ends. */
export interface ScriptJobProps {
  readonly settings: {
    readonly name: string;
    readonly image: string;
    readonly imagePullSecrets: readonly string[];
    readonly fixedIds: boolean;
    readonly pod: PodSettings;
  };
  /** Name of the installation. */
  readonly installation: string;
  /** What it is for: the component of its objects, the name of its container, and the key of the label that tells its pods from those of others. */
  readonly purpose: string;
  /** The first one runs, the others are what it calls. */
  readonly scripts: readonly [string, ...string[]];
  readonly words?: readonly string[];
  readonly env: k8s.EnvVar[];
  readonly resources: k8s.ResourceRequirements;
  readonly mounts?: readonly k8s.VolumeMount[];
  readonly volumes?: readonly k8s.Volume[];
  readonly deadlineSeconds: number;
  readonly ttlSeconds?: number;
}

/** A Job that runs a script once, with the ConfigMap that holds it. */
export function scriptJob(scope: Construct, props: ScriptJobProps): { readonly config: ConfigMap; readonly job: k8s.KubeJob } {
  const { settings: { name, image, imagePullSecrets, fixedIds, pod }, installation, purpose } = props;
  const metadata = { name, labels: objectLabels(installation, purpose) };
  const config = configMap(scope, 'Config', metadata, scripts(...props.scripts));
  const labels = { ...shownLabels(installation, purpose), [`${LABEL_DOMAIN}/${purpose}`]: name };
  const template = podTemplate({ labels: {}, fixedIds, imagePullSecrets }, {
    pod,
    selector: labels,
    labels,
    annotations: {},
    main: {
      name: purpose,
      image,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', `${CONFIG_DIR}/${props.scripts[0]}`, ...props.words ?? []],
      env: props.env,
      resources: props.resources,
      securityContext: CONTAINER_SECURITY,
      terminationMessagePolicy: 'FallbackToLogsOnError',
      volumeMounts: [CONFIG_MOUNT, ...props.mounts ?? []],
    },
    beside: [],
    volumes: [configVolume('config', config), ...props.volumes ?? []],
    restartPolicy: 'Never',
  });
  const spec = { backoffLimit: 0, activeDeadlineSeconds: props.deadlineSeconds, ttlSecondsAfterFinished: props.ttlSeconds, template };
  return { config, job: overlayPods(new k8s.KubeJob(scope, 'Default', { metadata, spec }), pod) };
}
