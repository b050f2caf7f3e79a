import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { NODE_FLAGS } from './node-flags';
import { OWN_NAMESPACE, rolesFor } from './rules';
import { configMap } from '../manifests/config-map';
import { accountsOf } from '../manifests/pod-overlay';
import { checksum, configVolume, httpProbe } from '../manifests/pod-parts';
import { Metadata, programVolume } from '../manifests/program';
import { LogFormat } from '../options/log-format';
import { InvalidPropError } from '../settings/invalid-prop';
import { PodSettings, ProgramImageSettings } from '../settings/pod-settings';
import { KUBE_TEMPLATE_PORT, PROXY_PORTS } from '../settings/ports';
import { PROGRAM_DIR, TEMPLATE_DIR } from '../settings/resolve-kube-template';

/** A template and where its text goes. */
export interface SidecarTemplate {
  /** Name of the template's file. */
  readonly name: string;
  readonly text: string;
  readonly destination: string;
  /** Flags of the program that belong to this template. */
  readonly flags: readonly string[];
}

/** What a pod gets: kube-template with its templates, and the right to read what they use. */
export interface SidecarProps {
  readonly name: string;
  /** Namespace of the pods, if it is not that of the chart. */
  readonly namespace?: string;
  /** Labels of the objects, and annotations. */
  readonly labels: { readonly [name: string]: string };
  readonly annotations?: { readonly [name: string]: string };
  /** What the user gave of both, which the program bears too. */
  readonly user: Metadata;
  readonly templates: readonly SidecarTemplate[];
  /** What the templates read of their own pod. */
  readonly env?: k8s.EnvVar[];
  readonly image: ProgramImageSettings;
  readonly resources: k8s.ResourceRequirements;
  readonly logFormat: LogFormat;
  /** What Pod Security `restricted` asks of the container, as far as its pod does not say it. */
  readonly security: k8s.SecurityContext;
  /** Directory that the pod's containers share, and the volume behind it. */
  readonly shared: k8s.VolumeMount;
  /** Which of the kube-templates of its pod it is, from 0. */
  readonly index?: number;
  /** The account of the pod, if it has one, of its own or of another kube-template. */
  readonly serviceAccount?: kplus.IServiceAccount;
  /** Options of the pod, whose overrides may name another one. */
  readonly pod?: PodSettings;
}

/** kube-template as manifests see it: container, volumes, templates, ServiceAccount and roles. */
export class Sidecar extends Construct {
  public readonly container: k8s.Container;
  public readonly volumes: k8s.Volume[];
  public readonly templates: kplus.ConfigMap;
  public readonly serviceAccount: kplus.IServiceAccount;
  /** Changes with the program, and with the templates, which it reads at its start. */
  public readonly checksum: string;

  constructor(scope: Construct, id: string, props: SidecarProps) {
    super(scope, id);
    const index = props.index ?? 0;
    const named = (name: string) => (index === 0 ? name : `${name}-${index + 1}`);
    const port = KUBE_TEMPLATE_PORT + index;
    const portName = named(PROXY_PORTS.kubeTemplate);
    const data = Object.fromEntries(props.templates.map(({ name, text }) => [name, text]));
    const metadata = (name: string) => ({ name, namespace: props.namespace, labels: { ...props.labels }, annotations: { ...props.annotations } });
    this.templates = configMap(this, 'Templates', metadata(`${props.name}-templates`), data);
    this.serviceAccount = props.serviceAccount ?? new kplus.ServiceAccount(this, 'Account', { metadata: metadata(props.name) });
    this.grant(props);

    const mounted = props.image.mounted ? programVolume(this, named('program'), 'kube-template', { ...props.user, namespace: props.namespace }) : undefined;
    this.checksum = checksum(JSON.stringify(data), mounted?.checksum ?? '');
    const flags = props.templates.flatMap(({ name, destination, flags: own }) => ['--template', `${TEMPLATE_DIR}/${name}:${destination}`, ...own]);
    const node = ['node', ...NODE_FLAGS, `${PROGRAM_DIR}/kube-template.js`];
    this.container = {
      name: named('kube-template'),
      image: props.image.image,
      imagePullPolicy: 'IfNotPresent',
      command: mounted && node,
      env: props.env,
      args: [...flags, '--listen', `:${port}`, '--log-format', props.logFormat],
      ports: [{ name: portName, containerPort: port }],
      resources: props.resources,
      startupProbe: httpProbe('/readyz', portName, { periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 600 }),
      // not ready means that the API server has not answered yet; what runs on the last file goes on
      livenessProbe: httpProbe('/healthz', portName, { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 }),
      securityContext: props.security,
      volumeMounts: [
        { name: named('templates'), mountPath: TEMPLATE_DIR, readOnly: true },
        ...mounted ? [{ name: mounted.volume.name, mountPath: PROGRAM_DIR, readOnly: true }] : [],
        props.shared,
      ],
    };
    this.volumes = [
      configVolume(named('templates'), this.templates),
      ...mounted ? [mounted.volume] : [],
    ];
  }

  /** Roles for exactly what the templates read, each bound to the account. */
  private grant(props: SidecarProps): void {
    const namespace = props.namespace ?? Chart.of(this).namespace;
    for (const [index, role] of rolesFor(props.templates).entries()) {
      const own = role.metadata.namespace === OWN_NAMESPACE;
      if (!own && namespace === undefined) {
        throw new InvalidPropError('templates', role.metadata.namespace ?? 'all namespaces',
          'must be read by an account whose namespace is known: give the chart a namespace, or read the own one, ""');
      }
      // outside its own namespace it may meet its like of another one
      const name = own ? props.name : `${namespace}-${props.name}`;
      const metadata = {
        name, namespace: own ? namespace : role.metadata.namespace, labels: { ...props.labels }, annotations: { ...props.annotations },
      };
      const rules = role.rules.map(({ apiGroups, resources, resourceNames, verbs }) => (
        { apiGroups: [...apiGroups], resources: [...resources], resourceNames: resourceNames && [...resourceNames], verbs: [...verbs] }));
      const subjects = accountsOf(props.pod, this.serviceAccount.name, namespace);
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: role.kind, name };
      if (role.kind === 'Role') {
        new k8s.KubeRole(this, `Role${index}`, { metadata, rules });
        new k8s.KubeRoleBinding(this, `Binding${index}`, { metadata, roleRef, subjects });
      } else {
        new k8s.KubeClusterRole(this, `Role${index}`, { metadata, rules });
        new k8s.KubeClusterRoleBinding(this, `Binding${index}`, { metadata, roleRef, subjects });
      }
    }
  }
}
