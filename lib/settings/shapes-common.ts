import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { api, construct, dictionary, Kind, like, list, made, number, oneOf, required, secret, struct, text } from './kinds';
import { ContainerResources, Cpu, CpuResources, SizeResources } from '../options/container-resources';
import { IRedisHa } from '../options/i-redis-ha';
import { KubeTemplateImage } from '../options/kube-template-image';
import { DisruptionBudget, ImagePullPolicy, PodOptions, ProbeOptions, ProbeTiming, Spread } from '../options/pod-options';
import { TrustedCas } from '../options/tls-certificate';

// What props of several constructs may be.

export const duration = like<Duration>('a Duration, like Duration.seconds(5)', ({ toMilliseconds }) => typeof toMilliseconds === 'function');
export const size = like<Size>('a Size, like Size.mebibytes(512)', ({ toKibibytes }) => typeof toKibibytes === 'function');
const quantity = like<k8s.Quantity>('a quantity, like k8s.Quantity.fromString("512Mi")', ({ value }) => ['string', 'number'].includes(typeof value));
export const texts = dictionary(text);
const cpu = like<Cpu>('a Cpu, like Cpu.millis(500)', ({ amount }) => typeof amount === 'string');
const sizeResources = struct<SizeResources>({ request: size, limit: size });
const resourceFields = struct<ContainerResources>({
  cpu: struct<CpuResources>({ request: cpu, limit: cpu }),
  memory: sizeResources,
  ephemeralStorage: sizeResources,
  requests: dictionary(quantity),
  limits: dictionary(quantity),
  claims: list(api<k8s.ResourceClaim>('a resource claim')),
});
/**
 * Requests and limits of a container. What is written empty stands for none, and stays: `{}` as empty requests and empty limits. What holds nothing
 * but undefined, like `{ limits: { memory: large ? amount : undefined } }`, is left out as any prop that is not given.
 */
export const resources: typeof resourceFields = {
  read(prop, value, hide) {
    const read = resourceFields.read(prop, value, hide);
    const written = { ...value as ContainerResources };
    if (isEmpty(written)) return { requests: {}, limits: {} };
    const said = (which: 'requests' | 'limits') => (isEmpty(read[which]) && !isEmpty(written[which]) ? undefined : read[which]);
    return { ...read, requests: said('requests'), limits: said('limits') };
  },
};

function isEmpty(values: object | null | undefined): boolean {
  return values !== null && values !== undefined && Object.keys(values).length === 0;
}

export const overrides = (what: string) => secret(api<{ [field: string]: any }>(`an object with fields of the ${what}'s spec`));
const env = list(api<k8s.EnvVar>('an EnvVar, like { name: "TZ", value: "UTC" }', { name: required(text) }));
const container = (named: typeof text | ReturnType<typeof required<string>>) => api<k8s.Container>('a container', { name: named, env });
const containers = list(container(required(text)));
export const probeTiming = struct<ProbeTiming>({ period: duration, timeout: duration, failureThreshold: number });
export const probes = struct<ProbeOptions>({ readiness: probeTiming, liveness: probeTiming, startup: probeTiming });
export const disruptionBudget = struct<DisruptionBudget>({ minAvailable: number, maxUnavailable: number });
export const pod = struct<PodOptions>({
  spread: oneOf('Spread', Spread),
  labels: texts,
  annotations: texts,
  nodeSelector: texts,
  tolerations: list(api<k8s.Toleration>('a toleration')),
  affinity: api<k8s.Affinity>('an affinity'),
  topologySpreadConstraints: list(api<k8s.TopologySpreadConstraint>('a topology spread constraint')),
  priorityClassName: text,
  terminationGracePeriod: duration,
  env: secret(env),
  envFrom: secret(list(api<k8s.EnvFromSource>('an EnvFromSource, like { configMapRef: { name: "NAME" } }'))),
  imagePullPolicy: oneOf('ImagePullPolicy', ImagePullPolicy),
  volumes: secret(list(api<k8s.Volume>('a volume', { name: required(text) }))),
  volumeMounts: secret(list(api<k8s.VolumeMount>('a volume mount', { name: required(text) }))),
  containers: secret(containers),
  initContainers: secret(containers),
  podSpecOverrides: secret(api('an object with fields of the pod\'s spec', { containers: list(container(text)), initContainers: list(container(text)) })),
});

export const kubeTemplateImage = made<KubeTemplateImage, typeof KubeTemplateImage>(KubeTemplateImage, 'KubeTemplateImage', 'KubeTemplateImage.node()', {
  node: [['', text]],
  of: [['', required(text)]],
});

export const trustedCas = made<TrustedCas, typeof TrustedCas>(TrustedCas, 'TrustedCas', 'TrustedCas.configMap("NAME")', {
  secret: [['', required(text)], ['.key', text]],
  configMap: [['', required(text)], ['.key', text]],
});

/** What allowFrom and its like may be given. */
export const client = construct('a construct: a workload, pods, a namespace or addresses of any cdk8s-plus, an L1 object, or a Peer');
export const installation = construct(
  'an installation: a RedisHa, or what RedisHa.fromAttributes returns', (value) => 'metricsEndpoints' in value) as Kind<unknown> as Kind<IRedisHa>;
