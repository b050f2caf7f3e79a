/**
 * The alerts. docs/runbooks says of each what it means and what to do.
 */
export enum Alert {
  /** No server is the master, or none that answers its agent. */
  NO_MASTER = 'RedisNoMaster',
  /** Without a proxy, clients are led to no master. */
  SLICE_WITHOUT_MASTER = 'RedisSliceWithoutMaster',
  /** More than one server says that it is the master. */
  TWO_MASTERS = 'RedisTwoMasters',
  /** No replica could take over. */
  NO_ELECTABLE_REPLICA = 'RedisNoElectableReplica',
  /** A server is neither master nor replica. */
  SERVER_WITHOUT_ROLE = 'RedisServerWithoutRole',
  /** Nobody takes over, because that was ordered. */
  FAILOVER_PAUSED = 'RedisFailoverPaused',
  /** The master changes again and again. */
  FAILOVER_STORM = 'RedisFailoverStorm',
  /** A hand-over of the master's role failed. */
  HAND_OVER_FAILED = 'RedisHandOverFailed',
  /** Nobody reaches a majority of the Sentinels. */
  SENTINEL_MAJORITY_LOST = 'RedisSentinelMajorityLost',
  /** A majority of the Sentinels finds the master down. */
  MASTER_FOUND_DOWN = 'RedisMasterFoundDown',
  /** One Sentinel more, and there is no failover. */
  SENTINEL_MAJORITY_AT_RISK = 'RedisSentinelMajorityAtRisk',
  /** A Sentinel does not answer. */
  SENTINEL_DOWN = 'RedisSentinelDown',
  /** Sentinels name different masters. */
  SENTINELS_DISAGREE = 'RedisSentinelsDisagree',
  /** A Sentinel uses a whole core. */
  SENTINEL_SPINNING = 'RedisSentinelSpinning',
  /** A Sentinel remembers members that are gone. */
  SENTINEL_STALE_ENTRIES = 'RedisSentinelStaleEntries',
  /** A Sentinel distrusts its clock. */
  SENTINEL_TILT = 'RedisSentinelTilt',
  /** A replica is not connected to its master. */
  REPLICA_LINK_DOWN = 'RedisReplicaLinkDown',
  /** A replica falls behind. */
  REPLICA_LAG = 'RedisReplicaLag',
  /** A replica confirms nothing. */
  REPLICA_SILENT = 'RedisReplicaSilent',
  /** A standby is far behind the master outside that it copies. */
  STANDBY_BEHIND = 'RedisStandbyBehind',
  /** Replicas copy all data again and again. */
  FULL_RESYNC_LOOP = 'RedisFullResyncLoop',
  /** There is no new backup. */
  BACKUP_TOO_OLD = 'RedisBackupTooOld',
  /** The last backup failed. */
  BACKUP_FAILING = 'RedisBackupFailing',
  /** The newest backup could not be restored, or was not tried. */
  BACKUP_UNVERIFIED = 'RedisBackupUnverified',
  /** A server started without the data that it had. */
  DATA_LOST = 'RedisDataLost',
  /** A server can't load its data. */
  DATA_UNUSABLE = 'RedisDataUnusable',
  /** Data does not get to the disk. */
  PERSISTENCE_FAILING = 'RedisPersistenceFailing',
  /** A volume will be full within a day. */
  VOLUME_FILLS_UP = 'RedisVolumeFillsUp',
  /** A volume is nearly full. */
  VOLUME_NEARLY_FULL = 'RedisVolumeNearlyFull',
  /** Writes are refused for lack of memory. */
  MEMORY_FULL = 'RedisMemoryFull',
  /** Writes will be refused for lack of memory. */
  MEMORY_NEAR_LIMIT = 'RedisMemoryNearLimit',
  /** Keys are evicted. */
  EVICTIONS = 'RedisEvictions',
  /** Clients do not read what they asked for. */
  OUTPUT_BUFFERS_LARGE = 'RedisOutputBuffersLarge',
  /** Few more clients can connect. */
  CLIENTS_NEAR_LIMIT = 'RedisClientsNearLimit',
  /** Clients connect and never leave. */
  CLIENT_LEAK = 'RedisClientLeak',
  /** A server turned clients away. */
  CONNECTIONS_REJECTED = 'RedisConnectionsRejected',
  /** HAProxy leads to no master. */
  PROXY_NO_WRITES = 'RedisProxyNoWrites',
  /** One HAProxy leads to no master. */
  PROXY_WITHOUT_MASTER = 'RedisProxyWithoutMaster',
  /** Fewer HAProxy run than there should. */
  PROXY_MISSING = 'RedisProxyMissing',
  /** HAProxy turned clients away. */
  PROXY_REFUSES_CLIENTS = 'RedisProxyRefusesClients',
  /** The proxies let in more clients than a server takes. */
  PROXIES_ADMIT_TOO_MANY = 'RedisProxiesAdmitTooMany',
  /** HAProxy refused a new configuration. */
  PROXY_CONFIGURATION_REFUSED = 'RedisProxyConfigurationRefused',
  /** kube-template does not follow the API server. */
  KUBE_TEMPLATE_STALE = 'RedisKubeTemplateStale',
  /** The certificate ends soon. */
  CERTIFICATE_EXPIRES = 'RedisCertificateExpires',
  /** A new certificate can't be used. */
  CERTIFICATE_REFUSED = 'RedisCertificateRefused',
  /** A replaced password is about to be refused. */
  PASSWORD_RETIRES = 'RedisPasswordRetires',
  /** Two passwords have been accepted for a day. */
  PASSWORD_ROTATION_UNFINISHED = 'RedisPasswordRotationUnfinished',
  /** An agent waits for something that does not come. */
  AGENT_WAITS = 'RedisAgentWaits',
  /** An agent does not finish its rounds. */
  AGENT_STUCK = 'RedisAgentStuck',
  /** Pods are missing, or can't be scraped. */
  TARGET_DOWN = 'RedisTargetDown',
  /** There are no metrics of the installation at all. */
  METRICS_MISSING = 'RedisMetricsMissing',
}
