import { Api, forEach } from './api';

/** Nobody schedules for it, so no node ever runs these pods. */
const NO_SCHEDULER = 'nobody';

/** Environment, probes and volumes of an ordinary pod that nobody runs: with what the API server adds it has about 5 KiB. */
export const SPEC = {
  schedulerName: NO_SCHEDULER,
  terminationGracePeriodSeconds: 0,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{
    name: 'app',
    image: 'registry.example.com/team/app:1.2.3',
    ports: [{ name: 'redis', containerPort: 6379 }, { name: 'metrics', containerPort: 9121 }],
    env: Array.from({ length: 8 }, (_, index) => ({ name: `SETTING_${index}`, value: `value of setting ${index}` })),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 10 },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/app' }, { name: 'data', mountPath: '/data' }],
  }],
  volumes: [{ name: 'config', configMap: { name: 'app' } }, { name: 'data', emptyDir: {} }],
};

/** An address for each number. */
export function addressOf(net: number, number: number): string {
  return `10.${net}.${Math.floor(number / 256)}.${number % 256}`;
}

/** Pods that exist only in the API server, with addresses that the test gives them. */
export class UnscheduledPods {
  public readonly names: string[] = [];

  constructor(private readonly api: Api, private readonly namespace: string) {}

  /** Adds pods until there are `count`: pod-0, pod-1… with label `app=redis`, running and ready. */
  public async grow(count: number): Promise<void> {
    const added = Array.from({ length: count - this.names.length }, (_, index) => this.names.length + index);
    await forEach(added, async (index) => {
      const labels = { 'app': 'redis', 'app.kubernetes.io/name': 'redis', 'apps.kubernetes.io/pod-index': String(index) };
      await this.api.create(this.path(), { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, labels }, spec: SPEC });
      await this.move(`pod-${index}`, addressOf(64, index));
    });
    this.names.push(...added.map((index) => `pod-${index}`));
  }

  /** Gives a pod another address; resolves when the API server has answered. */
  public async move(name: string, podIP: string): Promise<void> {
    await this.api.merge(`${this.path()}/${name}/status`, {
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }

  private path(): string {
    return `/api/v1/namespaces/${this.namespace}/pods`;
  }
}
