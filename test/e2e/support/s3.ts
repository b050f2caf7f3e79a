import { Manifest } from '../../support/manifests';

/** Serves S3 from a folder; where images can't be pulled, one that is there by another name. */
const IMAGE = process.env.RCLONE_IMAGE ?? 'docker.io/rclone/rclone:1.76.0';

/** Its one user, as a Secret for `BackupTarget.s3` has it. */
export const S3_KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-the-bucket' };

/** Where pods of its namespace find it, and its one bucket. */
export const S3 = { endpoint: 'http://s3:9000', bucket: 'backups' };

/**
 * A pod that serves S3, and its Service. The pod has no other way to get its keys than arguments; they are those of a test.
 *
 * @param pod that it may run on one node alone, and the like
 */
export function s3(pod: object = {}): Manifest[] {
  const labels = { app: 's3' };
  const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const container = {
    name: 's3',
    image: IMAGE,
    args: ['serve', 's3', '--addr', ':9000', '--auth-key', Object.values(S3_KEYS).join(), '--config', '/tmp/rclone.conf', '/data'],
    readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
    securityContext: security,
    volumeMounts: [{ name: 'data', mountPath: `/data/${S3.bucket}` }],
  };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 's3' }, spec: { selector: labels, ports: [{ port: 9000 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 's3' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...pod, containers: [container], volumes: [{ name: 'data', emptyDir: {} }], securityContext: { fsGroup: 1000 } } },
      },
    },
  ];
}
