/** An image that runs where the user names no other. */
export interface DefaultImage {
  /** Repository, with its registry. */
  readonly repository: string;
  /** A tag that never moves: a release, not a line of releases. */
  readonly tag: string;
}

/**
 * What runs by default, and the only place of the library that names a version. Each is the newest release of a line that is maintained, without a known
 * critical vulnerability when it was chosen (2026-11-28). docs/reference/versions.md says more, and which binary each was tested with.
 */
export const IMAGES = {
  // 8.2 is the "Extended" line of Redis 8, with fixes until 2030-09. 8.0 ends in 2026-12 without the fix of CVE-2026-81934; each of 8.6, 8.8 and 8.10 gets
  // fixes for half a year after the next one, and changed the format of RDB files, so that there is no way back.
  redis: { repository: 'docker.io/library/redis', tag: '8.2.10' },
  // Maintained until 2029-05. First release with the fix of CVE-2026-130822.
  valkey: { repository: 'docker.io/valkey/valkey', tag: '9.1.4' },
  // LTS until 2030-04. 3.0.0 to 3.0.11 freeze sessions that connect while their server is marked down.
  haproxy: { repository: 'docker.io/library/haproxy', tag: '3.2.26' },
  // LTS until 2028-04-30. Runs the agent and kube-template.
  node: { repository: 'docker.io/library/node', tag: '24.21.0-slim' },
  // Where metrics are asked for. The variant with a shell, which reads the password.
  redisExporter: { repository: 'docker.io/oliver006/redis_exporter', tag: 'v1.86.0-alpine' },
  // Keeps and restores backups. The official image has ssh.
  restic: { repository: 'docker.io/restic/restic', tag: '0.19.1' },
  // Where servers are registered in Consul.
  consulTemplate: { repository: 'docker.io/hashicorp/consul-template', tag: '0.41.0' },
} as const satisfies { readonly [program: string]: DefaultImage };

/** The registry of most default images. */
export const DOCKER_HUB = 'docker.io';

/**
 * A default image as a container names it.
 *
 * @param registry what stands in the place of `docker.io`
 */
export function defaultImage(image: DefaultImage, registry?: string): string {
  return `${image.repository.replace(/^docker\.io(?=\/)/, registry ?? DOCKER_HUB)}:${image.tag}`;
}
