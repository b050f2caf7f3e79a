import { renderAsset } from '../manifests/render';
import { portDirectives } from '../manifests/tls';
import { Settings } from '../settings/settings';

/**
 * redis.conf, without what only a pod knows.
 *
 * @param minReplicasToWrite also told to agents of servers that run
 */
export function redisConfig(settings: Settings, minReplicasToWrite = settings.server.minReplicasToWrite): string {
  const { server } = settings;
  return renderAsset('redis.conf', {
    name: settings.name,
    listen: portDirectives(settings.tls, server.port),
    port: server.port,
    replBacklogBytes: server.replBacklogBytes,
    minReplicasToWrite,
    minReplicasMaxLagSeconds: server.minReplicasMaxLagSeconds,
    maxmemoryBytes: server.maxmemoryBytes ?? 0,
    maxmemoryPolicy: server.maxmemoryPolicy,
    mode: settings.persistence.mode,
    fsync: settings.persistence.fsync,
    directives: server.directives,
  });
}
