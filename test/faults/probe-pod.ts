import { buildSync } from 'esbuild';
import { Installation } from './installation';
import { Verdict } from './judge';
import { kubectl, sleep, until } from './kubectl';

/** What the probe reports. */
export interface Report extends Verdict {
  readonly reads: number;
  readonly errors: { readonly [text: string]: number };
}

const IMAGE = 'docker.io/library/node:20.19.2-slim';

/** A pod that writes to an installation for some time while it is being hurt. */
export class ProbePod {
  private readonly name = `probe-${Date.now().toString(36)}`;

  constructor(private readonly installation: Installation, private readonly seconds: number) {}

  /** Starts the pod, and returns when it has written for three seconds. */
  public async start(): Promise<void> {
    const { namespace, redis } = this.installation;
    const text = buildSync({ entryPoints: [`${__dirname}/probe.ts`], bundle: true, minify: true, platform: 'node', target: 'node20', write: false, charset: 'ascii' }).outputFiles[0].text;
    const variables = { HOST: redis.host!, PORT: String(redis.port), READ_PORT: String(redis.readPort), SECONDS: String(this.seconds), WRITERS: '8' };
    const manifest = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: this.name, namespace }, data: { 'probe.js': text } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: this.name, namespace, labels: { app: 'probe' } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          // away from the nodes that are hurt, where that can be had
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [{
            name: 'probe',
            image: IMAGE,
            command: ['node', '/opt/probe/probe.js'],
            env: [
              ...Object.entries(variables).map(([name, value]) => ({ name, value })),
              { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: redis.secretName, key: redis.secretKey } } },
            ],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'probe', mountPath: '/opt/probe' }],
          }],
          volumes: [{ name: 'probe', configMap: { name: this.name } }],
        },
      },
    ];
    for (const object of manifest) kubectl(['create', '-f', '-'], JSON.stringify(object));
    await until('the probe starts', () => this.log().includes('probing'), 60_000);
    await sleep(3000);
  }

  /** Waits for the probe's end and returns what it saw. */
  public async report(): Promise<Report> {
    await until('the probe reports', () => this.log().includes('result '), this.seconds * 1000 + 120_000);
    const report: Report = JSON.parse(/^result (.*)$/m.exec(this.log())![1]);
    kubectl(['-n', this.installation.namespace, 'delete', `pod/${this.name}`, `configmap/${this.name}`, '--wait=false']);
    return report;
  }

  private log(): string {
    return kubectl(['-n', this.installation.namespace, 'logs', this.name]);
  }
}
