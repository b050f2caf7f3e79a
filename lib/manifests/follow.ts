import { MountedVolumes } from './pod-parts';
import { FollowSettings } from '../settings/settings';

/** Where the password of the master outside is mounted. */
const FOLLOW_DIR = '/etc/redis-ha-follow';

/** The password of the master outside as a volume, for the agents; nothing where it asks for none. It may be removed with the former installation: servers must start without it then. */
export function followVolume(follow: FollowSettings | undefined): MountedVolumes {
  if (follow?.password === undefined) return { volumes: [], mounts: [] };
  return {
    volumes: [{ name: 'follow', secret: { secretName: follow.password.secretName, defaultMode: 0o440, optional: true } }],
    mounts: [{ name: 'follow', mountPath: FOLLOW_DIR, readOnly: true }],
  };
}

/** What the agents are told of the master outside. */
export function followConfig(follow: FollowSettings | undefined): object | undefined {
  if (follow === undefined) return undefined;
  const { host, port, user, password, tls, cutOver } = follow;
  return { host, port, user, passwordFile: password && `${FOLLOW_DIR}/${password.key}`, tls, cutOver };
}
