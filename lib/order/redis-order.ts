import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AUTH_DIR, variables } from '../manifests/pod-parts';
import { scriptJob } from '../manifests/script-job';
import { TLS_DIR } from '../manifests/tls';
import { claimNames } from '../manifests/unique-names';
import { RedisOrderProps } from '../options/order';
import { resolveOrder } from '../settings/resolve-order';
import { resources } from '../settings/resolve-resources';

/** An order is meant now: a pod that waits for a node must not carry it out hours later. */
const DEADLINE_SECONDS = 600;

/**
 * Gives an order to an installation, for those who allow no exec: a Job that asks the agents as `npx cdk8s-redis-ha failover` and its like do. It needs no right at
 * the cluster; the servers' NetworkPolicy lets its pod in.
 *
 * It runs once, when it is applied, and tries once: the Job is complete if the order was carried out, and failed otherwise; its log is one line that says why. Remove it from
 * the chart afterwards; for the same order once more, give another id. It is in the namespace of the installation. docs/how-to/day-2.md tells more.
 *
 * @throws an error that names the prop, its value and what is accepted
 *
 * @example
 *
 * new RedisOrder(chart, 'to-server-2', { redis, order: Order.failover({ to: 2 }) });
 */
export class RedisOrder extends Construct {
  /** The Job that gives the order. */
  public readonly job: k8s.KubeJob;

  /** The scripts. */
  public readonly config: kplus.ConfigMap;

  constructor(scope: Construct, id: string, props: RedisOrderProps) {
    super(scope, id);
    const settings = resolveOrder(props, { id, namespace: Chart.of(this).namespace });
    const { redis } = props;
    const { secretName, secretKey, tlsSecretName } = redis;
    // orders bear the seal of the control plane's password, whoever else there is
    const options = { namespace: Chart.of(this).namespace, user: secretName === undefined ? undefined : 'default' };
    const tls = redis.serverTls ? redis.connectionVolume(options) : undefined;
    ({ config: this.config, job: this.job } = scriptJob(this, {
      settings,
      installation: redis.name,
      purpose: 'order',
      scripts: ['order.sh', 'give-order.sh'],
      words: settings.words,
      env: [
        ...variables({
          CLI_BIN: `${redis.engineName}-cli`,
          SERVERS: redis.serverHosts.join(' '),
          SERVER_PORT: redis.serverPort,
          PASSWORD_FILE: secretName && `${AUTH_DIR}/password`,
          TLS_DIR: tls && TLS_DIR,
          TLS_CLIENT: tls && true,
        }),
        ...tls ? redis.connectionEnvironment(options).filter(({ name }) => name === 'REDIS_CA_FILE') : [],
      ],
      resources: resources('10m', '16Mi', '64Mi'),
      mounts: [
        ...secretName === undefined ? [] : [{ name: 'auth', mountPath: AUTH_DIR, readOnly: true }],
        ...tls ? [tls.mount, { name: 'certificate', mountPath: TLS_DIR, readOnly: true }] : [],
      ],
      volumes: [
        // the password of the control plane, and no other user's
        ...secretName === undefined ? [] : [{ name: 'auth', secret: { secretName, defaultMode: 0o440, items: [{ key: secretKey!, path: 'password' }] } }],
        ...tls ? [tls.volume, { name: 'certificate', secret: { secretName: tlsSecretName, defaultMode: 0o440 } }] : [],
      ],
      deadlineSeconds: DEADLINE_SECONDS,
    }));
    redis.allowSentinelFrom(this.job);
    claimNames(this, { name: settings.name });
  }
}
