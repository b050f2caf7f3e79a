/** What to do about a condition, and the page of docs/runbooks that says more. */
export interface Advice {
  readonly remedy: string;
  readonly runbook?: string;
}

/** What can be wrong. Codes are part of what `--json` promises. */
export const CONDITIONS = {
  'no-master': {
    remedy: 'Look at what the agents wait for: they elect a master as soon as a majority of the Sentinels and of the servers answers.', runbook: 'RedisNoMaster',
  },
  'master-down': { remedy: 'Wait for the failover, some 5 s at most; if it does not come, see why it would not work.', runbook: 'RedisNoMaster' },
  'master-found-down': { remedy: 'Mend its network, or a network policy: we ask it within its pod. A failover comes by itself, if it would work.', runbook: 'RedisMasterFoundDown' },
  'failover-under-way': { remedy: 'Wait some seconds: it ends with another master, or is given up.', runbook: 'RedisFailoverStorm' },
  'hibernates': { remedy: 'Nothing: `hibernate: false` wakes it up with its data (docs/how-to/operations.md).' },
  'standby': { remedy: 'Nothing: `cutOver: true` makes it take over (docs/how-to/moving-in.md).' },
  'standby-behind': { remedy: 'Read what the agents say: the master outside can\'t be reached, refuses the password, or sends all its data.', runbook: 'RedisStandbyBehind' },
  'failover-paused': { remedy: 'It ends by itself, or by `npx cdk8s-redis-ha resume`.', runbook: 'RedisFailoverPaused' },
  'two-masters': { remedy: 'Wait some seconds for the agent of the one that is not named to make it a replica; clients that bypass HAProxy must not write to it.', runbook: 'RedisTwoMasters' },
  'writes-refused': { remedy: 'Mend the replicas: the master accepts writes again as soon as enough of them keep up.', runbook: 'RedisReplicaSilent' },
  'writes-fenced': { remedy: 'Read the log of its agent, which lets writes in again once the others hear it and name it.', runbook: 'RedisMasterFoundDown' },
  'taken-over': { remedy: 'Lead clients to the other installation, and end this one; docs/how-to/moving-in.md tells the way back.' },
  'writes-paused': { remedy: 'A hand-over is under way, and ends within seconds; if nobody stops the master\'s pod, `CLIENT UNPAUSE` there ends the pause.', runbook: 'RedisHandOverFailed' },
  'writes-not-routed': { remedy: 'If there is a master, read the logs of HAProxy: they can\'t reach the Sentinels or the server, or their password is wrong.', runbook: 'RedisProxyNoWrites' },
  'proxy-routes-nowhere': { remedy: 'If there is a master, read the log of this HAProxy: it can\'t reach the Sentinels or the server, or its password is wrong.', runbook: 'RedisProxyWithoutMaster' },
  'proxy-routes-elsewhere': { remedy: 'Wait a second and ask again; if it stays, delete the pod of this HAProxy.', runbook: 'RedisTwoMasters' },
  'reads-not-routed': { remedy: 'Read the logs of HAProxy: they can\'t reach the replicas, their password is wrong, or no replica is fresh enough for reads.', runbook: 'RedisReplicaLag' },
  'slice-names-other': { remedy: 'Wait a second and ask again; if it stays, read the log of the master\'s agent (`direct`): the API server does not answer it, or refuses what it writes.', runbook: 'RedisSliceWithoutMaster' },
  'proxy-down': { remedy: 'See `kubectl describe pod` and the log of the pod.', runbook: 'RedisTargetDown' },
  'quorum-lost': { remedy: 'Get the Sentinels that do not answer back: until then nobody can become the master.', runbook: 'RedisSentinelMajorityLost' },
  'quorum-at-risk': { remedy: 'Get the Sentinels that do not answer back before another one fails.', runbook: 'RedisSentinelMajorityAtRisk' },
  'sentinel-down': { remedy: 'See `kubectl describe pod` and the log of its container `sentinel`.', runbook: 'RedisSentinelMajorityAtRisk' },
  'sentinel-disagrees': { remedy: 'Wait some seconds for the agent of the master to correct it; if it stays, read that agent\'s log.', runbook: 'RedisSentinelsDisagree' },
  'sentinel-knows-too-few': { remedy: 'Wait some seconds, as Sentinels find each other through the master; if it stays, a network policy or an address is wrong.', runbook: 'RedisSentinelsDisagree' },
  'sentinel-knows-too-many': { remedy: 'Wait a minute for the agent of the master to reset it: members that were removed count for the majority until then.', runbook: 'RedisSentinelStaleEntries' },
  'copied-outside': { remedy: 'Nothing where it is meant, as with an installation that follows this one (docs/how-to/moving-in.md); `INFO replication` of the master tells who it is.' },
  'sentinel-tilt': { remedy: 'Wait 30 s; if it comes again, the node\'s clock jumps or the Sentinel gets too little CPU.', runbook: 'RedisSentinelTilt' },
  'no-electable-replica': { remedy: 'Get a replica back in sync before the master fails or its pod is moved.', runbook: 'RedisNoElectableReplica' },
  'server-down': { remedy: 'See `kubectl describe pod` and the logs of its containers `server` and `agent`.', runbook: 'RedisServerWithoutRole' },
  'server-loading': { remedy: 'Wait until the data is loaded; the log of the server tells how far it is.', runbook: 'RedisReplicaLinkDown' },
  'replica-link-down': { remedy: 'Read the log of the replica: it can\'t reach its master, or copies all data anew.', runbook: 'RedisReplicaLinkDown' },
  'replica-follows-other': { remedy: 'Wait some seconds for its agent to attach it; if it stays, read that agent\'s log.', runbook: 'RedisServerWithoutRole' },
  'replica-lags': { remedy: 'Look for slow commands, a full network or a busy node: what a replica lacks is lost if the master fails now.', runbook: 'RedisReplicaLag' },
  'memory-near-limit': { remedy: 'Raise `server.resources` or delete keys: a server without room refuses writes, or evicts keys if its policy is to and finds some.', runbook: 'RedisMemoryNearLimit' },
  'clients-near-limit': { remedy: 'Look for clients that leak connections (`CLIENT LIST`), or use pools.', runbook: 'RedisClientsNearLimit' },
  'persistence-fails': { remedy: 'Read the log of the server: the volume is full, slow or broken, or there is no memory for the fork.', runbook: 'RedisPersistenceFailing' },
  'disk-near-full': { remedy: 'Expand the volume: a server that can\'t write its log refuses writes.', runbook: 'RedisVolumeFillsUp' },
  'agent-silent': { remedy: 'See the log of the container `agent`; its liveness probe restarts one that hangs.', runbook: 'RedisAgentStuck' },
  'agent-waits': { remedy: 'docs/how-to/operations.md explains what agents wait for.', runbook: 'RedisAgentWaits' },
  'certificate-ends': { remedy: 'Renew the certificate in the Secret: nobody has to be restarted.', runbook: 'RedisCertificateExpires' },
  'certificate-refused': { remedy: 'Mend the Secret: pods see it within a minute or so, and nobody has to be restarted.', runbook: 'RedisCertificateRefused' },
  'versions-differ': { remedy: 'If no rollout is under way, see why the last one stopped: `kubectl rollout status`.' },
  'one-node': { remedy: 'Spread the pods over nodes: `server.pod.spread`, or more nodes.', runbook: 'RedisSentinelMajorityAtRisk' },
  'not-read': { remedy: 'Ask again; if it stays, look whether `kubectl exec` and `kubectl port-forward` reach the pod.', runbook: 'RedisTargetDown' },
} as const satisfies { readonly [code: string]: Advice };

/** The code of a condition. */
export type Condition = keyof typeof CONDITIONS;
